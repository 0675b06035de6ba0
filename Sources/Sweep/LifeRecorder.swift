internal import Engine
internal import Margin
internal import Market
internal import Report

/// Turns the moments of a replayed account into the events of an explanation.
struct LifeRecorder {
  typealias Event = Explanation.Event
  typealias Detail = (name: String, value: JSONValue)

  private(set) var events: [Event] = []
  /// Interest that may go on; it becomes an event before the next one.
  var interestRun: InterestRun?
  let write: ExplainText

  init(venue: Venue) { write = ExplainText(venue: venue) }

  /// Adds what happened at a moment.
  mutating func record(_ moment: AccountMoment) {
    switch moment.step {
    case .opening(let rejection): opening(moment, rejection)
    case .actions(let from, let to): actions(moment, moment.after.actions[from..<to])
    case .interest: interest(moment)
    case .funding(let instrument, let rate): funding(moment, instrument, rate)
    case .test: for entry in moment.entries { add(entry, moment) }
    }
  }

  mutating func add(
    _ kind: Explanation.Kind, at time: Timestamp, _ lines: [String], change: Double? = nil,
    before: Double? = nil, after: Double? = nil, _ details: [Detail] = []
  ) {
    if let run = interestRun { events.append(event(run)) }
    interestRun = nil
    events.append(
      Event(
        time: time, kind: kind, lines: lines, changeUSD: change, ratioBefore: before, ratioAfter: after,
        details: details))
  }

  // MARK: Opening and end

  private mutating func opening(_ moment: AccountMoment, _ rejection: Rejection?) {
    let (account, quotes, rules) = (moment.before, moment.quotes, moment.rules)
    var lines = holdings(account, quotes)
    lines.append("gross equity \(ExplainText.number(rules.grossEquity(account, quotes))) USD")
    let states = rules.poolStates(account, quotes)
    if let level = write.level(account, rules, quotes) { lines.append(level) }
    for state in states where account.mode != .loan {
      let unit = write.unit(state.pool)
      lines.append(
        "\(write.pool(state.pool, state.side)): equity \(ExplainText.number(state.value.equity)), "
          + "initial margin \(ExplainText.number(state.initialMargin)), "
          + "maintenance margin \(ExplainText.number(state.value.maintenanceMargin)) \(unit)")
    }
    let details = write.stateMembers(account, rules, quotes)
    let worst = states.map(\.value.ratio).max()
    guard let rejection else {
      add(.opening, at: quotes.time, lines, after: worst, details)
      return interest(moment)
    }
    add(
      .rejection, at: quotes.time, ["takes no part: \(rejection.rawValue)"] + lines, after: worst,
      [("reason", .text(rejection.rawValue))] + details)
  }

  /// Adds the end, at the last prices.
  mutating func close(_ end: AccountEnd) {
    guard let account = end.outcome.account, end.outcome.rejection == nil else { return }
    var lines = holdings(account, end.quotes)
    lines.append("gross equity \(ExplainText.number(account.tally.endEquity)) USD")
    if let level = write.level(account, end.rules, end.quotes) { lines.append(level) }
    let status = AccountStatus(end.outcome)?.rawValue ?? ""
    lines.append("status \(status)")
    add(
      .end, at: end.quotes.time, lines,
      after: end.rules.poolStates(account, end.quotes).map(\.value.ratio).max(),
      [("status", .text(status))] + write.stateMembers(account, end.rules, end.quotes))
  }

  private func holdings(_ account: Account, _ quotes: Quotes) -> [String] {
    let balances = account.balances.indices.filter { account.balances[$0] != 0 }.map { place in
      let index = quotes.index[place]
      return write.units(account.balances[place], AssetIndex(place))
        + (index == 1 ? "" : " at \(ExplainText.number(index)) USD")
    }
    let positions = account.positions.map { write.position($0, quotes) }
    let balance = "balance " + (balances.isEmpty ? "0" : balances.joined(separator: ", "))
    if account.mode == .loan {
      return [balance] + (write.debts(account, quotes).map { ["owes \($0)"] } ?? [])
    }
    return [balance] + (positions.isEmpty ? ["no position"] : positions)
  }

  // MARK: Actions and funding

  private mutating func actions(_ moment: AccountMoment, _ actions: ArraySlice<Action>) {
    var entries = moment.entries[...]
    for action in actions {
      switch action.kind {
      case .transfer(let asset, let amount):
        guard case .flow(let flow)? = entries.popFirst() else { continue }
        let (before, after) = ratios(moment) { pool, _ in pool == .account || pool == .cross(asset) }
        var line = "transfer of \(write.units(flow.units.magnitude, asset)) "
        line += amount < 0 ? "out of the balance" : "into the balance"
        if flow.units != amount {
          line += ", \(ExplainText.number(amount)) asked for"
          if -flow.units < moment.before.balances[asset.rawValue] { line += ": the level allows no more" }
        }
        add(
          .action, at: action.at, [line], change: flow.units * moment.quotes.index[asset.rawValue],
          before: before, after: after,
          [
            ("do", .text("transfer")), ("asset", .text(write.asset(asset))), ("units", .number(flow.units)),
            ("asked", .number(amount)),
          ])
      case .addMargin(let instrument, let amount):
        var units = 0.0
        if case .marginMove(let move)? = entries.first, move.instrument == instrument {
          units = move.units
          entries.removeFirst()
        }
        let (before, after) = ratios(moment) { pool, _ in pool == .isolated(instrument) }
        let asset = write.marginAsset(instrument)
        var line = "\(write.units(units.magnitude, asset)) "
        line += units < 0 ? "out of the margin of " : "into the margin of "
        line += write.instrument(instrument)
        if units != amount { line += ", \(ExplainText.number(amount)) asked for" }
        add(
          .action, at: action.at, [line], change: 0, before: before, after: after,
          [
            ("do", .text("add_margin")), ("instrument", .text(write.instrument(instrument))),
            ("units", .number(units)), ("asked", .number(amount)),
          ])
      case .borrow, .repay, .switchMode: note(moment)
      }
    }
  }

  private mutating func funding(_ moment: AccountMoment, _ instrument: InstrumentIndex, _ rate: Double) {
    let held = moment.before.positions.filter { $0.instrument == instrument }
    let mark = moment.quotes.marks[instrument.rawValue]
    for (position, entry) in zip(held, moment.entries) {
      guard case .flow(let flow) = entry else { continue }
      let side: Side = position.isLong ? .long : .short
      let asset = write.marginAsset(instrument)
      let (before, after) = ratios(moment) { pool, poolSide in
        if moment.after.mode == .multiAsset { return pool == .account }
        return position.isIsolated
          ? pool == .isolated(instrument) && poolSide == side : pool == .cross(asset)
      }
      let verb = flow.units < 0 ? "pays" : "receives"
      add(
        .funding, at: flow.time,
        [
          "\(side.rawValue) \(ExplainText.number(position.quantity.magnitude)) "
            + "\(write.instrument(instrument)) at mark \(ExplainText.number(mark)), "
            + "rate \(NumberText.shortest(rate)): "
            + "\(verb) \(write.units(flow.units.magnitude, asset))"
        ], change: flow.units * moment.quotes.index[asset.rawValue], before: before, after: after,
        [
          ("instrument", .text(write.instrument(instrument))), ("side", .text(side.rawValue)),
          ("quantity", .number(position.quantity)), ("mark", .number(mark)), ("rate", .number(rate)),
          ("asset", .text(write.asset(asset))), ("units", .number(flow.units)),
        ])
    }
  }

  /// Ratio of the first pool that fits, before and after.
  func ratios(
    _ moment: AccountMoment, where fits: (Pool, Side?) -> Bool
  ) -> (before: Double?, after: Double?) {
    func ratio(_ account: Account) -> Double? {
      moment.rules.poolStates(account, moment.quotes).first { fits($0.pool, $0.side) }?.value.ratio
    }
    return (ratio(moment.before), ratio(moment.after))
  }
}
