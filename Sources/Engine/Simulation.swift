internal import Kernels
internal import Margin
internal import Market
internal import Platform

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

  /// Runs `points` to the end of the ticks.
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
    let crew = Crew(threads: options.threads ?? Machine.usableCores, isCancelled: isCancelled)
    let cells = points.map { point in
      stride(from: 0, to: point.accounts.count, by: options.blockAccounts).map { start in
        BlockCell(
          AccountBlock(
            point: point, numbers: start..<min(point.accounts.count, start + options.blockAccounts),
            options: options))
      }
    }
    let items = cells.flatMap { $0 }
    let workers = (0..<crew.threads).map { _ in
      Worker(kind: options.kind, map: ticks.map)
    }
    var last = Quotes(unpriced: ticks.replay.venue)
    var instants = 0
    if let whole = try ticks.whole() {
      try crew.perform(items.count, progress: progress) { item, worker in
        items[item].populate(ticks.map.layout)
        workers[worker].run(items[item], through: whole)
      }
      if whole.count > 0 { workers[0].read(whole, whole.count - 1, into: &last) }
      instants = whole.firstNumber + whole.instants
    } else {
      try crew.perform(items.count) { item, _ in
        items[item].populate(ticks.map.layout)
      }
      let feed = try ticks.feed()
      while try feed.next() {
        try crew.perform(items.count + 1) { item, worker in
          if item == 0 {
            feed.decodeAhead()
          } else {
            workers[worker].run(items[item - 1], through: feed.tape)
          }
        }
        workers[0].read(feed.tape, feed.tape.count - 1, into: &last)
        instants = feed.tape.firstNumber + feed.tape.instants
        progress(feed.share)
      }
    }
    let results = points.map { _ in Collector() }
    try crew.perform(points.count) { item, _ in
      results[item].result = finish(cells[item], last, lastNumber: instants - 1)
    }
    return results.map(\.result)
  }

  /// Closes the books of a point's blocks and puts their entries in order.
  private func finish(_ cells: [BlockCell], _ last: Quotes, lastNumber: Int) -> PointResult {
    var result = PointResult(entries: [], accounts: [], checks: 0)
    for cell in cells {
      cell.use { block in
        result.checks += block.finish(last, lastNumber: lastNumber)
        result.entries += block.journal.entries
        for (account, slot) in zip(block.accounts, block.slots) {
          result.accounts.append(
            AccountOutcome(
              account: slot.opened == nil ? nil : account, rejection: slot.rejection, opened: slot.opened,
              closed: slot.closed, bands: slot.bands))
        }
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

/// A block that is worked on by one thread at a time.
final class BlockCell {
  private var block: AccountBlock?

  init(_ block: AccountBlock) { self.block = block }

  func populate(_ layout: FactorLayout) { use { $0.populate(layout) } }

  /// Takes the block out while it is worked on, so that nothing of it is shared or copied.
  func use<Result>(_ work: (inout AccountBlock) -> Result) -> Result {
    guard var taken = block.take() else {
      preconditionFailure("a block is worked on by one thread at a time")
    }
    defer { block = taken }
    return work(&taken)
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

  func run(_ cell: BlockCell, through tape: Tape) {
    if tape.count == 0 { return }
    cell.use { block in
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
  }

  /// Reads quotes of a tape.
  func read(_ tape: Tape, _ position: Int, into quotes: inout Quotes) {
    reader.read(tape, position, into: &quotes)
  }
}
