import Market
import Platform

/// Turns the records of a Databento file into ticks.
struct DBNDecoder {
  /// The kinds of records that are read, by their number in the header.
  private enum Kind {
    static let trade: UInt8 = 0x00
    static let order: UInt8 = 0xA0
    /// Trades and quotes in one layout: the best level, ten levels, consolidated ones.
    static let levels: Set<UInt8> = [0x01, 0x0A, 0xB1, 0xC2]
    /// Quotes of a second or a minute, of one venue or consolidated.
    static let quotes: Set<UInt8> = [0xC3, 0xC4, 0xC0, 0xC1]
    /// Candles, with their interval in ns.
    static let candles: [UInt8: Int64] = [
      0x20: 1_000_000_000, 0x21: 60_000_000_000, 0x22: 3_600_000_000_000, 0x23: 86_400_000_000_000,
    ]
  }

  private static let tradeAction = UInt64(UInt8(ascii: "T"))
  private static let undefinedPrice = Int64.max
  private static let undefinedTime = UInt64.max
  private static let priceScale = 9

  /// Records read.
  private(set) var number = 0
  /// The interval of candles, once there is one, in ns.
  private(set) var candleInterval: Int64?

  private let metadata: DBNMetadata
  private let path: String
  private let fallback: String?
  private let candlePath: CandlePath
  /// Whether a record's quotes were in force before its trade.
  private let quotesComeFirst: Bool
  private var series: [SeriesOfInstrument: UInt16] = [:]
  private var unnamed: UInt32?
  /// Ticks of candles that later candles may precede.
  private var waiting: [ImportRow] = []

  private struct SeriesOfInstrument: Hashable {
    var instrument: UInt32
    var kind: SeriesKind
    /// Zero where the instrument has one name in the whole file, else the day.
    var day: Int64
  }

  init(_ metadata: DBNMetadata, _ plan: InputPlan, _ candlePath: CandlePath) {
    self.metadata = metadata
    path = plan.path
    fallback = plan.symbol
    self.candlePath = candlePath
    quotesComeFirst = [DBNMetadata.Schema.tbbo, DBNMetadata.Schema.tcbbo].contains(metadata.schema)
  }

  /// Reads one record.
  mutating func decode(_ record: DBNRecord, of bytes: Span<UInt8>, into batch: inout RowBatch) throws {
    number += 1
    batch.counts.rows += 1
    let kind = bytes[record.position + 1]
    if kind == Kind.trade {
      try require(48, record)
      try trade(record, price: 16, size: 24, action: 28, received: 32, bytes, into: &batch)
    } else if Kind.levels.contains(kind) {
      try require(80, record)
      if quotesComeFirst { try quotes(record, bytes, into: &batch) }
      try trade(record, price: 16, size: 24, action: 28, received: 32, bytes, into: &batch)
      if !quotesComeFirst { try quotes(record, bytes, into: &batch) }
    } else if Kind.quotes.contains(kind) {
      try require(80, record)
      try quotes(record, bytes, into: &batch)
    } else if kind == Kind.order {
      try require(56, record)
      try trade(record, price: 24, size: 32, action: 38, received: 40, bytes, into: &batch)
    } else if let interval = Kind.candles[kind] {
      try require(56, record)
      try candle(record, interval, bytes, into: &batch)
    } else {
      batch.skip("record of another kind")
    }
  }

  /// Hands out what waits.
  mutating func finish(into batch: inout RowBatch) { release(before: nil, into: &batch) }

  private func require(_ length: Int, _ record: DBNRecord) throws {
    guard record.length < length else { return }
    throw CorruptDataError(
      path: path, problem: "record \(number) has \(record.length) bytes, where its kind needs \(length)")
  }

  private mutating func trade(
    _ record: DBNRecord, price: Int, size: Int, action: Int, received: Int, _ bytes: Span<UInt8>,
    into batch: inout RowBatch
  ) throws {
    guard record.number(action, 1, bytes) == Self.tradeAction else {
      if record.number(1, 1, bytes) == UInt64(Kind.order) { batch.skip("order that is no trade") }
      return
    }
    let time = try time(record, received, bytes)
    try add(
      record.signed(price, bytes), Int64(record.number(size, 4, bytes)), .trade, time, record, bytes,
      into: &batch)
  }

  private mutating func quotes(
    _ record: DBNRecord, _ bytes: Span<UInt8>, into batch: inout RowBatch
  ) throws {
    let time = try time(record, 32, bytes)
    for (kind, price, size) in [(SeriesKind.bid, 48, 64), (.ask, 56, 68)] {
      try add(
        record.signed(price, bytes), Int64(record.number(size, 4, bytes)), kind, time, record, bytes,
        into: &batch)
    }
  }

  private mutating func add(
    _ price: Int64, _ size: Int64?, _ kind: SeriesKind, _ time: Int64, _ record: DBNRecord,
    _ bytes: Span<UInt8>, into batch: inout RowBatch
  ) throws {
    guard price != Self.undefinedPrice else { return }
    guard let row = try row(price, kind, time, record, bytes, &batch) else { return }
    batch.rows.append(row.sized(size.map { ExactDecimal(mantissa: $0, scale: 0) }))
  }

  /// A row with the record's price; nil where it is none.
  private mutating func row(
    _ price: Int64, _ kind: SeriesKind, _ time: Int64, _ record: DBNRecord, _ bytes: Span<UInt8>,
    _ batch: inout RowBatch
  ) throws -> ImportRow? {
    let location = SourceLocation(path: path, line: number)
    guard price > 0 else {
      try batch.drop(
        Doubt.price,
        InputError(
          location, "the \(kind.rawValue) of the record is \(price) billionths",
          expected: "a price above zero"))
      return nil
    }
    var value = ExactDecimal(mantissa: price, scale: Self.priceScale)
    while value.scale > 0, value.mantissa % 10 == 0 {
      value.mantissa /= 10
      value.scale -= 1
    }
    guard value.mantissa <= Int64(DecimalText.largestMantissa) else {
      throw InputError(
        location, "the \(kind.rawValue) of the record has more digits than a tick holds",
        expected: DecimalText.expectation)
    }
    let instrument = UInt32(record.number(4, 4, bytes))
    let series = try series(instrument, kind, time, &batch)
    return ImportRow(time, value, series: series, line: number)
  }

  private func time(_ record: DBNRecord, _ received: Int, _ bytes: Span<UInt8>) throws -> Int64 {
    let stated = record.number(received, 8, bytes)
    let time = stated == Self.undefinedTime ? record.number(8, 8, bytes) : stated
    guard let result = Int64(exactly: time), result < Int64.max else {
      throw InputError(
        SourceLocation(path: path, line: number), "the record has no time", expected: "a time before 2262")
    }
    return result
  }
}

extension DBNDecoder {
  private mutating func candle(
    _ record: DBNRecord, _ interval: Int64, _ bytes: Span<UInt8>, into batch: inout RowBatch
  ) throws {
    candleInterval = interval
    let open = try time(record, 8, bytes)
    release(before: open, into: &batch)
    let prices = [16, 24, 32, 40].map { record.signed($0, bytes) }
    let (low, high) = (prices[2], prices[1])
    guard low <= min(prices[0], prices[3]), high >= max(prices[0], prices[3]), open <= Int64.max - interval
    else {
      throw InputError(
        SourceLocation(path: path, line: number), "the candle's open or close is outside of its low and high",
        expected: "open and close between low and high")
    }
    let times = CandleTimes(interval: interval)
    let lowFirst = candlePath.putsLowFirst(closesAtOrAboveOpen: prices[3] >= prices[0])
    let ticks = [
      (Int64(0), prices[0]), (times.firstExtreme, lowFirst ? low : high),
      (times.secondExtreme, lowFirst ? high : low), (times.close, prices[3]),
    ]
    for (offset, price) in ticks {
      guard let row = try row(price, .trade, open + offset, record, bytes, &batch) else { continue }
      waiting.append(row)
    }
  }

  /// Candles of several instruments open at one time, so their ticks are sorted among each other.
  private mutating func release(before open: Int64?, into batch: inout RowBatch) {
    guard let first = waiting.first, open.map({ first.time < $0 }) ?? true else { return }
    waiting.sort { $0.time < $1.time }
    let count = open.map { open in waiting.firstIndex { $0.time >= open } ?? waiting.count } ?? waiting.count
    batch.rows += waiting[..<count]
    waiting.removeSubrange(..<count)
  }

  private mutating func series(
    _ instrument: UInt32, _ kind: SeriesKind, _ time: Int64, _ batch: inout RowBatch
  ) throws -> UInt16 {
    let names = metadata.mappings[instrument]?.count ?? 0
    let day = names > 1 ? time / 86_400_000_000_000 : 0
    let place = SeriesOfInstrument(instrument: instrument, kind: kind, day: day)
    if let known = series[place] { return known }
    let symbol = metadata.symbol(of: instrument, at: time) ?? nameWithout(instrument)
    guard Name.isValid(symbol) else {
      throw InputError(
        SourceLocation(path: path, line: number), "the instrument is named '\(symbol)'",
        expected: Name.expectation)
    }
    let number = try batch.series(SeriesKey(symbol: symbol, kind: kind))
    series[place] = number
    return number
  }

  /// The name of an instrument that the metadata do not name: the user's, for one of them, else its number.
  private mutating func nameWithout(_ instrument: UInt32) -> String {
    guard let fallback, unnamed == nil || unnamed == instrument else { return String(instrument) }
    unnamed = instrument
    return fallback
  }
}
