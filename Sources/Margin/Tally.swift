public import Market

/// What has happened to one account in sum: USD totals at the index prices of their time, and what
/// conservation needs by asset.
public struct Tally: Sendable {
  /// Realised PnL, slippage inside, USD.
  public var realizedPnL = 0.0
  /// Unrealised PnL at the opening, USD.
  public var startUnrealizedPnL = 0.0
  /// Unrealised PnL at the end, USD.
  public var endUnrealizedPnL = 0.0
  /// Gross equity at the end, USD.
  public var endEquity = 0.0
  /// Σ units held × change of their index price, USD.
  public var revaluation = 0.0
  /// Fees paid, clearance and taker part, USD.
  public var fees = 0.0
  /// The part of the fees that went to the insurance fund, USD.
  public var fundFees = 0.0
  /// Loss against the mark at closings, USD; already inside the realised PnL.
  public var slippage = 0.0
  /// Funding paid (negative: received), USD.
  public var funding = 0.0
  /// Interest paid, USD.
  public var interest = 0.0
  /// What conversions cost against index prices, USD.
  public var conversionCost = 0.0
  /// What the insurance fund paid, USD.
  public var fundPayment = 0.0
  /// Money from outside by top-ups, USD.
  public var topUps = 0.0
  /// Money from (negative: to) outside by actions, USD.
  public var actions = 0.0
  /// Spot wallet at index prices: end less start, USD.
  public var spotChange = 0.0
  /// Rows so far: liquidation steps and conversions.
  public var rows = 0
  /// Closing steps by liquidation, stop-loss apart.
  public var liquidationSteps = 0
  /// Notional closed by liquidation, stop-loss apart, USD.
  public var liquidatedNotional = 0.0
  /// Margin calls of a loan.
  public var marginCalls = 0
  /// Dated actions of which nothing was done, because the venue or an empty balance did not allow it.
  public var refusedActions = 0
  /// Auto-exchange events.
  public var autoExchanges = 0
  /// Index value sold by auto-exchange, USD.
  public var autoExchangeValue = 0.0
  /// The first liquidation step, ns since the epoch; nil for none.
  public var firstLiquidation: Timestamp?
  /// The largest margin ratio of any pool at any instant; filled only on request.
  public var worstRatio = 0.0
  /// When the worst ratio was first reached; nil where it was never above 0.
  public var worstTime: Timestamp?
  /// What conservation needs, by asset.
  public var units: [Units]

  /// What came and went of one asset, in units of it.
  public struct Units: Sendable, Hashable {
    /// Held at the opening: balance and isolated margins, less debts.
    public var start = 0.0
    /// Σ flows since the opening.
    public var netFlow = 0.0
    /// Σ |flows| since the opening, the scale of conservation's tolerance.
    public var absoluteFlow = 0.0
    /// Index price at which the units were last valued, USD.
    var valuedAt = 0.0
  }

  private init(units: [Units]) { self.units = units }

  init(assets: Int) { self.init(units: [Units](repeating: Units(), count: assets)) }

  /// Nothing has happened yet; its memory is used again.
  mutating func begin(assets: Int) {
    var units: [Units] = []
    swap(&units, &self.units)
    units.reset(to: Units(), count: assets)
    self = Tally(units: units)
  }

  /// Realised PnL and change of unrealised PnL, USD.
  public var pnl: Double { realizedPnL + (endUnrealizedPnL - startUnrealizedPnL) }
}
