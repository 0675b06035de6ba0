/// The rule set of an exchange at one date: assets, instruments and the switches of its margin rules.
///
/// All tables keep the order of the venue file; sums and ties run in that order.
public struct Venue: Sendable {
  /// The name under which studies refer to it.
  public var name: String
  /// Where the figures come from, and their date.
  public var source: String
  /// The assets, in table order.
  public var assets: [Asset]
  /// The instruments, in table order.
  public var instruments: [Instrument]
  /// How a pool is liquidated.
  public var liquidation: LiquidationRules
  /// Auto-exchange triggers and order.
  public var autoExchange: AutoExchangeRules
  /// Borrowing rules; nil where the venue does not lend.
  public var loan: LoanRules?
  /// The insurance fund's start in USD; nil where it pays whatever is needed.
  public var fundSize: Double?
  /// Funding where the ticks hold no funding series.
  public var funding: DefaultFunding?
  /// Changes of parameters at a time, in time order.
  public var changes: [DatedChange]
}

/// An asset: something held as a balance.
public struct Asset: Sendable, Hashable {
  /// Its name, such as `BTC`.
  public var name: String
  /// Whether it is a USD stable, worth 1 USD where nothing else prices it.
  public var isStable: Bool
  /// The instrument whose mark prices it where it has no index series; nil for none.
  public var indexFrom: InstrumentIndex?
  /// Share of a positive balance's value that does not count, 0...1.
  public var bidBuffer: Double
  /// Mark-up on a negative balance's value, 0 or more.
  public var askBuffer: Double
  /// Discount when the asset is sold by auto-exchange, 0...1.
  public var autoBidBuffer: Double
  /// Mark-up when a deficit in the asset is covered by auto-exchange.
  public var autoAskBuffer: Double
  /// Tiered collateral rates by USD value in place of `bidBuffer`; empty where the haircut is flat.
  public var tiers: [CollateralTier]
  /// Auto-exchange threshold in units of the asset by user level (regular, vip1…vip9); nil for none.
  public var autoThreshold: [Double]?

  /// Makes an asset.
  public init(
    name: String, isStable: Bool = false, indexFrom: InstrumentIndex? = nil, bidBuffer: Double = 0,
    askBuffer: Double = 0, autoBidBuffer: Double = 0, autoAskBuffer: Double = 0,
    tiers: [CollateralTier] = [], autoThreshold: [Double]? = nil
  ) {
    self.name = name
    self.isStable = isStable
    self.indexFrom = indexFrom
    self.bidBuffer = bidBuffer
    self.askBuffer = askBuffer
    self.autoBidBuffer = autoBidBuffer
    self.autoAskBuffer = autoAskBuffer
    self.tiers = tiers
    self.autoThreshold = autoThreshold
  }
}

/// One slice of a tiered haircut: value above `floor` counts at `rate`.
public struct CollateralTier: Sendable, Hashable {
  /// USD value from which the tier holds.
  public var floor: Double
  /// Share of the value that counts, 0...1, falling from tier to tier.
  public var rate: Double
  /// USD added so that the collateral value is continuous: `rate·value + amount`.
  public var amount: Double
  /// Makes a tier.
  public init(floor: Double, rate: Double, amount: Double) {
    self.floor = floor
    self.rate = rate
    self.amount = amount
  }
}

/// A linear perpetual.
public struct Instrument: Sendable, Hashable {
  /// Its name, such as `BTCUSDT`.
  public var name: String
  /// The asset whose price it follows; nil where the venue has no such asset.
  public var base: AssetIndex?
  /// Name of the base asset.
  public var baseName: String
  /// The asset in which profit, loss and maintenance margin are booked.
  public var marginAsset: AssetIndex
  /// The step of quantities, in units of the base.
  public var lot: ExactDecimal
  /// Fee of an ordinary close as a share of its value.
  public var takerFee: Double
  /// Clearance fee of a liquidation as a share of the value closed; goes to the insurance fund.
  public var liquidationFee: Double
  /// The leverage table, rising by floor; never empty.
  public var brackets: [Bracket]

  /// Makes an instrument.
  public init(
    name: String, base: AssetIndex?, baseName: String, marginAsset: AssetIndex, lot: ExactDecimal,
    takerFee: Double, liquidationFee: Double, brackets: [Bracket]
  ) {
    self.name = name
    self.base = base
    self.baseName = baseName
    self.marginAsset = marginAsset
    self.lot = lot
    self.takerFee = takerFee
    self.liquidationFee = liquidationFee
    self.brackets = brackets
  }
}

/// A row of the leverage table. It covers `floor < notional <= next floor`.
public struct Bracket: Sendable, Hashable {
  /// Notional above which the row holds, in the margin asset.
  public var floor: Double
  /// Maintenance margin rate.
  public var rate: Double
  /// Highest leverage at which a position may be opened.
  public var maxLeverage: Double
  /// Maintenance amount: the deduction that keeps the margin continuous, in the margin asset.
  public var amount: Double
  /// Makes a row.
  public init(floor: Double, rate: Double, maxLeverage: Double, amount: Double) {
    self.floor = floor
    self.rate = rate
    self.maxLeverage = maxLeverage
    self.amount = amount
  }
}

/// How a pool is liquidated.
public struct LiquidationRules: Sendable, Hashable {
  /// When equity meets maintenance margin exactly: does it liquidate?
  public enum Comparator: String, CaseIterable, Sendable {
    case lessOrEqual = "<="
    case less = "<"
  }
  /// How much is closed at a time.
  public enum Rule: String, CaseIterable, Sendable {
    case none
    case tierDown = "tier_down"
    case minimal
    case fixedFraction = "fixed_fraction"
  }
  /// Which position of the pool goes first.
  public enum Pick: String, CaseIterable, Sendable {
    case largestMaintenance = "largest_maintenance"
    case largestLoss = "largest_loss"
    case largestNotional = "largest_notional"
    case listed
  }
  /// Liquidates at `equity <= mm` or only below.
  public var comparator: Comparator = .lessOrEqual
  /// How much is closed at a time.
  public var rule: Rule = .none
  /// Which position of the pool goes first.
  public var pick: Pick = .largestMaintenance
  /// `minimal` stops once this multiple of the maintenance margin is covered by equity, at least 1.
  public var targetEquityOverMaintenance: Double = 1
  /// Share of the quantity that `fixed_fraction` closes, in (0, 1].
  public var fraction: ExactDecimal = ExactDecimal(mantissa: 2, scale: 1)
  /// Sleep of the margin test after a `fixed_fraction` step, in ns.
  public var cooldownNanoseconds: Int64 = 0
  /// Distance of the closing price from the mark, in hundredths of a percent.
  public var slippageBasisPoints: Double = 0
  /// Isolated: liquidates when this share of the margin is lost, in place of the margin test.
  public var lossFraction: Double?
  /// Makes the default rules.
  public init() {}
}

/// When and how positive balances are sold to cover negative ones (multi-asset).
public struct AutoExchangeRules: Sendable, Hashable {
  /// Which assets are sold first.
  public enum Order: String, CaseIterable, Sendable {
    case proRata = "pro_rata"
    case stableFirst = "stable_first"
    case ascendingHaircut = "ascending_haircut"
    case highestFactorFirst = "highest_factor_first"
  }
  /// For which accounts the LTV limit counts.
  public enum Scope: String, CaseIterable, Sendable {
    /// Only accounts without open positions.
    case flat
    case always
  }
  /// Which assets are sold first.
  public var order: Order = .proRata
  /// LTV at which negative balances are covered; nil where the venue has no such limit.
  public var ltv: Double?
  /// For which accounts the LTV limit counts.
  public var ltvScope: Scope = .flat
  /// Makes the default rules.
  public init() {}
}

/// Spot cross margin.
public struct LoanRules: Sendable, Hashable {
  /// What the margin level divides by what.
  public enum Formula: String, CaseIterable, Sendable {
    case gross
    case haircutGross = "haircut_gross"
    case haircutNet = "haircut_net"
    case pro
  }
  /// When interest is charged.
  public enum InterestClock: String, CaseIterable, Sendable {
    case hourly, daily
  }
  /// One asset's terms.
  public struct Terms: Sendable, Hashable {
    /// Share of the asset's value that counts as collateral.
    public var factor: Double
    /// Tiered factors in place of `factor`; empty for none.
    public var tiers: [CollateralTier]
    /// Interest per hour or day on the principal, a fraction.
    public var rate: Double
    /// Makes terms.
    public init(factor: Double, tiers: [CollateralTier] = [], rate: Double) {
      self.factor = factor
      self.tiers = tiers
      self.rate = rate
    }
  }
  /// What the margin level divides by what.
  public var formula: Formula
  /// Margin call at or under this level.
  public var call: Double
  /// Liquidation at or under this level.
  public var liquidate: Double
  /// Level that a liquidation restores.
  public var stop: Double
  /// Level above which more may be borrowed; nil for no test.
  public var borrowAbove: Double?
  /// Level above which assets may be transferred out; nil for no test.
  public var transferAbove: Double?
  /// Share of the value sold that a liquidation costs.
  public var fee: Double
  /// Which collateral is sold first.
  public var order: AutoExchangeRules.Order
  /// When interest is charged.
  public var interest: InterestClock
  /// The asset that is borrowed to reach the exposure asked for.
  public var debtAsset: AssetIndex
  /// Terms by asset, aligned with the venue's assets; nil where an asset is no collateral and not lent.
  public var terms: [Terms?]

  /// Makes loan rules.
  public init(
    formula: Formula, call: Double, liquidate: Double, stop: Double, borrowAbove: Double?,
    transferAbove: Double?, fee: Double, order: AutoExchangeRules.Order, interest: InterestClock,
    debtAsset: AssetIndex, terms: [Terms?]
  ) {
    self.formula = formula
    self.call = call
    self.liquidate = liquidate
    self.stop = stop
    self.borrowAbove = borrowAbove
    self.transferAbove = transferAbove
    self.fee = fee
    self.order = order
    self.interest = interest
    self.debtAsset = debtAsset
    self.terms = terms
  }
}

/// Funding of instruments that have no funding series.
public struct DefaultFunding: Sendable, Hashable {
  /// Rate as a fraction of notional; positive: longs pay.
  public var rate: Double
  /// Time between settlements, counted from the epoch, in ns.
  public var everyNanoseconds: Int64
  /// Makes a schedule.
  public init(rate: Double, everyNanoseconds: Int64) {
    self.rate = rate
    self.everyNanoseconds = everyNanoseconds
  }
}

/// Parameters that change at a time.
public struct DatedChange: Sendable {
  /// When the new rules hold from.
  public var at: Timestamp
  /// The whole venue as it is from then on, its own `changes` empty.
  public var venue: Venue
  /// Makes a change.
  public init(at: Timestamp, venue: Venue) {
    self.at = at
    self.venue = venue
  }
}

/// A user's fee and threshold level.
public enum UserLevel: Int, CaseIterable, Sendable {
  case regular, vip1, vip2, vip3, vip4, vip5, vip6, vip7, vip8, vip9
  /// `regular`, `vip1` … `vip9`.
  public var name: String { self == .regular ? "regular" : "vip\(rawValue)" }
}
