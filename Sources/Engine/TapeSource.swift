internal import Kernels
internal import Margin
internal import Market
internal import Platform
internal import TickFile

/// Turns merged ticks into tapes: keeps the ticks of the series that the study uses, and cuts between
/// instants.
struct TapeSource {
  private(set) var statistics = ReplayStatistics()
  let map: PriceMap
  let schedule: FundingSchedule

  private let files: [TickFileReader]
  private var merge: MergedTicks
  private let sieve: TickSieve
  /// By series of the merge, each of which is a recorded price: its column on the tape.
  private let columnOf: [UInt16]
  /// Whether every series of the merge is a recorded price.
  private let usesAllAsPrices: Bool
  private var ticks = TickColumns()
  private var nextTick = 0
  /// The beginning of an instant that was cut off the tape before.
  private var rest: [(column: UInt16, price: Double, time: Int64)] = []
  private var recorded: [Double]
  private var lastTime: Int64?

  /// - Parameter threads: how many decode.
  init(_ replay: Replay, threads: Int = 1) throws {
    map = PriceMap(replay)
    files = replay.files
    merge = try MergedTicks(readers: replay.files, columns: .replay, window: replay.window, threads: threads)
    schedule = FundingSchedule(replay)
    try map.checkSize()
    sieve = TickSieve(merge.series, map, schedule)
    let columnOf = sieve.columnOf
    self.columnOf = columnOf.map { UInt16(truncatingIfNeeded: $0 ?? .max) }
    let places = map.recorded.indices
    usesAllAsPrices = columnOf.allSatisfy { column in column.map(places.contains) ?? false }
    recorded = [Double](repeating: 0, count: places.count)
    for (series, price) in merge.carriedIn.enumerated() {
      if let price, let column = columnOf[series], column < places.count { recorded[column] = price }
    }
  }

  /// The fewest ticks that a tape has room for: an instant holds every series at most once.
  var leastCapacity: Int { 2 * map.columns + 2 }

  /// Fills `tape` with the next whole instants, at most `capacity` ticks.
  ///
  /// - Returns: whether there are any; false means the end of the replay.
  mutating func fill(_ tape: inout Tape, capacity: Int) throws -> Bool {
    let capacity = max(capacity, leastCapacity)
    tape.clear()
    tape.firstNumber = statistics.instants
    tape.recordedBefore = recorded
    tape.timeBefore = lastTime
    for tick in rest { tape.append(tick.column, tick.price, tick.time) }
    rest.removeAll()
    var isAtEnd = false
    while tape.count < capacity {
      if nextTick == ticks.count {
        nextTick = 0
        if try !merge.next(into: &ticks) {
          isAtEnd = true
          break
        }
      }
      try take(&tape, capacity)
    }
    if !isAtEnd { cutOpenInstant(&tape) }
    if tape.count == 0 { return false }
    tape.index(schedule)
    recorded = tape.recordedAfter
    lastTime = tape.time(at: tape.count - 1)
    statistics.ticks += tape.count
    statistics.instants += tape.instants
    if statistics.first == nil { statistics.first = Timestamp(nanoseconds: tape.time(at: 0)) }
    statistics.last = lastTime.map(Timestamp.init(nanoseconds:))
    return true
  }

  /// Takes decoded ticks until the tape is full or they are used up.
  private mutating func take(_ tape: inout Tape, _ capacity: Int) throws {
    if nextTick == 0 && ticks.count <= capacity - tape.count && isPlain() {
      tape.append(ticks.series, columnOf, ticks.prices, ticks.times)
      nextTick = ticks.count
      return
    }
    while nextTick < ticks.count && tape.count < capacity {
      let tick = nextTick
      nextTick += 1
      guard let column = sieve.column(ticks, tick) else {
        statistics.skipped += 1
        continue
      }
      let price = ticks.prices[tick]
      if column < map.recorded.count && !(price > 0) { throw notAbove0(column, price, ticks.times[tick]) }
      tape.append(UInt16(truncatingIfNeeded: column), price, ticks.times[tick])
    }
    tape.mark()
  }

  /// Whether every decoded tick is a price that the study uses.
  private func isPlain() -> Bool {
    usesAllAsPrices && !ticks.flags.contains { $0 != 0 } && !ticks.prices.contains { !($0 > 0) }
  }

  private func notAbove0(_ column: Int, _ price: Double, _ time: Int64) -> InputError {
    InputError(
      SourceLocation(path: files.map(\.path).joined(separator: ", ")),
      "the price \(price) of \(map.recorded[column]) at \(Timestamp(nanoseconds: time)) is not above 0",
      expected: "prices above 0")
  }

  /// Takes the last instant back, of which further ticks may come.
  private mutating func cutOpenInstant(_ tape: inout Tape) {
    var run = tape.count - 1
    while run > 0 && tape.times[run - 1] == tape.times[run] { run -= 1 }
    // A new time starts an instant; from there on the instants follow one after the other.
    var start = run
    var seen: Set<UInt16> = []
    for place in run..<tape.count where !seen.insert(tape.columns[place]).inserted {
      start = place
      seen = [tape.columns[place]]
    }
    for place in start..<tape.count {
      rest.append((tape.columns[place], tape.prices[place], tape.times[place]))
    }
    tape.cut(at: start)
  }
}

extension FundingSchedule {
  init(_ replay: Replay) {
    var (series, instruments): ([SeriesKey], [[InstrumentIndex]]) = ([], [])
    for (place, key) in replay.prices.funding.enumerated() {
      guard let key else { continue }
      if let known = series.firstIndex(of: key) {
        instruments[known].append(InstrumentIndex(place))
      } else {
        series.append(key)
        instruments.append([InstrumentIndex(place)])
      }
    }
    let unrecorded = replay.prices.marks.indices.filter {
      replay.prices.marks[$0] != nil && replay.prices.funding[$0] == nil
    }
    self.init(
      series: series, instruments: instruments, venue: replay.funding,
      unrecorded: unrecorded.map(InstrumentIndex.init))
  }
}
