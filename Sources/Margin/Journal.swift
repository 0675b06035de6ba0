public import Market

/// What is liquidated as one.
public enum Pool: Sendable, Hashable {
  /// One position and its margin.
  case isolated(InstrumentIndex)
  /// Everything that shares one margin asset.
  case cross(AssetIndex)
  /// The whole account.
  case account
}

/// What a closing step closes.
public enum Subject: Sendable, Hashable {
  /// A position in an instrument.
  case instrument(InstrumentIndex)
  /// Units of an asset, the collateral of a loan.
  case asset(AssetIndex)
}

/// The side of a position.
public enum Side: String, Sendable {
  case long, short
}

/// Why a position was closed against its owner's will, or by his stop-loss.
public enum LiquidationCause: String, Sendable {
  /// Equity met maintenance margin.
  case margin
  /// The share of the margin that may be lost was lost.
  case lossFraction = "loss_fraction"
  /// A loan's margin level.
  case level
  /// The owner's stop-loss; no liquidation.
  case stopLoss = "stop_loss"
}

/// One closing step, as its row in `liquidations.csv` shows it: amounts in the pool's unit, which is its
/// margin asset, and USD for multi-asset.
public struct LiquidationStep: Sendable {
  /// What became of the position.
  public enum Outcome: String, Sendable {
    /// Cut.
    case partial
    /// Closed.
    case full
    /// Closed, as the last row of an event that the insurance fund paid for.
    case takeover
  }
  /// Number of the account.
  public var account: Int
  /// When.
  public var time: Timestamp
  /// Counts the account's rows from 1.
  public var step: Int
  /// Why.
  public var cause: LiquidationCause
  /// The pool that was liquidated.
  public var pool: Pool
  /// What was closed or sold.
  public var subject: Subject
  /// The position's side; long for what is sold of a loan's collateral.
  public var side: Side
  /// Units closed, positive.
  public var quantity: Double
  /// Mark price, margin asset per unit.
  public var mark: Double
  /// Closing price: the mark less or plus slippage.
  public var price: Double
  /// `quantity × mark`.
  public var notional: Double
  /// Fee paid, clearance and taker part together.
  public var fee: Double
  /// PnL realised at `price`, before the fee.
  public var realizedPnL: Double
  /// Margin ratio of the pool before the step; infinite where equity ≤ 0 < maintenance margin.
  public var ratioBefore: Double
  /// Margin ratio after all PnL of the step and this row's fee, before conversions and fund.
  public var ratioAfter: Double
  /// Equity of the pool at the same point.
  public var equityAfter: Double
  /// What became of the position.
  public var outcome: Outcome
  /// `notional` in USD.
  public var notionalUSD: Double
  /// The part of the fee that goes to the insurance fund, USD.
  public var fundFeeUSD: Double
  /// Number of the instant within the replay.
  public var instant = 0
}

/// One sale of an asset that covers another's deficit, as its row in `conversions.csv` shows it.
public struct Conversion: Sendable {
  /// Why it happened.
  public enum Cause: String, Sendable {
    case threshold, ltv, liquidation, repayment
  }
  /// Number of the account.
  public var account: Int
  /// When.
  public var time: Timestamp
  /// Counts the account's rows from 1, together with the liquidation steps.
  public var step: Int
  /// Why.
  public var cause: Cause
  /// What was sold.
  public var soldAsset: AssetIndex
  /// Units sold, positive.
  public var soldUnits: Double
  /// Whose deficit was covered.
  public var coveredAsset: AssetIndex
  /// Units covered, positive.
  public var coveredUnits: Double
  /// What the auto-exchange buffers cost, USD at index prices.
  public var cost: Double
  /// Index value of what was sold, USD.
  public var soldUSD: Double
}

/// What the insurance fund paid so that a balance ends at 0.
public struct FundPayment: Sendable {
  /// Number of the account.
  public var account: Int
  /// When.
  public var time: Timestamp
  /// The account's row after which it was paid.
  public var step: Int
  /// The asset that was missing.
  public var asset: AssetIndex
  /// Units paid, positive.
  public var units: Double
  /// Their value, USD.
  public var usd: Double
  /// Number of the instant within the replay.
  public var instant = 0
}

/// A flow that has no row of its own in the CSV files; kept for the life of a single account.
public struct FlowRecord: Sendable {
  /// Number of the account.
  public var account: Int
  /// When.
  public var time: Timestamp
  /// What kind of flow.
  public var flow: Flow
  /// The asset it is in.
  public var asset: AssetIndex
  /// Units, positive when the account gains.
  public var units: Double
}

/// Where money of an account comes from or goes to.
public enum Flow: String, Sendable, CaseIterable {
  case realizedPnL = "realized_pnl"
  case fee, funding, interest, conversion, fund
  case topUp = "top_up"
  case action
}

/// One thing that happened to an account.
public enum JournalEntry: Sendable {
  case liquidation(LiquidationStep)
  case conversion(Conversion)
  case fundPayment(FundPayment)
  case flow(FlowRecord)
  /// Kept with flows only.
  case trigger(TriggerRecord)
  /// Kept with flows only.
  case marginMove(MarginMove)
  /// Kept with flows only.
  case action(ActionNote)

  /// When it happened.
  public var time: Timestamp {
    switch self {
    case .liquidation(let entry): entry.time
    case .conversion(let entry): entry.time
    case .fundPayment(let entry): entry.time
    case .flow(let entry): entry.time
    case .trigger(let entry): entry.time
    case .marginMove(let entry): entry.time
    case .action(let entry): entry.time
    }
  }

  /// Number of the account it happened to.
  public var account: Int {
    switch self {
    case .liquidation(let entry): entry.account
    case .conversion(let entry): entry.account
    case .fundPayment(let entry): entry.account
    case .flow(let entry): entry.account
    case .trigger(let entry): entry.account
    case .marginMove(let entry): entry.account
    case .action(let entry): entry.account
    }
  }
}

/// What happened, in the order it happened; every report is derived from it.
public struct Journal: Sendable {
  /// The entries of one or many accounts, each account's in order.
  public var entries: [JournalEntry] = []
  /// Whether flows without a CSV row are kept too.
  public var keepsFlows: Bool

  /// An empty journal.
  public init(keepsFlows: Bool = false) { self.keepsFlows = keepsFlows }
}
