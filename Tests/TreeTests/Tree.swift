import Foundation
import Support

/// The files of the repository.
enum Tree {
  /// Paths from the root: what git tracks or would add, or the files of the known folders without git.
  static let paths: [String] = {
    let git = try? runProgram(
      "/usr/bin/env",
      ["git", "-C", repositoryRoot, "ls-files", "--cached", "--others", "--exclude-standard"])
    if let git, git.status == 0 {
      let listed = git.stdout.split(separator: "\n").map(String.init)
      return listed.filter { FileManager.default.fileExists(atPath: repositoryRoot + "/" + $0) }.sorted()
    }
    return ["Sources", "Tests", "scripts", "data", ".ci"].flatMap { folder in
      let names = FileManager.default.enumerator(atPath: repositoryRoot + "/" + folder)
      return (names?.allObjects as? [String] ?? []).map { folder + "/" + $0 }
    }.sorted()
  }()

  /// The Swift files of the product and of the tests.
  static let swiftFiles: [SourceText] = texts { path in
    path.hasSuffix(".swift") && (path.hasPrefix("Sources/") || path.hasPrefix("Tests/"))
  }

  /// Everything that people write: code, scripts, documents, data.
  static let textFiles: [SourceText] = texts { path in
    let endings = [".swift", ".md", ".yaml", ".yml", ".json", ".h", ".c", ".modulemap", ".sh", ".py"]
    return endings.contains(where: path.hasSuffix) || path.hasPrefix("scripts/") || path.hasPrefix(".ci/")
  }

  private static func texts(_ isWanted: (String) -> Bool) -> [SourceText] {
    paths.filter(isWanted).compactMap { path in
      let text = try? String(contentsOfFile: repositoryRoot + "/" + path, encoding: .utf8)
      return text.map { SourceText(path: path, text: $0) }
    }
  }

  /// The names at the root.
  static let topLevel: Set<String> = Set(paths.compactMap { $0.split(separator: "/").first.map(String.init) })

  /// The names that the root may hold.
  static let agreedTopLevel: Set<String> = [
    "Package.swift", "Sources", "Tests", "Benchmarks", "data", "scripts", "README.md", "CONTRIBUTING.md",
    "CHANGELOG.md", "LICENSE", "NOTICE", ".ci", ".gitignore", ".gitattributes", ".swift-format",
  ]
}
