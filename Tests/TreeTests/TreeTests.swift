import Foundation
import Support
import Testing

/// The repository itself keeps to its rules.
struct TreeTests {
  static let swiftRules: [TreeRule] =
    LengthRules.all + CallRules.all + [ModuleRules.imports, CallRules.unsafeIsExplained]
  static let textRules = [CallRules.leftOver, CallRules.machinePaths]

  @Test func theTreeIsSeen() {
    // A rule over no files would always hold.
    #expect(Tree.swiftFiles.count > 50)
    #expect(Tree.textFiles.contains { $0.path == "scripts/demo" })
    #expect(Set(Tree.swiftFiles.compactMap(\.module)).isSuperset(of: ModuleRules.arrows.keys))
  }

  @Test(arguments: swiftRules.indices)
  func everySwiftFileKeepsTheRule(_ index: Int) {
    let rule = Self.swiftRules[index]
    let findings = Tree.swiftFiles.flatMap(rule.findings)
    #expect(findings.isEmpty, "\(rule.name):\n\(findings.joined(separator: "\n"))")
  }

  @Test(arguments: textRules.indices)
  func everyTextKeepsTheRule(_ index: Int) {
    let rule = Self.textRules[index]
    let findings = Tree.textFiles.flatMap(rule.findings)
    #expect(findings.isEmpty, "\(rule.name):\n\(findings.joined(separator: "\n"))")
  }

  @Test func theTopLevelIsAsAgreed() {
    let unknown = Tree.topLevel.subtracting(Tree.agreedTopLevel).sorted()
    #expect(unknown.isEmpty, "not part of the agreed layout: \(unknown)")
  }

  @Test(arguments: [
    "scripts/demo", "scripts/test", "scripts/lint", "scripts/hedge-2021-05", "scripts/compare-engines",
    ".ci/run",
  ])
  func scriptsCanBeRun(_ path: String) {
    #expect(FileManager.default.isExecutableFile(atPath: repositoryRoot + "/" + path))
  }

  @Test func noFileIsLarge() throws {
    for path in Tree.paths {
      let attributes = try FileManager.default.attributesOfItem(atPath: repositoryRoot + "/" + path)
      let size = attributes[.size] as? Int ?? 0
      #expect(size <= 1 << 20, "\(path) has \(size) bytes")
    }
  }

  /// The manifest and the table of the rule say the same.
  @Test func theManifestHasTheSameArrows() throws {
    let manifest = try String(contentsOfFile: repositoryRoot + "/Package.swift", encoding: .utf8)
    let pattern = #/module\(\s*"(\w+)",\s*\[([^\]]*)\]\)/#
    var seen = 0
    for match in manifest.matches(of: pattern) {
      let names = match.2.split(separator: ",").map { $0.trimmingCharacters(in: [" ", "\"", "\n"]) }
      let declared = Set(names.filter { !$0.isEmpty })
      #expect(declared == ModuleRules.arrows[String(match.1)], "module \(match.1)")
      seen += 1
    }
    #expect(seen == ModuleRules.arrows.count - 1, "all but the program are declared by module(…)")
  }
}
