internal import Market

extension Rules {
  /// Begins the loans with which an account opens: they count as borrowed now.
  public func beginLoans(_ account: inout Account, _ quotes: Quotes, _ journal: inout Journal) {
    guard account.mode == .loan else { return }
    account.interestUntil = quotes.time.nanoseconds
    for asset in account.debts.indices {
      chargeFirstHour(&account, asset, account.debts[asset].principal, quotes, &journal)
    }
  }

  /// Charges the first hour of what has just been borrowed, where interest is hourly.
  ///
  /// Source: Binance, margin interest: one hour at the borrowing, then one at every full hour.
  func chargeFirstHour(
    _ account: inout Account, _ asset: Int, _ principal: Double, _ quotes: Quotes, _ journal: inout Journal
  ) {
    guard let loan = venue.loan, loan.interest == .hourly, principal > 0 else { return }
    charge(&account, asset, principal, quotes, &journal)
    takeInterestFromAssets(&account, quotes, &journal)
  }

  /// Charges one period's interest on every principal, at the full hour or day.
  func chargeInterest(_ account: inout Account, _ quotes: Quotes, _ journal: inout Journal) {
    for asset in account.debts.indices where account.debts[asset].principal > 0 {
      charge(&account, asset, account.debts[asset].principal, quotes, &journal)
    }
    takeInterestFromAssets(&account, quotes, &journal)
  }

  /// Adds `principal·rate` to what is owed.
  private func charge(
    _ account: inout Account, _ asset: Int, _ principal: Double, _ quotes: Quotes, _ journal: inout Journal
  ) {
    let units = principal * (venue.loan?.terms[asset]?.rate ?? 0)
    if units != 0 { credit(&account, -units, of: asset, to: .debt, as: .interest, quotes, &journal) }
  }

  /// Where the venue takes interest from the assets of accounts that may not borrow more: pays what is owed
  /// of it from the balance of the borrowed asset, then by sales in the venue's order at index prices. What
  /// is still missing stays owed.
  private func takeInterestFromAssets(
    _ account: inout Account, _ quotes: Quotes, _ journal: inout Journal
  ) {
    guard let loan = venue.loan, loan.interestFrom == .collateral, account.owes,
      borrowValue(account, quotes).isAtOrUnder(loan.borrowAbove ?? loan.call)
    else { return }
    for debt in account.debts.indices where account.debts[debt].interest > 0 {
      _ = repay(&account, AssetIndex(debt), account.debts[debt].interest)
      for asset in saleOrder(account, quotes).joined() where account.debts[debt].interest > 0 {
        let (owed, rate) = (account.debts[debt].interest, quotes.index[debt] / quotes.index[asset])
        let isEnough = owed * rate <= account.balances[asset]
        exchange(
          &account, sold: asset, isEnough ? owed * rate : account.balances[asset], covered: debt,
          isEnough ? owed : account.balances[asset] / rate, to: .debt, .repayment, quotes, &journal)
      }
    }
  }
}
