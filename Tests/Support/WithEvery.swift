/// The combination that nested ``withEvery(_:in:_:)`` calls are at.
public enum Every {
  @TaskLocal static var steps: [String] = []

  /// For example `x = 3, y = BTC`; give it to `#expect` as its comment.
  public static var combination: String { steps.joined(separator: ", ") }
}

/// An error together with the combination at which it happened.
public struct EveryError: Error, CustomStringConvertible {
  /// For example `x = 3, y = BTC`.
  public var combination: String
  /// What was thrown.
  public var underlying: any Error
  /// Both.
  public var description: String { "at \(combination): \(underlying)" }
}

/// Runs `body` for every value; what it throws names the whole failing combination of nested calls.
///
/// ```swift
/// try withEvery("size", in: [0, 1, 7]) { size in
///   try withEvery("short", in: [false, true]) { short in
///     #expect(copies(size, short), "\(Every.combination)")
///   }
/// }
/// ```
public func withEvery<Values: Sequence>(
  _ name: String, in values: Values, _ body: (Values.Element) throws -> Void
) throws {
  for value in values {
    let steps = Every.steps + ["\(name) = \(value)"]
    try Every.$steps.withValue(steps) {
      do {
        try body(value)
      } catch let error as EveryError {
        throw error
      } catch {
        throw EveryError(combination: Every.combination, underlying: error)
      }
    }
  }
}
