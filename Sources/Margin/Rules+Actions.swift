internal import Market

extension Rules {
  /// Carries out the next of an account's actions at the prices before it; one of which nothing can be done
  /// counts as refused.
  func carryOutAction(_ account: inout Account, _ quotes: Quotes, _ journal: inout Journal) {
    let action = account.actions[account.actionsDone]
    account.actionsDone += 1
    switch action.kind {
    case .transfer(let asset, let amount):
      let units = amount < 0 ? max(amount, -maxTransferOut(asset, account, quotes)) : amount
      credit(&account, units, of: asset.rawValue, as: .action, quotes, &journal)
      if units == 0 { account.tally.refusedActions += 1 }
    case .addMargin(let instrument, let amount):
      let units = addMargin(&account, instrument, amount)
      if units == 0 {
        account.tally.refusedActions += 1
      } else {
        noteMove(units, account, instrument, quotes.time, &journal)
      }
    case .borrow(let asset, let amount):
      let units = borrow(&account, asset, amount, quotes, &journal)
      note(.borrowed(asset, units: units, asked: amount), account, quotes, &journal)
      if units == 0 { account.tally.refusedActions += 1 }
    case .repay(let asset, let amount):
      let units = repay(&account, asset, amount)
      note(.repaid(asset, units: units, asked: amount), account, quotes, &journal)
      if units == 0 { account.tally.refusedActions += 1 }
    case .switchMode(let mode):
      if let reason = refusal(ofSwitchTo: mode, account, quotes) {
        account.tally.refusedActions += 1
        return note(.refusedSwitch(to: mode, reason), account, quotes, &journal)
      }
      let former = account.mode
      account.mode = mode
      // Cooldowns belong to pools, and another mode has other pools.
      if former != mode { account.cooldowns = [] }
      note(.switched(from: former, to: mode), account, quotes, &journal)
    }
  }

  /// Why the venue refuses another mode now; nil where it does not.
  ///
  /// Source: Binance, Multi-Assets mode: −4167 not with isolated positions, −4168 no isolated positions under
  /// it, −4169 not with insufficient margin, −4172 not with a negative balance; the margin mode of a symbol
  /// does not change while it has a position.
  func refusal(ofSwitchTo mode: MarginMode, _ account: Account, _ quotes: Quotes) -> SwitchRefusal? {
    if account.mode == .loan || mode == .loan { return .otherWallet }
    if account.mode == mode { return nil }
    if account.owes || account.balances.contains(where: { $0 < 0 }) { return .pendingRepayment }
    if account.positions.contains(where: \.isIsolated) { return .isolatedPositions }
    if mode == .isolated && !account.positions.isEmpty { return .openPositions }
    var switched = account
    switched.mode = mode
    let isShort = pools(switched).contains {
      value($0, switched, quotes).equity < initialMargin($0, switched, quotes) || fires($0, switched, quotes)
    }
    return isShort ? .insufficientMargin : nil
  }

  /// Moves margin between the balance and an isolated position, at most what the giving side has.
  ///
  /// - Returns: the units that moved into the position.
  private func addMargin(
    _ account: inout Account, _ instrument: InstrumentIndex, _ amount: Double
  ) -> Double {
    let place = account.positions.firstIndex { $0.isIsolated && $0.instrument == instrument }
    guard let place else { return 0 }
    let asset = marginAsset[instrument.rawValue]
    let units =
      amount >= 0
      ? min(amount, max(0, account.balances[asset]))
      : max(amount, -max(0, account.positions[place].margin))
    account.balances[asset] -= units
    account.positions[place].margin += units
    return units
  }

  private func note(
    _ kind: ActionNote.Kind, _ account: Account, _ quotes: Quotes, _ journal: inout Journal
  ) {
    guard journal.keepsFlows else { return }
    journal.entries.append(
      .action(ActionNote(account: account.number, time: quotes.time, kind: kind)))
  }
}
