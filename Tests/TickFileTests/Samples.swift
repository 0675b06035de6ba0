import Market
import Support
import TickFile

/// A small generator of its own, so that the samples stay the same whatever the product does.
struct SampleRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state ^ (state >> 29)) &* 0xBF58_476D_1CE4_E5B9
  }
}

/// Ticks with their series, as a test wants to see them again.
struct Sample {
  var series: [SeriesKey]
  var ticks: [Tick]
}

enum Samples {
  static let metadata = TickFileMetadata(
    source: "made by a test", tool: "tests 1",
    notes: [("candle path", "near"), ("odd \"key\"", "a\\b\u{1}é")])

  static let keys = [
    SeriesKey(symbol: "BTCUSDT", kind: .trade), SeriesKey(symbol: "BTCUSDT", kind: .mark),
    SeriesKey(symbol: "ETHUSDT", kind: .trade), SeriesKey(symbol: "ETHUSDT", kind: .funding),
    SeriesKey(symbol: "ETH", kind: .index), SeriesKey(symbol: "ETHUSDT", kind: .bid),
  ]

  /// A time of the crash of May 2021, 2021-05-19T12:00:00Z.
  static let noon: Int64 = 1_621_425_600_000_000_000

  /// Random ticks: several series, changing scales, sizes here and there, negative funding, flags, ties.
  static func random(_ count: Int, seed: UInt64) -> Sample {
    var random = SampleRandom(state: seed)
    var time = noon
    var walk = [Int64](repeating: 3_000_000, count: keys.count)
    let ticks = (0..<count).map { _ in
      time +=
        Int.random(in: 0..<3, using: &random) == 0
        ? 0 : Int64.random(in: 1..<5_000, using: &random) * 1_000_000
      let series = Int.random(in: 0..<keys.count, using: &random)
      walk[series] += Int64.random(in: -2_000...2_000, using: &random)
      var price = ExactDecimal(mantissa: walk[series], scale: 2)
      if Int.random(in: 0..<50, using: &random) == 0 {
        price = ExactDecimal(mantissa: walk[series] * 10 + 7, scale: 3)
      }
      if keys[series].kind == .funding {
        price = ExactDecimal(mantissa: Int64.random(in: -75_000...75_000, using: &random), scale: 8)
      }
      let hasSize = keys[series].kind == .trade || Int.random(in: 0..<4, using: &random) == 0
      let size = ExactDecimal(mantissa: Int64.random(in: 0..<100_000, using: &random), scale: 3)
      let flags: TickFlags = Int.random(in: 0..<40, using: &random) == 0 ? [.notMarketTrade] : []
      return Tick(
        time: Timestamp(nanoseconds: time), series: series, price: price, size: hasSize ? size : nil,
        flags: flags)
    }
    return Sample(series: keys, ticks: ticks)
  }

  /// Writes `sample` as a file.
  @discardableResult
  static func write(
    _ sample: Sample, to path: String, ticksPerBlock: Int = 65_536, dropped: [String: Int] = [:]
  ) throws -> TickFileSummary {
    let options = TickFileOptions(ticksPerBlock: ticksPerBlock)
    let writer = try TickFileWriter(path: path, force: true, metadata: metadata, options: options)
    let numbers = try sample.series.map { try writer.series($0) }
    for tick in sample.ticks {
      var own = tick
      own.series = numbers[tick.series]
      try writer.append(own)
    }
    writer.dropped = dropped
    return try writer.finish()
  }

  /// All ticks of a file, block by block.
  static func read(_ path: String) throws -> Sample {
    let reader = try TickFileReader(path: path)
    var columns = TickColumns()
    var ticks: [Tick] = []
    for block in reader.blocks.indices {
      try reader.decode(block: block, columns: .all, into: &columns)
      ticks += (0..<columns.count).map { columns.tick($0) }
    }
    return Sample(series: reader.series, ticks: ticks)
  }
}

extension ExactDecimal {
  /// Mantissa and scale without zeros at the end, to compare values.
  var canonical: ExactDecimal {
    guard mantissa != 0 else { return ExactDecimal(mantissa: 0, scale: 0) }
    var (digits, decimals) = (mantissa, scale)
    while decimals > 0, digits % 10 == 0 { (digits, decimals) = (digits / 10, decimals - 1) }
    return ExactDecimal(mantissa: digits, scale: decimals)
  }
}

extension Sample {
  /// The records with their series by name and their values by value.
  var canonical: [String] {
    ticks.map { tick in
      let size = tick.size.map { "\($0.canonical.mantissa)e-\($0.canonical.scale)" } ?? "none"
      let price = tick.price.canonical
      let name = series[tick.series]
      return
        "\(tick.time.nanoseconds) \(name) \(price.mantissa)e-\(price.scale) \(size) \(tick.flags.rawValue)"
    }
  }
}
