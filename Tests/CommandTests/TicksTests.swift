import Foundation
import Support
import Testing

/// `ticks import`, `info`, `verify`, `merge` and `export` on sound files.
struct TicksTests {
  /// Two candles: the first closes above its open, the second below.
  static let candles = """
    open_time,open,high,low,close,volume
    1621382400000,100,110,90,105,1
    1621382460000,105,106,80,81,1

    """

  /// The eight ticks of the candles, worked out by hand: open, near extreme, far extreme, close.
  static let candleTicks = """
    time,symbol,kind,price,size,flags
    2021-05-19T00:00:00.000000000Z,BTCUSDT,trade,100,,0
    2021-05-19T00:00:20.000000000Z,BTCUSDT,trade,90,,0
    2021-05-19T00:00:40.000000000Z,BTCUSDT,trade,110,,0
    2021-05-19T00:00:59.999000000Z,BTCUSDT,trade,105,,0
    2021-05-19T00:01:00.000000000Z,BTCUSDT,trade,105,,0
    2021-05-19T00:01:20.000000000Z,BTCUSDT,trade,106,,0
    2021-05-19T00:01:40.000000000Z,BTCUSDT,trade,80,,0
    2021-05-19T00:01:59.999000000Z,BTCUSDT,trade,81,,0

    """

  static func sandboxWithTicks() throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write("BTCUSDT-1m-2021-05.csv", candles)
    let result = try sandbox.run("ticks", "import", "BTCUSDT-1m-2021-05.csv", "--out", "btc.ticks.zst")
    #expect(result.status == 0, "\(result.stderr)")
    return sandbox
  }

  @Test func candlesBecomeFourTicksEach() throws {
    let sandbox = try Self.sandboxWithTicks()
    let export = try sandbox.run("ticks", "export", "btc.ticks.zst")
    #expect(export.status == 0)
    #expect(export.stdout == Self.candleTicks)
  }

  @Test func theCandlePathCanBeChosen() throws {
    let sandbox = try Sandbox()
    try sandbox.write("BTCUSDT-1m-2021-05.csv", Self.candles)
    try sandbox.run(
      "ticks", "import", "BTCUSDT-1m-2021-05.csv", "--out", "t.ticks.zst", "--candle-path", "high-first")
    let export = try sandbox.run("ticks", "export", "t.ticks.zst")
    let prices = export.stdout.split(separator: "\n").dropFirst().map { $0.split(separator: ",")[3] }
    #expect(prices == ["100", "110", "90", "105", "105", "106", "80", "81"])
  }

  @Test func exportAndImportGiveTheSameTicks() throws {
    let sandbox = try Self.sandboxWithTicks()
    try sandbox.run("ticks", "export", "btc.ticks.zst", "--out", "all.csv")
    #expect(try sandbox.text("all.csv") == Self.candleTicks)
    let again = try sandbox.run("ticks", "import", "all.csv", "--out", "again.ticks.zst")
    #expect(again.status == 0, "\(again.stderr)")
    #expect(try sandbox.run("ticks", "export", "again.ticks.zst").stdout == Self.candleTicks)
    let digests = try ["btc", "again"].map { name in
      try sandbox.run("ticks", "verify", "\(name).ticks.zst", "--json").json()["content_digest"] as? String
    }
    #expect(digests[0] != nil && digests[0] == digests[1])
  }

  @Test func importReadsAPipeAndWritesOne() throws {
    let sandbox = try Sandbox()
    try sandbox.write("candles.csv", Self.candles)
    let result = try sandbox.bash(
      "\"$program\" ticks import - --instrument BTCUSDT --out - <candles.csv >t.ticks.zst")
    #expect(result.status == 0)
    // The result went to standard output, so the summary did not.
    #expect(result.stderr.contains("rows 2, ticks 8"))
    #expect(try sandbox.run("ticks", "export", "t.ticks.zst").stdout == Self.candleTicks)
  }

  @Test func infoTellsSeriesAndPrices() throws {
    let sandbox = try Self.sandboxWithTicks()
    let info = try sandbox.run("ticks", "info", "btc.ticks.zst", "--json").json()
    #expect(info["ticks"] as? Int == 8)
    #expect(info["first"] as? String == "2021-05-19T00:00:00.000000000Z")
    #expect(info["last"] as? String == "2021-05-19T00:01:59.999000000Z")
    #expect((info["notes"] as? [String: String])?["candle path"] == "near")
    let series = try #require((info["series"] as? [[String: Any]])?.first)
    #expect(series["symbol"] as? String == "BTCUSDT")
    #expect(series["kind"] as? String == "trade")
    #expect(series["lowest"] as? Double == 80)
    #expect(series["highest"] as? Double == 110)
    let table = try sandbox.run("ticks", "info", "btc.ticks.zst")
    #expect(table.stdout.contains("candle path: near"))
  }

  @Test func verifyCountsAndZstdAgrees() throws {
    let sandbox = try Self.sandboxWithTicks()
    let result = try sandbox.run("ticks", "verify", "btc.ticks.zst")
    #expect(result.status == 0)
    #expect(result.stdout.hasPrefix("btc.ticks.zst: 8 ticks in 1 blocks and "))
    #expect(try sandbox.bash("zstd -t btc.ticks.zst").status == 0)
  }

  @Test func mergeOrdersByTime() throws {
    let sandbox = try Self.sandboxWithTicks()
    try sandbox.write(
      "ETHUSDT.csv",
      """
      time,symbol,kind,price,size
      2021-05-19T00:00:20Z,ETHUSDT,trade,7.5,2
      2021-05-19T00:03:00Z,ETHUSDT,mark,7.25,

      """)
    try sandbox.run("ticks", "import", "ETHUSDT.csv", "--out", "eth.ticks.zst")
    let merged = try sandbox.run(
      "ticks", "merge", "eth.ticks.zst", "btc.ticks.zst", "--out", "both.ticks.zst")
    #expect(merged.status == 0, "\(merged.stderr)")
    let lines = try sandbox.run("ticks", "export", "both.ticks.zst").stdout.split(separator: "\n")
    #expect(lines.count == 11)
    // At the same time the file that was named first comes first.
    #expect(lines[2] == "2021-05-19T00:00:20.000000000Z,ETHUSDT,trade,7.5,2,0")
    #expect(lines[3] == "2021-05-19T00:00:20.000000000Z,BTCUSDT,trade,90,,0")
    #expect(lines[10] == "2021-05-19T00:03:00.000000000Z,ETHUSDT,mark,7.25,,0")
  }

  @Test func exportCutsBySeriesAndTime() throws {
    let sandbox = try Self.sandboxWithTicks()
    let result = try sandbox.run(
      "ticks", "export", "btc.ticks.zst", "--series", "BTCUSDT:trade", "--from", "2021-05-19T00:00:40Z",
      "--to",
      "2021-05-19T00:01:00Z", "--nanoseconds")
    let lines = result.stdout.split(separator: "\n").dropFirst()
    #expect(
      lines == ["1621382440000000000,BTCUSDT,trade,110,,0", "1621382459999000000,BTCUSDT,trade,105,,0"])
  }

  @Test func aReaderThatGoesAwayIsNoError() throws {
    let sandbox = try Sandbox()
    var rows = "time,symbol,kind,price,size\n"
    for second in 0..<20_000 { rows += "\(1_621_382_400 + second),BTCUSDT,trade,\(100 + second % 7),1\n" }
    try sandbox.write("many.csv", rows)
    try sandbox.run("ticks", "import", "many.csv", "--out", "many.ticks.zst")
    // More than a pipe holds, so the program does meet the closed end.
    let result = try sandbox.bash(
      "\"$program\" ticks export many.ticks.zst | head -n 1; echo \"${PIPESTATUS[0]}\"")
    #expect(result.stdout == "time,symbol,kind,price,size,flags\n0\n")
    #expect(result.stderr.isEmpty)
  }
}
