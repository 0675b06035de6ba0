import Foundation
import Support
import Testing

/// `venue import`.
struct VenueImportTests {
  private static let brackets = """
    [{"symbol":"BTCUSDT","brackets":[
      {"bracket":1,"initialLeverage":125,"notionalCap":5E4,"notionalFloor":0,"maintMarginRatio":4E-3,"cum":0},
      {"bracket":2,"initialLeverage":100,"notionalCap":250000,"notionalFloor":50000,"maintMarginRatio":0.005,
       "cum":50}]}]
    """
  private static let figures = [
    "--taker-fee", "0.0005", "--lot", "BTCUSDT=0.001", "--liquidation-fee", "0.0125",
  ]

  private func importing(_ sandbox: Sandbox, _ arguments: [String], input: String = "") throws -> BinaryResult
  {
    try runBinary(
      ["venue", "import", "--brackets", input.isEmpty ? "b.json" : "-", "--name", "mine"] + arguments,
      input: input, directory: sandbox.path)
  }

  @Test func theFileIsAVenue() throws {
    let sandbox = try Sandbox()
    try sandbox.write("b.json", Self.brackets)
    let made = try importing(sandbox, Self.figures + ["--single-asset", "--out", "mine.yaml"])
    #expect(made.status == 0 && made.stderr.isEmpty)
    #expect(made.stdout == "mine.yaml: 2 assets, 1 instruments\n")
    let shown = try sandbox.run("venue", "show", "./mine.yaml", "--json")
    #expect(shown.status == 0)
    let venue = try shown.json()
    #expect(venue["name"] as? String == "mine")
    let instruments = venue["instruments"] as? [String: [String: Any]] ?? [:]
    let rows = instruments["BTCUSDT"]?["brackets"] as? [[String: Double]] ?? []
    #expect(rows.map { $0["amount"] } == [0, 50] && rows.map { $0["floor"] } == [0, 50_000])
    #expect(instruments["BTCUSDT"]?["lot"] as? Double == 0.001)
    let source = venue["source"] as? String ?? ""
    #expect(source.contains(#/brackets b.json \(xxh64 [0-9a-f]{16}\)/#), "\(source)")
    let again = try importing(sandbox, Self.figures + ["--single-asset", "--out", "mine.yaml"])
    #expect(again.status == 2 && again.firstErrorLine.hasPrefix("mine.yaml: exists"))
    #expect(
      try importing(sandbox, Self.figures + ["--single-asset", "--out", "mine.yaml", "--force"]).status == 0)
  }

  @Test func pipesAtBothEnds() throws {
    let sandbox = try Sandbox()
    let result = try importing(
      sandbox, Self.figures + ["--haircut", "USDT=0.0001,0.0001,0.0001,0.0001", "--out", "-"],
      input: Self.brackets)
    #expect(result.status == 0 && result.stderr.isEmpty)
    #expect(result.stdout.contains("\nname: mine\n"))
    #expect(result.stdout.contains("USDT: {stable: true, bid_buffer: 0.0001,"))
    #expect(try sandbox.names().isEmpty)
  }

  @Test func errorsNameTheFileAndTheOption() throws {
    let sandbox = try Sandbox()
    try sandbox.write("b.json", Self.brackets)
    let bare = try importing(sandbox, ["--out", "mine.yaml"])
    #expect(bare.status == 2 && bare.stdout.isEmpty)
    #expect(bare.firstErrorLine.hasPrefix("b.json:1:12: no answer has the lot of BTCUSDT, expected --lot "))
    try sandbox.write("b.json", Self.brackets.replacing("\"cum\":50", with: "\"cum\":51"))
    let jump = try importing(sandbox, Self.figures + ["--single-asset", "--out", "mine.yaml"])
    #expect(jump.status == 2)
    #expect(
      jump.firstErrorLine.hasPrefix("b.json:4:10: instruments.BTCUSDT.brackets[1].amount is 51, expected 50"))
    let none = try importing(sandbox, Self.figures + ["--symbols", "ETHUSDT", "--out", "mine.yaml"])
    #expect(
      none.status == 2
        && none.firstErrorLine.hasPrefix("--symbols: b.json has no ETHUSDT, expected one of: BTCUSDT"))
    #expect(try importing(sandbox, ["--asset-index", "i.json", "--out", "-"]).status == 2)
    #expect(
      try sandbox.run("venue", "import", "--brackets", "b.json", "--name", "a/b", "--out", "-").status == 64)
    #expect(try sandbox.names() == ["b.json"])
  }

  @Test(.enabled(if: sharedData("data/brackets") != nil, "the shared data folder is absent"))
  func allSymbolsOfADump() throws {
    let sandbox = try Sandbox()
    let path = try #require(sharedData("data/brackets/binance-usdm-leverage-tiers-2025-12-05.json"))
    let result = try sandbox.run(
      "venue", "import", "--brackets", path, "--symbols", "all", "--name", "all", "--single-asset", "--lot",
      "0.001", "--taker-fee", "0.0005", "--liquidation-fee", "0.0125", "--out", "all.yaml")
    #expect(result.status == 0 && result.stdout == "all.yaml: 599 assets, 641 instruments\n")
    #expect(
      result.stderr.contains("note: rows that begin where they end are left out: BEAMXUSDT, DEXEUSDT\n"))
    #expect(try sandbox.run("venue", "show", "./all.yaml").status == 0)
  }
}
