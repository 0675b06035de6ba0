import Market
import Random

@testable import Margin

extension PresetWorld {
  /// An account of 1 to 3 instruments, some with both legs, of very different sizes; its equity is `health`
  /// times its maintenance margin, drawn for every pool.
  mutating func account(_ mode: MarginMode, health: (Double, Double) = (0.5, 4)) -> Account {
    var account = Account(
      number: 0, mode: mode, userLevel: pick(UserLevel.allCases),
      balances: [Double](repeating: 0, count: venue.assets.count),
      spot: venue.assets.map { _ in draws.bernoulli(0.3) ? draws.uniform(from: 0, to: 10) : 0 },
      positions: positions(mode))
    let naive = NaiveMargin(venue, quotes)
    for place in account.positions.indices where account.positions[place].isIsolated {
      let held = account.positions[place]
      let wanted = naive.maintenance(held) * draws.uniform(from: health.0, to: health.1)
      account.positions[place].margin = max(naive.notional(held) * 0.001, wanted - naive.pnl(held))
    }
    if mode == .multiAsset {
      fillPool(&account, naive, health)
    } else {
      for asset in venue.assets.indices {
        let members = account.positions.filter { !$0.isIsolated && naive.marginAsset($0) == asset }
        let idle = draws.bernoulli(0.3) ? draws.uniform(from: 0, to: 100_000) / quotes.index[asset] : 0
        account.balances[asset] = idle
        if members.isEmpty { continue }
        let wanted = members.reduce(0) { $0 + naive.maintenance($1) }
        account.balances[asset] =
          wanted * draws.uniform(from: health.0, to: health.1) - members.reduce(0) { $0 + naive.pnl($1) }
      }
    }
    return account
  }

  private mutating func positions(_ mode: MarginMode) -> [Position] {
    var positions: [Position] = []
    for place in draws.pick(
      1 + draws.choice(count: min(3, venue.instruments.count)), of: venue.instruments.count)
    {
      let terms = venue.instruments[place]
      let isHedged = draws.bernoulli(0.3)
      let isLong = draws.bernoulli(0.5)
      let isIsolated = mode == .isolated || (mode == .cross && draws.bernoulli(0.25))
      for side in isHedged ? [1, -1] : [isLong ? 1 : -1] {
        let mark = quotes.marks[place]
        let usd = draws.lognormal(median: 60_000, sigma: 2.5)
        let units = usd / (mark * quotes.index[terms.marginAsset.rawValue])
        guard let lots = terms.lot.lots(in: units)?.lots, lots > 0 else { continue }
        positions.append(
          Position(
            instrument: InstrumentIndex(place), lots: Int64(side) * lots, lot: terms.lot,
            entry: mark * draws.uniform(from: 0.95, to: 1.05), isIsolated: isIsolated))
      }
    }
    return positions
  }

  /// Collateral in one to three assets, now and then a debt in another.
  private mutating func fillPool(_ account: inout Account, _ naive: NaiveMargin, _ health: (Double, Double)) {
    let wanted =
      account.positions.reduce(0) { $0 + naive.maintenanceUSD($1) }
      * draws.uniform(from: health.0, to: health.1) + draws.uniform(from: 0, to: 100)
    if draws.bernoulli(0.5) {
      let asset = draws.choice(count: venue.assets.count)
      account.balances[asset] = -(wanted + 1_000) * draws.uniform(from: 0, to: 2) / quotes.index[asset]
    }
    let missing = wanted - naive.equityUSD(account)
    if missing <= 0 { return }
    let assets = draws.pick(min(venue.assets.count, 1 + draws.choice(count: 3)), of: venue.assets.count)
    for asset in assets {
      account.balances[asset] += missing / Double(assets.count) / quotes.index[asset] * 1.08
    }
  }
}
