import Market
import Random
import Testing

@testable import Margin

/// Conversions of random multi-asset accounts, for any cause and in all orders.
struct ConversionPropertyTests {
  /// All rows of one covering: one deficit, one cause.
  private struct Covering {
    var deficit: Int
    var cause: Conversion.Cause
    var rows: [Conversion] = []
    /// The balances before its first sale and after its last.
    var before: [Double]
    var after: [Double]
  }

  /// The coverings of a test, from the single flows: each row comes after its two.
  private static func coverings(
    _ journal: Journal, _ account: Account
  ) -> (coverings: [Covering], end: [Double]) {
    var (coverings, balances): ([Covering], [Double]) = ([], account.balances)
    var pending = balances
    for entry in journal.entries {
      switch entry {
      case .flow(let flow):
        if flow.flow != .conversion { balances[flow.asset.rawValue] += flow.units }
        pending[flow.asset.rawValue] += flow.units
      case .conversion(let row):
        let deficit = row.coveredAsset.rawValue
        let isNew = coverings.last.map { $0.deficit != deficit || $0.cause != row.cause } ?? true
        if isNew {
          coverings.append(
            Covering(deficit: deficit, cause: row.cause, before: balances, after: balances))
        }
        balances = pending
        coverings[coverings.count - 1].rows.append(row)
        coverings[coverings.count - 1].after = balances
      default: break
      }
    }
    return (coverings, pending)
  }

  @Test(arguments: AutoExchangeRules.Order.allCases)
  func valueIsConservedLessTheBuffers(order: AutoExchangeRules.Order) throws {
    var causes: [Conversion.Cause: Int] = [:]
    var (whole, shared, short) = (0, 0, 0)
    for number in 0..<propertyRuns(1_200) {
      var world = try PresetWorld(seed: 106, number: number)
      let account = Self.indebted(&world, order)
      let rules = Rules(world.venue)
      var (after, journal) = (account, Journal(keepsFlows: true))
      rules.test(&after, world.quotes, &journal)
      let (coverings, end) = Self.coverings(journal, account)
      #expect(end == after.balances, "world \(number)")
      for covering in coverings {
        causes[covering.cause, default: 0] += 1
        if covering.after[covering.deficit] == 0 { whole += 1 } else { short += 1 }
        if covering.rows.count > 1 { shared += 1 }
        Self.check(covering, world.venue, world.quotes, "\(covering.cause), world \(number)")
      }
    }
    let least = propertyRuns(24)
    #expect(whole > least && shared > least && short > least, "\(whole), \(shared), \(short)")
    for cause in [Conversion.Cause.threshold, .ltv, .liquidation] {
      #expect((causes[cause] ?? 0) > least, "\(causes)")
    }
  }

  /// An account with several debts and several assets that can be sold.
  private static func indebted(_ world: inout PresetWorld, _ order: AutoExchangeRules.Order) -> Account {
    world.change { $0.autoExchange.order = order }
    var account = world.account(.multiAsset, health: (0.2, 2))
    if world.draws.bernoulli(0.4) { account.positions = [] }
    let debt = (world.draws.lognormal(median: 3_000, sigma: 1.5), world.draws.uniform(from: 0.1, to: 3))
    for asset in account.balances.indices {
      let share = debt.0 * world.draws.uniform(from: 0, to: 1) / world.quotes.index[asset]
      if world.draws.bernoulli(0.3) { account.balances[asset] = -share }
      if world.draws.bernoulli(0.4) { account.balances[asset] = share * debt.1 }
    }
    account.startEquity = Rules(world.venue).grossEquity(account, world.quotes)
    return account
  }

  private static func check(_ covering: Covering, _ venue: Venue, _ now: Quotes, _ name: String) {
    let deficit = covering.deficit
    let ask = now.index[deficit] * (1 + venue.assets[deficit].autoAskBuffer)
    let open = -covering.before[deficit] * ask
    for row in covering.rows {
      let (asset, terms) = (row.soldAsset.rawValue, venue.assets[row.soldAsset.rawValue])
      let sold = row.soldUnits * now.index[asset]
      let covered = row.coveredUnits * now.index[deficit]
      #expect(row.soldUnits > 0 && row.soldUnits <= covering.before[asset], "\(name)")
      // What is sold brings at the bid what is covered at the ask, and the buffers are the whole cost.
      #expect(abs(sold * (1 - terms.autoBidBuffer) - row.coveredUnits * ask) <= 1e-12 * open, "\(name)")
      let buffers = sold * terms.autoBidBuffer + covered * venue.assets[deficit].autoAskBuffer
      #expect(abs(row.cost - buffers) <= 1e-12 * (open + sold), "\(name)")
      #expect(abs(row.soldUSD - sold) <= 1e-12 * sold, "\(name)")
    }
    let isCovered = covering.after[deficit] == 0
    let canSell = venue.assets.indices.contains {
      $0 != deficit && covering.after[$0] > 0 && venue.assets[$0].autoBidBuffer < 1
    }
    #expect(isCovered || !canSell, "\(name): \(covering.after) is left open")
    #expect(covering.after[deficit] <= 0, "\(name): covered too much")
    let expected = NaiveMargin(venue, now).sales(covering: deficit, covering.before)
    for asset in venue.assets.indices where asset != deficit {
      let sold = covering.before[asset] - covering.after[asset]
      let usd = abs(sold - expected[asset]) * now.index[asset]
      #expect(usd <= 1e-9 * open, "\(name): sold \(sold), not \(expected[asset]) of \(asset)")
    }
  }
}

extension NaiveMargin {
  /// The units of every asset that are sold to cover one deficit, by the words of the rules.
  fileprivate func sales(covering deficit: Int, _ balances: [Double]) -> [Double] {
    var open = -balances[deficit] * quotes.index[deficit] * (1 + venue.assets[deficit].autoAskBuffer)
    var left = balances.enumerated().map { $0.offset == deficit ? 0 : max(0, $0.element) }
    func bid(_ asset: Int) -> Double { quotes.index[asset] * (1 - venue.assets[asset].autoBidBuffer) }
    func sell(_ asset: Int, for usd: Double) {
      let units = min(left[asset], usd / bid(asset))
      left[asset] -= units
      open -= units * bid(asset)
    }
    if venue.autoExchange.order == .proRata {
      let enough = open * 1e-13
      while open > enough {
        let (round, values) = (open, left.indices.map { left[$0] * quotes.index[$0] })
        let total = values.reduce(0, +)
        if total <= 0 { break }
        for asset in left.indices where values[asset] > 0 { sell(asset, for: round * values[asset] / total) }
      }
    } else {
      for asset in inOrder() where left[asset] > 0 && open > 0 { sell(asset, for: open) }
    }
    return balances.indices.map { $0 == deficit ? 0 : max(0, balances[$0]) - left[$0] }
  }

  /// The assets as the venue's order lists them, table order where it does not tell them apart.
  private func inOrder() -> [Int] {
    let assets = venue.assets
    func comesFirst(_ a: Asset, _ b: Asset) -> Bool {
      switch venue.autoExchange.order {
      case .proRata: false
      case .stableFirst: a.isStable && !b.isStable
      case .ascendingHaircut: a.bidBuffer < b.bidBuffer
      case .highestFactorFirst: firstRate(a) > firstRate(b)
      }
    }
    var order: [Int] = []
    for place in assets.indices {
      let later = order.firstIndex { comesFirst(assets[place], assets[$0]) }
      order.insert(place, at: later ?? order.count)
    }
    return order
  }

  private func firstRate(_ asset: Asset) -> Double { asset.tiers.first?.rate ?? 1 - asset.bidBuffer }
}
