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
  /// Where interest goes when it falls due.
  public enum InterestSource: String, CaseIterable, Sendable {
    /// It is added to what is owed.
    case debt
    /// An account at or under its `borrowAbove` level (the call level where there is none) pays it from its
    /// assets; above that level it is added to what is owed.
    case collateral
  }
  /// One asset's terms.
  public struct Terms: Sendable, Hashable {
    /// Share of the asset's value that counts as collateral.
    public var factor: Double
    /// Tiered factors in place of `factor`; empty for none.
    public var tiers: [CollateralTier]
    /// Interest per hour or day on the principal, a fraction.
    public var rate: Double
    /// Maintenance margin of a debt in the asset by its value in USD, rising by floor, every highest leverage
    /// above 1. Filled for formula `pro` and empty for every other one. The initial rate of a debt is
    /// `1 / (maxLeverage − 1)`.
    public var brackets: [Bracket]
    /// Makes terms.
    public init(factor: Double, tiers: [CollateralTier] = [], rate: Double, brackets: [Bracket] = []) {
      self.factor = factor
      self.tiers = tiers
      self.rate = rate
      self.brackets = brackets
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
  /// Where interest goes when it falls due.
  public var interestFrom: InterestSource
  /// The asset that is borrowed to reach the exposure asked for.
  public var debtAsset: AssetIndex
  /// Terms by asset, aligned with the venue's assets; nil where an asset is no collateral and not lent.
  public var terms: [Terms?]

  /// Makes loan rules.
  public init(
    formula: Formula, call: Double, liquidate: Double, stop: Double, borrowAbove: Double?,
    transferAbove: Double?, fee: Double, order: AutoExchangeRules.Order, interest: InterestClock,
    interestFrom: InterestSource = .debt, debtAsset: AssetIndex, terms: [Terms?]
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
    self.interestFrom = interestFrom
    self.debtAsset = debtAsset
    self.terms = terms
  }
}
