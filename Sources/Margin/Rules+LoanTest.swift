internal import Market

extension Rules {
  /// Tests a loan account once at an instant: margin call and the top-up that it brings, then liquidation.
  ///
  /// A call counts once per crossing and is armed again as soon as the level is above it, be it by prices,
  /// a top-up or the sale of a liquidation.
  ///
  /// - Returns: whether anything changed.
  func testLoan(_ account: inout Account, _ quotes: Quotes, _ journal: inout Journal) -> Bool {
    guard account.owes else { return false }
    var changed = false
    if !account.isCalled && firesMarginCall(account, quotes) {
      account.isCalled = true
      account.tally.marginCalls += 1
      let place = journal.entries.count
      noteLevel(.marginCall, account, quotes, &journal)
      if topUpLoan(&account, quotes, &journal) { noteLevelAfter(place, account, quotes, &journal) }
      changed = true
    }
    if firesLiquidationLevel(account, quotes) {
      liquidateLoan(&account, quotes, &journal)
      changed = true
    }
    if account.isCalled && !firesMarginCall(account, quotes) {
      account.isCalled = false
      changed = true
    }
    return changed
  }

  /// Money from outside at a margin call: a share of the start equity, into the first debt's asset.
  ///
  /// - Returns: whether there was any.
  private func topUpLoan(_ account: inout Account, _ quotes: Quotes, _ journal: inout Journal) -> Bool {
    guard let rule = account.behaviour.topUp, account.topUps < rule.times,
      let asset = account.debts.firstIndex(where: { $0.total > 0 })
    else { return false }
    let units = rule.amount * account.startEquity / quotes.index[asset]
    guard units > 0 else { return false }
    account.topUps += 1
    credit(&account, units, of: asset, as: .topUp, quotes, &journal)
    return true
  }

  /// Liquidates a loan whose level is at or under the liquidation level: sells collateral in the venue's
  /// order until the stop level is restored. What is owed when nothing is left to sell, the fund pays.
  ///
  /// Source: Binance, cross margin liquidation that stops early once the margin level is restored.
  private func liquidateLoan(_ account: inout Account, _ quotes: Quotes, _ journal: inout Journal) {
    let event = journal.entries.count
    noteLevel(.level, account, quotes, &journal)
    for assets in saleOrder(account, quotes) {
      if !account.owes || sellLeast(of: assets, &account, quotes, &journal) { break }
    }
    guard account.owes, saleOrder(account, quotes).isEmpty else { return }
    payMissingDebts(&account, event: event, quotes, &journal)
  }

  /// The insurance fund pays debts that nothing is left to cover, which end at exactly 0.
  private func payMissingDebts(
    _ account: inout Account, event: Int, _ quotes: Quotes, _ journal: inout Journal
  ) {
    var missing = 0.0
    for asset in account.debts.indices { missing += account.debts[asset].total * quotes.index[asset] }
    let isRounding = missing <= roundingLimit(account)
    for asset in account.debts.indices where account.debts[asset].total > 0 {
      pay(
        &account, account.debts[asset].total, asset, .debt, isRounding, event: event, quotes, &journal)
    }
  }
}
