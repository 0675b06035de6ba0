internal import Engine
internal import Margin
internal import Market
internal import Report

// What a test of the account brought about, entry by entry.

extension LifeRecorder {
  /// Adds an entry of the journal. Flows that a row tells already are left to that row.
  mutating func add(_ entry: JournalEntry, _ moment: AccountMoment) {
    switch entry {
    case .trigger(let record): trigger(record, moment)
    case .liquidation(let step): closing(step, moment)
    case .conversion(let sale): conversion(sale)
    case .fundPayment(let payment): fundPayment(payment, moment)
    case .flow(let flow):
      if flow.flow == .topUp { topUp(flow, moment) }
    case .action: return
    case .marginMove(let move):
      let asset = write.marginAsset(move.instrument)
      let name = write.instrument(move.instrument)
      add(
        .marginReturn, at: move.time,
        ["\(write.units(-move.units, asset)) left of the margin of \(name) goes to the balance"], change: 0,
        [("instrument", .text(name)), ("asset", .text(write.asset(asset))), ("units", .number(-move.units))])
    }
  }

  private mutating func trigger(_ record: TriggerRecord, _ moment: AccountMoment) {
    var lines = [condition(record, moment)]
    if let prices = write.prices(moment.before, moment.quotes) { lines.append(prices) }
    var details: [Detail] = [
      ("trigger", .text(record.trigger.rawValue)),
      ("pool", .optional(record.pool.map { LiquidationsTable.poolName($0, write.venue) })),
      ("side", .optional(record.side?.rawValue)), ("asset", .optional(record.asset.map(write.asset))),
      ("measured", .number(record.measured)), ("limit", .number(record.limit)),
    ]
    let isLoan = record.trigger == .marginCall || record.trigger == .level
    details += [
      (isLoan ? "collateral" : "equity", record.before.map { .number($0.equity) } ?? .null),
      (
        isLoan ? "required" : "maintenance_margin",
        record.before.map { .number($0.maintenanceMargin) } ?? .null
      ),
    ]
    details += write.priceMembers(moment.before, moment.quotes)
    add(
      .trigger, at: record.time, lines, before: record.before?.ratio, after: record.after?.ratio, details)
  }

  /// The comparison that held, in words.
  private func condition(_ record: TriggerRecord, _ moment: AccountMoment) -> String {
    let (measured, limit) = (ExplainText.number(record.measured), ExplainText.number(record.limit))
    let pool = record.pool.map { write.pool($0, record.side) } ?? ""
    let unit = record.pool.map(write.unit) ?? "USD"
    switch record.trigger {
    case .margin:
      let sign = write.venue.liquidation.comparator.rawValue
      return "\(pool): equity \(measured) \(sign) maintenance margin \(limit) \(unit)"
    case .lossFraction:
      return "\(pool): pnl \(measured) <= \(limit) \(unit), the share of the margin that may be lost"
    case .stopLoss:
      return "stop-loss: gross equity \(measured) <= \(limit) USD"
    case .topUp:
      let ratio = moment.before.behaviour.topUp.map { ExplainText.number($0.atRatio) } ?? ""
      let equity = record.before.map { ExplainText.number($0.equity) } ?? ""
      return "top-up of \(pool): maintenance margin \(measured) >= \(ratio) of equity \(equity) \(unit)"
    case .threshold:
      let asset = record.asset.map(write.asset) ?? ""
      return "auto-exchange: balance \(measured) \(asset) < threshold \(limit) \(asset)"
    case .marginCall:
      return level("margin call", record, moment)
    case .level: return level("liquidation", record, moment)
    case .ltv:
      return
        "auto-exchange: negative balances \(measured) >= \(limit) USD, the LTV limit of the positive ones"
    }
  }

  private mutating func topUp(_ flow: FlowRecord, _ moment: AccountMoment) {
    add(
      .topUp, at: flow.time, ["\(write.units(flow.units, flow.asset)) from outside"],
      change: flow.units * moment.quotes.index[flow.asset.rawValue],
      [("asset", .text(write.asset(flow.asset))), ("units", .number(flow.units))])
  }

  private mutating func closing(_ step: LiquidationStep, _ moment: AccountMoment) {
    let (unit, name) = (write.unit(step.pool), write.venue.name(of: step.subject))
    let index =
      switch step.subject {
      case .instrument(let instrument): moment.quotes.index[write.marginAsset(instrument).rawValue]
      case .asset: 1.0
      }
    let slippage = step.quantity * (step.mark - step.price).magnitude * index
    let feeUSD = step.pool == .account ? step.fee : step.fee * index
    add(
      step.cause == .stopLoss ? .stopLoss : .liquidation, at: step.time,
      step.cause == .level ? sale(step) : closed(step, name, unit),
      change: -(feeUSD + slippage), before: step.ratioBefore, after: step.ratioAfter,
      [
        ("step", .integer(step.step)), ("cause", .text(step.cause.rawValue)),
        ("pool", .text(LiquidationsTable.poolName(step.pool, write.venue))), ("unit", .text(unit)),
        ("instrument", .text(name)), ("side", .text(step.side.rawValue)),
        ("quantity", .number(step.quantity)), ("mark", .number(step.mark)), ("price", .number(step.price)),
        ("notional", .number(step.notional)), ("fee", .number(step.fee)),
        ("realized_pnl", .number(step.realizedPnL)), ("slippage_usd", .number(slippage)),
        ("equity_after", .number(step.equityAfter)), ("outcome", .text(step.outcome.rawValue)),
      ])
  }

  /// The lines of a position that was cut or closed.
  private func closed(_ step: LiquidationStep, _ name: String, _ unit: String) -> [String] {
    let done = step.outcome == .partial ? "cuts" : "closes"
    var first =
      "step \(step.step) \(done) \(step.side.rawValue) \(ExplainText.number(step.quantity)) \(name) "
    first += "at \(ExplainText.number(step.price))"
    if step.price != step.mark { first += " (mark \(ExplainText.number(step.mark)))" }
    first += ", notional \(ExplainText.number(step.notional)) \(unit)"
    return [
      first,
      "realised \(ExplainText.number(step.realizedPnL)), fee \(ExplainText.number(step.fee)), "
        + "\(write.pool(step.pool, nil)) equity after \(ExplainText.number(step.equityAfter)) \(unit)"
        + (step.outcome == .takeover ? ", taken over" : ""),
    ]
  }

  mutating func conversion(_ sale: Conversion) {
    let (sold, covered) = (write.asset(sale.soldAsset), write.asset(sale.coveredAsset))
    let paid = write.units(sale.coveredUnits, sale.coveredAsset)
    let given =
      "\(write.units(sale.soldUnits, sale.soldAsset)), worth \(ExplainText.number(sale.soldUSD)) USD"
    let line =
      sale.cause == .repayment
      ? "step \(sale.step) pays back \(paid) with \(given)"
      : "step \(sale.step) sells \(given), for \(paid) (\(sale.cause.rawValue)); "
        + "the buffers cost \(ExplainText.number(sale.cost)) USD"
    add(
      .conversion, at: sale.time, [line], change: -sale.cost,
      [
        ("step", .integer(sale.step)), ("cause", .text(sale.cause.rawValue)), ("sold_asset", .text(sold)),
        ("sold_units", .number(sale.soldUnits)), ("sold_usd", .number(sale.soldUSD)),
        ("covered_asset", .text(covered)), ("covered_units", .number(sale.coveredUnits)),
        ("cost", .number(sale.cost)),
      ])
  }

  private mutating func fundPayment(_ payment: FundPayment, _ moment: AccountMoment) {
    let what = moment.after.mode == .loan ? "debt" : "balance"
    add(
      .fundPayment, at: payment.time,
      ["the insurance fund pays \(write.units(payment.units, payment.asset)); the \(what) ends at 0"],
      change: payment.usd,
      [
        ("asset", .text(write.asset(payment.asset))), ("units", .number(payment.units)),
        ("usd", .number(payment.usd)),
      ])
  }
}
