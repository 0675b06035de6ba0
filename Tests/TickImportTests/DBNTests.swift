import Foundation
import Market
import Platform
import Support
import TickFile
import Testing

@testable import TickImport

/// Databento's files against what the official decoder says of them.
@Suite(.enabled(if: sharedData("data/dbn") != nil, "the shared data folder is absent"))
struct DBNTests {
  /// A tick as the decoded reference implies it: instrument, series, time in ns, price in billionths, size.
  struct Expected: Hashable {
    var symbol: String
    var kind: SeriesKind
    var time: Int64
    var billionths: Int64
    var size: Int64
  }

  static let names: [String] = [
    "dbn-repo/test_data.bbo-1m.v2.dbn.zst", "dbn-repo/test_data.bbo-1m.v3.dbn.zst",
    "dbn-repo/test_data.bbo-1s.v2.dbn.zst", "dbn-repo/test_data.bbo-1s.v3.dbn.zst",
    "dbn-repo/test_data.cmbp-1.v2.dbn.zst", "dbn-repo/test_data.cmbp-1.v3.dbn.zst",
    "dbn-repo/test_data.mbp-1.dbn", "dbn-repo/test_data.mbp-1.v1.dbn.zst",
    "dbn-repo/test_data.mbp-1.v2.dbn.zst", "dbn-repo/test_data.mbp-1.v3.dbn.zst",
    "dbn-repo/test_data.tbbo.v1.dbn.zst", "dbn-repo/test_data.tbbo.v2.dbn.zst",
    "dbn-repo/test_data.tbbo.v3.dbn.zst", "dbn-repo/test_data.trades.dbn",
    "dbn-repo/test_data.trades.v1.dbn.zst", "dbn-repo/test_data.trades.v2.dbn.zst",
    "dbn-repo/test_data.trades.v3.dbn.zst",
    "nautilus/futures_trades_2024-07-01T23-58_2024-07-02T00-02.dbn.zst",
  ]
  static let candles: [String] = [
    "dbn-repo/test_data.ohlcv-1m.dbn", "dbn-repo/test_data.ohlcv-1m.v1.dbn.zst",
    "dbn-repo/test_data.ohlcv-1m.v2.dbn.zst", "dbn-repo/test_data.ohlcv-1m.v3.dbn.zst",
    "dbn-repo/test_data.ohlcv-1s.v1.dbn.zst", "dbn-repo/test_data.ohlcv-1s.v2.dbn.zst",
    "dbn-repo/test_data.ohlcv-1s.v3.dbn.zst",
    "nautilus/futures_ohlcv-1m_2024-07-01T23-40_2024-07-02T00-10.dbn.zst",
  ]
  static let instruments: [Int64: String] = [5482: "ESH1", 118: "ESU4", 4358: "NQU4"]

  /// The decoded records of a file, without its metadata.
  static func records(_ name: String) throws -> [[String: Any]] {
    var reference = name.replacing("/", with: "__").replacing(".dbn.zst", with: "")
    if reference.hasSuffix(".dbn") { reference = reference.replacing(".dbn", with: ".raw") }
    let path = try #require(sharedData("data/dbn/decoded/\(reference).jsonl"))
    let text = try String(contentsOfFile: path, encoding: .utf8)
    return try text.split(separator: "\n").dropFirst().map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }

  static func number(_ record: [String: Any], _ name: String) throws -> Int64 {
    try #require(record[name] as? NSNumber).int64Value
  }

  static func symbol(_ record: [String: Any]) throws -> String {
    try #require(instruments[try number(record, "instrument_id")])
  }

  static func ticks(_ path: String) throws -> [Expected] {
    let sink = try importFiles([path]).sink
    return sink.ticks.map { tick in
      let power = (tick.price.scale..<9).reduce(Int64(1)) { value, _ in value * 10 }
      return Expected(
        symbol: sink.keys[tick.series].symbol, kind: sink.keys[tick.series].kind, time: tick.time.nanoseconds,
        billionths: tick.price.mantissa * power, size: tick.size?.mantissa ?? 0)
    }
  }

  @Test(arguments: names) func ticksOfTradesAndQuotes(name: String) throws {
    let path = try #require(sharedData("data/dbn/" + name))
    var expected: Set<Expected> = []
    var count = 0
    for record in try Self.records(name) {
      let symbol = try Self.symbol(record)
      let time = try Self.number(record, "ts_recv")
      if record["action"] as? String == "T" {
        count += 1
        expected.insert(
          Expected(
            symbol: symbol, kind: .trade, time: time, billionths: try Self.number(record, "price"),
            size: try Self.number(record, "size")))
      }
      guard let level = (record["levels"] as? [[String: Any]])?.first else { continue }
      for (kind, side) in [(SeriesKind.bid, "bid"), (.ask, "ask")] {
        count += 1
        expected.insert(
          Expected(
            symbol: symbol, kind: kind, time: time, billionths: try Self.number(level, side + "_px"),
            size: try Self.number(level, side + "_sz")))
      }
    }
    let ticks = try Self.ticks(path)
    #expect(ticks.count == count)
    #expect(Set(ticks) == expected)
  }

  @Test(arguments: candles) func candlesBecomeFourTicks(name: String) throws {
    let path = try #require(sharedData("data/dbn/" + name))
    let interval: Int64 = name.contains("-1s") ? 1_000_000_000 : 60_000_000_000
    var expected: [Expected] = []
    for record in try Self.records(name) {
      let open = try Self.number(record, "ts_event")
      let prices = try ["open", "high", "low", "close"].map { try Self.number(record, $0) }
      let isUp = prices[3] >= prices[0]
      let ticks = [
        (0, prices[0]), (interval / 3, isUp ? prices[2] : prices[1]),
        (interval * 2 / 3, isUp ? prices[1] : prices[2]), (interval - 1_000_000, prices[3]),
      ]
      for (offset, price) in ticks {
        expected.append(
          Expected(
            symbol: try Self.symbol(record), kind: .trade, time: open + offset, billionths: price, size: 0))
      }
    }
    let ticks = try Self.ticks(path)
    #expect(ticks.count == expected.count)
    #expect(Set(ticks) == Set(expected))
    #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $0.time <= $1.time })
  }

  @Test(arguments: ["mbo.v1", "mbo.v2", "mbo.v3"]) func ordersWithoutTrades(version: String) throws {
    let path = try #require(sharedData("data/dbn/dbn-repo/test_data.\(version).dbn.zst"))
    let (sink, summary) = try importFiles([path])
    #expect(sink.ticks.isEmpty)
    #expect(summary.dropped == ["order that is no trade": 2])
  }

  @Test func theLongFileOfOrders() throws {
    let path = try #require(sharedData("data/dbn/nautilus/esh4-glbx-mdp3-20231224.mbo.dbn.zst"))
    let summary = try importFiles([path]).summary
    #expect(summary.rows == 8725)
    // The decoded reference has no record with the action T.
    #expect(summary.dropped == ["order that is no trade": 8725])
  }

  @Test func everyCutIsFound() throws {
    let source = try #require(sharedData("data/dbn/dbn-repo/test_data.trades.dbn"))
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: source)))
    let folder = try TemporaryDirectory()
    let records = whole.count - 2 * 48
    for count in 3..<whole.count where count != records && count != records + 48 {
      let path = try folder.write("cut.dbn", bytes: Array(whole.prefix(count)))
      #expect(throws: CorruptDataError.self, "cut to \(count)") { _ = try importFiles([path]) }
    }
  }

  @Test func flippedBitsAreAnErrorOrATick() throws {
    let source = try #require(sharedData("data/dbn/dbn-repo/test_data.mbp-1.dbn"))
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: source)))
    let folder = try TemporaryDirectory()
    for index in 3..<whole.count {
      var bytes = whole
      bytes[index] ^= 1 << UInt8(index % 8)
      let path = try folder.write("flip.dbn", bytes: bytes)
      do {
        _ = try importFiles([path])
      } catch {
        #expect(error is any Failure, "byte \(index)")
      }
    }
  }
}
