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

  /// The most pages whose ticks stay in memory, more than crashes take, and the fewest with which decoding
  /// them again is worth it.
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
  var fits: Bool {
    guard options.chunkInstants == nil, options.keptPages == nil, options.kind != .dense else { return false }
    return total <= room
  }

  var threads: Int { options.threads ?? Machine.usableCores }

  /// How many pages stay in memory where not all ticks do; nil where even what is known of all pages does
  /// not fit, or files would have to be merged.
  private var paging: TickPages.Room? {
    guard options.chunkInstants == nil, options.kind == .pruned, PageSource.follow(replay.files) else {
      return nil
    }
    if let kept = options.keptPages { return TickPages.Room(pages: kept, sheets: kept) }
    let (sheet, page) = (TickPages.sheetBytes(map), TickPages.pageBytes)
    let room = memory - spans * TickPages.entryBytes(map)
    guard room >= Self.leastPages * (sheet + page) else { return nil }
    let sheets = max(Self.leastPages, min(spans, (room - Self.leastPages * page) / sheet))
    return TickPages.Room(pages: min(Self.mostPages, (room - sheets * sheet) / page), sheets: sheets)
  }

  /// Ticks of all files.
  var total: Int { replay.files.reduce(0) { $0 + $1.tickCount } }

  /// Spans of all files.
  private var spans: Int { replay.files.reduce(0) { $0 + $1.blocks.reduce(0) { $0 + $1.spanCount } } }

  /// What is kept at most where ticks stay in pages, in bytes; nil where they do not.
  var pagesBytes: Int? {
    paging.map { paging in
      spans * TickPages.entryBytes(map) + min(spans, paging.sheets) * TickPages.sheetBytes(map)
        + min(spans, paging.pages) * TickPages.pageBytes
    }
  }

  private func emptyTape() -> Tape {
    Tape(map, LineScan(options.kernel), expandsRows: expandsRows)
  }

  /// The whole replay, in memory or in pages; nil where neither is possible.
  func whole() throws -> Tape? {
    if let kept { return kept }
    if fits {
      var source = try TapeSource(replay, threads: threads)
      var tape = emptyTape()
      tape.isWhole = true
      tape.reserve(total)
      _ = try source.fill(&tape, capacity: .max)
      (statistics, kept) = (source.statistics, tape)
    } else if let paging {
      try map.checkSize()
      let schedule = FundingSchedule(replay)
      let survey = try PageSurvey(
        PageSource(replay, map, schedule, options.kernel), threads: threads)
      var tape = Tape(survey, LineScan(options.kernel), paging)
      if tape.count > 0 { tape.index(schedule) }
      if let failure = tape.pages?.failure { throw failure }
      (statistics, kept) = (survey.statistics, tape)
    }
    return kept
  }

  /// The replay from its beginning, part after part.
  func feed() throws -> TapeFeed { try feed(capacity: partTicks) }

  /// Ticks of a part, where the replay is taken part after part.
  var partTicks: Int { options.chunkInstants ?? (options.kind == .dense ? Self.denseTicks : room / 2) }

  /// Whether all instants of a part are expanded.
  var expandsRows: Bool { options.kind == .dense }

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
    // Arrays that grow would take up to twice as much.
    let most = min(capacity, total)
    ahead.reserve(most)
    tape.reserve(most)
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
