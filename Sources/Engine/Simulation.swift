internal import Kernels
internal import Margin
internal import Market
internal import Platform
internal import Synchronization

/// Replays ticks against the accounts of one or more points.
///
/// Points share everything but rules and people: one pass over the ticks serves them all. Results do not
/// depend on the options, the machine or on which points run together.
public struct Simulation {
  /// The ticks.
  public var ticks: ReplayTicks
  /// How it runs.
  public var options: EngineOptions

  /// Makes a simulation of a replay that nothing else uses.
  /// - Throws: errors of the tick files.
  public init(replay: Replay, options: EngineOptions = EngineOptions()) throws {
    self.init(ticks: try ReplayTicks(replay, options: options), options: options)
  }

  /// Makes a simulation of ticks that may have served others before.
  public init(ticks: ReplayTicks, options: EngineOptions) {
    self.ticks = ticks
    self.options = options
  }

  /// Runs `points` to the end of the ticks and keeps all of their accounts.
  ///
  /// - Parameters:
  ///   - points: rules and people; results come in this order.
  ///   - progress: called with the share that is done, 0 to 1, from one thread.
  ///   - isCancelled: polled by every thread before each work item, so that neither a long stretch nor a slow
  ///     engine holds up the end.
  /// - Throws: errors of the tick files; `RunError` with status `interrupted` when cancelled.
  public func run(
    _ points: [EnginePoint], progress: (Double) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> [PointResult] {
    let empty = PointResult(entries: [], accounts: [], checks: 0)
    return try run(points, into: points.map { _ in empty }, progress: progress, isCancelled: isCancelled)
  }

  /// Runs `points` to the end of the ticks, each into a report of its own. Where the ticks are in memory as a
  /// whole, accounts come to their report and go as soon as their lives have ended.
  ///
  /// - Parameters:
  ///   - points: rules and people.
  ///   - reports: what is kept of each point, before it has any account.
  ///   - progress: called with the share that is done, 0 to 1, from one thread.
  ///   - isCancelled: polled by every thread before each work item.
  /// - Returns: the reports, finished.
  /// - Throws: errors of the tick files; `RunError` with status `interrupted` when cancelled.
  public func run<Report: PointReport>(
    _ points: [EnginePoint], into reports: [Report], progress: (Double) -> Void,
    isCancelled: @escaping @Sendable () -> Bool
  ) throws -> [Report] {
    precondition(points.count == reports.count)
    let crew = Crew(threads: options.threads ?? Machine.usableCores, isCancelled: isCancelled)
    let workers = (0..<crew.threads).map { _ in
      Worker(kind: options.kind, map: ticks.map)
    }
    let gatherers = zip(points, reports).map { PointGatherer($1, accounts: $0.accounts.count) }
    let items = zip(points, gatherers).flatMap { point, gatherer in
      stride(from: 0, to: point.accounts.count, by: options.blockAccounts).map { start in
        let end = min(point.accounts.count, start + options.blockAccounts)
        return BlockItem(point: point, numbers: start..<end, gatherer: gatherer)
      }
    }
    if let whole = try ticks.whole() {
      try run(items, through: whole, crew, workers, progress)
    } else {
      try run(items, through: try ticks.feed(), crew, workers, progress)
    }
    return gatherers.map(\.report)
  }

  /// Takes each block through the whole replay and ends it, in the memory of a block that has ended before.
  private func run<Report: PointReport>(
    _ items: [BlockItem<Report>], through tape: Tape, _ crew: Crew, _ workers: [Worker],
    _ progress: (Double) -> Void
  ) throws {
    let end = end(of: tape, workers[0])
    let spare = Mutex<[BlockCell]>([])
    try crew.perform(items.count, progress: progress) { number, worker in
      let item = items[number]
      let cell = spare.withLock { $0.popLast() } ?? BlockCell(item.makeBlock(options))
      cell.use { block in
        block.begin(item.point, numbers: item.numbers)
        block.populate(ticks.map.layout)
        // A window may hold no tick, and then nothing of the tape is worked out.
        if tape.count > 0 && tape.pages?.failure == nil { workers[worker].run(&block, through: tape) }
        block.finish(end)
      }
      item.gatherer.add(cell, first: item.numbers.lowerBound) { ended in
        spare.withLock { $0.append(ended) }
      }
    }
    if let failure = tape.pages?.failure { throw failure }
  }

  /// Takes all blocks through one part of the replay after the other, and ends them.
  private func run<Report: PointReport>(
    _ items: [BlockItem<Report>], through feed: TapeFeed, _ crew: Crew, _ workers: [Worker],
    _ progress: (Double) -> Void
  ) throws {
    let cells = items.map { BlockCell($0.makeBlock(options)) }
    try crew.perform(cells.count) { item, _ in cells[item].use { $0.populate(ticks.map.layout) } }
    var end = ReplayEnd(quotes: Quotes(unpriced: ticks.replay.venue), instants: 0)
    while try feed.next() {
      try crew.perform(cells.count + 1) { item, worker in
        if item == 0 {
          feed.decodeAhead()
        } else {
          cells[item - 1].use { workers[worker].run(&$0, through: feed.tape) }
        }
      }
      end = self.end(of: feed.tape, workers[0])
      progress(feed.share)
    }
    try crew.perform(cells.count) { item, _ in
      cells[item].use { $0.finish(end) }
      items[item].gatherer.add(cells[item], first: items[item].numbers.lowerBound) { _ in }
    }
  }

  private func end(of tape: Tape, _ worker: Worker) -> ReplayEnd {
    var end = ReplayEnd(
      quotes: Quotes(unpriced: ticks.replay.venue), instants: tape.firstNumber + tape.instants)
    if tape.count > 0 { worker.read(tape, tape.count - 1, into: &end.quotes) }
    return end
  }
}

/// A block that is to be run.
private struct BlockItem<Report: PointReport> {
  let point: EnginePoint
  let numbers: Range<Int>
  let gatherer: PointGatherer<Report>

  func makeBlock(_ options: EngineOptions) -> AccountBlock {
    AccountBlock(point: point, numbers: numbers, options: options)
  }
}

/// One thread's engine and its scratch memory.
final class Worker {
  private enum Engine {
    case reference(ReferenceEngine)
    case dense(DenseEngine)
    case pruned(PrunedEngine)
  }
  private var engine: Engine?
  private var reader: TapeReader

  init(kind: EngineKind, map: PriceMap) {
    reader = TapeReader(map)
    switch kind {
    case .reference: engine = .reference(ReferenceEngine(map: map))
    case .dense: engine = .dense(DenseEngine(map: map))
    case .pruned: engine = .pruned(PrunedEngine(map: map))
    }
  }

  func run(_ block: inout AccountBlock, through tape: Tape) {
    switch engine.take() {
    case .reference(var own)?:
      own.run(&block, through: tape)
      engine = .reference(own)
    case .dense(var own)?:
      own.run(&block, through: tape)
      engine = .dense(own)
    case .pruned(var own)?:
      own.run(&block, through: tape)
      engine = .pruned(own)
    case nil: preconditionFailure("a worker does one thing at a time")
    }
  }

  /// Reads quotes of a tape.
  func read(_ tape: Tape, _ position: Int, into quotes: inout Quotes) {
    reader.read(tape, position, into: &quotes)
  }
}
