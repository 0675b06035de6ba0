import Market

@testable import Margin

/// The sample venue with loans: factors USDT 1, USDC 0.95, BTC 0.9, ETH 0.8, BNB 0.5; call 1.3, liquidation
/// 1.1, stop 1.5; borrowing above 1.5, transfers above 2; no fee; 0.01 % an hour; dearest factor first.
func lendingVenue(
  _ formula: LoanRules.Formula = .haircutGross, _ change: (inout LoanRules) -> Void = { _ in }
) -> Venue {
  let brackets = [
    Bracket(floor: 0, rate: 0.02, maxLeverage: 10, amount: 0),
    Bracket(floor: 10_000, rate: 0.05, maxLeverage: 5, amount: 300),
  ]
  var loan = LoanRules(
    formula: formula, call: 1.3, liquidate: 1.1, stop: 1.5, borrowAbove: 1.5, transferAbove: 2, fee: 0,
    order: .highestFactorFirst, interest: .hourly, debtAsset: AssetIndex(Place.usdt),
    terms: [1, 0.95, 0.9, 0.8, 0.5].map {
      LoanRules.Terms(factor: $0, rate: 0.0001, brackets: formula == .pro ? brackets : [])
    })
  change(&loan)
  return sampleVenue { $0.loan = loan }
}

/// A loan account of the sample venue, by place of the asset: units held and principals owed.
func borrower(
  _ units: [Int: Double], owing principals: [Int: Double], interest: [Int: Double] = [:],
  topUp: Behaviour.TopUp? = nil, actions: [Action] = []
) -> Account {
  Account(
    number: 7, mode: .loan, balances: (0..<5).map { units[$0] ?? 0 },
    debts: (0..<5).map { Debt(principal: principals[$0] ?? 0, interest: interest[$0] ?? 0) },
    positions: [], behaviour: Behaviour(topUp: topUp), actions: actions)
}

/// Opens a loan account, without its first hour, and tests it once.
func afterLoanTest(
  _ account: Account, _ venue: Venue, openedAt opening: Quotes = quotes(), testedAt quotes: Quotes
) -> (account: Account, journal: Journal) {
  var (account, journal) = (account, Journal(keepsFlows: true))
  let rules = Rules(venue)
  _ = rules.open(&account, testsInitialMargin: false, opening)
  rules.test(&account, quotes, &journal)
  return (account, journal)
}
