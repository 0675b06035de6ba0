internal import Kernels
internal import Margin
internal import Market
internal import Platform
internal import TickFile

/// A stretch of the replay in memory: its ticks in time order, with bounds of the factors over leaves of
/// ticks and over the cells above them.
///
/// The ticks are all in memory, or, in a tape of pages, read again where somebody looks (``TickPages``);
/// what is worked out of them always is.
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
  /// Ticks held.
  var count: Int { base + times.count }
  /// Ticks that are no longer in memory: the arrays begin behind them.
  private(set) var base = 0
  /// By tick: the place of its recorded price; one beyond those for a tick that is no price.
  private(set) var columns: [UInt16] = []
  /// By tick.
  private(set) var prices: [Double] = []
  /// By tick, ns since the epoch.
  private(set) var times: [Int64] = []
  /// Ticks that are no price.
  private(set) var rates: [Rate] = []
  /// How its ticks are cut into pages, if they are let go of once they are bounded.
  private let paging: TickPages.Size?
  var isPaged: Bool { paging != nil }
  /// The ticks, where they are not in memory.
  private(set) var pages: TickPages?
  /// By page, the record of the file that is its first tick.
  private var pageStarts: [Int] = []
  /// By leaf of a tape of pages, the time of its first tick.
  private(set) var leafTimes: [Int64] = []
  /// Time of the last tick.
  private var lastTime: Int64 = 0
  /// Number of the first instant since the beginning of the replay.
  var firstNumber = 0
  /// The recorded prices before the first tick, 0 where none.
  var recordedBefore: [Double]
  /// Time of the last instant before; nil where there is none.
  var timeBefore: Int64?
  /// The recorded prices behind the ticks that are bounded.
  var carry: [Double] = []
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

  init(_ map: PriceMap, _ scan: LineScan, expandsRows: Bool = false, paging: TickPages.Size? = nil) {
    self.map = map
    self.paging = paging
    marks = InstantMarks(columns: map.columns, scan.level)
    self.expandsRows = expandsRows
    self.scan = scan
    recordedBefore = [Double](repeating: 0, count: map.recorded.count)
    tree = EnvelopeTree(factors: map.layout.factors.count, LineBounds(scan.level))
  }

  /// How many instants it holds.
  var instants: Int { ranks.last ?? 0 }

  /// What a tick takes, in bytes, bounds included.
  static func bytesPerTick(_ map: PriceMap) -> Int { 18 + bytesPerLeaf(map) / leafTicks + 1 }

  /// What the ticks of a leaf take, in bytes, when they are let go of.
  static func bytesPerLeaf(_ map: PriceMap) -> Int {
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
    base = 0
    pages = nil
    pageStarts.removeAll()
    leafTimes.removeAll()
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
  ///
  /// - Parameter record: its number among the records of the replay; of no use unless the tape has pages.
  mutating func append(_ column: UInt16, _ price: Double, _ time: Int64, record: Int = 0) {
    if let paging, count % paging.ticks == 0 { pageStarts.append(record) }
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
  ///
  /// - Parameter record: the number of the first among the records of the replay.
  mutating func append(
    _ series: [UInt16], _ columnOf: [UInt16], _ newPrices: [Double], _ newTimes: [Int64], record: Int
  ) {
    if let page = paging?.ticks {
      let next = (count + page - 1) / page * page
      for start in stride(from: next, to: count + series.count, by: page) {
        pageStarts.append(record + start - count)
      }
    }
    for number in series { columns.append(columnOf[Int(number)]) }
    prices.append(contentsOf: newPrices)
    times.append(contentsOf: newTimes)
    mark()
  }

  /// Marks the ticks added last, as far as they fill words: while they are still in the cache.
  mutating func mark() { marks.add(columns, times, from: base, upTo: count / 64 * 64) }

  /// Marks the ticks that are left.
  mutating func markRest() { marks.add(columns, times, from: base, upTo: count) }

  // MARK: Pages

  /// Bounds the ticks of whole nodes of leaves and lets go of them, where they need not stay.
  mutating func letGo() {
    let ticks = times.count / Self.nodeTicks * Self.nodeTicks
    if isPaged && ticks > 0 { letGo(ticks) }
  }

  /// Lets go of the ticks that are left; from now on they are read from the file where somebody looks.
  ///
  /// - Parameters:
  ///   - sieve: which records are ticks.
  ///   - file: the only file of the replay.
  ///   - first: the record of the file that is the first of the replay.
  ///   - records: how many records the replay has.
  mutating func pages(_ sieve: TickSieve, _ file: TickFileReader, from first: Int, _ records: Int) {
    guard let paging else { return }
    markRest()
    letGo(times.count)
    pages = TickPages(
      sieve, file, paging, starts: pageStarts.map { $0 + first }, end: first + records, count: count)
    pageStarts = []
  }

  /// - Parameter ticks: how many, all marked; whole nodes of leaves unless they are the last.
  private mutating func letGo(_ ticks: Int) {
    if ticks == 0 { return }
    for tick in stride(from: 0, to: ticks, by: Self.leafTicks) { leafTimes.append(times[tick]) }
    lastTime = times[ticks - 1]
    boundLeaves(ticks)
    columns.removeFirst(ticks)
    prices.removeFirst(ticks)
    times.removeFirst(ticks)
    base += ticks
  }

  /// Drops the ticks from a position on.
  mutating func cut(at position: Int) {
    let dropped = count - position
    precondition(dropped <= times.count)
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

  /// The page that holds the ticks of a leaf; nil where all ticks are in memory.
  func page(of leaf: Int) -> TickPages.Page? { pages?.page(of: leaf * Self.leafTicks) }

  /// Time of a tick, ns since the epoch.
  func time(at position: Int) -> Int64 {
    guard let pages else { return times[position] }
    if position % Self.leafTicks == 0 { return leafTimes[position / Self.leafTicks] }
    if position == count - 1 { return lastTime }
    return pages.page(of: position).times[position % pages.pageTicks]
  }

  // MARK: Positions

  /// The first end at or behind `position`; ``count`` for none.
  func end(from position: Int) -> Int {
    if position >= count { return count }
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
    let (word, bit) = position.quotientAndRemainder(dividingBy: 64)
    if bit == 0 { return ranks[word] }
    return ranks[word] + (ends[word] & ((1 << UInt64(bit)) - 1)).nonzeroBitCount
  }

  /// Number of the instant that ends at `position`, since the beginning of the replay.
  func number(at position: Int) -> Int { firstNumber + instants(before: position) }

  /// The first position from `start` on whose time is not before `time`; ``count`` for none.
  func position(notBefore time: Int64, from start: Int) -> Int {
    if start >= count || self.time(at: start) >= time { return start }
    if let pages { return position(notBefore: time, behind: start, pages) }
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

  /// The same where the tick at `start` is earlier.
  private func position(notBefore time: Int64, behind start: Int, _ pages: TickPages) -> Int {
    // The last leaf that begins earlier, or the one of `start`, holds it or ends before it.
    var (low, high) = (start / Self.leafTicks, leafTimes.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if leafTimes[middle] < time { low = middle } else { high = middle }
    }
    let page = pages.page(of: low * Self.leafTicks)
    let first = page.base
    let end = min(count, high * Self.leafTicks)
    let within = max(start, low * Self.leafTicks)..<end
    return within.first { page.times[$0 - first] >= time } ?? end
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
