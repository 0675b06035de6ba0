internal import Market

/// Why an account takes no part.
public enum Rejection: String, Sendable {
  /// A pool's equity is below its initial margin at the opening.
  case initialMargin = "below its initial margin"
  /// A pool's liquidation trigger already holds at the opening.
  case trigger = "its liquidation trigger already holds"
  /// A position would have more lots than can be counted exactly, or a price is not above 0.
  case quantity = "a quantity is too large for its lot"
}

extension Rules {
  /// Opens an account at the prices of its first instant: fixes its start, or says why it takes no part.
  ///
  /// - Parameters:
  ///   - account: as drawn or imported.
  ///   - testsInitialMargin: false for imported accounts, which keep their own entries.
  ///   - quotes: the prices of its first instant.
  public func open(_ account: inout Account, testsInitialMargin: Bool, _ quotes: Quotes) -> Rejection? {
    account.startEquity = grossEquity(account, quotes)
    account.tally.endEquity = account.startEquity
    for asset in account.balances.indices {
      account.tally.units[asset].start = heldUnits(account, asset)
      account.tally.units[asset].valuedAt = quotes.index[asset]
    }
    account.tally.startUnrealizedPnL = unrealizedPnLUSD(account, quotes)
    account.tally.endUnrealizedPnL = account.tally.startUnrealizedPnL
    account.tally.spotChange = -spotValue(account, quotes)
    if account.mode == .loan { return firesLiquidationLevel(account, quotes) ? .trigger : nil }
    return rejection(account, testsInitialMargin: testsInitialMargin, quotes)
  }

  /// What the first pool that cannot stand at the opening lacks.
  private func rejection(_ account: Account, testsInitialMargin: Bool, _ quotes: Quotes) -> Rejection? {
    firstPool(account) { pool, account in
      if testsInitialMargin, value(pool, account, quotes).equity < initialMargin(pool, account, quotes) {
        return .initialMargin
      }
      return fires(pool, account, quotes) ? .trigger : nil
    }
  }

  /// Value of the spot wallet, USD; assets without a price yet count nothing.
  func spotValue(_ account: Account, _ quotes: Quotes) -> Double {
    var total = 0.0
    for (asset, units) in account.spot.enumerated() where units != 0 && !quotes.index[asset].isNaN {
      total += units * quotes.index[asset]
    }
    return total
  }

  /// Initial margin of a pool: `Σ notional / max_leverage` of the bracket that holds the notional;
  /// multi-asset: `× I·(1 + ask)`.
  func initialMargin(_ pool: PoolPlace, _ account: Account, _ quotes: Quotes) -> Double {
    var margin = 0.0
    for (place, position) in account.positions.enumerated() {
      let asset = marginAsset[position.instrument.rawValue]
      switch pool {
      case .position(let wanted): if place != wanted { continue }
      case .asset(let wanted): if position.isIsolated || asset != wanted { continue }
      case .account, .loan: break
      }
      let required = initialMargin(position, quotes, leverage: nil)
      margin +=
        pool == .account ? required * quotes.index[asset] * (1 + venue.assets[asset].askBuffer) : required
    }
    return margin
  }

  /// Initial margin of one position, in its margin asset: `notional / leverage`, by default the highest
  /// leverage that its bracket allows.
  public func initialMargin(_ position: Position, _ quotes: Quotes, leverage: Double?) -> Double {
    let notional = notional(position, mark: quotes.marks[position.instrument.rawValue])
    return notional / (leverage ?? bracketLeverage[bracketRow(position.instrument, notional: notional)])
  }

  /// Closes the books of an account at the last prices: end equity, unrealised PnL, revaluation.
  public func finish(_ account: inout Account, _ quotes: Quotes) {
    for asset in account.balances.indices where !quotes.index[asset].isNaN {
      revalue(&account, asset, quotes.index[asset])
    }
    account.tally.endEquity = grossEquity(account, quotes)
    account.tally.endUnrealizedPnL = unrealizedPnLUSD(account, quotes)
    account.tally.spotChange += spotValue(account, quotes)
  }
}
