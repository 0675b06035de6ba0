/// The margin state of one account at one set of prices, as `check` prints it.
public struct CheckReport: Sendable {
  /// How close a pool is to its liquidation, by its margin ratio.
  public enum Band: String, Sendable {
    /// Below 0.5.
    case green
    /// 0.5 to 0.8.
    case yellow
    /// Above 0.8.
    case red

    /// The lowest margin ratio of yellow.
    public static let yellowRatio = 0.5

    /// The band of a margin ratio.
    public init(ratio: Double) { self = ratio < Self.yellowRatio ? .green : ratio <= 0.8 ? .yellow : .red }
  }

  /// One pool, in its unit.
  public struct PoolRow: Sendable {
    /// The instrument of an isolated position, the margin asset of a cross pool, or `account`.
    public var pool: String
    /// The side of an isolated position; nil for other pools.
    public var side: Side?
    /// The asset that equity and maintenance margin are in, `USD` for multi-asset and loan.
    public var unit: String
    /// What the pool is worth and must be worth.
    public var value: PoolValue
    /// Maintenance margin / equity; of a loan debt / collateral, under `pro` maintenance margin / net
    /// collateral. Infinite where there is nothing to divide by.
    public var ratio: Double
    /// Whether its liquidation trigger holds.
    public var liquidates: Bool
    /// By its margin ratio.
    public var band: Band { Band(ratio: ratio) }
  }

  /// One position; money in its margin asset.
  public struct PositionRow: Sendable {
    /// Name of the instrument.
    public var instrument: String
    /// Long or short.
    public var side: Side
    /// Units of the base, positive.
    public var quantity: Double
    /// `quantity × mark`.
    public var notional: Double
    /// `q·(p − entry)`.
    public var unrealizedPnL: Double
    /// By the bracket of the notional.
    public var maintenanceMargin: Double
    /// Nil where no positive price liquidates.
    public var liquidationPrice: Double?
    /// Nil where no positive price ruins.
    public var bankruptcyPrice: Double?
  }

  /// One asset that the account holds or owes.
  public struct CollateralRow: Sendable {
    /// Name of the asset.
    public var asset: String
    /// Wallet balance in units, without isolated margins.
    public var balance: Double
    /// Balance, isolated margins and unrealised PnL less what is owed, in units.
    public var equity: Double
    /// Index price, USD.
    public var index: Double
    /// What a USD of it counts for: `value / (equity × index)`, of a loan `value / (balance × index)` but
    /// under `pro`.
    public var rate: Double
    /// What it counts for, USD.
    public var value: Double
    /// Units that are free for new positions; of a loan those that may leave the account.
    public var available: Double
  }

  /// What auto-exchange would do now.
  public struct AutoExchange: Sendable {
    /// A negative balance: units missing, and their USD value at the auto ask rate.
    public struct Deficit: Sendable {
      /// Name of the asset.
      public var asset: String
      /// Units missing, positive.
      public var units: Double
      /// USD at the auto ask rate.
      public var value: Double
    }
    /// What is sold of one asset: units and their USD index value.
    public struct Sale: Sendable {
      /// Name of the asset.
      public var asset: String
      /// Units sold, positive.
      public var units: Double
      /// USD at the index price.
      public var value: Double
    }
    /// Whether a threshold or the LTV limit has been reached.
    public var triggered: Bool
    /// Negative over positive balances at auto-exchange rates; infinite without positive ones.
    public var ltv: Double
    /// The negative balances.
    public var deficits: [Deficit]
    /// The sales that would happen now, one entry per asset sold.
    public var sales: [Sale]
  }

  /// What backs the positions.
  public var mode: MarginMode
  /// Isolated pools in table order, then cross pools by asset, or the account.
  public var pools: [PoolRow]
  /// In table order, the long of an instrument before its short.
  public var positions: [PositionRow]
  /// In table order.
  public var collateral: [CollateralRow]
  /// USD: multi-asset after haircuts, else at index prices.
  public var accountEquity: Double
  /// USD that is free for new positions; of a loan what may leave the account.
  public var available: Double
  /// Nil but for multi-asset.
  public var autoExchange: AutoExchange?
  /// Nil but for loans.
  public var loan: Loan?
}
