import Foundation
import Support
import Testing

/// One worked example: inputs, and the figures that must come out of them.
struct WorkedExample: Sendable, Decodable, CustomTestStringConvertible {
  /// Its name.
  var id: String
  /// What it is about, which decides what the program is asked.
  var kind: String
  /// Whether it is a rule of this program; false for rules of other venues.
  var required: Bool
  /// Where inputs and figures stand.
  var source: String
  /// What is given, a record.
  var inputs: Fact
  /// What must come out, a record.
  var expected: Fact
  /// How far a figure may lie from the expected one.
  var tolerance: Double

  var testDescription: String { "\(id) (\(kind))" }

  init(
    _ id: String, _ kind: String, _ inputs: [String: Fact], _ expected: [String: Fact],
    within tolerance: Double, _ source: Source, required: Bool = true
  ) {
    self.id = id
    self.kind = kind
    self.required = required
    self.source = source.text
    self.inputs = .record(inputs)
    self.expected = .record(expected)
    self.tolerance = tolerance
  }

  /// An input that is a number.
  func input(_ key: String) throws -> Double { try inputs.number(key) }

  /// An input that is a number; nil where the example has none.
  func optionalInput(_ key: String) throws -> Double? { try inputs[key]?.number() }
}

extension WorkedExample {
  /// The file of examples beside the repository; nil where it is absent.
  static let path = sharedData("examples/worked_examples.json")

  /// Every example of that file, in its order.
  static func file() throws -> [WorkedExample] {
    guard let path else { return [] }
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    return try JSONDecoder().decode([WorkedExample].self, from: data)
  }

  /// The examples of this folder: every required one, and those of other venues that can be expressed.
  static let table = positions + collateral + events + otherVenues

  /// The examples of the file, or the table of this folder where the file is absent.
  static func all() throws -> [WorkedExample] { path == nil ? table : try file() }

  /// The example with this name, whose account another example goes on with.
  static func named(_ id: String) throws -> WorkedExample {
    try #require(try all().first { $0.id == id }, "there is no example \(id)")
  }
}
