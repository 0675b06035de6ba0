import Market
import Platform
import TickFile

/// Candles to ticks: four each, along the path that the user chose.
final class KlineParser: RecordParser {
  /// One candle.
  private struct Candle: Hashable {
    var open: ExactDecimal
    var high: ExactDecimal
    var low: ExactDecimal
    var close: ExactDecimal
    /// Open time in ns since the epoch.
    var time: Int64
  }

  private let layout: ColumnLayout
  private let key: SeriesKey
  private let interval: Int64
  private let isIntervalStated: Bool
  private let times: CandleTimes
  private let path: CandlePath
  private var last: Candle?
  private var steps = StepCounter()

  init(_ context: ParserContext) throws {
    let plan = context.plan
    layout = context.layout
    key = try plan.seriesKey()
    guard let interval = plan.interval else { preconditionFailure("candles are planned with their interval") }
    self.interval = interval
    isIntervalStated = plan.isIntervalStated
    times = CandleTimes(interval: interval)
    path = context.candlePath
  }

  func parse(_ line: borrowing LineReader, into batch: inout RowBatch) throws {
    try line.requireFields(layout.columnCount)
    batch.counts.rows += 1
    let names = ["open", "high", "low", "close"]
    var prices: [ExactDecimal] = []
    for (column, name) in zip(layout.prices, names) {
      let price = try line.decimal(column, name)
      guard price.mantissa > 0 else { return try batch.drop(Doubt.price, line.noPrice(column, name)) }
      prices.append(price)
    }
    let candle = Candle(
      open: prices[0], high: prices[1], low: prices[2], close: prices[3],
      time: try line.time(layout.time))
    try check(candle, line)
    if let last, try isRepeat(candle, of: last, line, &batch) {
      return try batch.drop(
        Doubt.repeatedCandle,
        line.error(
          layout.time, "the open time \(line.excerpt(layout.time)) stands twice",
          expected: "one candle for each open time"))
    }
    last = candle
    try emit(candle, line, into: &batch)
  }

  private func check(_ candle: Candle, _ line: borrowing LineReader) throws {
    if DecimalOrder.isLess(candle.high, candle.low) {
      throw line.error(
        layout.prices[1], "the high \(candle.high) is below the low \(candle.low)",
        expected: "a high at or above the low")
    }
    for (index, name, value) in [(0, "open", candle.open), (3, "close", candle.close)]
    where DecimalOrder.isLess(value, candle.low) || DecimalOrder.isLess(candle.high, value) {
      throw line.error(
        layout.prices[index], "the \(name) \(value) is outside of the candle's low and high",
        expected: "\(candle.low) to \(candle.high)")
    }
  }

  /// Compares the candle's time with that of the one before, and counts a gap between them.
  private func isRepeat(
    _ candle: Candle, of last: Candle, _ line: borrowing LineReader, _ batch: inout RowBatch
  ) throws -> Bool {
    let step = candle.time - last.time
    if step == 0 {
      if candle == last { return true }
      throw line.error(
        layout.time, "the open time \(line.excerpt(layout.time)) repeats with other prices",
        expected: "one candle for each open time")
    }
    guard step > 0 else {
      throw line.error(
        layout.time, "the open time \(line.excerpt(layout.time)) is before that of the candle above it",
        expected: "records in time order; sort the file by its open time")
    }
    guard step >= interval else {
      throw line.error(
        layout.time, "the candle opens before the one above it ends, with an interval of \(shown(interval))",
        expected: "candles of one interval; --interval states another one")
    }
    steps.add(step)
    if step > interval {
      let start = Timestamp(nanoseconds: last.time + interval)
      let gap = ImportSummary.Gap(series: key, start: start, length: TimeSpan(nanoseconds: step - interval))
      if batch.isStrict {
        throw line.error(layout.time, "candles are missing before it: \(gap.length)", expected: "no gap")
      }
      batch.counts.gaps.append(gap)
    }
    return false
  }

  private func emit(
    _ candle: Candle, _ line: borrowing LineReader, into batch: inout RowBatch
  ) throws {
    let series = try batch.series(key)
    let closesAtOrAboveOpen = !DecimalOrder.isLess(candle.close, candle.open)
    let lowFirst = path.putsLowFirst(closesAtOrAboveOpen: closesAtOrAboveOpen)
    let timeColumn = line.column(of: layout.time)
    func add(_ offset: Int64, _ price: ExactDecimal, _ place: Int, to batch: inout RowBatch) {
      batch.rows.append(
        ImportRow(candle.time + offset, price, series: series, line: line.line)
          .at(time: timeColumn, price: line.column(of: layout.prices[place]))
          .numbered(ImportRow.candleID))
    }
    add(0, candle.open, 0, to: &batch)
    add(times.firstExtreme, lowFirst ? candle.low : candle.high, lowFirst ? 2 : 1, to: &batch)
    add(times.secondExtreme, lowFirst ? candle.high : candle.low, lowFirst ? 1 : 2, to: &batch)
    add(times.close, candle.close, 3, to: &batch)
    batch.candlesEnd = candle.time + interval
  }

  func finish(_ path: String, into batch: inout RowBatch) throws {
    // The look-ahead into a pipe is bounded, so its verdict is compared with all of it.
    if !isIntervalStated, let actual = steps.mostFrequent, actual != interval {
      throw InputError(
        SourceLocation(path: path),
        "the most frequent step is \(shown(actual)), but the first records showed \(shown(interval))",
        expected: "--interval \(shown(actual)), or a file in place of a pipe")
    }
  }

  private func shown(_ nanoseconds: Int64) -> TimeSpan { TimeSpan(nanoseconds: nanoseconds) }
}
