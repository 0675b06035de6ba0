import Market
import TickFile
import Testing

@testable import TickImport

@Suite struct CandlePathTests {
  /// 12:00 rises, 12:01 falls, 12:02 stays; one minute, so thirds are whole seconds.
  static let candles = """
    open_time,open,high,low,close,volume
    1621425600000,100,105,99,101,7
    1621425660000,101,102.5,90,95.5,7
    1621425720000,95.5,96,95,95.5,7

    """

  static func expected(_ first: [String], _ second: [String], _ third: [String]) -> [String] {
    var lines: [String] = []
    for (index, prices) in [first, second, third].enumerated() {
      let open = noon + Int64(index) * minute
      let times = [open, open + 20_000_000_000, open + 40_000_000_000, open + 59_999_000_000]
      for (time, price) in zip(times, prices) { lines.append("BTCUSDT trade \(time) \(price)") }
    }
    return lines
  }

  @Test func nearGoesFirstToTheExtremeOnTheSideOfTheOpen() throws {
    let (sink, summary) = try importFixtures([("BTCUSDT-1m.csv", Self.candles)])
    #expect(
      sink.lines
        == Self.expected(
          ["100", "99", "105", "101"], ["101", "102.5", "90", "95.5"], ["95.5", "95", "96", "95.5"]))
    #expect(summary.candlePath == .near)
    #expect(summary.rows == 3)
    #expect(summary.ticks == 12)
    #expect(summary.inputs[0].interval?.nanoseconds == minute)
    #expect(summary.gaps.isEmpty)
    #expect(summary.dropped.isEmpty)
  }

  @Test func lowFirst() throws {
    let sink = try importFixtures([("BTCUSDT-1m.csv", Self.candles)]) { $0.candlePath = .lowFirst }.sink
    #expect(
      sink.lines
        == Self.expected(
          ["100", "99", "105", "101"], ["101", "90", "102.5", "95.5"], ["95.5", "95", "96", "95.5"]))
  }

  @Test func highFirst() throws {
    let sink = try importFixtures([("BTCUSDT-1m.csv", Self.candles)]) { $0.candlePath = .highFirst }.sink
    #expect(
      sink.lines
        == Self.expected(
          ["100", "105", "99", "101"], ["101", "102.5", "90", "95.5"], ["95.5", "96", "95", "95.5"]))
  }

  @Test func thirdsRoundDownToNanoseconds() throws {
    // 1 s / 3 = 333,333,333.3 ns and 666,666,666.7 ns.
    let text = "open_time,open,high,low,close\n1621425600000,2,3,1,2\n1621425601000,2,3,1,2\n"
    let sink = try importFixtures([("BTCUSDT-1s.csv", text)]).sink
    #expect(
      sink.ticks.prefix(4).map { $0.time.nanoseconds - noon } == [0, 333_333_333, 666_666_666, 999_000_000])
    let times = CandleTimes(interval: 5_000_002)
    #expect([times.firstExtreme, times.secondExtreme, times.close] == [1_666_667, 3_333_334, 4_000_002])
    let long = CandleTimes(interval: Int64.max)
    #expect(long.secondExtreme == 6_148_914_691_236_517_204)
  }

  @Test func sizesStayEmptyBecauseAVolumeIsNoTickSize() throws {
    let sink = try importFixtures([("BTCUSDT-1m.csv", Self.candles)]).sink
    #expect(sink.ticks.allSatisfy { $0.size == nil && $0.flags == [] })
  }

  @Test func theOfficialFormWithAndWithoutHeader() throws {
    let header =
      "open_time,open,high,low,close,volume,close_time,quote_volume,count,"
      + "taker_buy_volume,taker_buy_quote_volume,ignore\n"
    let rows =
      "1621425600000,100.00,105.00,99.00,101.00,7.000,1621425659999,700.0,12,3.5,350.0,0\n"
      + "1621425660000,101.00,102.50,90.00,95.50,7.000,1621425719999,700.0,12,3.5,350.0,0\n"
    let with = try importFixtures([("BTCUSDT-1m-2021-05.csv", header + rows)])
    let without = try importFixtures([("BTCUSDT-1m-2021-05.csv", rows)])
    #expect(with.sink.lines.first == "BTCUSDT trade \(noon) 100")
    #expect(with.sink.lines.count == 8)
    #expect(with.sink.lines == without.sink.lines)
    #expect(with.summary.rows == 2 && without.summary.rows == 2)
  }

  @Test func microsecondsAreToldByMagnitude() throws {
    let text =
      "1735689600000000,100,105,99,101,7,1735689659999999,700,12,3,350,0\n"
      + "1735689660000000,101,102.5,90,95.5,7,1735689719999999,700,12,3,350,0"
    let sink = try importFixtures([("BTCUSDT-1m-2025-01.csv", text)]).sink
    // 2025-01-01T00:00:00Z is 1,735,689,600 s; no line feed at the end of the file.
    #expect(sink.ticks[0].time.nanoseconds == 1_735_689_600_000_000_000)
    #expect(sink.ticks[7].time.nanoseconds == 1_735_689_719_999_000_000)
  }

  @Test(arguments: [
    ("markPriceKlines", SeriesKind.mark), ("indexPriceKlines", .index), ("klines", .trade),
  ])
  func theFormatNamesTheKind(format: String, kind: SeriesKind) throws {
    let sink = try importFixtures([("BTCUSDT-1m.csv", Self.candles)]) { $0.format = format }.sink
    #expect(sink.keys == [SeriesKey(symbol: "BTCUSDT", kind: kind)])
  }

  @Test func theFileNameNamesKindAndInstrument() {
    #expect(FileNameHints("/a/BTCUSDT-mark-8h.csv.gz").kind == .mark)
    #expect(FileNameHints("markPriceKlines/BTCUSDT/1m/BTCUSDT-1m-2021-05.csv").kind == .mark)
    #expect(FileNameHints("indexPriceKlines/BTCUSDT-1m.csv").kind == .index)
    #expect(FileNameHints("BTCUSDT-1m.csv").kind == nil)
    #expect(FileNameHints("BTCUSDT-1m.csv").symbol == "BTCUSDT")
    #expect(FileNameHints("x/BTCUSDT_230630-1m.csv").symbol == "BTCUSDT_230630")
    #expect(FileNameHints("BTC-PERP-1m.csv").symbol == nil)
    #expect(FileNameHints("btcusdt-1m.csv").symbol == nil)
    #expect(FileNameHints("BTCUSDT.csv").symbol == nil)
    #expect(FileNameHints("-").symbol == nil)
  }

  @Test func optionsNameKindInstrumentAndInterval() throws {
    let text = "1621425600000,100,105,99,101\n"
    let (sink, summary) = try importFixtures([("one.csv", text)]) {
      $0.format = "klines"
      $0.instrument = "ETHUSDT"
      $0.kind = .index
      $0.interval = TimeSpan(nanoseconds: 3 * minute)
    }
    #expect(sink.keys == [SeriesKey(symbol: "ETHUSDT", kind: .index)])
    #expect(sink.ticks.map { $0.time.nanoseconds - noon } == [0, minute, 2 * minute, 3 * minute - 1_000_000])
    #expect(summary.inputs[0].interval?.nanoseconds == 3 * minute)
  }

  @Test func gapsAreCountedWithTheirLength() throws {
    let text = """
      open_time,open,high,low,close
      1621425600000,1,1,1,1
      1621425660000,1,1,1,1
      1621425840000,1,1,1,1
      1621425900000,1,1,1,1

      """
    let summary = try importFixtures([("BTCUSDT-1m.csv", text)]).summary
    // The candles of 12:02 and 12:03 are missing.
    let start = Timestamp(nanoseconds: noon + 2 * minute)
    #expect(summary.gaps.map(\.start) == [start])
    #expect(summary.gaps.map(\.length) == [TimeSpan(nanoseconds: 2 * minute)])
    #expect(summary.description.contains("gaps 1, together 2m"))
  }

  @Test func aCandleThatStandsTwiceIsDroppedAndCounted() throws {
    let text = Self.candles + "1621425720000,95.50,96,95,95.5,7\n"
    let (sink, summary) = try importFixtures([("BTCUSDT-1m.csv", text)])
    #expect(sink.ticks.count == 12)
    #expect(summary.rows == 4)
    #expect(summary.dropped == ["repeated candle": 1])
    #expect(summary.description.contains("dropped 1: repeated candle"))
  }
}
