internal import Market

// The margin level of a loan account, by the venue's dated formula.

extension Rules {
  /// The margin level that decides calls and liquidations, USD at index prices.
  ///
  /// - `gross`: Σ balance over Σ debt.
  /// - `haircut_gross`: Σ collateral value of the balances over Σ debt.
  /// - `haircut_net`: by asset, where balance ≥ debt the collateral value of the difference and the debt
  ///   itself, else the balance, over Σ debt.
  /// - `pro`: by asset, where balance ≥ debt the collateral value of the difference, else the whole
  ///   difference, over Σ maintenance margin of the debts.
  ///
  /// Source: Binance, cross margin level: 2019 and 2023 without haircuts, from 2026-06-15 with them; Cross
  /// Margin Pro: net collateral over maintenance margin.
  public func loanValue(_ account: Account, _ quotes: Quotes) -> LoanValue {
    guard let terms = venue.loan else { return LoanValue(collateral: 0, required: 0, equity: 0) }
    return loanValue(account, quotes, terms.formula)
  }

  /// The level that decides what may be borrowed and transferred out: as ``loanValue(_:_:)``, but always at
  /// haircuts.
  ///
  /// Source: Binance, collateral margin level (2023-01-12): collateral value over debt, beside a margin
  /// level without haircuts.
  public func borrowValue(_ account: Account, _ quotes: Quotes) -> LoanValue {
    guard let terms = venue.loan else { return LoanValue(collateral: 0, required: 0, equity: 0) }
    return loanValue(account, quotes, terms.formula == .gross ? .haircutGross : terms.formula)
  }

  private func loanValue(
    _ account: Account, _ quotes: Quotes, _ formula: LoanRules.Formula
  ) -> LoanValue {
    var (collateral, debt, maintenance) = (0.0, 0.0, 0.0)
    for (asset, balance) in account.balances.enumerated() {
      let owed = owed(account, asset)
      if balance == 0 && owed == 0 { continue }
      let index = quotes.index[asset]
      debt += owed * index
      switch formula {
      case .gross: collateral += balance * index
      case .haircutGross: collateral += loanCollateral(balance * index, asset)
      case .haircutNet:
        collateral +=
          balance >= owed ? loanCollateral((balance - owed) * index, asset) + owed * index : balance * index
      case .pro:
        let net = (balance - owed) * index
        collateral += balance >= owed ? loanCollateral(net, asset) : net
        maintenance += loanMaintenance(owed * index, asset)
      }
    }
    if formula == .pro {
      return LoanValue(collateral: collateral, required: maintenance, equity: collateral)
    }
    return LoanValue(collateral: collateral, required: debt, equity: collateral - debt)
  }

  /// The two sides of the level as a pool, whose ratio is debt / collateral.
  func loanPoolValue(_ account: Account, _ quotes: Quotes) -> PoolValue {
    let value = loanValue(account, quotes)
    return PoolValue(equity: value.collateral, maintenanceMargin: value.required)
  }

  /// Units of an asset that are owed, interest included.
  func owed(_ account: Account, _ asset: Int) -> Double {
    account.debts.isEmpty ? 0 : account.debts[asset].total
  }

  /// What `x` USD of an asset count for: `x·factor`, with tiers `min over tiers (x·rate + amount)`.
  ///
  /// Source: Binance, cross margin collateral ratio by tiers of USD value.
  func loanCollateral(_ x: Double, _ asset: Int) -> Double {
    guard let terms = venue.loan?.terms[asset] else { return 0 }
    guard let first = terms.tiers.first else { return x * terms.factor }
    return terms.tiers.dropFirst().reduce(x * first.rate + first.amount) { min($0, x * $1.rate + $1.amount) }
  }

  /// Maintenance margin of a debt of `x` USD under `pro`: `max(0, max over brackets (x·rate − amount))`.
  ///
  /// Source: Binance, Cross Margin Pro: brackets with a maintenance amount, as in futures.
  func loanMaintenance(_ x: Double, _ asset: Int) -> Double {
    guard let brackets = venue.loan?.terms[asset]?.brackets else { return 0 }
    return brackets.reduce(0) { max($0, x * $1.rate - $1.amount) }
  }

  /// Whether a loan's liquidation trigger holds: the level is at or under the liquidation level.
  func firesLiquidationLevel(_ account: Account, _ quotes: Quotes) -> Bool {
    guard let terms = venue.loan else { return false }
    return loanValue(account, quotes).isAtOrUnder(terms.liquidate)
  }

  /// Whether a loan's level is at or under its call level.
  func firesMarginCall(_ account: Account, _ quotes: Quotes) -> Bool {
    guard let terms = venue.loan else { return false }
    return loanValue(account, quotes).isAtOrUnder(terms.call)
  }
}
