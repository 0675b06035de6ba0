internal import Kernels
internal import Margin
internal import Market
internal import Platform
internal import TickFile

/// The ticks of a replay for one simulation after the other: in memory as a whole where they fit, else read
/// anew by each.
///
/// One thread at a time.
public final class ReplayTicks {
  /// Ticks that the dense engine expands at a time: what stays in the cache.
  static let denseTicks = 16_384
  /// Ticks that a survey looks at together.
  static let surveyTicks = 65_536
  /// The fewest ticks that are taken into memory together, whatever memory is allowed.
  private static let leastTicks = 65_536

  /// Ticks that are read again together.
  private static let pageTicks = TickFormat.ticksPerSpan
  /// The most pages that are kept, more than crashes take, and the fewest with which reading again is worth
  /// it.
  private static let mostPages = 1024
  private static let leastPages = 64

  /// What is replayed.
  public let replay: Replay
  let map: PriceMap
  private let options: EngineOptions
  private var kept: Tape?
  /// What there is in the whole replay, once that is known.
  private(set) var statistics: ReplayStatistics?

  /// Prepares a replay.
  ///
  /// - Parameters:
  ///   - replay: what is replayed.
  ///   - options: engine and kernel, and how much memory ticks may take.
  public init(_ replay: Replay, options: EngineOptions = EngineOptions()) throws {
    self.replay = replay
    self.options = options
    map = PriceMap(replay)
  }

  /// Most ticks that may be in memory together.
  private var room: Int { max(Self.leastTicks, memory / Tape.bytesPerTick(map)) }

  /// Bytes that ticks in memory may take.
  private var memory: Int { options.tickMemory ?? Machine.physicalMemory / 8 }

  /// Whether the whole replay stays in memory.
  private var fits: Bool {
    guard options.chunkInstants == nil, options.pageTicks == nil, options.kind != .dense else { return false }
    return total <= room
  }

  private var threads: Int { options.threads ?? Machine.usableCores }

  /// The pages of a replay whose bounds stay in memory as a whole, while its ticks are read again where
  /// somebody looks; nil where even the bounds do not fit, or several files would have to be merged again.
  private var paging: TickPages.Size? {
    guard options.chunkInstants == nil, options.kind == .pruned, replay.files.count == 1 else { return nil }
    if let ticks = options.pageTicks { return TickPages.Size(ticks: ticks, kept: 2) }
    let bounds = total / Tape.leafTicks * Tape.bytesPerLeaf(map)
    let kept = (memory - bounds) / TickPages.Size(ticks: Self.pageTicks, kept: 1).bytes
    guard kept >= Self.leastPages else { return nil }
    return TickPages.Size(ticks: Self.pageTicks, kept: min(kept, Self.mostPages))
  }

  private var total: Int { replay.files.reduce(0) { $0 + $1.tickCount } }

  private func emptyTape(paging: TickPages.Size? = nil) -> Tape {
    Tape(map, LineScan(options.kernel), expandsRows: options.kind == .dense, paging: paging)
  }

  /// The whole replay, its ticks or at least its bounds; nil where even they do not fit into memory.
  func whole() throws -> Tape? {
    if let kept { return kept }
    let paging = fits ? nil : paging
    guard fits || paging != nil else { return nil }
    var source = try TapeSource(replay, threads: threads)
    var tape = emptyTape(paging: paging)
    tape.isWhole = true
    if fits { tape.reserve(total) } else { tape.reserveBounds(total) }
    _ = try source.fill(&tape, capacity: .max)
    statistics = source.statistics
    kept = tape
    return tape
  }

  /// The replay from its beginning, part after part.
  func feed() throws -> TapeFeed {
    try feed(capacity: options.chunkInstants ?? (options.kind == .dense ? Self.denseTicks : room / 2))
  }

  /// The replay from its beginning, in parts of at most `capacity` ticks.
  func feed(capacity: Int) throws -> TapeFeed {
    try TapeFeed(replay, emptyTape(), capacity: capacity, threads: threads)
  }
}

/// Two tapes in turn: one is worked on while the next is filled.
final class TapeFeed {
  private var source: TapeSource
  private let capacity: Int
  private let total: Int
  private var ahead: Tape
  private var outcome: Result<Bool, any Error>?
  /// The tape that is worked on.
  private(set) var tape: Tape
  /// What has been read so far.
  var statistics: ReplayStatistics { source.statistics }
  /// The share of the ticks that has been worked on, about.
  private(set) var share = 0.0
  private var done = 0

  init(_ replay: Replay, _ empty: Tape, capacity: Int, threads: Int) throws {
    source = try TapeSource(replay, threads: threads)
    self.capacity = capacity
    total = max(1, replay.files.reduce(0) { $0 + $1.tickCount })
    ahead = empty
    tape = empty
  }

  /// Fills the next tape while other threads work on the current one; errors wait for ``next()``.
  func decodeAhead() {
    outcome = Result { try source.fill(&ahead, capacity: capacity) }
  }

  /// Makes the next tape the current one.
  ///
  /// - Returns: whether there is one.
  func next() throws -> Bool {
    if outcome == nil { decodeAhead() }
    done += tape.count
    share = min(1, Double(done) / Double(total))
    guard let isFilled = try outcome?.get(), isFilled else { return false }
    outcome = nil
    swap(&ahead, &tape)
    return true
  }
}
