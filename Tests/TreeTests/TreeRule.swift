import Foundation

/// Something that must hold for every Swift file.
struct TreeRule: Sendable {
  /// What the rule asks for, for messages.
  let name: String
  /// What is wrong in a file: a line's number, counted from 1, and words.
  let check: @Sendable (SourceText) -> [(line: Int, problem: String)]

  /// Findings as `path:line: problem`.
  func findings(in file: SourceText) -> [String] {
    check(file).map { "\(file.path):\($0.line): \($0.problem)" }
  }

  /// Forbids lines of code that match `pattern`, where `applies` holds for the file's path.
  static func banned(
    _ name: String, _ pattern: String, instead: String, where applies: @escaping @Sendable (String) -> Bool
  ) -> TreeRule {
    TreeRule(name: name) { file in
      guard applies(file.path) else { return [] }
      return file.code.enumerated().compactMap { index, line in
        line.range(of: pattern, options: .regularExpression) == nil
          ? nil : (index + 1, "\(name): \(instead)")
      }
    }
  }
}
