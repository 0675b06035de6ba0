import Market
import Random
import Support
import Testing

@testable import Margin

/// The liquidation price of an asset against the level itself, for random loans under every formula.
struct LoanLiquidationPriceTests {
  private static func venue(_ formula: LoanRules.Formula, _ draws: inout RandomStream) -> Venue {
    lendingVenue(formula) { loan in
      loan.liquidate = formula == .pro ? 1.25 : 1.1
      guard draws.bernoulli(0.5) else { return }
      loan.terms[Place.eth]?.tiers = [
        CollateralTier(floor: 0, rate: 0.9, amount: 0),
        CollateralTier(floor: 5_000, rate: 0.5, amount: 2_000),
        CollateralTier(floor: 20_000, rate: 0, amount: 12_000),
      ]
    }
  }

  private static func account(_ draws: inout RandomStream) -> Account {
    let prices = [1, 1, 30_000, 2_000, 400.0]
    var (units, owing): ([Int: Double], [Int: Double]) = ([:], [:])
    for asset in 0..<5 {
      if draws.bernoulli(0.6) { units[asset] = draws.uniform(from: 0, to: 40_000) / prices[asset] }
      if draws.bernoulli(0.5) { owing[asset] = draws.uniform(from: 0, to: 20_000) / prices[asset] }
    }
    return borrower(units, owing: owing)
  }

  /// `C − liquidate·R` where one asset has another price.
  private static func slack(
    _ rules: Rules, _ account: Account, _ quotes: Quotes, _ asset: Int, _ price: Double
  ) -> Double {
    var moved = quotes
    moved.index[asset] = price
    let level = rules.loanValue(account, moved)
    return level.collateral - (rules.venue.loan?.liquidate ?? 0) * level.required
  }

  /// At the price the level is met; between it and today's price it is not; without one it never is.
  @Test(arguments: LoanRules.Formula.allCases)
  func meetsTheLevelAndNothingBetween(_ formula: LoanRules.Formula) throws {
    var (found, missing) = (0, 0)
    for number in 0..<400 {
      var draws = RandomStream(seed: 11, stream: UInt64(number))
      let rules = Rules(Self.venue(formula, &draws))
      let account = Self.account(&draws)
      guard account.owes else { continue }
      let now = quotes()
      for asset in 0..<5 where account.balances[asset] != 0 || account.debts[asset].total != 0 {
        let today = now.index[asset]
        func slack(_ price: Double) -> Double { Self.slack(rules, account, now, asset, price) }
        let side = slack(today) > 0
        guard let price = rules.liquidationIndex(of: AssetIndex(asset), account, now) else {
          missing += 1
          // Far beyond every kink, and down to nothing, the slack keeps its side.
          for step in 0...400 {
            let value = today * Double(step * step) / 400
            #expect(value == 0 || (slack(value) > 0) == side, "\(formula) \(number) \(asset) \(value)")
          }
          continue
        }
        found += 1
        #expect(price > 0 && abs(slack(price)) < 1e-7, "\(formula) \(number) \(asset)")
        for step in 0..<100 {
          let share = Double(step) / 100
          #expect((slack(today + (price - today) * share) > 0) == side, "\(formula) \(number) \(asset)")
        }
      }
    }
    #expect(found > 300 && missing > 50, "\(found) \(missing)")
  }
}
