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
}
