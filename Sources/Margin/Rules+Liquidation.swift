internal import Market

extension Rules {
  /// Liquidates a pool whose trigger holds, step by step at one instant, until it is healthy, asleep or
  /// empty.
  func liquidate(
    _ pool: PoolPlace, _ account: inout Account, _ cause: LiquidationCause, _ quotes: Quotes,
    _ journal: inout Journal
  ) {
    let event = journal.entries.count
    let rules = venue.liquidation
    repeat {
      noteMarginTest(pool, account, cause, quotes, &journal)
      let isBroke = rules.rule == .fixedFraction && value(pool, account, quotes).equity <= 0
      if rules.rule == .none || isBroke {
        let orders = pickOrder(pool, account, quotes).map {
          ClosingOrder(place: $0, lots: account.positions[$0].lots.magnitude)
        }
        close(orders, pool, &account, cause, quotes, &journal)
      } else {
        guard let place = pick(pool, account, quotes) else { break }
        let lots = lotsToClose(place, pool, account, cause, quotes)
        close([ClosingOrder(place: place, lots: lots)], pool, &account, cause, quotes, &journal)
        if rules.rule == .fixedFraction { startCooldown(pool, &account, quotes.time) }
      }
    } while isOpen(pool, account) && fires(pool, account, quotes) && !sleeps(pool, account, quotes)
    endEvent(pool, &account, event: event, quotes, &journal)
  }

  /// Whether a pool still has a position; a closed isolated position stays in place until its event ends.
  private func isOpen(_ pool: PoolPlace, _ account: Account) -> Bool {
    switch pool {
    case .position(let place): account.positions[place].lots != 0
    case .asset(let asset): hasPositions(account, asset)
    case .account: !account.positions.isEmpty
    case .loan: account.owes
    }
  }

  /// Whether the margin test of a pool sleeps now: in cooldown, unless its equity is gone.
  func sleeps(_ pool: PoolPlace, _ account: Account, _ quotes: Quotes) -> Bool {
    isCoolingDown(pool, account, quotes.time) && value(pool, account, quotes).equity > 0
  }

  /// Puts the margin test of a pool to sleep.
  private func startCooldown(_ pool: PoolPlace, _ account: inout Account, _ time: Timestamp) {
    let (end, isBeyond) = time.nanoseconds.addingReportingOverflow(venue.liquidation.cooldownNanoseconds)
    let until = isBeyond ? .max : end
    switch pool {
    case .position(let place):
      account.positions[place].cooldownUntil = until
    case .asset(let asset):
      if account.cooldowns.isEmpty {
        account.cooldowns = [Int64](repeating: .min, count: account.balances.count)
      }
      account.cooldowns[asset] = until
    case .account:
      account.cooldowns = [until]
    case .loan: break
    }
  }

  /// Ends a liquidation or stop-loss, once: multi-asset deficits are converted; in an emptied pool the fund
  /// pays what is still missing; what is left of an isolated margin returns to the balance.
  func endEvent(
    _ pool: PoolPlace, _ account: inout Account, event: Int, _ quotes: Quotes, _ journal: inout Journal
  ) {
    switch pool {
    case .position(let place):
      let position = account.positions[place]
      guard position.lots == 0 else { return }
      let asset = marginAsset[position.instrument.rawValue]
      if position.margin < 0 {
        let isRounding = -position.margin * quotes.index[asset] <= roundingLimit(account)
        pay(
          &account, -position.margin, asset, .margin(place), isRounding, event: event, quotes, &journal)
      }
      let left = account.positions[place].margin
      account.balances[asset] += left
      if left != 0 { noteMove(-left, account, position.instrument, quotes.time, &journal) }
      account.positions.remove(at: place)
    case .asset(let asset):
      guard !hasPositions(account, asset) else { return }
      payMissing(&account, CollectionOfOne(asset), event: event, quotes, &journal)
    case .account:
      _ = coverAll(&account, .liquidation, quotes, &journal)
      guard account.positions.isEmpty else { return }
      payMissing(&account, account.balances.indices, event: event, quotes, &journal)
    case .loan: break
    }
  }

  /// Closes everything at the owner's wish, with taker fee and slippage; pools in table order.
  func closeByStopLoss(_ account: inout Account, _ quotes: Quotes, _ journal: inout Journal) {
    noteStopLoss(account, quotes, &journal)
    account.stopLossFired = true
    while let pool = pools(account).first {
      let event = journal.entries.count
      let orders = pickOrder(pool, account, quotes).map {
        ClosingOrder(place: $0, lots: account.positions[$0].lots.magnitude)
      }
      close(orders, pool, &account, .stopLoss, quotes, &journal)
      endEvent(pool, &account, event: event, quotes, &journal)
    }
  }
}
