import Margin
import Market
import Platform
import Support
import Testing

@testable import Population

struct BookTests {
  private static let good = #"{"mode": "cross", "balances": {"USDT": 5}}"#

  private func read(_ lines: [String]) throws -> Population {
    let folder = try TemporaryDirectory()
    try folder.write("book.jsonl", lines.joined(separator: "\n"))
    return try population("book: book.jsonl", context: PopulationContext(folder: folder.path))
  }

  /// Lines that are wrong, and what the message must name.
  static let faults: [(line: String, names: String)] = [
    (#"{"mode": "cross", "balances": {"USTD": 5}}"#, "did you mean USDT"),
    (#"{"mode": "cross", "balance": {}}"#, "did you mean balances"),
    (
      #"{"mode": "cross", "positions": [{"instrument": "BTCUSDT", "quantity": 0.0005, "entry": 5}]}"#, "0.001"
    ),
    (#"{"mode": "cross", "positions": [{"instrument": "BTCUSDT", "quantity": 0, "entry": 5}]}"#, "not 0"),
    (#"{"mode": "cross", "overrides": {"fund.size": 5}}"#, "in the study"),
    (#"{"mode": "cross", "venue": "other"}"#, "the venue of the study"),
    (#"{"mode": "cross", "account": "0"}"#, "no other account"),
    (#"{"mode": "cross""#, "valid YAML"),
    ("5", "a mapping"),
  ]

  @Test(arguments: faults.indices)
  func namesTheLine(_ place: Int) throws {
    let fault = Self.faults[place]
    do {
      _ = try read([Self.good, "", fault.line])
      Issue.record("accepted: \(fault.line)")
    } catch let error as InputError {
      #expect(error.location.line == 3, "\(error)")
      #expect(error.location.path.hasSuffix("/book.jsonl"))
      #expect(error.description.contains(fault.names), "\(error)")
    }
  }

  @Test func longLinesAreRefusedBeforeTheyAreRead() throws {
    #expect(throws: InputError.self) { try read([Self.good, String(repeating: " ", count: 2 << 20)]) }
    #expect(throws: InputError.self) { try read([""]) }
    #expect(throws: InputError.self) { try population("book: nowhere.jsonl") }
  }

  @Test func namesAndCohortsAreKept() throws {
    let book = try read([
      #"{"mode": "cross", "account": "x", "cohort": "b", "open": "start"}"#, Self.good,
      #"{"mode": "isolated", "account": "y", "cohort": "a"}"#, #"{"mode": "cross", "cohort": "b"}"#,
    ])
    #expect(book.count == 4 && book.cohortNames == ["b", "a"])
    #expect((0..<4).map { book.profile(of: $0).name } == ["x", "1", "y", "3"])
    #expect((0..<4).map { book.profile(of: $0).cohort } == ["b", "", "a", "b"])
    #expect(book.number(named: "y") == 2 && book.number(named: "1") == 1 && book.number(named: "2") == nil)
    #expect(book.profile(of: 2).mode == .isolated && book.profile(of: 2).leverage == nil)
  }

  /// A book's positions keep their entry; they are rejected only where their trigger holds.
  @Test func booksAreNotHeldToTheirInitialMargin() throws {
    let venue = try makeVenue()
    func line(_ balance: Int) -> String {
      #"{"mode": "cross", "balances": {"USDT": \#(balance)}, "positions": "#
        + #"[{"instrument": "BTCUSDT", "quantity": 1, "entry": 31000}]}"#
    }
    // The loss is 1,000, the maintenance margin 300, the initial margin 1,500.
    let book = try read([line(1_301), line(1_300)])
    #expect(book.open(0, Rules(venue), makeQuotes(venue)).rejection == nil)
    #expect(book.open(0, Rules(venue), makeQuotes(venue)).account.positions[0].entry == 31_000)
    #expect(book.open(1, Rules(venue), makeQuotes(venue)).rejection == .trigger)
  }

  @Test func axesOverPeopleAreRefused() throws {
    let folder = try TemporaryDirectory()
    try folder.write("book.jsonl", Self.good)
    for context in [
      PopulationContext(folder: folder.path, leverage: 5),
      PopulationContext(folder: folder.path, mode: .cross),
    ] {
      #expect(throws: InputError.self) { try population("book: book.jsonl", context: context) }
    }
    #expect(throws: InputError.self) {
      try population("accounts: 5\nbook: book.jsonl", context: PopulationContext(folder: folder.path))
    }
  }
}
