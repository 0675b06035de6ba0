import Market
import Platform
import Support
import TickFile
import Testing

@testable import TickImport

/// Tardis, LEAN, and content that is refused.
@Suite struct OtherSourceTests {
  static let tardis = "exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n"
  static let ticker =
    "exchange,symbol,timestamp,local_timestamp,funding_timestamp,funding_rate,predicted_funding_rate,"
    + "open_interest,last_price,index_price,mark_price\n"

  @Test func tardisTrades() throws {
    let text =
      Self.tardis + "deribit,BTC-PERPETUAL,1621425600000000,1621425600000009,ab-1,buy,100.50,10\n"
      + "deribit,BTC-PERPETUAL,1621425600000000,1621425600000009,ab-1,buy,100.50,10\n"
      + "deribit,BTC-PERPETUAL,1621425600000000,1621425600000009,ab-2,sell,100.5,3\n"
    let (sink, summary) = try importFixtures([("deribit_trades.csv", text)])
    #expect(summary.inputs.map(\.format) == ["tardis-trades"])
    #expect(sink.lines == [String](repeating: "BTC-PERPETUAL trade \(noon) 100.5", count: 2))
    #expect(summary.dropped == ["repeated id": 1])
  }

  @Test func tardisTickers() throws {
    let start = 1_621_425_600_000_000
    let text =
      Self.ticker
      + "binance-futures,BTCUSDT,\(start),\(start),\(start + 1_000_000),0.0001,,5,99,100.5,100.25\n"
      + "binance-futures,BTCUSDT,\(start + 500_000),\(start),,,,5,99,,100.5\n"
      + "binance-futures,BTCUSDT,\(start + 1_500_000),\(start),\(start + 28_801_000_000),0.0003,,5,99,0,101\n"
    let (sink, summary) = try importFixtures([("x.csv", text)])
    #expect(
      sink.lines == [
        "BTCUSDT mark \(noon) 100.25", "BTCUSDT index \(noon) 100.5",
        "BTCUSDT mark \(noon + 500_000_000) 100.5",
        "BTCUSDT funding \(noon + 1_000_000_000) 0.0001", "BTCUSDT mark \(noon + 1_500_000_000) 101",
      ])
    #expect(summary.dropped == ["price of zero or below": 1])
  }

  @Test func leanTradesOfEquities() throws {
    // Summer time: 00:00 in New York is 04:00 UTC. 2013-10-08T04:00:00Z is 1381204800.
    let text = "14400521,1674200,210,Q,2000,0\n14400522,1674250,10,Q,2000,1\n"
    let (sink, summary) = try importFixtures([("20131008_spy_Trade_Tick.csv", text)])
    #expect(
      sink.lines == ["SPY trade 1381219200521000000 167.42", "SPY trade 1381219200522000000 167.425"])
    #expect(sink.ticks.map(\.flags) == [[], .notMarketTrade])
    #expect(summary.kept == ["print outside of the market (kept with its flag)": 1])
  }

  @Test func leanQuotesHaveOneSideOrTwo() throws {
    let text = "14400521,475000,200,0,0,P,1,0\n14400522,475000,200,484800,3000,P,1,0\n"
    let sink = try importFixtures([("20131009_aig_Quote_Tick.csv", text)]).sink
    #expect(
      sink.lines == [
        "AIG bid 1381305600521000000 47.5", "AIG bid 1381305600522000000 47.5",
        "AIG ask 1381305600522000000 48.48",
      ])
  }

  @Test func leanCryptoIsInUTC() throws {
    let sink = try importFixtures([("20181014_btcusdt_Trade_Tick.csv", "250.5,6300.25,0.5\n")]).sink
    #expect(sink.lines == ["BTCUSDT trade 1539475200250500000 6300.25"])
    #expect(
      importError("86400000,1,1\n", name: "20181014_btcusdt_Trade_Tick.csv").hasPrefix(
        "1:1: the time is '86400000'"))
  }

  /// Days around the changes of the clock in New York, and the first moment of each in UTC.
  @Test(arguments: [
    (20_130_309, 1_362_805_200), (20_130_310, 1_362_891_600), (20_130_311, 1_362_974_400),
    (20_131_103, 1_383_451_200), (20_131_104, 1_383_541_200), (20_060_401, 1_143_867_600),
    (20_060_403, 1_144_036_800), (20_061_028, 1_162_008_000), (20_061_030, 1_162_184_400),
  ])
  func newYork(day: Int, midnight: Int64) {
    let clock = DayClock(day, isNewYork: true)
    #expect(clock.time(ExactDecimal(mantissa: 0, scale: 0)) == midnight * 1_000_000_000)
  }

  @Test func theClockChangesAtTwo() {
    let spring = DayClock(20_130_310, isNewYork: true)
    // 03:00 summer time follows 02:00 standard time, which is 07:00 UTC.
    #expect(spring.time(ExactDecimal(mantissa: 10_800_000, scale: 0)) == 1_362_898_800_000_000_000)
    #expect(DayClock.midnight(20_130_229) == nil)
  }

  @Test(arguments: [
    ("ARROW1\u{0}\u{0}", "an Arrow (Feather) file is not read"),
    ("[[1618951320000,56738.76]]", "a JSON array"),
    ("PAR1xxxx", "a Parquet file is not read"), ("]*M\u{18}", "it is a tick file already"),
  ])
  func contentThatIsRefused(text: String, message: String) {
    let error = importError(text)
    #expect(error.hasPrefix(" " + message), "\(error)")
  }

  @Test func aFormatThatTheContentContradicts() {
    let error = importError("{\"e\":\"trade\"}\n") { $0.format = "klines" }
    #expect(error.hasPrefix("1:1: the first line, 1 columns from "), "\(error)")
    let table = importError("1,2\n") { $0.format = "lean" }
    #expect(table.contains("its name does not tell the day and the instrument"), "\(table)")
  }
}
