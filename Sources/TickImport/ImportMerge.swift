import Market
import TickFile

/// Merges inputs by time. An input is open only while its ticks are due, so any number of them can be named.
struct ImportMerge {
  /// Ticks handed out so far.
  private(set) var ticks = 0
  /// Inputs read to their end.
  private(set) var inputsDone = 0
  /// Bytes read so far, as they stand on disk; what a pipe gave while it was looked into is not counted.
  var bytesRead: Int { counter.bytes }

  private let plans: [InputPlan]
  private let request: ImportRequest
  private let sink: RecordingSink
  private let ledger = SeriesLedger()
  private let counter = ReadCounter()
  private var readers: [InputReader?]
  private var counts: [RecordCounts]
  private var heap: MergeHeap
  private var series: [ImportSummary.Series?] = []

  init(_ plans: [InputPlan], _ request: ImportRequest, _ sink: any TickSink) {
    self.plans = plans
    self.request = request
    self.sink = RecordingSink(sink)
    readers = plans.map { _ in nil }
    counts = plans.map { _ in RecordCounts() }
    heap = MergeHeap(plans.enumerated().map { MergeHeap.Entry(time: $1.firstTime, input: $0) })
  }

  /// The next tick of all inputs; nil at the end.
  mutating func next() throws -> Tick? {
    while let top = heap.top {
      let reader = try open(top.input)
      guard let tick = reader.first else {
        close(top.input, reader)
        continue
      }
      try reader.removeFirst()
      if let following = reader.first {
        heap.moveTop(to: following.time.nanoseconds)
      } else {
        close(top.input, reader)
      }
      ticks += 1
      count(tick)
      return tick
    }
    return nil
  }

  private mutating func open(_ input: Int) throws -> InputReader {
    if let reader = readers[input] { return reader }
    let reader = try InputReader(plans[input], request, sink, ledger, counter)
    readers[input] = reader
    return reader
  }

  private mutating func close(_ input: Int, _ reader: InputReader) {
    counts[input] = reader.counts
    readers[input] = nil
    heap.removeTop()
    inputsDone += 1
  }

  private mutating func count(_ tick: Tick) {
    while series.count <= tick.series { series.append(nil) }
    guard var known = series[tick.series] else {
      series[tick.series] = ImportSummary.Series(
        key: sink.keys[tick.series] ?? SeriesKey(symbol: "", kind: .trade), ticks: 1, first: tick.time,
        last: tick.time, lowest: tick.price, highest: tick.price)
      return
    }
    known.ticks += 1
    known.last = tick.time
    if DecimalOrder.isLess(tick.price, known.lowest) { known.lowest = tick.price }
    if DecimalOrder.isLess(known.highest, tick.price) { known.highest = tick.price }
    series[tick.series] = known
  }

  /// What all inputs amounted to, once ``next()`` has given nil.
  func summary() -> ImportSummary {
    var summary = ImportSummary()
    for (plan, count) in zip(plans, counts) {
      summary.inputs.append(
        ImportSummary.Input(
          path: plan.path, format: plan.format.name, rows: count.rows,
          interval: plan.interval.map { TimeSpan(nanoseconds: $0) }))
      summary.dropped.merge(count.dropped, uniquingKeysWith: +)
      summary.gaps += count.gaps
    }
    summary.gaps.sort { $0.start < $1.start }
    summary.series = series.compactMap { $0 }
    if plans.contains(where: { $0.interval != nil }) { summary.candlePath = request.candlePath }
    return summary
  }
}

/// Passes ticks on and remembers the keys of the series.
private final class RecordingSink: TickSink {
  private let sink: any TickSink
  private(set) var keys: [Int: SeriesKey] = [:]

  init(_ sink: any TickSink) { self.sink = sink }

  func series(_ key: SeriesKey) throws -> Int {
    let number = try sink.series(key)
    keys[number] = key
    return number
  }

  func append(_ tick: Tick) throws { try sink.append(tick) }
}
