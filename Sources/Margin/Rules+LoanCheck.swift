internal import Market

// What `check` says of loan accounts.

extension Rules {
  /// The margin state of a loan account beside its pool; nil for other modes.
  func loanReport(_ account: Account, _ quotes: Quotes) -> CheckReport.Loan? {
    guard account.mode == .loan, let loan = venue.loan else { return nil }
    let touched = account.balances.indices.filter { account.balances[$0] != 0 || owed(account, $0) != 0 }
    let liquidates = firesLiquidationLevel(account, quotes)
    let lent = loan.terms.indices.filter { loan.terms[$0] != nil && !quotes.index[$0].isNaN }
    return CheckReport.Loan(
      rules: loan, level: loanValue(account, quotes).level,
      liquidationPrices: touched.map {
        .init(asset: venue.assets[$0].name, price: liquidationIndex(of: AssetIndex($0), account, quotes))
      },
      isCalled: firesMarginCall(account, quotes), liquidates: liquidates,
      sales: liquidates ? loanSales(account, quotes) : [],
      debts: account.debts.indices.filter { account.debts[$0].total > 0 }.map {
        debtRow($0, account.debts[$0], quotes)
      },
      maxBorrow: lent.map { amount($0, maxBorrow(AssetIndex($0), account, quotes), quotes) },
      maxTransferOut: touched.filter { account.balances[$0] > 0 }.map {
        amount($0, maxTransferOut(AssetIndex($0), account, quotes), quotes)
      })
  }

  private func amount(_ asset: Int, _ units: Double?, _ quotes: Quotes) -> CheckReport.Loan.Amount {
    .init(asset: venue.assets[asset].name, units: units, value: units.map { $0 * quotes.index[asset] })
  }

  private func debtRow(_ asset: Int, _ debt: Debt, _ quotes: Quotes) -> CheckReport.Loan.DebtRow {
    .init(
      asset: venue.assets[asset].name, debt: debt, value: debt.total * quotes.index[asset],
      nextInterest: debt.principal * (venue.loan?.terms[asset]?.rate ?? 0))
  }

  /// The real rule on a copy of the account whose owner does nothing.
  private func loanSales(_ account: Account, _ quotes: Quotes) -> [CheckReport.AutoExchange.Sale] {
    var (copy, journal) = (account, Journal())
    copy.behaviour = Behaviour()
    _ = open(&copy, testsInitialMargin: false, quotes)
    _ = testLoan(&copy, quotes, &journal)
    return journal.entries.compactMap { entry in
      guard case .liquidation(let row) = entry, case .asset(let asset) = row.subject else { return nil }
      return .init(asset: venue.assets[asset.rawValue].name, units: row.quantity, value: row.notional)
    }
  }

  /// The pool of a loan: collateral less debt against what of that is left at the liquidation level.
  ///
  /// `C − L <= (liquidate − 1)·L` is `C <= liquidate·L`; under `pro` both sides are the level's own, net
  /// collateral and `liquidate` × maintenance margin.
  func loanPoolRow(_ account: Account, _ quotes: Quotes) -> CheckReport.PoolRow {
    let level = loanValue(account, quotes)
    let limit = venue.loan.map { $0.formula == .pro ? $0.liquidate : $0.liquidate - 1 } ?? 0
    return CheckReport.PoolRow(
      pool: "account", unit: "USD",
      value: PoolValue(equity: level.equity, maintenanceMargin: limit * level.required),
      ratio: value(.loan, account, quotes).ratio, liquidates: firesLiquidationLevel(account, quotes))
  }

  /// An asset that a loan account holds or owes; nil for others. Its value is its part of the level's
  /// collateral.
  func loanCollateralRow(
    _ asset: Int, _ account: Account, _ quotes: Quotes
  ) -> CheckReport.CollateralRow? {
    let (balance, owed, index) = (account.balances[asset], owed(account, asset), quotes.index[asset])
    guard balance != 0 || owed != 0 else { return nil }
    var alone = account
    for other in alone.balances.indices where other != asset {
      alone.balances[other] = 0
      if !alone.debts.isEmpty { alone.debts[other] = Debt() }
    }
    let value = loanValue(alone, quotes).collateral
    // Under `pro` only what is left after the debt counts, under the others the balance.
    let counted = (venue.loan?.formula == .pro ? balance - owed : balance) * index
    let factor = venue.loan?.formula == .gross ? 1 : venue.loan?.terms[asset]?.factor ?? 0
    return CheckReport.CollateralRow(
      asset: venue.assets[asset].name, balance: balance, equity: balance - owed, index: index,
      rate: counted == 0 ? factor : value / counted, value: value,
      available: maxTransferOut(AssetIndex(asset), account, quotes))
  }

  /// USD that may leave the account: one asset after the other, those that count least first, each as much
  /// as then may go.
  func loanAvailable(_ account: Account, _ quotes: Quotes) -> Double {
    var (rest, total) = (account, 0.0)
    let held = account.balances.indices.filter { account.balances[$0] > 0 }
    func factor(_ asset: Int) -> Double { venue.loan?.terms[asset]?.factor ?? 0 }
    for asset in held.sorted(by: { (factor($0), $0) < (factor($1), $1) }) {
      let units = maxTransferOut(AssetIndex(asset), rest, quotes)
      rest.balances[asset] -= units
      total += units * quotes.index[asset]
    }
    return total
  }
}
