import Market
import Random
import Testing

@testable import Margin

/// Liquidation prices of random loans, asset by asset: what `check` says there, against what it prints.
struct LoanPricePropertyTests {
  /// The prices with one index price moved.
  private static func moved(_ quotes: Quotes, _ asset: Int, to price: Double) -> Quotes {
    var moved = quotes
    moved.index[asset] = price
    return moved
  }

  /// `C − liquidate·R` by the second calculation as a share of the sizes of its terms.
  private static func slack(_ account: Account, _ venue: Venue, _ now: Quotes) -> Double {
    let naive = NaiveMargin(venue, now)
    return naive.slack(.loan, account) / naive.size(.loan, account)
  }

  @Test func theLevelIsMetAtTheLiquidationPrice() throws {
    var (found, none, flat) = (0, 0, 0)
    for number in 0..<propertyRuns(500) {
      var world = try PresetWorld(seed: 114, number: number, of: PresetWorld.lenders)
      if world.draws.bernoulli(0.6) { world.perturbLoan() }
      let account = world.borrower()
      let (rules, venue, quotes) = (Rules(world.venue), world.venue, world.quotes)
      guard let report = rules.check(account, quotes).loan else { continue }
      func liquidates(_ asset: Int, at price: Double) -> Bool? {
        rules.check(account, Self.moved(quotes, asset, to: price)).loan?.liquidates
      }
      for row in report.liquidationPrices {
        let asset = try #require(venue.asset(named: row.asset)).rawValue
        let (now, name) = (quotes.index[asset], "\(venue.name), world \(number), \(row.asset)")
        for other in Self.quiet(now, upTo: row.price) {
          let slack = Self.slack(account, venue, Self.moved(quotes, asset, to: other))
          let isSame = abs(slack) < 1e-12 || (slack < 0) == report.liquidates
          #expect(isSame, "\(name): changes at \(other), before \(row.price ?? .nan)")
        }
        guard let price = row.price else {
          none += 1
          continue
        }
        // One step of price towards the present one nothing has happened; one step on, it has.
        let step = price < now ? 1e-9 : -1e-9
        let (before, after) = (price * (1 + step), price * (1 - step))
        let change = [before, after].map { Self.slack(account, venue, Self.moved(quotes, asset, to: $0)) }
        if abs(change[0] - change[1]) < 1e-14 {
          flat += 1
          continue
        }
        found += 1
        #expect(liquidates(asset, at: before) == report.liquidates, "\(name): fires before \(price)")
        #expect(liquidates(asset, at: after) == !report.liquidates, "\(name): does not fire at \(price)")
      }
    }
    #expect(
      found > propertyRuns(400) && none > propertyRuns(50) && flat * 20 < found, "\(found), \(none), \(flat)")
  }

  /// Prices around the present one at which nothing may change: on the way to `price` and as far to the other
  /// side; without a price from a millionth to a million times as much.
  private static func quiet(_ now: Double, upTo price: Double?) -> [Double] {
    guard let price else { return [1e-6, 0.01, 0.5, 0.9, 1.1, 2, 100, 1e6].map { now * $0 } }
    return [0.2, 0.6, 0.9, 0.999].flatMap { share in
      let way = (price - now) * share
      return [now + way, now - way]
    }.filter { $0 > 0 }
  }
}
