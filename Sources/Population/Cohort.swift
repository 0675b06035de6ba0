internal import Margin
internal import Market

/// A group of people who are alike: what their accounts are drawn from.
struct Cohort: Sendable {
  var name: String
  /// How likely a person belongs to it, relative to the others.
  var weight: Double
  var mode: MarginMode
  var userLevel: UserLevel
  /// USD, gross of haircuts.
  var equity: Draw
  var collateral: Collateral
  /// Units by asset in a separate wallet; empty for none.
  var spot: [Double]
  /// Gross notional / gross equity.
  var leverage: Draw
  var positions: PositionPlan
  var open: OpeningTime
  var behaviour: Behaviour
  /// In time order.
  var actions: [Action]
  /// Whether the opening costs the taker fee.
  var paysOpeningFee: Bool

  /// Which assets the equity consists of.
  enum Collateral: Sendable, Hashable {
    /// Shares of the equity's value, relative to their sum.
    case shares([AssetShare])
    /// Shares drawn from the Dirichlet distribution with these concentrations.
    case dirichlet([AssetShare])
  }

  /// Which positions an account opens.
  enum PositionPlan: Sendable, Hashable {
    /// Signed shares of the notional, relative to the sum of their sizes.
    case shares([InstrumentShare])
    /// Several different instruments of a list with equal shares, each long with a probability.
    case random(count: Int, of: [InstrumentIndex], long: Double)
  }

  /// When an account opens.
  enum OpeningTime: Sendable, Hashable {
    case start
    /// Every nanosecond of a stretch is equally likely.
    case uniform(Range<Timestamp>)
    case at(Timestamp)
  }
}

/// A share that is held in an asset.
struct AssetShare: Sendable, Hashable {
  var asset: AssetIndex
  var share: Double
}

/// A signed share of notional in an instrument: positive long, negative short.
struct InstrumentShare: Sendable, Hashable {
  var instrument: InstrumentIndex
  var share: Double
}

/// One account of a population as drawn, before any price is known.
struct Person: Sendable, Hashable {
  /// Place of the cohort.
  var cohort: Int
  /// USD, gross.
  var equity: Double
  /// Gross notional / gross equity.
  var leverage: Double
  /// Shares of the equity's value, positive; `collateralTotal` is their sum.
  var collateral: ArraySlice<AssetShare>
  var collateralTotal: Double
  /// Signed shares of the notional; `positionTotal` is the sum of their sizes.
  var positions: ArraySlice<InstrumentShare>
  var positionTotal: Double
  /// Nil: the start.
  var notBefore: Timestamp?
}
