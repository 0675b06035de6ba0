/// The rows of `points.csv`, one per point.
public enum PointsTable {
  /// The columns after `point` and the axes.
  public static let columns = [
    "accounts", "ticks", "liquidated_accounts", "liquidated_share", "liquidation_steps",
    "liquidated_notional", "partial_survivors", "bankrupt_accounts", "fund_payment", "liquidation_fees",
    "slippage_cost", "auto_exchanges", "auto_exchange_value", "conversion_cost", "funding", "interest",
    "margin_calls", "start_equity", "end_equity", "pnl", "revaluation", "spot_change", "rejected_accounts",
    "fund_start", "fund_min", "fund_depleted_time", "worst_ratio_p50", "worst_ratio_p90", "worst_ratio_p99",
    "first_liquidation", "peak_minute", "peak_minute_notional",
  ]

  static func header(axes: [String], to csv: inout CSVBuffer) {
    csv.word("point")
    for axis in axes { csv.text(axis) }
    for column in columns { csv.word(column) }
    csv.endRow()
  }

  static func append(_ summary: PointSummary, to csv: inout CSVBuffer) {
    csv.integer(summary.point)
    for value in summary.axisValues { csv.text(value) }
    csv.integer(summary.accounts)
    csv.integer(summary.ticks)
    csv.integer(summary.liquidatedAccounts)
    csv.number(summary.liquidatedShare)
    csv.integer(summary.liquidationSteps)
    csv.number(summary.liquidatedNotional)
    csv.integer(summary.partialSurvivors)
    csv.integer(summary.bankruptAccounts)
    csv.number(summary.fundPayment)
    csv.number(summary.liquidationFees)
    csv.number(summary.slippageCost)
    csv.integer(summary.autoExchanges)
    csv.number(summary.autoExchangeValue)
    csv.number(summary.conversionCost)
    csv.number(summary.funding)
    csv.number(summary.interest)
    csv.integer(summary.marginCalls)
    csv.number(summary.startEquity)
    csv.number(summary.endEquity)
    csv.number(summary.pnl)
    csv.number(summary.revaluation)
    csv.number(summary.spotChange)
    csv.integer(summary.rejectedAccounts)
    csv.number(summary.fund.start)
    csv.number(summary.fund.lowest)
    csv.time(summary.fund.depleted)
    csv.number(summary.worstRatios?.p50)
    csv.number(summary.worstRatios?.p90)
    csv.number(summary.worstRatios?.p99)
    csv.time(summary.firstLiquidation)
    csv.time(summary.peak?.start)
    csv.number(summary.peak?.notional)
    csv.endRow()
  }
}
