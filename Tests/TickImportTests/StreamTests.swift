import Market
import Support
import TickFile
import Testing

@testable import TickImport

/// Raw messages of market streams.
@Suite struct StreamTests {
  static func trade(
    _ id: Int, _ time: Int, _ price: String, kind: String = "MARKET", symbol: String = "BTCUSDT"
  ) -> String {
    "1621425600000001 {\"stream\":\"x@trade\",\"data\":{\"e\":\"trade\",\"E\":\(time + 3),\"T\":\(time),"
      + "\"s\":\"\(symbol)\",\"t\":\(id),\"p\":\"\(price)\",\"q\":\"0.50\",\"X\":\"\(kind)\",\"m\":true}}\n"
  }

  static func mark(_ time: Int, _ rate: String, next: Int) -> String {
    "{\"e\":\"markPriceUpdate\",\"E\":\(time),\"s\":\"BTCUSDT\",\"p\":\"100.25\",\"P\":\"1\",\"i\":\"100.5\","
      + "\"r\":\"\(rate)\",\"T\":\(next)}\n"
  }

  /// 2021-05-19T12:00:00Z in ms.
  static let start = 1_621_425_600_000

  static func read(
    _ text: String, _ change: (inout ImportRequest) -> Void = { _ in }
  ) throws -> (sink: ListSink, summary: ImportSummary) {
    try importFixtures([("capture.gz", text)], change)
  }

  static func error(_ text: String, strict: Bool = false) -> String {
    importError(text, name: "capture") { $0.isStrict = strict }
  }

  @Test func tradesQuotesAndOtherMessages() throws {
    let text =
      Self.trade(1, Self.start, "100.10")
      + "1621425600000002 {\"stream\":\"b\",\"data\":{\"e\":\"bookTicker\",\"u\":5,\"s\":\"BTCUSDT\","
      + "\"b\":\"100.0\",\"B\":\"1\",\"a\":\"100.2\",\"A\":\"2\",\"T\":\(Self.start + 1),"
      + "\"E\":\(Self.start + 9)}}\n"
      + "1621425600000003 {\"stream\":\"d\",\"data\":"
      + "{\"e\":\"depthUpdate\",\"b\":[[\"1\",\"2\"]],\"a\":[]}}\n"
      + "1621425600000004 "
      + "{\"lastUpdateId\": 7, \"E\": 1, \"T\": 1, \"bids\": [[\"1\", \"2\"]], \"asks\": []}\n"
      + "{\"result\":null,\"id\":3}\n" + "{\"e\":\"forceOrder\",\"E\":1,\"o\":{\"s\":\"BTCUSDT\"}}\n"
      + Self.trade(1, Self.start, "100.10") + Self.trade(7, Self.start + 2, "0", symbol: "ETHUSDT")
    let (sink, summary) = try Self.read(text)
    #expect(
      sink.lines == [
        "BTCUSDT trade \(noon) 100.1", "BTCUSDT bid \(noon + 1_000_000) 100",
        "BTCUSDT ask \(noon + 1_000_000) 100.2",
      ])
    #expect(sink.ticks.map { $0.size?.description } == ["0.5", "1", "2"])
    #expect(summary.rows == 8)
    #expect(
      summary.dropped == [
        "depthUpdate message": 1, "order book snapshot": 1, "message of no market data": 1,
        "message of another kind": 1, "repeated id": 1, "price of zero or below": 1,
      ])
  }

  @Test func aPrintOfTheInsuranceFundIsKeptWithItsFlag() throws {
    let text =
      Self.trade(1, Self.start, "100") + Self.trade(2, Self.start + 1, "140", kind: "INSURANCE_FUND")
      + Self.trade(3, Self.start + 2, "100.5")
    let (sink, summary) = try Self.read(text) { $0.maxJump = 0.01 }
    #expect(sink.ticks.map(\.price.mantissa) == [100, 140, 1005])
    #expect(sink.ticks.map(\.flags) == [[], .notMarketTrade, []])
    #expect(summary.kept == ["print outside of the market (kept with its flag)": 1])
    #expect(summary.series.map(\.highest.description) == ["100.5"])
    let error = Self.error(text, strict: true)
    #expect(error.hasPrefix("2:140: the trade is marked 'INSURANCE_FUND'"), "\(error)")
  }

  @Test func markIndexAndFunding() throws {
    let funding = Self.start + 1000
    let text =
      Self.mark(Self.start, "0.0001", next: funding) + Self.mark(Self.start + 900, "0.0002", next: funding)
      + Self.trade(1, funding + 4, "100")
      // Shortly after the moment the settled rate is still told.
      + Self.mark(funding + 10, "0.00025", next: funding)
      + Self.mark(funding + 1000, "0.0007", next: funding + 28_800_000)
    let sink = try Self.read(text).sink
    let ns = Int64(funding) * 1_000_000
    #expect(sink.lines.contains("BTCUSDT funding \(ns) 0.00025"))
    #expect(sink.lines.count { $0.contains("funding") } == 1)
    #expect(sink.lines.prefix(2) == ["BTCUSDT mark \(noon) 100.25", "BTCUSDT index \(noon) 100.5"])
    #expect(sink.lines.count { $0.contains("mark") } == 4)
  }

  @Test func fundingWithoutAMessageShortlyAfterIsThatBefore() throws {
    let funding = Self.start + 1000
    let rolled =
      Self.mark(Self.start, "0.0001", next: funding)
      + Self.mark(funding + 900, "0.0007", next: funding + 28_800_000)
    #expect(try Self.read(rolled).sink.lines.contains("BTCUSDT funding \(Int64(funding) * 1_000_000) 0.0001"))
    // Nothing but trades follows: after some seconds the rate known is taken, not too late to be sorted.
    let silent =
      Self.mark(Self.start, "0.0001", next: funding)
      + (0..<30).map { Self.trade($0, funding + 400 * $0, "100") }.joined()
    #expect(try Self.read(silent).sink.lines.contains("BTCUSDT funding \(Int64(funding) * 1_000_000) 0.0001"))
    // The moment is never reached.
    let early = Self.mark(Self.start, "0.0001", next: funding) + Self.trade(1, funding - 1, "100")
    #expect(try !Self.read(early).sink.lines.contains { $0.contains("funding") })
  }

  @Test func twoCapturesOfOneMomentSettleOnce() throws {
    let funding = Self.start + 1000
    let text =
      Self.mark(Self.start, "0.0001", next: funding) + Self.mark(funding, "0.0002", next: funding)
    let (sink, summary) = try importFixtures([("a", text), ("b", text)])
    #expect(sink.lines.count { $0.contains("funding") } == 1)
    #expect(summary.dropped["repeated id"] == 1)
  }

  @Test func quotesOfTheSpotMarketHaveTheTimeOfTheirReceipt() throws {
    let text =
      "1621425600000001 {\"u\":1,\"s\":\"BNBUSDT\","
      + "\"b\":\"25.35\",\"B\":\"31\",\"a\":\"25.36\",\"A\":\"40\"}\n"
    #expect(
      try Self.read(text).sink.lines == [
        "BNBUSDT bid \(noon + 1000) 25.35", "BNBUSDT ask \(noon + 1000) 25.36",
      ])
  }

  @Test(arguments: [
    ("{\"e\":\"trade\"", "2:13: no JSON object, expected one JSON object"),
    ("{\"e\":\"depthUpdate\",\"b\":[[1", "2:27: no JSON object"), ("12 [1]", "2:4: no JSON object"),
    ("{\"e\":\"trade\",\"s\":\"A B\"}", "2:19: the symbol is 'A B'"),
    ("{\"e\":\"trade\",\"s\":\"AB\",\"T\":1621425600000}", "2:1: the message has no member 'p'"),
    ("{\"e\":\"trade\",\"s\":\"AB\",\"T\":5,\"p\":\"1\"}", "2:27: the time is '5'"),
    (
      "{\"e\":\"trade\",\"s\":\"AB\",\"T\":1621425600000,\"p\":\"1\",\"q\":\"x\",\"t\":1}",
      "2:54: the size is 'x', not a number"
    ),
    ("{\"a\":{\"b\":" + String(repeating: "[", count: 40) + "]}}", "2:41: no JSON object"),
    ("{\"a\":\"\\", "2:8: no JSON object"), ("{} x", "2:4: no JSON object"), ("x,1,2", "2:1: no JSON object"),
  ])
  func wrongMessages(line: String, message: String) {
    let error = Self.error(Self.trade(1, Self.start, "1") + line + "\n")
    #expect(error.hasPrefix(message), "\(error)")
  }

  @Test func aCutOfALineIsAnErrorNeverACrash() throws {
    let line = Self.trade(1, Self.start, "100.10")
    for count in 1..<line.utf8.count - 1 {
      let error = Self.error(line + String(decoding: line.utf8.prefix(count), as: UTF8.self))
      #expect(error.hasPrefix("2:"), "cut to \(count): \(error)")
    }
  }
}
