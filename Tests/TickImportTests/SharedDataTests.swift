import Market
import Support
import TickFile
import Testing

@testable import TickImport

/// What the shared folder says about one of its files.
struct SharedFile: Sendable, CustomTestStringConvertible {
  var path: String
  var rows: Int
  var first: String
  var last: String
  var lowest: String
  var highest: String
  var testDescription: String { path }

  init(_ path: String, _ rows: Int, _ first: String, _ last: String, _ lowest: String, _ highest: String) {
    (self.path, self.rows, self.first, self.last) = (path, rows, first, last)
    (self.lowest, self.highest) = (lowest, highest)
  }
}

@Suite(.enabled(if: sharedData("data") != nil, "the shared data folder is absent"))
struct SharedDataTests {
  /// Rows, times and prices as the data folder's own description states them.
  static let crash: [SharedFile] = [
    ("ADAUSDT", "1.01", "2.47"), ("BNBUSDT", "280", "606.78"), ("BTCUSDT", "30000", "49795.89"),
    ("DOGEUSDT", "0.21111", "0.5489"), ("ETHUSDT", "1888", "3879"), ("SOLUSDT", "26.5", "58.38"),
    ("XRPUSDT", "0.85", "1.705"),
  ].map { symbol, lowest, highest in
    SharedFile(
      "crash-2021-05-19-spot-1m/csv/\(symbol)-spot-1m-2021-05-15T2119_2021-05-20T2038.csv", 7160,
      "2021-05-15T21:19:00.000000000Z", "2021-05-20T20:38:59.999000000Z", lowest, highest)
  }

  static let funding: [SharedFile] = [("BTCUSDT", "-0.003", "0.003"), ("ETHUSDT", "-0.00356332", "0.00375")]
    .map {
      SharedFile(
        "funding/\($0)-funding-2020-01_2023-12-utc.csv", 4383, "2020-01-01T00:00:00.000000000Z",
        "2023-12-31T16:00:00.000000000Z", $1, $2)
    }

  static let perpetuals: [SharedFile] = [
    SharedFile(
      "perp-2025-06/csv/BTCUSDT-perp-1m-2025-05-25_2025-06-24.csv.gz", 43199,
      "2025-05-25T10:33:00.000000000Z",
      "2025-06-24T10:31:59.999000000Z", "98115.4", "110700"),
    SharedFile(
      "perp-2025-06/csv/BTCUSDT-mark-8h-2025-05-25_2025-06-24.csv.gz", 89, "2025-05-25T16:00:00.000000000Z",
      "2025-06-24T07:59:59.999000000Z", "98146.43668478", "110685.44092391"),
    SharedFile(
      "perp-2025-06/csv/BNBUSDT-funding-8h-2025-05-25_2025-06-24.csv.gz", 89,
      "2025-05-25T16:00:00.000000000Z",
      "2025-06-24T00:00:00.00", "-0.00017896", "0"),
    SharedFile(
      "ticks-binance-usdm/BTCUSDT-usdm-trades-2020-02-22-tardis.csv", 9999, "2020-02-22T00:00:02.111000000Z",
      "2020-02-22T02:05:47.", "9653.07", "9710.7"),
  ]

  @Test(arguments: crash + funding + perpetuals)
  func rowsTimesAndPricesAreThoseOfTheDescription(file: SharedFile) throws {
    let path = try #require(sharedData("data/" + file.path))
    let (sink, summary) = try importFiles([path])
    let isCandles = summary.candlePath != nil
    let series = try #require(summary.series.first)
    #expect(summary.series.count == 1)
    #expect(summary.rows == file.rows)
    #expect(sink.ticks.count == file.rows * (isCandles ? 4 : 1))
    #expect(series.first.description == file.first)
    #expect(series.last.description.hasPrefix(file.last))
    #expect(series.lowest.description == file.lowest)
    #expect(series.highest.description == file.highest)
  }

  @Test func theCrashMergesIntoOneOrder() throws {
    let paths = try (Self.crash + Self.funding).map { try #require(sharedData("data/" + $0.path)) }
    let (sink, summary) = try importFiles(paths)
    #expect(summary.ticks == 7 * 7160 * 4 + 2 * 4383)
    #expect(summary.series.count == 9)
    #expect(summary.gaps.isEmpty)
    let times = sink.ticks.map(\.time)
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test func dateTimesOfAnotherExchange() throws {
    let path = try #require(
      sharedData("data/perp-ftx-2022-01/BTC-PERP-ftx-1m-2021-12-31_2022-02-01.csv"))
    let summary = try importFiles([path]) { $0.instrument = "BTC-PERP" }.summary
    #expect(summary.rows == 45031)
    #expect(summary.series[0].first.description == "2021-12-31T23:01:00.000000000Z")
    #expect(summary.series[0].lowest.description == "32837")
    #expect(summary.series[0].highest.description == "48080")
  }

  /// Captures: rows, prints of the market, and their range.
  @Test(arguments: [
    SharedFile(
      "ticks-binance-usdm/BTCUSDT-usdm-stream-20230404.gz", 13384, "2023-04-04T23:58:20",
      "2023-04-04T23:59:59", "28140.5", "28157.1"),
    SharedFile(
      "ticks-binance-usdm/BTCUSDT-usdm-stream-20230405.gz", 60381, "2023-04-05T00:00:00",
      "2023-04-05T00:06:54", "28136", "28159.2"),
    SharedFile(
      "ticks-binance-usdm/BTCUSDT-usdm-stream-20240808.gz", 93954, "2024-08-08T23:54:16",
      "2024-08-09T00:00:00", "61590.3", "61839.9"),
    SharedFile(
      "ticks-binance-usdm/ETHUSDT-usdm-stream-20240808.gz", 74655, "2024-08-08T23:54:16",
      "2024-08-09T00:00:01", "2677.9", "2684.82"),
  ])
  func captures(file: SharedFile) throws {
    let path = try #require(sharedData("data/" + file.path))
    let (sink, summary) = try importFiles([path])
    #expect(summary.rows == file.rows)
    #expect(sink.ticks.first?.time.description.hasPrefix(file.first) == true)
    #expect(sink.ticks.last?.time.description.hasPrefix(file.last) == true)
    let prices = summary.series.filter { $0.key.kind != .funding && $0.key.kind != .index }
    let lowest = prices.map(\.lowest).min { DecimalOrder.isLess($0, $1) }
    let highest = prices.map(\.highest).max { DecimalOrder.isLess($0, $1) }
    #expect(lowest?.description == file.lowest)
    #expect(highest?.description == file.highest)
    let times = sink.ticks.map(\.time)
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test func thePrintOfTheInsuranceFundIsNoPriceAndFundingIsThere() throws {
    let paths = try ["20230404", "20230405"].map {
      try #require(sharedData("data/ticks-binance-usdm/BTCUSDT-usdm-stream-\($0).gz"))
    }
    let (sink, summary) = try importFiles(paths)
    let flagged = sink.ticks.filter { $0.flags.contains(.notMarketTrade) }
    #expect(flagged.map(\.price.description) == ["28722.5"])
    #expect(sink.ticks.filter { $0.price.description == "28722.5" } == flagged)
    let counts = Dictionary(uniqueKeysWithValues: summary.series.map { ($0.key.kind, $0.ticks) })
    #expect(counts == [.trade: 12_935, .bid: 44_205, .ask: 44_205, .mark: 514, .index: 514, .funding: 1])
    let funding = try #require(sink.ticks.first { sink.keys[$0.series].kind == .funding })
    // The folder's table of funding says 1680652800000,0.00002760.
    #expect(funding.time.nanoseconds == 1_680_652_800_000_000_000)
    #expect(funding.price.description == "0.0000276")
  }

  @Test(arguments: [
    SharedFile(
      "ticks-binance-usdm/APEUSDT-aggTrades-2024-10-18.zip", 45342, "2024-10-18T00:00:03",
      "2024-10-18T23:59:41", "0.7075", "0.7386"),
    // 04:00:17 to 19:59:59 in New York.
    SharedFile(
      "ticks-large-equity/SPY-trades-2013-10-08-lean.zip", 451_545, "2013-10-08T08:00:17",
      "2013-10-08T23:59:58", "165.16", "167.72"),
  ])
  func archives(file: SharedFile) throws {
    let path = try #require(sharedData("data/" + file.path))
    let summary = try importFiles([path]).summary
    let series = try #require(summary.series.first)
    #expect(summary.series.count == 1 && summary.rows == file.rows && summary.ticks == file.rows)
    #expect(series.first.description.hasPrefix(file.first) && series.last.description.hasPrefix(file.last))
    #expect(series.lowest.description == file.lowest && series.highest.description == file.highest)
    #expect(summary.dropped.isEmpty && summary.kept.isEmpty)
  }

  @Test func quotesOfAnEquity() throws {
    let path = try #require(sharedData("data/ticks-large-equity/AIG-quotes-2013-10-09-lean.zip"))
    let summary = try importFiles([path]).summary
    // Every record has one side; counted apart with awk.
    #expect(summary.rows == 1_424_012)
    #expect(summary.series.map(\.ticks) == [712_006, 712_006])
  }

  @Test(arguments: [
    (
      "crash-2021-05-19-spot-1m/original/BTCUSDT-spot-1m-2021-04-20_2021-05-20.json",
      "a JSON array is not read"
    ),
    (
      "perp-2025-06/original/BTCUSDT-perp-1m-2025-05-25_2025-06-24.feather",
      "an Arrow (Feather) file is not read"
    ),
    // Times of another zone: the user must name the columns, and knows then what they mean.
    ("funding/original/BTCUSDT-funding-2020-01_2023-12-localtime-UTCplus3.csv", "is of no known format"),
    ("exchange-meta/binance-usdm-fundingInfo.json", "a JSON array is not read"),
  ])
  func whatIsRefusedSaysWhy(path: String, reason: String) throws {
    let file = try #require(sharedData("data/" + path))
    #expect {
      _ = try importFiles([file])
    } throws: {
      "\($0)".contains(reason)
    }
  }
}
