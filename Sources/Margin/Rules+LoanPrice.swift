public import Market

extension Rules {
  /// The index price of an asset at which a loan's level meets the liquidation level, all other prices fixed:
  /// the positive root of `C − liquidate·R` that is nearest to its price, nil where there is none.
  ///
  /// In USD. The asset may be held, owed or both: a fall of what is held and a rise of what is owed both lead
  /// to the level. It follows from the level's formula, see ``loanValue(_:_:)``.
  ///
  /// Source: Binance, cross margin, liquidation price of one asset against one debt: level·debt / quantity.
  public func liquidationIndex(of asset: AssetIndex, _ account: Account, _ quotes: Quotes) -> Double? {
    guard let loan = venue.loan, account.mode == .loan, account.owes else { return nil }
    let (balance, owed) = (account.balances[asset.rawValue], owed(account, asset.rawValue))
    var others = account
    others.balances[asset.rawValue] = 0
    others.debts[asset.rawValue] = Debt()
    let rest = loanValue(others, quotes)
    var curve = PriceCurve()
    curve.line.constant = rest.collateral - loan.liquidate * rest.required
    switch loan.formula {
    case .gross: curve.line.slope += balance
    case .haircutGross: curve.add(leastOf: factorLines(balance, asset.rawValue))
    case .haircutNet where balance >= owed:
      curve.add(leastOf: factorLines(balance - owed, asset.rawValue))
      curve.line.slope += owed
    case .haircutNet: curve.line.slope += balance
    case .pro where balance >= owed: curve.add(leastOf: factorLines(balance - owed, asset.rawValue))
    case .pro: curve.line.slope += balance - owed
    }
    if loan.formula == .pro {
      let brackets = loan.terms[asset.rawValue]?.brackets ?? []
      let lines = brackets.map {
        PriceLine(constant: $0.amount, slope: -owed * $0.rate).scaled(loan.liquidate)
      }
      curve.add(leastOf: lines + [PriceLine()])
    } else {
      curve.line.slope -= loan.liquidate * owed
    }
    return curve.nearestRoot(to: quotes.index[asset.rawValue])
  }

  /// The lines over an asset's index price of which ``loanCollateral(_:_:)`` of some units is the least.
  private func factorLines(_ units: Double, _ asset: Int) -> [PriceLine] {
    guard let terms = venue.loan?.terms[asset] else { return [PriceLine()] }
    if terms.tiers.isEmpty { return [PriceLine(slope: units * terms.factor)] }
    return terms.tiers.map { PriceLine(constant: $0.amount, slope: units * $0.rate) }
  }
}
