internal import Kernels
internal import Margin
internal import Market
internal import Platform
internal import TickFile

/// A stretch of the replay in memory: its ticks in time order, with bounds of the factors over leaves of
/// ticks and over the cells above them.
///
/// The ticks are all in memory, or, in a tape of pages, decoded where somebody looks (``TickPages``).
///
/// Positions are places of ticks. An instant is named by the position of its last tick, its *end*; a range of
/// positions means the instants that end in it. A tape holds whole instants.
///
/// Filled by one thread, then read by many.
struct Tape: Sendable {
  /// A funding settlement, after the prices of its instant.
  struct Funding: Sendable {
    /// The instant's end.
    var position: Int
    var instrument: InstrumentIndex
    /// Fraction of notional; positive: longs pay.
    var rate: Double
  }

  /// A tick that is a funding rate.
  struct Rate: Sendable {
    var position: Int
    var column: Int
    /// Fraction of notional.
    var value: Double
  }

  /// All settlements of one instant.
  struct Settlement: Sendable {
    /// The instant's end.
    var position: Int
    /// Places in ``Tape/fundings``.
    var fundings: Range<Int>
    /// The prices of the instant.
    var quotes: Quotes
  }

  /// Ticks of a leaf.
  static let leafTicks = 64
  /// Ticks of the leaves of a node.
  static let nodeTicks = leafTicks * EnvelopeTree.fanOut

  let map: PriceMap
  var layout: FactorLayout { map.layout }
  /// The vector loops that look at it.
  let scan: LineScan
  /// Positions: one for each tick, and in a tape of pages the holes besides.
  var count: Int { pagedCount + times.count }
  private let pagedCount: Int
  /// The ticks, where they are not in memory; then the arrays of ticks, and what is worked out of each
  /// tick, are empty.
  let pages: TickPages?
  /// By tick: the place of its recorded price; one beyond those for a tick that is no price.
  private(set) var columns: [UInt16] = []
  /// By tick.
  private(set) var prices: [Double] = []
  /// By tick, ns since the epoch.
  private(set) var times: [Int64] = []
  /// Ticks that are no price.
  private(set) var rates: [Rate] = []
  /// Number of the first instant since the beginning of the replay.
  var firstNumber = 0
  /// The recorded prices before the first tick, 0 where none.
  var recordedBefore: [Double]
  /// Time of the last instant before; nil where there is none.
  var timeBefore: Int64?
  /// The recorded prices after the last tick.
  var recordedAfter: [Double] = []

  /// Which ticks start an instant, and how many have been marked.
  private(set) var marks: InstantMarks

  // Worked out by `index()`.

  /// Bit `i` of word `w`: tick `64·w + i` ends an instant.
  var ends: [UInt64] = []
  /// By word: instants that end before it.
  var ranks: [Int] = []
  /// The recorded prices before each leaf, leaf after leaf.
  var carried: [Double] = []
  /// Settlements by instant, then instrument.
  var fundings: [Funding] = []
  /// The same, instant by instant.
  var settlements: [Settlement] = []
  /// What the settlements before each one, and all of them, could take at most per unit of base of every
  /// instrument, in its margin asset: `Σ |mark·rate|`; settlement after settlement.
  var flowSums: [Double] = []
  /// By factor, the end of the first instant at which it has a price; `count` for none.
  var firstPriced: [Int] = []
  var tree: EnvelopeTree
  /// All instants expanded, where ``expandsRows``.
  var rows = TapeRows()

  /// Whether all instants are expanded: the dense engine looks at each of them.
  let expandsRows: Bool
  /// Whether it holds the whole replay.
  var isWhole = false

  init(_ map: PriceMap, _ scan: LineScan, expandsRows: Bool = false) {
    self.map = map
    (pages, pagedCount) = (nil, 0)
    marks = InstantMarks(columns: map.columns, scan.level)
    self.expandsRows = expandsRows
    self.scan = scan
    recordedBefore = [Double](repeating: 0, count: map.recorded.count)
    tree = EnvelopeTree(factors: map.layout.factors.count, LineBounds(scan.level))
  }

  /// A tape of pages, the whole replay; its bounds are those that the pages are known to have.
  init(_ survey: PageSurvey, _ scan: LineScan, _ room: TickPages.Room) {
    map = survey.source.map
    let pages = TickPages(survey, room)
    (self.pages, pagedCount) = (pages, pages.count)
    marks = InstantMarks(columns: map.columns, scan.level)
    expandsRows = false
    isWhole = true
    self.scan = scan
    rates = survey.rates
    recordedBefore = survey.entries.isEmpty ? survey.carries : pages.carry(0)
    tree = EnvelopeTree(factors: map.layout.factors.count, LineBounds(scan.level))
    bound(survey, pages)
  }

  /// How many instants it holds.
  var instants: Int { pages?.instants ?? ranks.last ?? 0 }

  /// What a tick takes, in bytes, bounds included.
  static func bytesPerTick(_ map: PriceMap) -> Int { 18 + bytesPerLeaf(map) / leafTicks + 1 }

  /// What the bounds of a leaf take, in bytes.
  private static func bytesPerLeaf(_ map: PriceMap) -> Int {
    32 + 8 * map.recorded.count + 18 * map.layout.factors.count
  }

  // MARK: Filling

  /// Empties it; its memory is kept.
  mutating func clear() {
    columns.removeAll(keepingCapacity: true)
    prices.removeAll(keepingCapacity: true)
    times.removeAll(keepingCapacity: true)
    rates.removeAll(keepingCapacity: true)
    marks.clear()
    beginLeaves()
  }

  /// Makes room for a number of ticks.
  mutating func reserve(_ ticks: Int) {
    columns.reserveCapacity(ticks)
    prices.reserveCapacity(ticks)
    times.reserveCapacity(ticks)
    Memory.preferHugePages(&columns)
    Memory.preferHugePages(&prices)
    Memory.preferHugePages(&times)
  }

  /// Adds a tick.
  mutating func append(_ column: UInt16, _ price: Double, _ time: Int64) {
    if Int(column) >= map.recorded.count {
      rates.append(Rate(position: count, column: Int(column), value: price))
    }
    columns.append(column)
    prices.append(price)
    times.append(time)
  }

  /// Adds some ticks of another tape.
  mutating func append(_ ticks: Range<Int>, of other: Tape) {
    let moved = count - ticks.lowerBound
    for rate in other.rates where ticks.contains(rate.position) {
      rates.append(Rate(position: rate.position + moved, column: rate.column, value: rate.value))
    }
    columns += other.columns[ticks]
    prices += other.prices[ticks]
    times += other.times[ticks]
    mark()
  }

  /// Adds ticks, each a price in the column of its series.
  mutating func append(
    _ series: [UInt16], _ columnOf: [UInt16], _ newPrices: [Double], _ newTimes: [Int64]
  ) {
    for number in series { columns.append(columnOf[Int(number)]) }
    prices.append(contentsOf: newPrices)
    times.append(contentsOf: newTimes)
    mark()
  }

  /// Marks the ticks added last, as far as they fill words: while they are still in the cache.
  mutating func mark() { marks.add(columns, times, upTo: count / 64 * 64) }

  /// Marks the ticks that are left.
  mutating func markRest() { marks.add(columns, times, upTo: count) }

  /// Drops the ticks from a position on.
  mutating func cut(at position: Int) {
    let dropped = count - position
    columns.removeLast(dropped)
    prices.removeLast(dropped)
    times.removeLast(dropped)
    rates.removeAll { $0.position >= position }
    marks.cut(at: position)
  }

  /// The same ticks before ``index(_:)``.
  var withoutIndex: Tape {
    var bare = Tape(map, scan, expandsRows: expandsRows)
    (bare.columns, bare.prices, bare.times, bare.rates) = (columns, prices, times, rates)
    bare.marks = marks
    (bare.firstNumber, bare.recordedBefore, bare.timeBefore) = (firstNumber, recordedBefore, timeBefore)
    bare.isWhole = isWhole
    return bare
  }

  // MARK: Ticks

  /// Time of a tick, ns since the epoch.
  func time(at position: Int) -> Int64 { pages?.time(at: position) ?? times[position] }

  // MARK: Positions

  /// The first end at or behind `position`; ``count`` for none.
  func end(from position: Int) -> Int {
    if position >= count { return count }
    if let pages { return pages.end(from: position) }
    var word = position / 64
    var mask = ends[word] & (~0 << UInt64(position % 64))
    while mask == 0 {
      word += 1
      if word == ends.count { return count }
      mask = ends[word]
    }
    return word * 64 + mask.trailingZeroBitCount
  }

  /// The last end before `position`; −1 for none.
  func end(before position: Int) -> Int {
    if position <= 0 { return -1 }
    if let pages { return pages.end(before: position) }
    var word = (position - 1) / 64
    var mask = ends[word] & (~0 >> UInt64(63 - (position - 1) % 64))
    while mask == 0 {
      if word == 0 { return -1 }
      word -= 1
      mask = ends[word]
    }
    return word * 64 + 63 - mask.leadingZeroBitCount
  }

  /// How many instants end before `position`.
  func instants(before position: Int) -> Int {
    if let pages { return pages.instants(before: position) }
    let (word, bit) = position.quotientAndRemainder(dividingBy: 64)
    if bit == 0 { return ranks[word] }
    return ranks[word] + (ends[word] & ((1 << UInt64(bit)) - 1)).nonzeroBitCount
  }

  /// Number of the instant that ends at `position`, since the beginning of the replay.
  func number(at position: Int) -> Int { firstNumber + instants(before: position) }

  /// The first position from `start` on whose time is not before `time`; ``count`` for none.
  func position(notBefore time: Int64, from start: Int) -> Int {
    if start >= count || self.time(at: start) >= time { return start }
    if let pages { return pages.position(notBefore: time, behind: start) }
    // What is looked for mostly lies nearby.
    var (low, step) = (start, 64)
    while low + step < count && times[low + step] < time {
      low += step
      step *= 2
    }
    var high = min(count, low + step)
    low += 1
    while low < high {
      let middle = (low + high) / 2
      if times[middle] < time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The end of the first instant from `start` on at which the factors all have a price; ``count`` for none.
  func position(pricing wanted: ArraySlice<Int>, from start: Int) -> Int {
    end(from: wanted.reduce(start) { max($0, firstPriced[$1]) })
  }

  // MARK: Settlements

  /// The first settlement at or behind `position`.
  func firstSettlement(from position: Int) -> Int {
    var (low, high) = (0, settlements.count)
    while low < high {
      let middle = (low + high) / 2
      if settlements[middle].position < position { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// By instrument, what some settlements could take at most per unit of base, in its margin asset.
  func flows(_ range: Range<Int>) -> [Double] {
    let instruments = layout.mark.count
    return (0..<instruments).map { instrument in
      // The sums are rounded, so that what is left is a little less than what it stands for.
      let sum = flowSums[range.upperBound * instruments + instrument]
      return (sum - flowSums[range.lowerBound * instruments + instrument]) + sum * 0x1p-40
    }
  }

  // MARK: Prices

  /// Bounds of the factors over at least the instants that end in `range`.
  func readBox(_ range: Range<Int>, into box: inout FactorBox) {
    tree.read(range.lowerBound / 64..<(range.upperBound + 63) / 64, into: &box)
  }
}
