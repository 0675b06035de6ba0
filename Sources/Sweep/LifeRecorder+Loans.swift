internal import Engine
internal import Margin
internal import Market
internal import Report

// Interest, and actions that move no money in or out.

extension LifeRecorder {
  /// Adds the interest that fell due at a moment.
  mutating func interest(_ moment: AccountMoment) {
    for case .flow(let flow) in moment.entries where flow.flow == .interest {
      add(
        .interest, at: flow.time, ["interest of \(write.units(-flow.units, flow.asset))"],
        change: flow.units * moment.quotes.index[flow.asset.rawValue],
        [("asset", .text(write.asset(flow.asset))), ("units", .number(-flow.units))])
    }
    for case .conversion(let sale) in moment.entries { conversion(sale) }
  }

  /// Adds what became of an action, and the interest that it brought at once.
  mutating func note(_ moment: AccountMoment) {
    for case .action(let note) in moment.entries {
      let (line, details) = words(note.kind)
      add(.action, at: note.time, [line], change: 0, details)
    }
    interest(moment)
  }

  private func words(_ kind: ActionNote.Kind) -> (line: String, details: [Detail]) {
    switch kind {
    case .borrowed(let asset, let units, let asked):
      return moved("borrow", "borrows", asset, units, asked)
    case .repaid(let asset, let units, let asked):
      return moved("repay", "pays back", asset, units, asked)
    case .switched(let former, let mode):
      return (
        "switches from \(former.rawValue) to \(mode.rawValue)",
        [("do", .text("switch_mode")), ("mode", .text(mode.rawValue))]
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
    _ name: String, _ verb: String, _ asset: AssetIndex, _ units: Double, _ asked: Double
  ) -> (line: String, details: [Detail]) {
    var line = "\(verb) \(write.units(units, asset))"
    if units != asked { line += ", \(ExplainText.number(asked)) asked for" }
    return (
      line,
      [
        ("do", .text(name)), ("asset", .text(write.asset(asset))), ("units", .number(units)),
        ("asked", .number(asked)),
      ]
    )
  }
}
