import Market

@testable import Margin

/// A second calculation of pools, written from the rules and in other words than the product's: margins and
/// haircuts slice by slice, fees by search.
struct NaiveMargin {
  let venue: Venue
  let quotes: Quotes

  init(_ venue: Venue, _ quotes: Quotes) {
    self.venue = venue
    self.quotes = quotes
  }

  // MARK: Positions, in the margin asset

  func marginAsset(_ held: Position) -> Int {
    venue.instruments[held.instrument.rawValue].marginAsset.rawValue
  }
  func mark(_ held: Position) -> Double { quotes.marks[held.instrument.rawValue] }
  func notional(_ held: Position) -> Double { abs(held.quantity) * mark(held) }
  func pnl(_ held: Position) -> Double { held.quantity * mark(held) - held.quantity * held.entry }

  /// Every slice of the notional at the rate of its row, as an income tax.
  func maintenance(_ held: Position) -> Double {
    let rows = venue.instruments[held.instrument.rawValue].brackets
    let notional = notional(held)
    var margin = 0.0
    for (place, row) in rows.enumerated() where notional > row.floor {
      let end = place + 1 < rows.count ? min(notional, rows[place + 1].floor) : notional
      margin += (end - row.floor) * row.rate
    }
    return max(0, margin - (rows.first?.amount ?? 0))
  }

  func maintenanceUSD(_ held: Position) -> Double {
    let asset = marginAsset(held)
    return maintenance(held) * quotes.index[asset] * (1 + venue.assets[asset].askBuffer)
  }

  // MARK: Pools

  /// Equity of a pool in its unit.
  func equity(_ pool: PoolPlace, _ account: Account) -> Double {
    switch pool {
    case .position(let place): account.positions[place].margin + pnl(account.positions[place])
    case .asset(let asset):
      members(pool, account).reduce(account.balances[asset]) { $0 + pnl(account.positions[$1]) }
    case .account: equityUSD(account)
    case .loan: loanCollateral(account)
    }
  }

  /// Maintenance margin of a pool in its unit.
  func maintenance(_ pool: PoolPlace, _ account: Account) -> Double {
    if pool == .loan { return loanRequired(account) }
    return members(pool, account).reduce(0) {
      $0 + (pool == .account ? maintenanceUSD(account.positions[$1]) : maintenance(account.positions[$1]))
    }
  }

  /// What a trigger compares with 0: the share of the margin that is left, or equity less maintenance.
  func slack(_ pool: PoolPlace, _ account: Account) -> Double {
    if case .position(let place) = pool, let share = venue.liquidation.lossFraction {
      return pnl(account.positions[place]) + share * account.positions[place].margin
    }
    let limit = pool == .loan ? venue.loan?.liquidate ?? 0 : 1
    return equity(pool, account) - limit * maintenance(pool, account)
  }

  /// Places of the positions of a pool.
  func members(_ pool: PoolPlace, _ account: Account) -> [Int] {
    account.positions.indices.filter { place in
      let held = account.positions[place]
      if held.lots == 0 { return false }
      switch pool {
      case .position(let wanted): return place == wanted
      case .asset(let asset): return !held.isIsolated && marginAsset(held) == asset
      case .account: return true
      case .loan: return false
      }
    }
  }

  /// The pool of a position.
  func pool(of place: Int, _ account: Account) -> PoolPlace {
    if account.mode == .multiAsset { return .account }
    let held = account.positions[place]
    return held.isIsolated ? .position(place) : .asset(marginAsset(held))
  }

  /// USD that an asset's balance and PnL are worth at the index.
  private func worth(_ asset: Int, _ account: Account) -> Double {
    let members = account.positions.filter { marginAsset($0) == asset }
    return members.reduce(account.balances[asset]) { $0 + pnl($1) } * quotes.index[asset]
  }

  func equityUSD(_ account: Account) -> Double {
    venue.assets.indices.reduce(0) { sum, asset in
      let (usd, terms) = (worth(asset, account), venue.assets[asset])
      if usd < 0 { return sum + usd * (1 + terms.askBuffer) }
      if terms.tiers.isEmpty { return sum + usd * (1 - terms.bidBuffer) }
      return terms.tiers.enumerated().reduce(sum) { sum, tier in
        let next = tier.offset + 1 < terms.tiers.count ? terms.tiers[tier.offset + 1].floor : .infinity
        return sum + max(0, min(usd, next) - tier.element.floor) * tier.element.rate
      }
    }
  }

  /// What would be left for a pool's owner if everything were closed at the mark and exchanged.
  func bankruptcyValue(_ pool: PoolPlace, _ account: Account) -> Double {
    guard pool == .account else { return equity(pool, account) }
    return venue.assets.indices.reduce(0) { sum, asset in
      let (usd, terms) = (worth(asset, account), venue.assets[asset])
      return sum + (usd < 0 ? usd * (1 + terms.autoAskBuffer) : usd * (1 - terms.autoBidBuffer))
    }
  }

  /// Sizes of all that a pool's value is the sum of, in its unit: what rounding is measured against.
  func size(_ pool: PoolPlace, _ account: Account) -> Double {
    func unit(_ asset: Int) -> Double { pool == .account ? quotes.index[asset] : 1 }
    var total = members(pool, account).reduce(0) { sum, place in
      let held = account.positions[place]
      let terms = abs(held.quantity) * (mark(held) + held.entry) + abs(held.margin)
      return sum + terms * unit(marginAsset(held))
    }
    switch pool {
    case .position: break
    case .asset(let asset): total += abs(account.balances[asset])
    case .account: total += account.balances.indices.reduce(0) { $0 + abs(account.balances[$1]) * unit($1) }
    case .loan:
      for asset in account.balances.indices {
        total += (abs(account.balances[asset]) + owed(account, asset)) * quotes.index[asset]
      }
    }
    return total
  }
}
