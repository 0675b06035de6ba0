public import Market

/// The per-instant quantities that are equal for all accounts and in which every trigger is a minimum of
/// lines: marks, marks in USD and index prices, each distinct one a column.
///
/// Where the index price of a margin asset is always 1, a mark in USD is the mark itself; where an asset is
/// priced by an instrument's mark, its index price is that mark in USD. Such twins share a column, so that
/// a holding and its hedge meet in one coefficient.
public struct FactorLayout: Sendable, Hashable {
  /// What a column holds.
  public enum Factor: Sendable, Hashable {
    /// Mark of an instrument, in its margin asset.
    case mark(InstrumentIndex)
    /// Mark of an instrument times the index price of its margin asset, USD.
    case markUSD(InstrumentIndex)
    /// Index price of an asset, USD.
    case index(AssetIndex)
  }

  /// The columns.
  public private(set) var factors: [Factor] = []
  /// Column of each instrument's mark; nil where it has no price.
  public private(set) var mark: [Int?]
  /// Column of each instrument's mark in USD; nil where it has no price.
  public private(set) var markUSD: [Int?]
  /// Column of each asset's index price; nil where it is always 1 or has no price.
  public private(set) var index: [Int?]
  /// Whether an asset's index price is always 1.
  public let isOne: [Bool]

  /// Lays out the columns of a venue priced by `prices`.
  public init(_ venue: Venue, _ prices: PriceModel) {
    isOne = prices.indexes.map { $0 == .one }
    mark = [Int?](repeating: nil, count: venue.instruments.count)
    markUSD = mark
    index = [Int?](repeating: nil, count: venue.assets.count)
    for instrument in venue.instruments.indices where prices.marks[instrument] != nil {
      mark[instrument] = add(.mark(InstrumentIndex(instrument)))
    }
    for instrument in venue.instruments.indices where prices.marks[instrument] != nil {
      let asset = venue.instruments[instrument].marginAsset.rawValue
      if isOne[asset] {
        markUSD[instrument] = mark[instrument]
      } else if prices.indexes[asset] != nil {
        markUSD[instrument] = add(.markUSD(InstrumentIndex(instrument)))
      }
    }
    for asset in venue.assets.indices {
      switch prices.indexes[asset] {
      case nil, .one: continue
      case .mark(let instrument): index[asset] = markUSD[instrument.rawValue]
      case .series, .instrumentIndex: index[asset] = add(.index(AssetIndex(asset)))
      }
    }
  }

  private mutating func add(_ factor: Factor) -> Int {
    factors.append(factor)
    return factors.count - 1
  }
}

/// Lowest and highest value of every factor over a stretch of instants.
public struct FactorBox: Sendable {
  /// Lowest value by column.
  public var low: [Double]
  /// Highest value by column.
  public var high: [Double]
  /// A box around `low` and `high`, one entry per column of the layout.
  public init(low: [Double], high: [Double]) {
    self.low = low
    self.high = high
  }
}
