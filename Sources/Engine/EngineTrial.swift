internal import Kernels
internal import Margin
internal import Market
public import Platform
internal import TickFile

/// A replay in memory against accounts that are open already: what a measurement of the engines runs.
///
/// All accounts open together at the first instant at which everything has a price. That, and the drawing
/// of the people before, stands outside of every timed part and is the same for all engines. So is the end,
/// where books are closed and results compared.
///
/// ```swift
/// let trial = try EngineTrial(replay, kernel: .best)
/// let dense = try trial.run(.dense, point, threads: 1)
/// let pruned = try trial.run(.pruned, point, threads: 1)
/// let ratio = dense.time.processorSeconds / pruned.time.processorSeconds
/// ```
///
/// One thread at a time.
public final class EngineTrial {
  /// What is replayed.
  public let replay: Replay
  let options: EngineOptions
  let map: PriceMap
  private let schedule: FundingSchedule
  /// All ticks behind the opening, indexed.
  let tape: Tape
  /// The prices of the opening.
  let opening: Quotes
  /// Where the parts begin that the dense engine takes one after the other, and the end of the last.
  private let cuts: [Int]

  /// Ticks that are replayed, those up to the opening left out.
  public var ticks: Int { tape.count }
  /// Instants that are replayed, the opening left out.
  public var instants: Int { tape.instants }

  /// Reads a replay into memory.
  ///
  /// - Parameters:
  ///   - replay: the ticks.
  ///   - kernel: the instruction set of the vector loops; the processor must have it.
  /// - Throws: errors of the tick files; `RunError` where nothing follows the first instant at which
  ///   everything has a price.
  public init(_ replay: Replay, kernel: KernelLevel) throws {
    self.replay = replay
    var options = EngineOptions()
    options.kernel = kernel
    self.options = options
    let whole = try Self.read(replay, kernel)
    map = whole.tape.map
    schedule = whole.schedule
    let first = whole.tape.firstPriced.max() ?? 0
    guard first + 1 < whole.tape.count else {
      throw RunError("no ticks follow the first instant at which everything has a price")
    }
    var quotes = Quotes(unpriced: replay.venue)
    var reader = TapeReader(map)
    reader.read(whole.tape, first, into: &quotes)
    opening = quotes
    let tape = Self.rest(of: whole.tape, behind: first, schedule)
    self.tape = tape
    var cuts = [0]
    while let last = cuts.last, last < tape.count {
      // An instant is shorter than a part, so every part ends behind its beginning.
      cuts.append(tape.end(before: min(tape.count, last + ReplayTicks.denseTicks)) + 1)
    }
    self.cuts = cuts
  }

  /// Reads a replay into one tape, indexed.
  private static func read(
    _ replay: Replay, _ kernel: KernelLevel
  ) throws -> (tape: Tape, schedule: FundingSchedule) {
    var source = try TapeSource(replay)
    var tape = Tape(source.map, LineScan(kernel))
    tape.isWhole = true
    tape.reserve(replay.files.reduce(0) { $0 + $1.tickCount })
    guard try source.fill(&tape, capacity: .max) else { throw RunError("the replay holds no ticks") }
    return (tape, source.schedule)
  }

  private static func rest(of whole: Tape, behind first: Int, _ schedule: FundingSchedule) -> Tape {
    var tape = Tape(whole.map, whole.scan)
    tape.isWhole = true
    tape.firstNumber = whole.number(at: first) + 1
    tape.timeBefore = whole.times[first]
    tape.recordedBefore = whole.recordedBefore
    for tick in 0...first where Int(whole.columns[tick]) < tape.recordedBefore.count {
      tape.recordedBefore[Int(whole.columns[tick])] = whole.prices[tick]
    }
    tape.reserve(whole.count)
    tape.append(first + 1..<whole.count, of: whole)
    tape.index(schedule)
    return tape
  }

  // MARK: Timed work

  /// Decodes the ticks as a replay needs them, and does nothing with them.
  ///
  /// - Returns: the ticks decoded and the time that it took.
  /// - Throws: errors of the tick files.
  public func decode() throws -> (ticks: Int, time: TrialTime) {
    let watch = Stopwatch()
    var merge = try MergedTicks(readers: replay.files, columns: .replay, window: replay.window)
    var ticks = TickColumns()
    var count = 0
    while try merge.next(into: &ticks) { count += ticks.count }
    return (count, watch.read())
  }

  /// Reads the files into memory as the pruned engine does: decoding, marking instants, building the tree.
  ///
  /// - Throws: errors of the tick files.
  public func readFiles() throws -> TrialTime {
    let watch = Stopwatch()
    _ = try Self.read(replay, options.kernel)
    return watch.read()
  }

  /// Opens the accounts of a point and takes them through the replay.
  ///
  /// - Parameters:
  ///   - kind: the engine; `pruned` runs over the tree that is there already, the others from the columns.
  ///   - point: rules and people.
  ///   - threads: how many work.
  ///   - progress: called with the share of the ticks that has been worked on, from one thread; only where
  ///     the engine takes them in parts.
  ///   - isCancelled: polled by every thread before each work item.
  /// - Throws: `RunError` with status `interrupted` when cancelled.
  public func run(
    _ kind: EngineKind, _ point: EnginePoint, threads: Int, progress: (Double) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> TrialRun {
    let crew = Crew(threads: threads, isCancelled: isCancelled)
    let cells = try opened(point)
    let workers = (0..<crew.threads).map { _ in
      Worker(kind: kind, map: map)
    }
    let time =
      kind == .pruned
      ? try search(cells, workers, crew, tape) : try scan(cells, workers, crew, kind, progress)
    return finish(cells, time)
  }

  /// Builds the tree from the columns, in memory of its own.
  public func index() -> TrialTime {
    var bare = tape.withoutIndex
    let watch = Stopwatch()
    bare.index(schedule)
    return watch.read()
  }

  private func search(
    _ cells: [BlockCell], _ workers: [Worker], _ crew: Crew, _ tape: Tape
  ) throws -> TrialTime {
    let watch = Stopwatch()
    try crew.perform(cells.count) { item, worker in
      cells[item].use { workers[worker].run(&$0, through: tape) }
    }
    return watch.read()
  }

  private func scan(
    _ cells: [BlockCell], _ workers: [Worker], _ crew: Crew, _ kind: EngineKind, _ progress: (Double) -> Void
  ) throws -> TrialTime {
    let parts = TrialParts(tape, cuts, schedule, expandsRows: kind == .dense)
    let watch = Stopwatch()
    parts.fill()
    while parts.next() {
      try crew.perform(cells.count + 1) { item, worker in
        if item == 0 {
          parts.fill()
        } else {
          cells[item - 1].use { workers[worker].run(&$0, through: parts.tape) }
        }
      }
      progress(parts.share)
    }
    return watch.read()
  }

  // MARK: Before and after

  /// The accounts of a point, open; all cores work at it.
  func opened(_ point: EnginePoint) throws -> [BlockCell] {
    let cells = stride(from: 0, to: point.accounts.count, by: options.blockAccounts).map { start in
      BlockCell(
        AccountBlock(
          point: point, numbers: start..<min(point.accounts.count, start + options.blockAccounts),
          options: options))
    }
    try Crew(threads: Machine.usableCores).perform(cells.count) { item, _ in
      cells[item].use { block in
        block.populate(map.layout)
        let rules = block.rules(at: opening.time.nanoseconds)
        for place in block.slots.indices where !block.slots[place].isUnpriceable {
          block.open(place, rules, opening)
          block.schedule(place, after: opening.time)
        }
      }
    }
    return cells
  }

  private func finish(_ cells: [BlockCell], _ time: TrialTime) -> TrialRun {
    var last = Quotes(unpriced: replay.venue)
    var reader = TapeReader(map)
    reader.read(tape, tape.count - 1, into: &last)
    var run = TrialRun(time: time)
    var fingerprint = OutcomeDigest()
    let end = ReplayEnd(quotes: last, instants: tape.firstNumber + tape.instants)
    for cell in cells {
      cell.use { block in
        block.finish(end)
        run.checks += block.checks
        run.exactChecks += block.tests.exact
        run.scanned += block.tests.scanned
        run.rejected += block.slots.count { $0.life.rejection != nil }
        run.count(block)
        fingerprint.add(block)
      }
    }
    run.accounts = cells.reduce(0) { sum, cell in sum + cell.use { $0.slots.count } }
    run.fingerprint = fingerprint.value
    return run
  }
}

/// The ticks part after part, from the columns: one is worked on while the next is made ready.
private final class TrialParts {
  private let whole: Tape
  private let cuts: [Int]
  private let schedule: FundingSchedule
  private var ahead: Tape
  private var filled = 0
  private var isReady = false
  /// The part that is worked on.
  private(set) var tape: Tape
  /// The share of the ticks up to its end.
  var share: Double { Double(cuts[filled - (isReady ? 1 : 0)]) / Double(whole.count) }

  init(_ whole: Tape, _ cuts: [Int], _ schedule: FundingSchedule, expandsRows: Bool) {
    self.whole = whole
    self.cuts = cuts
    self.schedule = schedule
    ahead = Tape(whole.map, whole.scan, expandsRows: expandsRows)
    tape = ahead
    tape.recordedAfter = whole.recordedBefore
  }

  /// Makes the next part ready, if there is one.
  func fill() {
    guard filled + 1 < cuts.count else { return }
    let ticks = cuts[filled]..<cuts[filled + 1]
    ahead.clear()
    ahead.firstNumber = whole.firstNumber + whole.instants(before: ticks.lowerBound)
    ahead.recordedBefore = tape.recordedAfter
    ahead.timeBefore = ticks.lowerBound == 0 ? whole.timeBefore : whole.times[ticks.lowerBound - 1]
    ahead.append(ticks, of: whole)
    ahead.index(schedule)
    filled += 1
    isReady = true
  }

  /// Makes the next part the current one.
  ///
  /// - Returns: whether there is one.
  func next() -> Bool {
    guard isReady else { return false }
    isReady = false
    swap(&ahead, &tape)
    return true
  }
}
