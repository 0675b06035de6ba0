internal import Kernels
internal import Margin
public import Market
internal import Platform

/// Replays ticks against the accounts of one or more points.
///
/// Points share everything but rules and people: one pass over the ticks serves them all. Results do not
/// depend on the options, the machine or on which points run together.
public struct Simulation: Sendable {
  /// The ticks, the series that price the venue, and the window.
  public var replay: Replay
  /// How it runs.
  public var options: EngineOptions

  /// Makes a simulation.
  public init(replay: Replay, options: EngineOptions = EngineOptions()) {
    self.replay = replay
    self.options = options
  }

  /// Runs `points` to the end of the ticks.
  ///
  /// - Parameters:
  ///   - points: rules and people; results come in this order.
  ///   - progress: called with the time of the last instant done, from one thread.
  ///   - isCancelled: polled by every thread before each work item, so that neither a long chunk nor a slow
  ///     engine holds up the end.
  /// - Throws: errors of the tick files; `RunError` with status `interrupted` when cancelled.
  public func run(
    _ points: [EnginePoint], progress: (Timestamp) -> Void = { _ in },
    isCancelled: @Sendable () -> Bool = { false }
  ) throws -> [PointResult] {
    let feed = try InstantFeed(
      replay, capacity: options.chunkInstants, scan: LineScan(options.kernel))
    var blocks: [[AccountBlock]] = []
    for point in points {
      let starts = stride(from: 0, to: point.accounts.count, by: options.blockAccounts)
      blocks.append(
        starts.map { start in
          AccountBlock(
            point: point, numbers: start..<min(point.accounts.count, start + options.blockAccounts),
            options: options)
        })
    }
    let items = blocks.flatMap { $0 }
    let crew = Crew(threads: options.threads ?? Machine.usableCores)
    func perform(_ count: Int, _ work: (_ item: Int, _ thread: Int) -> Void) throws {
      guard crew.perform(count, isCancelled: isCancelled, work) else {
        throw RunError("interrupted", exitStatus: .interrupted)
      }
    }
    try perform(items.count) { item, _ in items[item].populate(feed.layout, replay.venue) }
    let workers = (0..<crew.threads).map { _ in
      Worker(kind: options.kind, layout: feed.layout, unpriced: Quotes(unpriced: replay.venue))
    }
    try feed.decodeNext()
    var last = Quotes(unpriced: replay.venue)
    while let chunk = try feed.takeDecoded() {
      try perform(items.count + 1) { item, worker in
        if item == 0 { feed.decodeAhead() } else { workers[worker].run(items[item - 1], through: chunk) }
      }
      chunk.read(chunk.count - 1, into: &last)
      progress(last.time)
    }
    let results = points.map { _ in Collector() }
    try perform(points.count) { item, _ in
      results[item].result = finish(blocks[item], last, lastNumber: feed.instants - 1)
    }
    return results.map(\.result)
  }

  /// Closes the books of a point's blocks and puts their entries in order.
  private func finish(_ blocks: [AccountBlock], _ last: Quotes, lastNumber: Int) -> PointResult {
    var result = PointResult(entries: [], accounts: [], checks: 0)
    for block in blocks {
      result.checks += block.finish(last, lastNumber: lastNumber)
      result.entries += block.journal.entries
      for (account, slot) in zip(block.accounts, block.slots) {
        result.accounts.append(
          AccountOutcome(
            account: slot.opened == nil ? nil : account, rejection: slot.rejection, opened: slot.opened,
            closed: slot.closed, bands: slot.bands))
      }
    }
    let keys = result.entries.enumerated().map { (time: $1.time.nanoseconds, account: $1.account, place: $0) }
    result.entries = keys.sorted { ($0.time, $0.account, $0.place) < ($1.time, $1.account, $1.place) }
      .map { result.entries[$0.place] }
    return result
  }
}

/// Where the result of one point is put together.
private final class Collector {
  var result = PointResult(entries: [], accounts: [], checks: 0)
}

/// One thread's engine and its scratch memory.
private final class Worker {
  private var reference: ReferenceEngine
  private var dense: StretchEngine<DenseNominator>
  private var pruned: StretchEngine<PrunedNominator>
  private let kind: EngineKind

  init(kind: EngineKind, layout: FactorLayout, unpriced: Quotes) {
    self.kind = kind
    reference = ReferenceEngine(unpriced: unpriced)
    dense = StretchEngine(DenseNominator(layout: layout), layout: layout, unpriced: unpriced)
    pruned = StretchEngine(PrunedNominator(layout: layout), layout: layout, unpriced: unpriced)
  }

  func run(_ block: AccountBlock, through chunk: InstantChunk) {
    switch kind {
    case .reference: reference.run(block, through: chunk)
    case .dense: dense.run(block, through: chunk)
    case .pruned: pruned.run(block, through: chunk)
    }
  }
}
