internal import Kernels
internal import Margin
internal import Platform

/// Bounds the factors over leaves of ticks, a batch at a time; keeps its scratch memory.
struct LeafBounder {
  /// Leaves that are bounded at a time.
  static let batch = 64

  private var map: PriceMap
  private let level: KernelLevel
  /// The recorded prices behind the ticks that were bounded, 0 where none.
  private(set) var carry: [Double]
  /// By leaf: lowest, highest and first recorded prices.
  private(set) var lows: [Double]
  private(set) var highs: [Double]
  private(set) var carriedIn: [Double]
  private var mappedLows: [Double]
  private var mappedHighs: [Double]

  /// - Parameter carry: the recorded prices before the first tick.
  init(_ map: PriceMap, carry: [Double], _ level: KernelLevel) {
    (self.map, self.carry, self.level) = (map, carry, level)
    lows = [Double](repeating: 0, count: Self.batch * map.recorded.count)
    (highs, carriedIn) = (lows, lows)
    mappedLows = [Double](repeating: 0, count: map.isPlain ? 0 : Self.batch * map.layout.factors.count)
    mappedHighs = mappedLows
  }

  /// Bounds the next ticks, those of a batch of leaves or fewer.
  mutating func measure(_ columns: Span<UInt16>, _ prices: Span<Double>) {
    // Views of several properties at a time are not allowed, so the arrays are taken out.
    var (lowest, highest, before, after): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
    swap(&lowest, &lows)
    swap(&highest, &highs)
    swap(&before, &carriedIn)
    swap(&after, &carry)
    do {
      var low = lowest.mutableSpan
      var high = highest.mutableSpan
      var carry = after.mutableSpan
      var carriedIn = before.mutableSpan
      LeafEnvelopes.measure(
        columns: columns, prices: prices, count: map.recorded.count, carry: &carry, lows: &low,
        highs: &high, carriedIn: &carriedIn, level: level)
    }
    swap(&lowest, &lows)
    swap(&highest, &highs)
    swap(&before, &carriedIn)
    swap(&after, &carry)
  }

  /// Works out the factors of the first leaves that were measured last.
  mutating func mapFactors(_ leaves: Int) {
    if map.isPlain { return }
    let (factors, places) = (map.layout.factors.count, map.recorded.count)
    for leaf in 0..<leaves {
      map.factors(lows, from: leaf * places, into: &mappedLows, at: leaf * factors, stride: 1)
      map.factors(highs, from: leaf * places, into: &mappedHighs, at: leaf * factors, stride: 1)
    }
  }

  /// By leaf: lowest factors, after ``mapFactors(_:)``.
  var factorLows: [Double] { map.isPlain ? lows : mappedLows }
  /// By leaf: highest factors.
  var factorHighs: [Double] { map.isPlain ? highs : mappedHighs }
}
