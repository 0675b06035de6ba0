internal import Engine
internal import Margin
internal import Market
internal import Report

// Actions that move no money in or out, and what is sold of a loan's collateral.

extension LifeRecorder {
  /// Adds what became of an action, and the interest that it brought at once.
  mutating func note(_ moment: AccountMoment) {
    var borrowed: (asset: AssetIndex, units: Double)?
    for case .action(let note) in moment.entries {
      let (line, details) = words(note.kind)
      let (before, after) = ratios(moment) { pool, _ in pool == .account && moment.after.mode == .loan }
      add(.action, at: note.time, [line], change: 0, before: before, after: after, details)
      if case .borrowed(let asset, let units, _) = note.kind { borrowed = (asset, units) }
    }
    interest(moment, borrowed: borrowed)
  }

  private func words(_ kind: ActionNote.Kind) -> (line: String, details: [Detail]) {
    switch kind {
    case .borrowed(let asset, let units, let asked):
      return moved("borrow", "borrows", asset, units, asked, "the venue lends no more")
    case .repaid(let asset, let units, let asked):
      return moved("repay", "pays back", asset, units, asked, "no more is owed, or there")
    case .switched(let former, let mode):
      return (
        "switches from \(former.rawValue) to \(mode.rawValue)",
        [
          ("do", .text("switch_mode")), ("mode", .text(mode.rawValue)), ("from", .text(former.rawValue)),
          ("refused", .null),
        ]
      )
    case .refusedSwitch(let mode, let reason):
      return (
        "may not switch to \(mode.rawValue): \(reason.rawValue)",
        [
          ("do", .text("switch_mode")), ("mode", .text(mode.rawValue)), ("refused", .text(reason.rawValue)),
        ]
      )
    }
  }

  private func moved(
    _ name: String, _ verb: String, _ asset: AssetIndex, _ units: Double, _ asked: Double, _ reason: String
  ) -> (line: String, details: [Detail]) {
    var line = "\(verb) \(write.units(units, asset))"
    if units != asked { line += ", \(ExplainText.number(asked)) asked for: \(reason)" }
    return (
      line,
      [
        ("do", .text(name)), ("asset", .text(write.asset(asset))), ("units", .number(units)),
        ("asked", .number(asked)),
      ]
    )
  }

  /// A level that was met: `margin call: level 1.25 <= 1.3`, then its two sides.
  func level(_ name: String, _ record: TriggerRecord, _ moment: AccountMoment) -> String {
    guard let loan = moment.rules.venue.loan, let value = record.before else { return name }
    let limit = record.trigger == .marginCall ? loan.call : loan.liquidate
    let level = ExplainText.number(value.equity / value.maintenanceMargin)
    return "\(name): level \(level) <= \(ExplainText.number(limit)), "
      + "collateral \(ExplainText.number(value.equity)), "
      + "\(ExplainText.required(loan)) \(ExplainText.number(value.maintenanceMargin)) USD"
  }

  /// The lines of a sale of collateral.
  func sale(_ step: LiquidationStep) -> [String] {
    let name = write.venue.name(of: step.subject)
    return [
      "step \(step.step) sells \(ExplainText.number(step.quantity)) \(name) at "
        + "\(ExplainText.number(step.price)), worth \(ExplainText.number(step.notional)) USD",
      "fee \(ExplainText.number(step.fee)), collateral less debt afterwards "
        + "\(ExplainText.number(step.equityAfter)) USD" + (step.outcome == .takeover ? ", taken over" : ""),
    ]
  }
}
