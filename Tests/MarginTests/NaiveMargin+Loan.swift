import Market

@testable import Margin

/// Margin levels of loans, by the words of the rules.
extension NaiveMargin {
  /// Units of an asset that are owed.
  func owed(_ account: Account, _ asset: Int) -> Double {
    account.debts.isEmpty ? 0 : account.debts[asset].principal + account.debts[asset].interest
  }

  func owedUSD(_ account: Account) -> Double {
    account.balances.indices.reduce(0) { $0 + owed(account, $1) * quotes.index[$1] }
  }

  /// What `usd` of an asset counts for: slice by slice at the rates of its tiers, or at its factor.
  private func counted(_ usd: Double, _ asset: Int) -> Double {
    guard let terms = venue.loan?.terms[asset] else { return 0 }
    if terms.tiers.isEmpty { return usd * terms.factor }
    return terms.tiers.enumerated().reduce(0) { sum, tier in
      let next = tier.offset + 1 < terms.tiers.count ? terms.tiers[tier.offset + 1].floor : .infinity
      return sum + max(0, min(usd, next) - tier.element.floor) * tier.element.rate
    }
  }

  /// The collateral side of the margin level, USD.
  func loanCollateral(_ account: Account) -> Double {
    guard let formula = venue.loan?.formula else { return 0 }
    return account.balances.indices.reduce(0) { sum, asset in
      let (held, debt) = (
        account.balances[asset] * quotes.index[asset], owed(account, asset) * quotes.index[asset]
      )
      let excess = max(0, held - debt)
      switch formula {
      case .gross: return sum + held
      case .haircutGross: return sum + counted(held, asset)
      // What backs a debt of the same asset counts in full.
      case .haircutNet: return sum + min(held, debt) + counted(excess, asset)
      case .pro: return sum + counted(excess, asset) - max(0, debt - held)
      }
    }
  }

  /// What the level divides by, USD: debts, or under `pro` their maintenance margin slice by slice.
  func loanRequired(_ account: Account) -> Double {
    guard let loan = venue.loan, loan.formula == .pro else { return owedUSD(account) }
    return account.balances.indices.reduce(0) { sum, asset in
      let debt = owed(account, asset) * quotes.index[asset]
      let rows = loan.terms[asset]?.brackets ?? []
      return rows.enumerated().reduce(sum) { sum, row in
        let next = row.offset + 1 < rows.count ? rows[row.offset + 1].floor : .infinity
        return sum + max(0, min(debt, next) - row.element.floor) * row.element.rate
      }
    }
  }
}
