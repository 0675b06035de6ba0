import Market
import Random

@testable import Margin

extension PresetWorld {
  /// A loan account with collateral in one to four assets and one to three debts, whose level is about
  /// `health` times the call level.
  mutating func borrower(health: (Double, Double) = (0.6, 3)) -> Account {
    var account = Account(
      number: 0, mode: .loan, balances: [Double](repeating: 0, count: venue.assets.count),
      debts: [Debt](repeating: Debt(), count: venue.assets.count),
      spot: venue.assets.map { _ in draws.bernoulli(0.3) ? draws.uniform(from: 0, to: 10) : 0 },
      positions: [])
    guard let loan = venue.loan else { return account }
    let lent = venue.assets.indices.filter { loan.terms[$0] != nil && !quotes.index[$0].isNaN }
    let money = draws.lognormal(median: 50_000, sigma: 2)
    for place in draws.pick(min(lent.count, 1 + draws.choice(count: 4)), of: lent.count) {
      account.balances[lent[place]] = money * draws.uniform(from: 0.01, to: 1) / quotes.index[lent[place]]
    }
    let collateral = NaiveMargin(venue, quotes).loanCollateral(account)
    let level = loan.call * draws.uniform(from: health.0, to: health.1)
    // Under pro a debt of 1 takes 1 off the collateral and needs some 5 % of maintenance.
    let debt = loan.formula == .pro ? collateral / (1 + 0.05 * level) : collateral / level
    let debtors = draws.pick(min(lent.count, 1 + draws.choice(count: 3)), of: lent.count).map { lent[$0] }
    for asset in debtors {
      let units = debt / Double(debtors.count) / quotes.index[asset]
      let interest = draws.bernoulli(0.5) ? units * draws.uniform(from: 0, to: 0.1) : 0
      account.debts[asset] = Debt(principal: units - interest, interest: interest)
    }
    return account
  }
}
