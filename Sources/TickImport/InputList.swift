import Platform

/// The files that the inputs of a request stand for.
enum InputList {
  /// Endings of files that are taken out of a directory.
  private static let endings = [".csv", ".zip", ".gz", ".zst", ".dbn"]
  /// How deep directories may lie in each other.
  private static let deepest = 16

  /// Replaces directories by the files in them, and patterns by the files that they match, in the order of
  /// their names. What exists under the very name is no pattern.
  ///
  /// Throws `InputError` for a directory or pattern without files.
  static func expand(_ inputs: [String]) throws -> [String] {
    var files: [String] = []
    for input in inputs {
      if input == "-" {
        files.append(input)
      } else if try Files.isDirectory(input) {
        files += try content(of: input)
      } else if !input.utf8.contains(where: { "*?[".utf8.contains($0) }) {
        files.append(input)
      } else if try Files.exists(input) {
        files.append(input)
      } else {
        let found = try Files.matching(input).filter { !$0.hasSuffix(ChecksumFile.suffix) }
        guard !found.isEmpty else {
          throw InputError(
            SourceLocation(path: input), "the pattern matches no file", expected: "a pattern of files")
        }
        for path in found { files += try Files.isDirectory(path) ? content(of: path) : [path] }
      }
    }
    return files
  }

  private static func content(of directory: String) throws -> [String] {
    let files = try walk(directory, depth: 0)
    guard !files.isEmpty else {
      throw InputError(
        SourceLocation(path: directory), "the directory holds no file to import",
        expected: "files that end in " + endings.joined(separator: ", "))
    }
    return files
  }

  private static func walk(_ directory: String, depth: Int) throws -> [String] {
    guard depth < deepest else {
      throw InputError(
        SourceLocation(path: directory), "directories lie too deep in each other",
        expected: "at most \(deepest) levels")
    }
    var files: [String] = []
    for name in try Files.list(directory) where !name.hasPrefix(".") {
      let path = Path.join(directory, name)
      if try Files.isDirectory(path) {
        files += try walk(path, depth: depth + 1)
      } else if endings.contains(where: { name.hasSuffix($0) }), !name.hasSuffix(".ticks.zst") {
        files.append(path)
      }
    }
    return files
  }
}
