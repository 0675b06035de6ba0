internal import Market

extension Rules {
  /// Tests an account once at an instant, after its prices and funding: stop-loss, top-up, auto-exchange,
  /// then the margin test of each pool. This is the one place where something can fire; engines only decide
  /// when to ask.
  ///
  /// - Returns: whether anything happened; if not, the account is unchanged.
  @discardableResult
  public func test(_ account: inout Account, _ quotes: Quotes, _ journal: inout Journal) -> Bool {
    if account.mode == .loan { return testLoan(&account, quotes, &journal) }
    var happened = false
    if firesStopLoss(account, quotes) {
      closeByStopLoss(&account, quotes, &journal)
      happened = true
    }
    if account.behaviour.topUp != nil {
      happened = topUp(&account, quotes, &journal) || happened
    }
    if account.mode == .multiAsset {
      happened = autoExchange(&account, quotes, &journal) || happened
    }
    return testMargin(&account, quotes, &journal) || happened
  }

  /// The margin test of every pool: isolated positions in table order, then cross pools by asset, or the
  /// account.
  private func testMargin(_ account: inout Account, _ quotes: Quotes, _ journal: inout Journal) -> Bool {
    if account.positions.isEmpty { return false }
    if account.mode == .multiAsset { return testMargin(.account, &account, quotes, &journal) }
    var happened = false
    var place = 0
    while place < account.positions.count {
      let count = account.positions.count
      if account.positions[place].isIsolated {
        happened = testMargin(.position(place), &account, quotes, &journal) || happened
      }
      if account.positions.count == count { place += 1 }
    }
    for asset in account.balances.indices where hasPositions(account, asset) {
      happened = testMargin(.asset(asset), &account, quotes, &journal) || happened
    }
    return happened
  }

  /// The margin test of one pool, which sleeps in cooldown unless its equity is gone.
  private func testMargin(
    _ pool: PoolPlace, _ account: inout Account, _ quotes: Quotes, _ journal: inout Journal
  ) -> Bool {
    guard fires(pool, account, quotes), !sleeps(pool, account, quotes) else { return false }
    var cause = LiquidationCause.margin
    if case .position = pool, venue.liquidation.lossFraction != nil { cause = .lossFraction }
    liquidate(pool, &account, cause, quotes, &journal)
    return true
  }

  /// Money from outside into every pool whose ratio has reached the owner's limit, `times` in all.
  private func topUp(_ account: inout Account, _ quotes: Quotes, _ journal: inout Journal) -> Bool {
    guard let rule = account.behaviour.topUp else { return false }
    var happened = false
    for pool in pools(account) where account.topUps < rule.times {
      let before = value(pool, account, quotes)
      guard reachesTopUp(before, rule) else { continue }
      let (asset, purse): (Int, Purse)
      var units = rule.amount
      switch pool {
      case .position(let place):
        let position = account.positions[place]
        (asset, purse) = (marginAsset[position.instrument.rawValue], .margin(place))
        units *= position.margin
      case .asset(let place):
        (asset, purse) = (place, .balance)
        units = units * account.startEquity / quotes.index[asset]
      case .account, .loan:
        (asset, purse) = (marginAsset[account.positions[0].instrument.rawValue], .balance)
        units = units * account.startEquity / quotes.index[asset]
      }
      // A share of a margin that funding has used up, or of a negative start, is no money.
      guard units > 0 else { continue }
      account.topUps += 1
      happened = true
      let start = journal.entries.count
      credit(&account, units, of: asset, to: purse, as: .topUp, quotes, &journal)
      noteTopUp(pool, account, before, atRatio: rule.atRatio, start, quotes, &journal)
    }
    return happened
  }

  /// The largest margin ratio of an account's pools at an instant; 0 without positions.
  public func worstRatio(_ account: Account, _ quotes: Quotes) -> Double {
    pools(account).reduce(0) { max($0, value($1, account, quotes).ratio) }
  }
}
