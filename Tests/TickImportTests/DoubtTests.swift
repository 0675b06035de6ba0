import Market
import Support
import TickFile
import Testing

@testable import TickImport

/// What a replay must not believe: counted, named, and an error where the user says so.
@Suite struct DoubtTests {
  /// One trade a second with these prices.
  static func trades(_ prices: [String]) -> Fixture {
    let lines = prices.enumerated().map { "\(1_621_425_600 + $0.offset),\($0.element)\n" }
    return ("BTCUSDT-t.csv", "time,price\n" + lines.joined())
  }

  static func prices(
    _ prices: [String], _ change: (inout ImportRequest) -> Void
  ) throws -> (kept: [String], summary: ImportSummary) {
    let (sink, summary) = try importFixtures([trades(prices)], change)
    return (sink.ticks.map(\.price.description), summary)
  }

  @Test func noPriceIsLeftOut() throws {
    let (kept, summary) = try Self.prices(["100", "0", "-3", "101"]) { _ in }
    #expect(kept == ["100", "101"])
    #expect(summary.dropped == ["price of zero or below": 2])
    #expect(summary.rows == 4)
    let error = importError(Self.trades(["100", "0"]).text) { $0.isStrict = true }
    #expect(error == "3:12: the price is '0', expected a price above zero")
  }

  @Test func aJumpIsLeftOutUnlessTheNextRecordConfirmsIt() throws {
    let (kept, summary) = try Self.prices(["100", "106", "101", "94", "95", "96", "200", "10", "97"]) {
      $0.maxJump = 0.05
    }
    // 106 stands alone; 94 is confirmed by 95; 200 and 10 confirm nothing.
    #expect(kept == ["100", "101", "95", "96", "97"])
    #expect(summary.dropped == ["jump beyond the bound": 4])
    #expect(try Self.prices(["100", "105", "99.75"]) { $0.maxJump = 0.05 }.kept == ["100", "105", "99.75"])
    let error = importError(Self.trades(["100", "106"]).text) {
      $0.maxJump = 0.05
      $0.isStrict = true
    }
    #expect(error.hasPrefix("3:12: the price 106 of BTCUSDT trade is farther than 5.0 % from"), "\(error)")
  }

  @Test func aJumpOfFundingIsNone() throws {
    let text = "funding_time,funding_rate\n1621382400000,0.0001\n1621411200000,-0.003\n"
    let (sink, summary) = try importFixtures([("BTCUSDT-f.csv", text)]) { $0.maxJump = 0.01 }
    #expect(sink.ticks.count == 2)
    #expect(summary.dropped.isEmpty)
  }

  @Test func gapsAreReportedWithTheirLength() throws {
    let text = "time,price\n1621425600,1\n1621425605,1\n1621425611,1\n"
    let (sink, summary) = try importFixtures([("BTCUSDT-t.csv", text)]) {
      $0.maxGap = TimeSpan(nanoseconds: 5_000_000_000)
    }
    #expect(sink.ticks.count == 3)
    #expect(summary.gaps.map(\.length.description) == ["6s"])
    #expect(summary.gaps.map(\.start.nanoseconds) == [noon + 5_000_000_000])
    #expect(summary.doubts == ["gap (nothing left out)": 1])
    #expect(summary.description.contains("gaps 1, together 6s"))
    let error = importError(text) {
      $0.maxGap = TimeSpan(nanoseconds: 5_000_000_000)
      $0.isStrict = true
    }
    #expect(error.hasPrefix("4:1: 6s without a record of BTCUSDT trade before it"), "\(error)")
  }

  @Test func lateRecordsAreSortedWithinTheWindow() throws {
    let text = "time,price\n1621425600,1\n1621425603,2\n1621425602,3\n1621425602,4\n1621425609,5\n"
    let (sink, summary) = try importFixtures([("BTCUSDT-t.csv", text)]) {
      $0.sortWindow = TimeSpan(nanoseconds: 1_000_000_000)
    }
    #expect(sink.ticks.map(\.price.mantissa) == [1, 3, 4, 2, 5])
    #expect(summary.kept == ["late record (sorted into its place)": 2])
    let late = importError(text) { $0.sortWindow = TimeSpan(nanoseconds: 999_999_999) }
    #expect(
      late.hasPrefix(
        "4:1: the time is 1s before that of a record above it, expected records late by at most "),
      "\(late)")
    let strict = importError(text) { $0.isStrict = true }
    #expect(strict.hasPrefix("4:1: the time is 1s before that of a record above it"), "\(strict)")
  }

  @Test func aShuffledFileComesOutAsASortedOne() throws {
    var state: UInt64 = 5
    func next(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
    let times = (0..<20_000).map { 1_621_425_600_000 + UInt64($0) * 10 + next(500) }
    let text = "time,price\n" + times.enumerated().map { "\($1),\($0 + 1)\n" }.joined()
    let expected = times.enumerated().sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }
    for chunk in [1 << 10, 1 << 14, 1 << 20] {
      let sink = try importFixtures([("BTCUSDT-t.csv", text)]) {
        $0.sortWindow = TimeSpan(nanoseconds: 500_000_000)
        $0.chunkSize = chunk
      }.sink
      #expect(sink.ticks.map { Int($0.price.mantissa) - 1 } == expected.map(\.offset), "chunks of \(chunk)")
    }
  }

  @Test func missingCandlesAreErrorsWhereDoubtsAre() {
    let text =
      "open_time,open,high,low,close\n1621425600000,1,1,1,1\n1621425660000,1,1,1,1\n1621425780000,1,1,1,1\n"
    let error = importError(text) { $0.isStrict = true }
    #expect(error == "4:1: candles are missing before it: 1m, expected no gap")
  }

  @Test func theFileCountsItsDoubts() throws {
    let folder = try TemporaryDirectory()
    let text =
      "time,price,flags\n1621425600,1,0\n1621425599,1,0\n1621425601,0,0\n1621425700,9,0\n1621425701,1,0\n"
    let input = try folder.write("BTCUSDT-t.csv", text)
    let output = folder.file("t.ticks.zst")
    var request = ImportRequest(inputs: [input], output: output)
    request.maxJump = 0.5
    request.maxGap = TimeSpan(nanoseconds: minute)
    _ = try request.run()
    #expect(
      try TickFileReader(path: output).metadata.dropped == [
        "price of zero or below": 1, "jump beyond the bound": 1, "late record (sorted into its place)": 1,
        "gap (nothing left out)": 1,
      ])
  }

  @Test func aFileWithoutPricesIsRefused() throws {
    let folder = try TemporaryDirectory()
    let input = try folder.write("BTCUSDT-t.csv", "time,price\n1621425600,0\n")
    #expect {
      _ = try ImportRequest(inputs: [input], output: folder.file("t.ticks.zst")).run()
    } throws: {
      "\($0)".contains("none of the 1 records holds a price (1: price of zero or below)")
    }
    #expect(try folder.names() == ["BTCUSDT-t.csv"])
  }
}
