import Market

@testable import Margin

/// What a sale of collateral leaves, by the words of the rules.
extension NaiveMargin {
  /// An account after `usd` of each asset are sold at the index: the fee's share is gone, the rest pays debts
  /// in table order, interest before principal.
  func selling(_ usd: [(asset: Int, usd: Double)], _ account: Account) -> Account {
    var after = account
    for sale in usd {
      after.balances[sale.asset] -= sale.usd / quotes.index[sale.asset]
      var open = sale.usd * (1 - (venue.loan?.fee ?? 0))
      for debt in after.debts.indices where open > 0 {
        let units = open / quotes.index[debt]
        let (interest, principal) = (after.debts[debt].interest, after.debts[debt].principal)
        let forInterest = min(units, interest)
        let forPrincipal = min(units - forInterest, principal)
        after.debts[debt] = Debt(principal: principal - forPrincipal, interest: interest - forInterest)
        open -= (forInterest + forPrincipal) * quotes.index[debt]
      }
    }
    return after
  }

  /// `C − stop·R` as a share of the sizes of its terms.
  func distanceToStop(_ account: Account) -> Double {
    let stop = venue.loan?.stop ?? 0
    let (collateral, required) = (loanCollateral(account), loanRequired(account))
    return (collateral - stop * required) / (size(.loan, account) * max(1, stop))
  }

  /// Whether the level is at or under a limit; nil where rounding may decide. Never without debt.
  func isAtOrUnder(_ limit: Double, _ account: Account) -> Bool? {
    let (collateral, required) = (loanCollateral(account), loanRequired(account))
    if required == 0 { return false }
    let left = collateral - limit * required
    return abs(left) <= 1e-12 * size(.loan, account) * max(1, limit) ? nil : left < 0
  }
}
