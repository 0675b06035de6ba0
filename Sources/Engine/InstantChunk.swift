internal import Kernels
internal import Margin
internal import Market

/// A stretch of consecutive instants as columns: what the engines scan.
///
/// Filled by one thread, then read by many.
final class InstantChunk {
  /// A funding settlement, after the prices of its instant.
  struct Funding {
    /// Place of the instant in the chunk.
    var instant: Int
    var instrument: InstrumentIndex
    /// Fraction of notional; positive: longs pay.
    var rate: Double
  }

  /// Widths of the cells whose bounds are kept, in instants, each a multiple of the next.
  static let cellWidths = [16_384, 1024, 64]
  /// Values between two columns: five lines of the cache, an odd number.
  private static let gap = 40

  let layout: FactorLayout
  /// The vector loops that look at the columns.
  let scan: LineScan
  let bounds: LineBounds
  /// Most instants.
  let capacity: Int
  /// From one column to the next. Not a power of two, or the same instant of many columns would fall into one
  /// set of the cache.
  let stride: Int
  /// Instants held.
  var count = 0
  /// Number of the first instant since the beginning of the replay.
  var firstNumber = 0
  /// Nanoseconds since the epoch.
  var times: [Int64]
  /// One column of `capacity` values per factor, `stride` apart; 0 where there is no price yet.
  var columns: [Double]
  /// Settlements by instant, then instrument.
  var fundings: [Funding] = []
  /// The quotes before the first instant.
  var before: Quotes
  /// The first instant of each column with a price; `count` for none. A price once there stays.
  private var firstPriced: [Int]
  /// Lowest and highest value by cell width, cell and factor.
  private var lows: [[Double]]
  private var highs: [[Double]]

  init(layout: FactorLayout, capacity: Int, unpriced: Quotes, scan: LineScan) {
    self.layout = layout
    self.scan = scan
    bounds = LineBounds(scan.level)
    self.capacity = capacity
    stride = capacity + Self.gap
    times = [Int64](repeating: 0, count: capacity)
    columns = [Double](repeating: 0, count: stride * layout.factors.count)
    before = unpriced
    firstPriced = [Int](repeating: 0, count: layout.factors.count)
    lows = Self.cellWidths.map {
      [Double](repeating: 0, count: (capacity + $0 - 1) / $0 * layout.factors.count)
    }
    highs = lows
  }

  /// The quotes of an instant; −1 means those before the chunk.
  func read(_ instant: Int, into quotes: inout Quotes) {
    guard instant >= 0 else {
      quotes = before
      return
    }
    quotes.time = Timestamp(nanoseconds: times[instant])
    quotes.number = firstNumber + instant
    for (place, column) in layout.mark.enumerated() {
      quotes.marks[place] = column.map { price($0, instant) } ?? .nan
    }
    for (place, column) in layout.index.enumerated() {
      quotes.index[place] = column.map { price($0, instant) } ?? (layout.isOne[place] ? 1 : .nan)
    }
  }

  private func price(_ column: Int, _ instant: Int) -> Double {
    let price = columns[column * stride + instant]
    return price == 0 ? .nan : price
  }

  /// The first instant from `start` on that is not before `time`; `count` for none.
  func firstInstant(notBefore time: Timestamp, from start: Int) -> Int {
    var (low, high) = (start, count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] < time.nanoseconds { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The first instant from `start` on at which the columns all have a price; `count` for none.
  func firstInstant(pricing wanted: [Int], from start: Int) -> Int {
    wanted.reduce(start) { max($0, firstPriced[$1]) }
  }

  /// Works out first prices and the bounds of the cells, once the chunk is filled.
  func indexCells() {
    for factor in layout.factors.indices {
      let column = columns[factor * stride..<factor * stride + count]
      firstPriced[factor] = column.firstIndex { $0 != 0 }.map { $0 - column.startIndex } ?? count
    }
    indexSmallestCells()
    for level in Self.cellWidths.indices.dropLast().reversed() { joinCells(to: level) }
  }

  private func indexSmallestCells() {
    let (columns, level, factors) = (columns, Self.cellWidths.count - 1, layout.factors.count)
    let width = Self.cellWidths[level]
    for cell in 0..<cells(at: level) {
      for factor in 0..<factors {
        let start = factor * stride + cell * width
        let end = factor * stride + min(count, (cell + 1) * width)
        let (low, high) = bounds.range(columns.span, start..<end)
        lows[level][cell * factors + factor] = low
        highs[level][cell * factors + factor] = high
      }
    }
  }

  /// The cells of a level from those of the next narrower one.
  private func joinCells(to level: Int) {
    let (ratio, factors) = (Self.cellWidths[level] / Self.cellWidths[level + 1], layout.factors.count)
    let narrow = cells(at: level + 1)
    for cell in 0..<cells(at: level) {
      let parts = cell * ratio..<min(narrow, (cell + 1) * ratio)
      for factor in 0..<factors {
        let place = cell * factors + factor
        lows[level][place] = parts.reduce(.infinity) { min($0, lows[level + 1][$1 * factors + factor]) }
        highs[level][place] = parts.reduce(-.infinity) { max($0, highs[level + 1][$1 * factors + factor]) }
      }
    }
  }

  /// How many cells of a level the chunk fills.
  private func cells(at level: Int) -> Int {
    (count + Self.cellWidths[level] - 1) / Self.cellWidths[level]
  }

  /// Whether a line may not be above 0 at some instant of a cell.
  func mayHit(_ line: Span<Double>, level: Int, cell: Int) -> Bool {
    let factors = cell * layout.factors.count..<(cell + 1) * layout.factors.count
    let (lows, highs) = (lows[level], highs[level])
    return bounds.hits(
      line: line, low: lows.span.extracting(factors), high: highs.span.extracting(factors))
  }

  /// Bounds of the factors over at least the instants `range`: cells of the smallest width that keeps them
  /// few.
  func readBox(_ range: Range<Int>, into box: inout FactorBox) {
    let level = Self.cellWidths.firstIndex { range.count > $0 } ?? Self.cellWidths.count - 1
    let width = Self.cellWidths[level]
    let factors = layout.factors.count
    let cells = (range.lowerBound / width)...((range.upperBound - 1) / width)
    for factor in 0..<factors {
      var low = lows[level][cells.lowerBound * factors + factor]
      var high = highs[level][cells.lowerBound * factors + factor]
      for cell in cells.dropFirst() {
        low = min(low, lows[level][cell * factors + factor])
        high = max(high, highs[level][cell * factors + factor])
      }
      if low == 0 { (low, high) = pricedBounds(factor, range) }
      box.low[factor] = low
      box.high[factor] = high
    }
  }

  /// Bounds of a factor whose cells reach back to instants without a price. Where `range` does too, no
  /// account that is open in all of it depends on the factor, so that any bounds will do.
  private func pricedBounds(_ factor: Int, _ range: Range<Int>) -> (low: Double, high: Double) {
    if firstPriced[factor] > range.lowerBound { return (0, 0) }
    let columns = columns
    let start = factor * stride
    return bounds.range(columns.span, start + range.lowerBound..<start + range.upperBound)
  }
}
