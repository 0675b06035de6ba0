internal import Kernels
internal import Margin
internal import Market
internal import Platform

/// A stretch of the replay in memory: its ticks in time order, with bounds of the factors over leaves of
/// ticks and over the cells above them.
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

  let map: PriceMap
  var layout: FactorLayout { map.layout }
  /// The vector loops that look at it.
  let scan: LineScan
  /// Ticks held.
  var count: Int { times.count }
  /// By tick: the place of its recorded price; one beyond those for a tick that is no price.
  private(set) var columns: [UInt16] = []
  /// By tick.
  private(set) var prices: [Double] = []
  /// By tick, ns since the epoch.
  private(set) var times: [Int64] = []
  /// Ticks that are no price: positions.
  var rates: [Int] = []
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
    marks = InstantMarks(columns: map.columns, scan.level)
    self.expandsRows = expandsRows
    self.scan = scan
    recordedBefore = [Double](repeating: 0, count: map.recorded.count)
    tree = EnvelopeTree(factors: map.layout.factors.count, LineBounds(scan.level))
  }

  /// How many instants it holds.
  var instants: Int { ranks.last ?? 0 }

  /// What a tick takes, in bytes, bounds included.
  static func bytesPerTick(_ map: PriceMap) -> Int {
    20 + (8 * map.recorded.count + 18 * map.layout.factors.count) / leafTicks
  }

  // MARK: Filling

  /// Empties it; its memory is kept.
  mutating func clear() {
    columns.removeAll(keepingCapacity: true)
    prices.removeAll(keepingCapacity: true)
    times.removeAll(keepingCapacity: true)
    rates.removeAll(keepingCapacity: true)
    marks.clear()
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
    columns.append(column)
    prices.append(price)
    times.append(time)
  }

  /// Adds some ticks of another tape.
  mutating func append(_ ticks: Range<Int>, of other: Tape) {
    let moved = count - ticks.lowerBound
    rates += other.rates.lazy.filter(ticks.contains).map { $0 + moved }
    columns += other.columns[ticks]
    prices += other.prices[ticks]
    times += other.times[ticks]
    mark()
  }

  /// Adds ticks, each in the column of its series.
  mutating func append(
    _ series: [UInt16], _ columnOf: [Int], _ newPrices: [Double], _ newTimes: [Int64]
  ) {
    for number in series { columns.append(UInt16(truncatingIfNeeded: columnOf[Int(number)])) }
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
    rates.removeAll { $0 >= position }
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
    if start >= count || times[start] >= time { return start }
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

/// A reader of prices with scratch memory of its own.
struct TapeReader {
  private var map: PriceMap
  private var recorded: [Double]

  init(_ map: PriceMap) {
    self.map = map
    recorded = [Double](repeating: 0, count: map.recorded.count)
  }

  /// The quotes of the instant that ends at `position`; −1 means those before the tape.
  mutating func read(_ tape: Tape, _ position: Int, into quotes: inout Quotes) {
    guard position >= 0 else {
      quotes.time = Timestamp(nanoseconds: tape.timeBefore ?? .min)
      quotes.number = tape.firstNumber - 1
      return map.quotes(tape.recordedBefore, from: 0, into: &quotes)
    }
    let word = position / 64
    let places = recorded.count
    for place in 0..<places { recorded[place] = tape.carried[word * places + place] }
    for tick in word * 64...position {
      let column = Int(tape.columns[tick])
      if column < places { recorded[column] = tape.prices[tick] }
    }
    quotes.time = Timestamp(nanoseconds: tape.times[position])
    quotes.number = tape.number(at: position)
    map.quotes(recorded, from: 0, into: &quotes)
  }

  /// Expands the instants that end in the words `words`: their ends, and a column of every factor.
  mutating func expand(_ tape: Tape, words: Range<Int>, into rows: inout TapeRows) {
    let places = recorded.count
    rows.begin(room: words.count * 64, factors: map.layout.factors.count)
    for place in 0..<places { recorded[place] = tape.carried[words.lowerBound * places + place] }
    var row = 0
    for word in words {
      let ends = tape.ends[word]
      for tick in word * 64..<min(tape.count, word * 64 + 64) {
        let column = Int(tape.columns[tick])
        if column < places { recorded[column] = tape.prices[tick] }
        if ends >> UInt64(tick % 64) & 1 == 0 { continue }
        rows.ends[row] = tick
        map.factors(recorded, from: 0, into: &rows.columns, at: row, stride: rows.stride)
        row += 1
      }
    }
    rows.count = row
  }
}

/// Instants of a tape as columns: what the scans look at.
struct TapeRows: Sendable {
  /// Values between two columns beyond the room: five lines of the cache, an odd number, so that the same
  /// row of many columns does not fall into one set of the cache.
  private static let gap = 40

  /// Instants held.
  var count = 0
  /// Where they end, positions of the tape.
  var ends: [Int] = []
  /// One column per factor, `stride` apart; 0 where there is no price yet.
  var columns: [Double] = []
  /// From one column to the next.
  private(set) var stride = 0

  /// Makes room.
  mutating func begin(room: Int, factors: Int) {
    if stride < room + Self.gap {
      stride = room + Self.gap
      ends = [Int](repeating: 0, count: room)
      columns = [Double](repeating: 0, count: stride * factors)
    }
    count = 0
  }

  /// The first row that ends at or behind `position`; ``count`` for none.
  func row(from position: Int) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] < position { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
