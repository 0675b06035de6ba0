internal import Market

extension Rules {
  /// Begins the loans with which an account opens: they count as borrowed now.
  public func beginLoans(_ account: inout Account, _ quotes: Quotes, _ journal: inout Journal) {
    guard account.mode == .loan else { return }
    account.interestUntil = quotes.time.nanoseconds
    guard venue.loan?.interest == .hourly else { return }
    chargeInterest(&account, quotes, &journal)
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

  /// Charges one period's interest on every principal: at the full hour or day, or the first hour at the
  /// opening.
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
      for assets in saleOrder(account, quotes) where account.debts[debt].interest > 0 {
        sellForInterest(assets, debt, &account, quotes, &journal)
      }
    }
  }

  /// Sells some assets, each its share of their value, at index prices for the interest owed of one debt: as
  /// much as it takes, or all of them.
  private func sellForInterest(
    _ assets: [Int], _ debt: Int, _ account: inout Account, _ quotes: Quotes,
    _ journal: inout Journal
  ) {
    let before = account.balances
    let held = assets.reduce(0.0) { $0 + before[$1] * quotes.index[$1] }
    let share = account.debts[debt].interest * quotes.index[debt] / held
    for asset in assets {
      let units = min(before[asset], before[asset] * share)
      // The last sale pays what is left where there is enough.
      let covered =
        share <= 1 && asset == assets.last
        ? account.debts[debt].interest : units * quotes.index[asset] / quotes.index[debt]
      exchange(
        &account, sold: asset, units, covered: debt, min(covered, account.debts[debt].interest), to: .debt,
        .repayment, quotes, &journal)
    }
  }
}
