internal import Glibc

/// Small things one does with files and directories by name.
public enum Files {
  /// True where something stands under `path`.
  public static func exists(_ path: String) throws -> Bool { try SystemCalls.status(path) != nil }

  /// True where a directory stands under `path`.
  public static func isDirectory(_ path: String) throws -> Bool {
    try SystemCalls.status(path)?.kind == .directory
  }

  /// Bytes of the regular file `path`; nil where there is none.
  public static func size(_ path: String) throws -> Int? {
    guard let status = try SystemCalls.status(path), status.kind == .regular else { return nil }
    return status.size
  }

  /// Makes a directory and those above it that are missing; one that exists is fine.
  public static func createDirectory(_ path: String) throws {
    let path = Path.trimmed(path)
    if let status = try SystemCalls.status(path) {
      guard status.kind == .directory else {
        throw InputError(SourceLocation(path: path), "is no directory", expected: "a directory or a new name")
      }
      return
    }
    let parent = Path.directory(path)
    if parent != path, parent != "." { try createDirectory(parent) }
    do {
      try SystemCalls.mkdir(path)
    } catch let error as SystemCallError where error.code == EEXIST {
      // Another process of the same run made it meanwhile.
    }
  }

  /// The names in a directory, sorted by their bytes.
  public static func list(_ path: String) throws -> [String] {
    try SystemCalls.list(path).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// True where both paths exist and lead to the same name, through links or not.
  public static func isSame(_ path: String, _ other: String) throws -> Bool {
    guard try exists(path), try exists(other) else { return false }
    return try SystemCalls.realpath(path) == SystemCalls.realpath(other)
  }

  /// The absolute path of something that exists, links followed.
  public static func realPath(_ path: String) throws -> String { try SystemCalls.realpath(path) }

  /// Removes a file.
  public static func remove(_ path: String) throws { try SystemCalls.unlink(path) }

  /// Removes a file, or a directory with all that it holds; links are removed, not followed.
  public static func removeTree(_ path: String) throws {
    guard try SystemCalls.isPlainDirectory(path) else { return try SystemCalls.unlink(path) }
    for name in try SystemCalls.list(path) { try removeTree(Path.join(path, name)) }
    try SystemCalls.rmdir(path)
  }

  /// Gives a file or directory another name in the same file system, replacing a file of that name.
  public static func rename(_ path: String, to target: String) throws {
    try SystemCalls.rename(path, to: target)
  }

  /// Brings the names in a directory to the disk.
  public static func syncDirectory(_ path: String) throws {
    let descriptor = try SystemCalls.open(path, O_RDONLY | O_DIRECTORY)
    defer { try? SystemCalls.close(descriptor, path: path) }
    do {
      try SystemCalls.fsync(descriptor, path: path)
    } catch let error as SystemCallError where error.code == EINVAL {
      // Some file systems cannot flush a directory, and need not.
    }
  }

  /// Reads a whole file, a pipe, or standard input under `-`.
  ///
  /// - Throws: ``InputError`` where it is missing or longer than `limit` bytes.
  public static func readBytes(_ path: String, limit: Int) throws -> [UInt8] {
    try ByteSource(path: path).readAll(limit: limit)
  }

  /// Reads a whole text file in UTF-8, a pipe, or standard input under `-`. A byte order mark is dropped.
  ///
  /// - Throws: ``InputError`` where it is missing, longer than `limit` bytes, or not valid UTF-8.
  public static func readText(_ path: String, limit: Int) throws -> String {
    var bytes = try readBytes(path, limit: limit)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    throw InputError(
      SourceLocation(path: path, line: invalidLine(bytes)), "the text is not valid UTF-8", expected: "UTF-8")
  }

  /// The first line, counted from 1, that is not valid UTF-8.
  private static func invalidLine(_ bytes: [UInt8]) -> Int {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let index = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
    return (index ?? 0) + 1
  }
}
