import Market
import Platform
import TickFile

/// Candles to ticks: four each, along the path that the user chose.
final class KlineParser: RecordParser {
  private(set) var counts = RecordCounts()
  private let layout: ColumnLayout
  private let key: SeriesKey
  private let series: Int
  private let interval: Int64
  private let isIntervalStated: Bool
  private let times: CandleTimes
  private let path: CandlePath
  private let ledger: SeriesLedger
  private var last: SeriesLedger.Candle?
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
    ledger = context.ledger
    series = try context.sink.series(key)
    try ledger.begin(series, key, plan.path)
    last = ledger.lastCandle[series]
  }

  func parse(_ line: borrowing LineReader, into queue: inout TickQueue) throws {
    try line.requireFields(layout.columnCount)
    counts.rows += 1
    let candle = SeriesLedger.Candle(
      open: try line.price(layout.prices[0], "open"), high: try line.price(layout.prices[1], "high"),
      low: try line.price(layout.prices[2], "low"), close: try line.price(layout.prices[3], "close"),
      time: try line.time(layout.time))
    try check(candle, line)
    if let last, try isRepeat(candle, of: last, line) {
      counts.dropped["repeated candle", default: 0] += 1
      return
    }
    last = candle
    emit(candle, into: &queue)
  }

  private func check(_ candle: SeriesLedger.Candle, _ line: borrowing LineReader) throws {
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
    _ candle: SeriesLedger.Candle, of last: SeriesLedger.Candle, _ line: borrowing LineReader
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
      counts.gaps.append(
        ImportSummary.Gap(series: key, start: start, length: TimeSpan(nanoseconds: step - interval)))
    }
    return false
  }

  private func emit(_ candle: SeriesLedger.Candle, into queue: inout TickQueue) {
    let closesAtOrAboveOpen = !DecimalOrder.isLess(candle.close, candle.open)
    let lowFirst = path.putsLowFirst(closesAtOrAboveOpen: closesAtOrAboveOpen)
    func tick(_ offset: Int64, _ price: ExactDecimal) -> Tick {
      Tick(time: Timestamp(nanoseconds: candle.time + offset), series: series, price: price)
    }
    queue.append(tick(0, candle.open))
    queue.append(tick(times.firstExtreme, lowFirst ? candle.low : candle.high))
    queue.append(tick(times.secondExtreme, lowFirst ? candle.high : candle.low))
    queue.append(tick(times.close, candle.close))
  }

  func finish(_ line: borrowing LineReader) throws {
    ledger.end(series)
    ledger.lastCandle[series] = last
    // The look-ahead into a pipe is bounded, so its verdict is compared with all of it.
    if !isIntervalStated, let actual = steps.mostFrequent, actual != interval {
      throw InputError(
        SourceLocation(path: line.path),
        "the most frequent step is \(shown(actual)), but the first records showed \(shown(interval))",
        expected: "--interval \(shown(actual)), or a file in place of a pipe")
    }
  }

  private func shown(_ nanoseconds: Int64) -> TimeSpan { TimeSpan(nanoseconds: nanoseconds) }
}

extension SeriesLedger {
  /// Notes that `path` gives the series from now on.
  func begin(_ series: Int, _ key: SeriesKey, _ path: String) throws {
    if let other = active[series] {
      throw InputError(
        SourceLocation(path: path), "its times of \(key) overlap with those of \(other)",
        expected: "files of one series that follow each other")
    }
    active[series] = path
  }

  /// Notes that the input of the series has ended.
  func end(_ series: Int) { active[series] = nil }
}
