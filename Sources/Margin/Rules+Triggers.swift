internal import Market

extension Rules {
  /// Whether the margin test of a pool holds: equity against maintenance margin, by the venue's comparator.
  func firesMargin(_ value: PoolValue) -> Bool {
    switch venue.liquidation.comparator {
    case .lessOrEqual: value.equity <= value.maintenanceMargin
    case .less: value.equity < value.maintenanceMargin
    }
  }

  /// Whether an isolated position has lost its share: `pnl <= −f·margin`.
  func firesLossFraction(_ position: Position, _ fraction: Double, _ quotes: Quotes) -> Bool {
    let pnl = unrealizedPnL(position, mark: quotes.marks[position.instrument.rawValue])
    return pnl <= -fraction * position.margin
  }

  /// Whether the liquidation trigger of a pool holds, whatever its cooldown. A pool without positions has
  /// none.
  func fires(_ pool: PoolPlace, _ account: Account, _ quotes: Quotes) -> Bool {
    switch pool {
    case .position(let place):
      if let fraction = venue.liquidation.lossFraction {
        return firesLossFraction(account.positions[place], fraction, quotes)
      }
      return firesMargin(isolatedValue(account.positions[place], quotes))
    case .asset(let asset):
      return hasPositions(account, asset) && firesMargin(crossValue(account, AssetIndex(asset), quotes))
    case .account:
      return !account.positions.isEmpty && firesMargin(accountValue(account, quotes))
    case .loan:
      return firesLiquidationLevel(account, quotes)
    }
  }

  /// Whether a cross pool of `asset` has positions.
  func hasPositions(_ account: Account, _ asset: Int) -> Bool {
    isMarginAsset[asset]
      && account.positions.contains { !$0.isIsolated && marginAsset[$0.instrument.rawValue] == asset }
  }

  /// Whether the margin test of a pool sleeps at `time`.
  func isCoolingDown(_ pool: PoolPlace, _ account: Account, _ time: Timestamp) -> Bool {
    switch pool {
    case .position(let place): time.nanoseconds < account.positions[place].cooldownUntil
    case .asset(let asset): !account.cooldowns.isEmpty && time.nanoseconds < account.cooldowns[asset]
    case .account: !account.cooldowns.isEmpty && time.nanoseconds < account.cooldowns[0]
    case .loan: false
    }
  }

  /// Whether the stop-loss holds: `gross equity <= (start + top-ups + transfers)·(1 − s)`, USD.
  func firesStopLoss(_ account: Account, _ quotes: Quotes) -> Bool {
    guard let share = account.behaviour.stopLoss, !account.stopLossFired, !account.positions.isEmpty else {
      return false
    }
    return grossEquity(account, quotes) <= paidIn(account) * (1 - share)
  }

  /// Start equity and what came from outside since, USD.
  func paidIn(_ account: Account) -> Double {
    account.startEquity + account.tally.topUps + account.tally.actions
  }

  /// Whether a pool's margin ratio has reached the top-up's: `mm >= r·equity`.
  func reachesTopUp(_ value: PoolValue, _ topUp: Behaviour.TopUp) -> Bool {
    value.maintenanceMargin >= topUp.atRatio * value.equity
  }

  /// Negative and positive wallet balances at auto-exchange rates, USD; LTV is their quotient.
  public func loanToValue(_ account: Account, _ quotes: Quotes) -> (negative: Double, positive: Double) {
    var (negative, positive) = (0.0, 0.0)
    for (asset, balance) in account.balances.enumerated() where balance != 0 {
      let terms = venue.assets[asset]
      let value = balance * quotes.index[asset]
      if balance < 0 {
        negative += -value * (1 + terms.autoAskBuffer)
      } else {
        positive += value * (1 - terms.autoBidBuffer)
      }
    }
    return (negative, positive)
  }

  /// Whether LTV has reached the venue's limit: `Σ negative >= limit · Σ positive`, in its scope.
  func firesLoanToValue(_ account: Account, _ quotes: Quotes) -> Bool {
    guard account.mode == .multiAsset, let limit = venue.autoExchange.ltv else { return false }
    if venue.autoExchange.ltvScope == .flat && !account.positions.isEmpty { return false }
    guard account.balances.contains(where: { $0 < 0 }) else { return false }
    let (negative, positive) = loanToValue(account, quotes)
    return negative >= limit * positive
  }

  /// Whether a wallet balance is below its asset's threshold for the account's user level.
  func isBelowThreshold(_ account: Account, _ asset: Int) -> Bool {
    guard let thresholds = venue.assets[asset].autoThreshold else { return false }
    return account.balances[asset] < thresholds[account.userLevel.rawValue]
  }

  /// The pools of an account that have positions or debts: isolated ones in table order, then cross ones by
  /// asset.
  func pools(_ account: Account) -> [PoolPlace] {
    var pools: [PoolPlace] = []
    _ = firstPool(account) { pool, _ -> Bool? in
      pools.append(pool)
      return nil
    }
    return pools
  }

  /// The first answer that is not nil, of the pools in the order of ``pools(_:)``.
  ///
  /// - Parameter ask: gets the account again: a closure that brings it along would copy it.
  func firstPool<Answer>(_ account: Account, _ ask: (PoolPlace, Account) -> Answer?) -> Answer? {
    switch account.mode {
    case .multiAsset: return account.positions.isEmpty ? nil : ask(.account, account)
    case .loan: return account.owes ? ask(.loan, account) : nil
    case .isolated, .cross:
      for place in account.positions.indices where account.positions[place].isIsolated {
        if let answer = ask(.position(place), account) { return answer }
      }
      for asset in account.balances.indices where hasPositions(account, asset) {
        if let answer = ask(.asset(asset), account) { return answer }
      }
      return nil
    }
  }
}
