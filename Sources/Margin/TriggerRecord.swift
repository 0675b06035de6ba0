public import Market

/// A test that held and so made something happen, with the two sides that it compared.
///
/// Kept with flows only, for the life of a single account.
public struct TriggerRecord: Sendable {
  /// Which test held.
  public enum Trigger: String, Sendable {
    /// The pool's equity met its maintenance margin: `measured` is the equity, `limit` the other.
    case margin
    /// An isolated position lost its share: `measured` is its PnL, `limit` is `−f·margin`.
    case lossFraction = "loss_fraction"
    /// The owner's stop-loss: `measured` is the gross equity, `limit` `(start + paid in)·(1 − s)`, USD.
    case stopLoss = "stop_loss"
    /// The owner's top-up: `measured` is the maintenance margin, `limit` is `at_ratio·equity`.
    case topUp = "top_up"
    /// Auto-exchange of one asset: `measured` is its balance, `limit` the threshold, both in units.
    case threshold
    /// Auto-exchange by LTV: `measured` are the negative balances, `limit` is the venue's LTV times the
    /// positive ones, USD at auto-exchange rates.
    case ltv
    /// A loan's margin call: `measured` is the collateral, `limit` the call level times the debt, USD.
    case marginCall = "margin_call"
    /// A loan's liquidation: `measured` is the collateral, `limit` the liquidation level times the debt.
    case level
  }
  /// Number of the account.
  public var account: Int
  /// When.
  public var time: Timestamp
  /// Which test.
  public var trigger: Trigger
  /// The pool that was tested; nil where the test looks at the whole wallet.
  public var pool: Pool?
  /// The side of an isolated position; nil for other pools.
  public var side: Side?
  /// The asset that fell below its threshold; nil for other tests.
  public var asset: AssetIndex?
  /// What was tested, in the unit that ``Trigger`` names, else the pool's.
  public var measured: Double
  /// What it was tested against, in the same unit.
  public var limit: Double
  /// The pool before anything was done; nil where there is none.
  public var before: PoolValue?
  /// The pool right after a top-up or conversion; nil for closings, whose rows say it.
  public var after: PoolValue?
}

/// Margin that moved between an isolated position and the balance of its margin asset: by an action of the
/// owner, or what was left when the position was closed.
///
/// Kept with flows only, for the life of a single account.
public struct MarginMove: Sendable {
  /// Number of the account.
  public var account: Int
  /// When.
  public var time: Timestamp
  /// The position's instrument.
  public var instrument: InstrumentIndex
  /// Units of the margin asset into the position (negative: back to the balance).
  public var units: Double
}
