internal import Market

extension Rules {
  /// The positions of a pool in the order in which they are closed: by the venue's pick, ties in table order.
  func pickOrder(_ pool: PoolPlace, _ account: Account, _ quotes: Quotes) -> [Int] {
    let places = account.positions.indices.filter { isMember($0, pool, account) }
    let ranked = places.map { (rank: pickRank($0, pool, account, quotes), place: $0) }
    return ranked.sorted { ($0.rank, $0.place) < ($1.rank, $1.place) }.map(\.place)
  }

  /// The position that is closed next; nil in an empty pool.
  func pick(_ pool: PoolPlace, _ account: Account, _ quotes: Quotes) -> Int? {
    pickOrder(pool, account, quotes).first
  }

  private func isMember(_ place: Int, _ pool: PoolPlace, _ account: Account) -> Bool {
    let position = account.positions[place]
    switch pool {
    case .position(let wanted): return place == wanted
    case .asset(let asset): return !position.isIsolated && marginAsset[position.instrument.rawValue] == asset
    case .account: return true
    case .loan: return false
    }
  }

  /// The lower, the earlier a position is closed; multi-asset sizes compare in USD.
  private func pickRank(_ place: Int, _ pool: PoolPlace, _ account: Account, _ quotes: Quotes) -> Double {
    let position = account.positions[place]
    let mark = quotes.marks[position.instrument.rawValue]
    let index = pool == .account ? quotes.index[marginAsset[position.instrument.rawValue]] : 1
    switch venue.liquidation.pick {
    case .listed: return 0
    case .largestLoss: return unrealizedPnL(position, mark: mark) * index
    case .largestNotional: return -notional(position, mark: mark) * index
    case .largestMaintenance:
      if pool == .account { return -maintenanceMarginUSD(position, quotes) }
      return -maintenanceMargin(position, mark: mark)
    }
  }

  /// How many lots of the picked position the venue's rule closes, at least 1.
  func lotsToClose(
    _ place: Int, _ pool: PoolPlace, _ account: Account, _ cause: LiquidationCause, _ quotes: Quotes
  ) -> UInt64 {
    let lots = account.positions[place].lots.magnitude
    switch venue.liquidation.rule {
    case .none: return lots
    case .tierDown: return lots - lotsKeptOneTierDown(account.positions[place], quotes)
    case .minimal: return leastLots(place, pool, account, cause, quotes) ?? lots
    case .fixedFraction:
      let fraction = venue.liquidation.fraction
      return min(lots, max(1, ceilingProduct(lots, fraction)))
    }
  }

  /// `min(lots − 1, floor(cap of the bracket below / mark / lot))`, 0 from the lowest bracket.
  private func lotsKeptOneTierDown(_ position: Position, _ quotes: Quotes) -> UInt64 {
    let mark = quotes.marks[position.instrument.rawValue]
    let row = bracketRow(position.instrument, notional: notional(position, mark: mark))
    if row == bracketStart[position.instrument.rawValue] { return 0 }
    let lot = Position.quantity(lots: 1, lot: venue.instruments[position.instrument.rawValue].lot)
    let kept = (bracketFloor[row] / mark / lot).rounded(.down)
    let most = position.lots.magnitude - 1
    return kept < Double(most) ? UInt64(max(0, kept)) : most
  }

  /// `ceil(lots × fraction)` of the exact decimal product.
  private func ceilingProduct(_ lots: UInt64, _ fraction: ExactDecimal) -> UInt64 {
    // Lots stay below 2^63, the mantissa below 2^53 and 10^22 below 2^74: no product leaves 128 bits.
    var unit = UInt128(1)
    for _ in 0..<fraction.scale { unit *= 10 }
    let product = UInt128(lots) * UInt128(fraction.mantissa.magnitude)
    return UInt64((product + unit - 1) / unit)
  }

  /// The least number of lots after which `target·mm <= equity` and the trigger does not fire; nil if none
  /// does it.
  ///
  /// Below the number from which on the fee is capped, equity falls linearly with the lots closed and
  /// maintenance margin is convex, so the surplus is concave, and its minimum with the linear slack of a loss
  /// fraction too: its top is found first, then the first healthy number below it. From there on the cap
  /// pins the pool's equity while its maintenance margin falls, so that the surplus only rises. Each number
  /// is judged by the exact arithmetic of a closing.
  private func leastLots(
    _ place: Int, _ pool: PoolPlace, _ account: Account, _ cause: LiquidationCause, _ quotes: Quotes
  ) -> UInt64? {
    let all = account.positions[place].lots.magnitude
    func isHealthy(_ lots: UInt64) -> Bool {
      self.isHealthy(afterClosing: lots, place, pool, account, cause, quotes)
    }
    let capped = Self.least(above: 0, below: all + 1) { isFeeCapped($0, place, pool, account, cause, quotes) }
    if capped > 1 {
      var (low, high) = (UInt64(1), capped - 1)
      while high - low > 2 {
        let third = (high - low) / 3
        let (left, right) = (low + third, high - third)
        let isRising =
          surplus(left, place, pool, account, cause, quotes)
          < surplus(right, place, pool, account, cause, quotes)
        if isRising { low = left + 1 } else { high = right - 1 }
      }
      if let top = (low...high).first(where: isHealthy) {
        return Self.least(above: 0, below: top, where: isHealthy)
      }
    }
    guard isHealthy(all) else { return nil }
    return capped <= all ? Self.least(above: capped - 1, below: all, where: isHealthy) : all
  }

  /// The least number above `low` for which a condition holds that, once true, stays so; it is taken to hold
  /// at `high`.
  private static func least(
    above low: UInt64, below high: UInt64, where holds: (UInt64) -> Bool
  ) -> UInt64 {
    var (low, high) = (low, high)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if holds(middle) { high = middle } else { low = middle }
    }
    return high
  }

  /// Equity less target margin after closing `lots`, its fee uncapped, and not above the slack of a loss
  /// fraction: the concave guide of the search.
  private func surplus(
    _ lots: UInt64, _ place: Int, _ pool: PoolPlace, _ account: Account, _ cause: LiquidationCause,
    _ quotes: Quotes
  ) -> Double {
    var (trial, fee) = realizing(lots, place, account, cause, quotes)
    if trial.positions[place].isIsolated {
      trial.positions[place].margin -= fee
    } else {
      trial.balances[marginAsset[trial.positions[place].instrument.rawValue]] -= fee
    }
    let after = value(pool, trial, quotes)
    let left = after.equity - venue.liquidation.targetEquityOverMaintenance * after.maintenanceMargin
    let kept = trial.positions[place]
    guard kept.isIsolated, let share = venue.liquidation.lossFraction else { return left }
    let mark = quotes.marks[kept.instrument.rawValue]
    return min(left, unrealizedPnL(kept, mark: mark) + share * kept.margin)
  }

  /// Whether the fee of closing `lots` is more than the pool can pay: once it is, it is for more lots too.
  private func isFeeCapped(
    _ lots: UInt64, _ place: Int, _ pool: PoolPlace, _ account: Account, _ cause: LiquidationCause,
    _ quotes: Quotes
  ) -> Bool {
    let (trial, fee) = realizing(lots, place, account, cause, quotes)
    let asset = marginAsset[trial.positions[place].instrument.rawValue]
    return fee > largestFee(pool, trial, asset, quotes)
  }

  /// An account after the PnL of closing `lots` is realised, and the fee before any cap.
  private func realizing(
    _ lots: UInt64, _ place: Int, _ account: Account, _ cause: LiquidationCause, _ quotes: Quotes
  ) -> (account: Account, fee: Double) {
    var trial = account
    let position = account.positions[place]
    let terms = venue.instruments[position.instrument.rawValue]
    let price = closingPrice(position, mark: quotes.marks[position.instrument.rawValue])
    let quantity = Position.quantity(lots: Int64(lots), lot: terms.lot)
    let gain = realizedPnL(position, quantity, price: price)
    if position.isIsolated {
      trial.positions[place].margin += gain
    } else {
      trial.balances[terms.marginAsset.rawValue] += gain
    }
    trial.positions[place].resize(
      lots: position.isLong ? position.lots - Int64(lots) : position.lots + Int64(lots), lot: terms.lot)
    return (trial, price * quantity * feeRate(position.instrument, cause))
  }

  /// Whether closing `lots` of a position leaves its pool healthy and not empty-handed.
  private func isHealthy(
    afterClosing lots: UInt64, _ place: Int, _ pool: PoolPlace, _ account: Account,
    _ cause: LiquidationCause, _ quotes: Quotes
  ) -> Bool {
    var trial = account
    var journal = Journal()
    close([ClosingOrder(place: place, lots: lots)], pool, &trial, cause, quotes, &journal)
    if case .position(let place) = pool, trial.positions[place].lots == 0 { return true }
    if case .asset(let asset) = pool, !hasPositions(trial, asset) { return true }
    if pool == .account, trial.positions.isEmpty { return true }
    let after = value(pool, trial, quotes)
    let target = venue.liquidation.targetEquityOverMaintenance * after.maintenanceMargin
    return target <= after.equity && !fires(pool, trial, quotes)
  }
}
