import Support
import Testing

/// Every worked example through the real program, by `check` or by a small study of its own.
///
/// The examples come from the file beside the repository. Where it is absent they come from the table of this
/// folder, which the file is compared with where both are there.
struct WorkedExamplesTests {
  /// Works out the figures of an example.
  typealias Method = @Sendable (WorkedExample, Workbench) throws -> [String: Fact]

  /// What is done with each kind of example.
  static let methods: [String: Method] = futures.merging(collateral) { $1 }.merging(loans) { $1 }
    .merging(flows) { $1 }

  /// Examples of other venues that no rule of this program gives, and why.
  static let leftOut = [
    "LP-KRAKEN-INV": "an inverse contract: its PnL is in the base; contracts here are linear",
    "MM-GATE-TIER": "brackets of what is borrowed, which the example does not give",
    "SM-INT-COMPOUND": "interest on interest; here it is simple, on the principal",
    "OC-LONG": "the cost of an order; accounts here have no orders",
    "OC-SHORT-NEW": "the cost of an order; accounts here have no orders",
    "ADL-1": "a rank for auto-deleveraging, which is not simulated",
    "DYDX-FILLABLE": "a price offered to liquidators; here a position is closed at the mark and a slippage",
  ]

  @Test(arguments: try WorkedExample.all().filter { leftOut[$0.id] == nil })
  func everyFigureComesOut(_ example: WorkedExample) throws {
    let method = try #require(Self.methods[example.kind], "nothing works out \(example.kind)")
    let figures = try method(example, try Workbench())
    for (name, expected) in try example.expected.record() {
      let found = figures[name] ?? .null
      switch (found, expected) {
      case (.number(let found), .number(let expected)):
        #expect(
          abs(found - expected) <= example.tolerance, "\(name) of \(example.id), source: \(example.source)")
      default:
        #expect(found == expected, "\(name) of \(example.id), source: \(example.source)")
      }
    }
    #expect(try !example.expected.record().isEmpty)
  }

  @Test func onlyExamplesOfOtherVenuesAreLeftOut() throws {
    let examples = try WorkedExample.all()
    for example in examples where Self.leftOut[example.id] != nil {
      #expect(!example.required, "\(example.id)")
    }
    // Each method has met an example, or it is dead.
    #expect(Set(examples.map(\.kind)).isSuperset(of: Self.methods.keys))
    #expect(Set(WorkedExample.table.map(\.kind)) == Set(Self.methods.keys))
  }

  @Test(.enabled(if: WorkedExample.path != nil, "the shared examples are absent"))
  func theTableIsTheFile() throws {
    let file = try WorkedExample.file()
    #expect(Set(file.map(\.id)).count == file.count && file.contains { $0.required })
    #expect(Set(file.map(\.id)) == Set(WorkedExample.table.map(\.id)).union(Self.leftOut.keys))
    for row in WorkedExample.table {
      let example = try #require(file.first { $0.id == row.id })
      #expect(example.kind == row.kind && example.required == row.required, "\(row.id)")
      #expect(example.inputs == row.inputs, "\(row.id)")
      #expect(example.expected == row.expected && example.tolerance == row.tolerance, "\(row.id)")
    }
  }
}
