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
  private var tallies: [SeriesTally] = []
  /// Ticks on their way to the output.
  private var batch: [PackedTick] = []
  private static let batchSize = 1 << 16

  init(_ plans: [InputPlan], _ request: ImportRequest, _ sink: any TickSink) {
    self.plans = plans
    self.request = request
    self.sink = RecordingSink(sink, writesBehind: request.threads > 1)
    readers = plans.map { _ in nil }
    counts = plans.map { _ in RecordCounts() }
    gate = TickGate(request)
    heap = MergeHeap(plans.enumerated().map { MergeHeap.Entry(time: $1.firstTime, input: $0) })
  }

  /// Appends all ticks to the sink in their order. `totalBytes` is for the progress, which is told every
  /// 65,536 ticks.
  mutating func run(totalBytes: Int?, progress: (ImportProgress) throws -> Void) throws {
    // Whatever happens, nothing is written any more when this returns.
    defer { sink.wait() }
    var nextReport = Self.reportEvery
    while let top = heap.top {
      guard let reader = readers[top.input] else {
        try open(top.input)
        continue
      }
      while reader.time != nil {
        let taken = try pass(reader.ready, from: top, until: heap.second, room: nextReport - ticks)
        if batch.count >= Self.batchSize { try hand() }
        try reader.removeFirst(taken)
        if ticks == nextReport {
          try hand()
          nextReport += Self.reportEvery
          try progress(
            ImportProgress(
              ticks: ticks, inputsDone: inputsDone, inputs: plans.count, bytes: counter.bytes,
              totalBytes: totalBytes))
        }
        if taken == 0 { break }
      }
      if let time = reader.time { heap.moveTop(to: time) } else { close(top.input, reader) }
    }
    try hand()
    try sink.finish()
  }

  /// Gives the batch to the sink, which swaps it for an empty one.
  private mutating func hand() throws {
    if !batch.isEmpty { try sink.append(&batch) }
  }

  /// Ticks between two reports of progress.
  private static let reportEvery = 1 << 16

  /// Brings those of `rows` into the batch that come before the next tick of the other inputs, at most `room`
  /// ticks; how many rows were taken.
  private mutating func pass(
    _ rows: ArraySlice<ImportRow>, from top: MergeHeap.Entry, until next: MergeHeap.Entry?, room: Int
  ) throws -> Int {
    let path = plans[top.input].path
    let end = Self.end(of: rows, before: next, isFirst: next.map { top.input < $0.input } ?? true)
    let room = min(batch.count + room, Self.batchSize)
    let before = batch.count
    var index = rows.startIndex
    while index < end, batch.count < room {
      let passing = gate.passing(rows[index..<min(end, index + room - batch.count)])
      if passing > 0 {
        take(rows[index..<index + passing])
        index += passing
      } else {
        if try gate.passes(rows[index], path: path, sink) { take(rows[index...index]) }
        index += 1
      }
    }
    ticks += batch.count - before
    return index - rows.startIndex
  }

  /// Where those of `rows` end that come before the next tick of the other inputs; one of its time does where
  /// its input `isFirst`.
  private static func end(
    of rows: ArraySlice<ImportRow>, before next: MergeHeap.Entry?, isFirst: Bool
  ) -> Int {
    guard let next, let last = rows.last, last.time >= next.time else { return rows.endIndex }
    return rows.firstIndex { $0.time > next.time || ($0.time == next.time && !isFirst) } ?? rows.endIndex
  }

  /// Brings rows of one series into the batch.
  private mutating func take(_ rows: ArraySlice<ImportRow>) {
    guard let series = rows.first.map({ Int($0.series) }) else { return }
    while tallies.count <= series { tallies.append(SeriesTally()) }
    tallies[series].add(rows)
    batch.append(contentsOf: rows.lazy.map(\.tick))
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
    summary.series = tallies.enumerated().compactMap { $1.series(sink.keys[$0]) }
    if plans.contains(where: { $0.interval != nil }) { summary.candlePath = request.candlePath }
    return summary
  }
}
