internal import Engine
internal import Margin
public import Market

/// What happened at one point in sum: the figures of its row in `points.csv`.
///
/// Money is in USD. Sums run over the accounts that took part, by number; rejected accounts and those that
/// never came to open add nothing.
public struct PointSummary: Sendable {
  /// The point's number, counted from 0.
  public var point: Int
  /// The values of the axes as text.
  public var axisValues: [String]
  /// All accounts, rejected ones included.
  public var accounts: Int
  /// Records of the series used, inside the window.
  public var ticks: Int
  /// Accounts with at least one liquidation step; a stop-loss is none.
  public var liquidatedAccounts = 0
  /// Closing steps by liquidation.
  public var liquidationSteps = 0
  /// Notional closed by liquidation.
  public var liquidatedNotional = 0.0
  /// Accounts with liquidation steps that still hold a position, or owe something, at the end.
  public var partialSurvivors = 0
  /// Accounts for which the insurance fund paid.
  public var bankruptAccounts = 0
  /// What the insurance fund paid.
  public var fundPayment = 0.0
  /// Clearance fees, which go to the insurance fund; without the taker part.
  public var liquidationFees = 0.0
  /// Loss against the mark at closings.
  public var slippageCost = 0.0
  /// Auto-exchange events.
  public var autoExchanges = 0
  /// Index value sold by auto-exchange.
  public var autoExchangeValue = 0.0
  /// What conversions cost against index prices.
  public var conversionCost = 0.0
  /// Funding paid, negative where received.
  public var funding = 0.0
  /// Interest paid.
  public var interest = 0.0
  /// Margin calls of loans.
  public var marginCalls = 0
  /// Dated actions of which nothing was done, because the venue or an empty balance did not allow it.
  public var refusedActions = 0
  /// Gross equity at the opening.
  public var startEquity = 0.0
  /// Gross equity at the end.
  public var endEquity = 0.0
  /// Realised PnL and change of unrealised PnL.
  public var pnl = 0.0
  /// Σ units held × change of their index price.
  public var revaluation = 0.0
  /// Spot wallets at index prices: end less start.
  public var spotChange = 0.0
  /// Accounts that could not open.
  public var rejectedAccounts = 0
  /// The insurance fund.
  public var fund: FundPath
  /// Percentiles 50, 90 and 99 of the accounts' largest margin ratios, by nearest rank over the accounts that
  /// took part; nil where ratios were not recorded or nobody took part.
  public var worstRatios: (p50: Double, p90: Double, p99: Double)?
  /// Time of the first liquidation step.
  public var firstLiquidation: Timestamp?
  /// The minute with the largest liquidated notional.
  public var peak: PeakMinute?

  /// Accounts with liquidation steps as a share of all accounts, rejected ones included; 0 without accounts.
  public var liquidatedShare: Double {
    accounts == 0 ? 0 : Double(liquidatedAccounts) / Double(accounts)
  }

  /// The largest margin ratios of those that took part, while there are accounts to come.
  private var ratios: [Double] = []
  private let recordsWorstRatio: Bool

  /// Nothing happened yet.
  ///
  /// - Parameters:
  ///   - frame: the point.
  ///   - recordsWorstRatio: whether the engine was asked to record margin ratios.
  init(_ frame: PointFrame, recordsWorstRatio: Bool) {
    point = frame.number
    axisValues = frame.axisValues
    accounts = 0
    ticks = frame.ticks
    fund = FundPath(size: frame.rules.venue.fundSize, entries: [])
    self.recordsWorstRatio = recordsWorstRatio
  }

  /// Sums up a point.
  ///
  /// - Parameters:
  ///   - reported: the point.
  ///   - recordsWorstRatio: whether the engine was asked to record margin ratios.
  public init(_ reported: ReportedPoint, recordsWorstRatio: Bool) {
    self.init(reported.frame, recordsWorstRatio: recordsWorstRatio)
    let run = AccountRun(reported.result.accounts)
    for (account, life) in zip(run.accounts, run.lives) { add(account, life) }
    finish(reported.result.entries, fundSize: reported.frame.rules.venue.fundSize)
  }

  /// Adds the next account.
  mutating func add(_ account: Account, _ life: AccountLife) {
    accounts += 1
    if life.rejection != nil { rejectedAccounts += 1 }
    guard life.takesPart else { return }
    add(account)
    if recordsWorstRatio { ratios.append(account.tally.worstRatio) }
  }

  /// Adds what happened, once all accounts are there.
  mutating func finish(_ entries: [JournalEntry], fundSize: Double?) {
    fund = FundPath(size: fundSize, entries: entries)
    peak = PeakMinute(entries: entries)
    ratios.sort()
    if let p50 = NearestRank.percentile(50, ofSorted: ratios),
      let p90 = NearestRank.percentile(90, ofSorted: ratios),
      let p99 = NearestRank.percentile(99, ofSorted: ratios)
    {
      worstRatios = (p50, p90, p99)
    }
    ratios = []
  }

  private mutating func add(_ account: Account) {
    if account.tally.liquidationSteps > 0 {
      liquidatedAccounts += 1
      if !account.isFlat { partialSurvivors += 1 }
    }
    if account.tally.fundPayment > 0 { bankruptAccounts += 1 }
    liquidationSteps += account.tally.liquidationSteps
    liquidatedNotional += account.tally.liquidatedNotional
    fundPayment += account.tally.fundPayment
    liquidationFees += account.tally.fundFees
    slippageCost += account.tally.slippage
    autoExchanges += account.tally.autoExchanges
    autoExchangeValue += account.tally.autoExchangeValue
    conversionCost += account.tally.conversionCost
    funding += account.tally.funding
    interest += account.tally.interest
    marginCalls += account.tally.marginCalls
    refusedActions += account.tally.refusedActions
    startEquity += account.startEquity
    endEquity += account.tally.endEquity
    pnl += account.tally.pnl
    revaluation += account.tally.revaluation
    spotChange += account.tally.spotChange
    if let first = account.tally.firstLiquidation { firstLiquidation = min(first, firstLiquidation ?? first) }
  }
}
