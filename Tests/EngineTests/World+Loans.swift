import Engine
import Margin
import Market
import Random

extension World {
  /// Terms of every formula, order and clock, flat and tiered, so close to the prices that much happens.
  static func makeLoan(_ dice: inout RandomStream) -> LoanRules {
    let formula = LoanRules.Formula.allCases[dice.choice(count: 4)]
    let brackets = [
      Bracket(floor: 0, rate: 0.02, maxLeverage: 10, amount: 0),
      Bracket(floor: 2_000, rate: 0.05, maxLeverage: 5, amount: 60),
    ]
    let terms = (0..<5).map { place in
      LoanRules.Terms(
        factor: place > 2 ? 1 : 0.9 - 0.1 * Double(place),
        tiers: place == 0 && dice.bernoulli(0.5)
          ? [
            CollateralTier(floor: 0, rate: 1, amount: 0),
            CollateralTier(floor: 3_000, rate: 0.6, amount: 1_200),
          ] : [],
        rate: 0.0001 + 0.002 * dice.uniform(), brackets: formula == .pro ? brackets : [])
    }
    let liquidate = formula == .pro ? 1.0 : 1.05 + 0.1 * dice.uniform()
    let call = liquidate * (1 + 0.2 * dice.uniform())
    var loan = LoanRules(
      formula: formula, call: call, liquidate: liquidate, stop: call * (1 + 0.2 * dice.uniform()),
      borrowAbove: dice.bernoulli(0.7) ? call * 1.1 : nil, transferAbove: dice.bernoulli(0.7) ? 1.6 : nil,
      fee: dice.bernoulli(0.7) ? 0.02 : 0, order: AutoExchangeRules.Order.allCases[dice.choice(count: 4)],
      interest: dice.bernoulli(0.7) ? .hourly : .daily, debtAsset: AssetIndex(3), terms: terms)
    loan.interestFrom = dice.bernoulli(0.5) ? .debt : .collateral
    return loan
  }
}

extension People {
  /// A loan account: some assets, one or two debts, of a level near its call.
  func borrower(_ number: Int, _ quotes: Quotes, _ dice: inout RandomStream) -> Account {
    var balances = (0..<5).map { dice.bernoulli(0.6) ? dice.uniform() * 5_000 / quotes.index[$0] : 0 }
    var debts = [Debt](repeating: Debt(), count: 5)
    let worth = (0..<5).reduce(0) { $0 + balances[$1] * quotes.index[$1] }
    let share = 0.3 + 0.6 * dice.uniform()
    debts[3].principal = worth * share * 0.6
    let second = dice.choice(count: 5)
    debts[second].principal += worth * share * 0.4 / quotes.index[second]
    if dice.bernoulli(0.3) { debts[3].interest = 5 }
    if dice.bernoulli(0.1) { balances = balances.map { $0 * 20 } }
    var behaviour = behaviour(&dice)
    behaviour.stopLoss = nil
    return Account(
      number: number, mode: .loan, balances: balances, debts: debts, positions: [], behaviour: behaviour,
      actions: dealings(&dice))
  }

  private func dealings(_ dice: inout RandomStream) -> [Action] {
    (0..<dice.choice(count: 4)).map { _ in
      let at = Timestamp(nanoseconds: World.start + Int64(dice.choice(count: ticks)) * World.second / 2)
      let asset = AssetIndex(3 + dice.choice(count: 2))
      let amount = 1 + 1_500 * dice.uniform()
      switch dice.choice(count: 4) {
      case 0: return Action(at: at, kind: .borrow(asset: asset, amount: amount))
      case 1:
        return Action(at: at, kind: .repay(asset: asset, amount: dice.bernoulli(0.5) ? amount : 100_000))
      case 2: return Action(at: at, kind: .transfer(asset: asset, amount: amount))
      default:
        return Action(at: at, kind: .transfer(asset: AssetIndex(dice.choice(count: 5)), amount: -amount))
      }
    }
  }
}
