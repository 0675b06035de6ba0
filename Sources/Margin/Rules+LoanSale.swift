internal import Market

extension Rules {
  /// Which assets are sold one after the other, and which together: in the venue's order, ties in table
  /// order; empty where nothing is left to sell.
  func saleOrder(_ account: Account, _ quotes: Quotes) -> [[Int]] {
    guard let loan = venue.loan else { return [] }
    let assets = account.balances.indices.filter { account.balances[$0] > 0 && quotes.index[$0] > 0 }
    if assets.isEmpty { return [] }
    func rank(_ asset: Int) -> Double {
      let factor = loan.terms[asset].map { $0.tiers.first?.rate ?? $0.factor } ?? 0
      switch loan.order {
      case .proRata: return 0
      case .stableFirst: return venue.assets[asset].isStable ? 0 : 1
      case .ascendingHaircut, .highestFactorFirst: return -factor
      }
    }
    if loan.order == .proRata { return [assets] }
    return assets.sorted { (rank($0), $0) < (rank($1), $1) }.map { [$0] }
  }

  /// Sells the least value of `assets` that restores the stop level `T`, else as much as there is, or as it
  /// takes to pay all debts.
  ///
  /// For one asset at a flat factor `h`, whose own debt is 0: `s = (T·L − C) / (T·(1 − φ) − h)`, at most
  /// `L / (1 − φ)`.
  ///
  /// - Returns: whether the stop level is restored.
  func sellLeast(
    of assets: [Int], _ account: inout Account, _ quotes: Quotes, _ journal: inout Journal
  ) -> Bool {
    guard let loan = venue.loan else { return false }
    let before = account
    let held = assets.reduce(0.0) { $0 + before.balances[$1] * quotes.index[$1] }
    var debts = 0.0
    for asset in before.debts.indices { debts += before.debts[asset].total * quotes.index[asset] }
    let all = debts / (1 - loan.fee)
    let most = min(held, all)
    func after(_ value: Double) -> Account {
      var (trial, scratch) = (before, Journal())
      if value > 0 {
        sellShare(of: assets, value: value, held: held, paysAll: value == all, &trial, quotes, &scratch)
      }
      return trial
    }
    let ends = debtEnds(before, quotes).map { $0 / (1 - loan.fee) }.filter { $0 < most } + [most]
    let least = ConcavePath.firstReachingZero(along: loanKinks(ends, quotes, loan.formula, after)) {
      let left = loanValue(after($0), quotes)
      return left.collateral - loan.stop * left.required
    }
    if least == 0 { return true }
    let value = least ?? most
    sellShare(of: assets, value: value, held: held, paysAll: value == all, &account, quotes, &journal)
    return least != nil
  }

  /// USD after which one debt after the other is paid, in table order, from 0 on.
  private func debtEnds(_ account: Account, _ quotes: Quotes) -> [Double] {
    account.debts.indices.reduce(into: [0]) { ends, asset in
      let debt = account.debts[asset].total * quotes.index[asset]
      if debt > 0 { ends.append((ends.last ?? 0) + debt) }
    }
  }

  /// Sells `value` USD of some assets at index prices, each its share of `held`; the fee's share of it is
  /// gone, the rest pays debts in table order, interest before principal.
  ///
  /// - Parameter paysAll: whether the rest is meant to pay all debts, which then end at exactly 0.
  private func sellShare(
    of assets: [Int], value: Double, held: Double, paysAll: Bool, _ account: inout Account,
    _ quotes: Quotes, _ journal: inout Journal
  ) {
    for asset in assets {
      let balance = account.balances[asset]
      let units = value >= held ? balance : min(balance, balance * (value / held))
      if units == 0 { continue }
      let isLast = asset == assets.last
      sellUnits(units, of: asset, paysAll: paysAll && isLast, &account, quotes, &journal)
    }
  }

  /// Sells units of one asset and writes the row of the sale and those of the repayments.
  private func sellUnits(
    _ units: Double, of asset: Int, paysAll: Bool, _ account: inout Account, _ quotes: Quotes,
    _ journal: inout Journal
  ) {
    guard let loan = venue.loan else { return }
    let index = quotes.index[asset]
    let ratioBefore = value(.loan, account, quotes).ratio
    let isWhole = units == account.balances[asset]
    let (notional, feeUnits) = (units * index, units * loan.fee)
    let place = journal.entries.count
    account.tally.rows += 1
    let step = account.tally.rows
    if feeUnits != 0 { credit(&account, -feeUnits, of: asset, as: .fee, quotes, &journal) }
    repay(
      from: asset, isWhole ? account.balances[asset] : units - feeUnits, paysAll: paysAll, .repayment,
      &account, quotes, &journal)
    account.tally.fundFees += notional * loan.fee
    account.tally.liquidationSteps += 1
    account.tally.liquidatedNotional += notional
    if account.tally.firstLiquidation == nil { account.tally.firstLiquidation = quotes.time }
    let after = loanValue(account, quotes)
    let row = LiquidationStep(
      account: account.number, time: quotes.time, step: step, cause: .level, pool: .account,
      subject: .asset(AssetIndex(asset)), side: .long, quantity: units, mark: index, price: index,
      notional: notional, fee: notional * loan.fee, realizedPnL: 0, ratioBefore: ratioBefore,
      ratioAfter: value(.loan, account, quotes).ratio, equityAfter: after.equity,
      outcome: isWhole ? .full : .partial, notionalUSD: notional, fundFeeUSD: notional * loan.fee,
      instant: quotes.number)
    journal.entries.insert(.liquidation(row), at: place)
  }

  /// Turns `units` of an asset into payments of debts in table order, at index prices, a row for each.
  ///
  /// One debt after the other is paid whole; the last that the units reach takes what is left of them, be it
  /// paid in part, or to the last cent.
  ///
  /// - Parameter paysAll: whether they are meant to pay all debts, which then end at exactly 0.
  func repay(
    from asset: Int, _ units: Double, paysAll: Bool, _ cause: Conversion.Cause, _ account: inout Account,
    _ quotes: Quotes, _ journal: inout Journal
  ) {
    var (open, left) = (units * quotes.index[asset], units)
    let owing = account.debts.indices.filter { account.debts[$0].total > 0 }
    for debt in owing {
      let (owed, index) = (account.debts[debt].total, quotes.index[debt])
      let isPaid = paysAll || owed * index <= open
      // The last payment takes the units that rounding has left over, or lacks; what is no more than that
      // pays no other debt.
      let isLast = paysAll ? debt == owing.last : owed * index >= open - roundingLimit(account)
      let used = isLast ? left : min(left, owed * index / quotes.index[asset])
      exchange(
        &account, sold: asset, used, covered: debt, isPaid ? owed : open / index, to: .debt, cause, quotes,
        &journal)
      if isLast { return }
      left -= used
      open -= owed * index
    }
  }
}
