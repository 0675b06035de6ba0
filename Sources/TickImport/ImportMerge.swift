import Market
import Platform
import TickFile

/// Merges inputs by time. An input is open only while its ticks are due, so any number of them can be named.
struct ImportMerge {
  /// Ticks handed out so far.
  private(set) var ticks = 0
  /// Inputs read to their end.
  private(set) var inputsDone = 0

  private let plans: [InputPlan]
  private let request: ImportRequest
  private let sink: RecordingSink
  /// What a pipe gave while it was looked into is not counted.
  private let counter = ReadCounter()
  private var readers: [InputReader?]
  private var counts: [RecordCounts]
  private var heap: MergeHeap
  private var candles = CandleLedger()
  private var gate: TickGate
  private var series: [ImportSummary.Series?] = []

  init(_ plans: [InputPlan], _ request: ImportRequest, _ sink: any TickSink) {
    self.plans = plans
    self.request = request
    self.sink = RecordingSink(sink)
    readers = plans.map { _ in nil }
    counts = plans.map { _ in RecordCounts() }
    gate = TickGate(request)
    heap = MergeHeap(plans.enumerated().map { MergeHeap.Entry(time: $1.firstTime, input: $0) })
  }

  /// Appends all ticks to `output` in their order. `totalBytes` is for the progress, which is told every
  /// 65,536 ticks.
  mutating func run(
    into output: some TickSink, totalBytes: Int?, progress: (ImportProgress) throws -> Void
  ) throws {
    while let top = heap.top {
      guard let reader = readers[top.input] else {
        try open(top.input)
        continue
      }
      let next = heap.second
      let plan = plans[top.input]
      try reader.take(
        while: { time in
          guard let next else { return true }
          return time < next.time || (time == next.time && top.input < next.input)
        },
        { row in
          guard try gate.passes(row, path: plan.path, sink) else { return }
          ticks += 1
          count(row)
          try output.append(row.tick)
          guard ticks & 0xFFFF == 0 else { return }
          try progress(
            ImportProgress(
              ticks: ticks, inputsDone: inputsDone, inputs: plans.count, bytes: counter.bytes,
              totalBytes: totalBytes))
        })
      if let time = reader.time { heap.moveTop(to: time) } else { close(top.input, reader) }
    }
  }

  /// Opens the input at the top and gives it the time of its first tick.
  private mutating func open(_ input: Int) throws {
    let plan = plans[input]
    if plan.format.isCandles {
      counts[input].gaps += try candles.begin(try plan.seriesKey(), plan, isStrict: request.isStrict)
    }
    let reader = try plan.makeReader(request, sink: sink, counter: counter, inputs: plans.count)
    readers[input] = reader
    if let time = reader.time { heap.moveTop(to: time) } else { close(input, reader) }
  }

  private mutating func close(_ input: Int, _ reader: InputReader) {
    if plans[input].format.isCandles, let key = try? plans[input].seriesKey() {
      candles.end(key, at: reader.candlesEnd)
    }
    counts[input].add(reader.counts)
    readers[input] = nil
    heap.removeTop()
    inputsDone += 1
  }

  private mutating func count(_ row: ImportRow) {
    let number = Int(row.series)
    while series.count <= number { series.append(nil) }
    let time = Timestamp(nanoseconds: row.time)
    guard series[number] != nil else {
      series[number] = ImportSummary.Series(
        key: sink.keys[number], ticks: 1, first: time, last: time, lowest: row.price, highest: row.price,
        isPriced: !row.isOutsideOfTheMarket)
      return
    }
    series[number]?.add(row)
  }

  /// What all inputs amounted to, once ``run(_:)`` has returned.
  func summary() -> ImportSummary {
    var summary = ImportSummary()
    for (plan, count) in zip(plans, counts) {
      summary.inputs.append(
        ImportSummary.Input(
          path: plan.path, format: plan.format.name, rows: count.rows,
          interval: plan.interval.map { TimeSpan(nanoseconds: $0) }, isChecked: plan.isChecked))
    }
    for count in counts + [gate.counts] {
      summary.dropped.merge(count.dropped, uniquingKeysWith: +)
      summary.kept.merge(count.kept, uniquingKeysWith: +)
      summary.gaps += count.gaps
    }
    summary.gaps.sort { $0.start < $1.start }
    summary.series = series.compactMap { $0 }
    if plans.contains(where: { $0.interval != nil }) { summary.candlePath = request.candlePath }
    return summary
  }
}

extension ImportSummary.Series {
  /// Takes one more tick of the series. A print outside of the market is counted, but its price is none.
  mutating func add(_ row: ImportRow) {
    ticks += 1
    last = Timestamp(nanoseconds: row.time)
    if row.isOutsideOfTheMarket { return }
    let price = row.price
    if !isPriced {
      (lowest, highest, isPriced) = (price, price, true)
      return
    }
    if DecimalOrder.isLess(price, lowest) { lowest = price }
    if DecimalOrder.isLess(highest, price) { highest = price }
  }
}

/// Holds the files of one series of candles apart.
struct CandleLedger {
  /// The input that gives the series.
  private var active: [SeriesKey: String] = [:]
  /// Where the last candle of the series ends, in ns since the epoch.
  private var ends: [SeriesKey: Int64] = [:]

  /// Notes that an input gives the series from its first candle on; the gap before it, if there is one.
  mutating func begin(
    _ key: SeriesKey, _ plan: InputPlan, isStrict: Bool
  ) throws -> [ImportSummary.Gap] {
    if let other = active[key] {
      throw InputError(
        SourceLocation(path: plan.path), "its times of \(key) overlap with those of \(other)",
        expected: "files of one series that follow each other")
    }
    active[key] = plan.path
    guard let end = ends[key] else { return [] }
    guard plan.firstTime >= end else {
      throw InputError(
        SourceLocation(path: plan.path), "its first candle of \(key) opens before the last one ends",
        expected: "files of one series that follow each other")
    }
    guard plan.firstTime > end else { return [] }
    let gap = ImportSummary.Gap(
      series: key, start: Timestamp(nanoseconds: end), length: TimeSpan(nanoseconds: plan.firstTime - end))
    if isStrict {
      throw InputError(
        SourceLocation(path: plan.path), "candles of \(key) are missing before it: \(gap.length)",
        expected: "no gap")
    }
    return [gap]
  }

  /// Notes that the input of the series has ended.
  mutating func end(_ key: SeriesKey, at end: Int64?) {
    active[key] = nil
    if let end { ends[key] = end }
  }
}

/// Passes ticks on and remembers the keys of the series.
final class RecordingSink: TickSink {
  private let sink: any TickSink
  /// The series by their numbers.
  private(set) var keys: [SeriesKey] = []

  init(_ sink: any TickSink) { self.sink = sink }

  func series(_ key: SeriesKey) throws -> Int {
    let number = try sink.series(key)
    while keys.count <= number { keys.append(key) }
    keys[number] = key
    return number
  }

  func append(_ tick: Tick) throws { try sink.append(tick) }
}
