internal import Market

extension Rules {
  /// What is missing in an emptied pool at or below this USD amount is rounding, not a loss of the fund.
  func roundingLimit(_ account: Account) -> Double { 1e-9 * max(1, account.startEquity) }

  /// The insurance fund pays what is missing in the balances of `assets`, which end at exactly 0; a missing
  /// amount that is rounding is taken off the event's last fee instead.
  ///
  /// - Parameter event: place in the journal at which the event began.
  /// - Returns: whether the fund paid.
  @discardableResult
  func payMissing(
    _ account: inout Account, _ assets: some Sequence<Int>, event: Int, _ quotes: Quotes,
    _ journal: inout Journal
  ) -> Bool {
    let missing = assets.filter { account.balances[$0] < 0 }
    let total = missing.reduce(0.0) { $0 - account.balances[$1] * quotes.index[$1] }
    let isRounding = total <= roundingLimit(account)
    for asset in missing {
      pay(&account, -account.balances[asset], asset, .balance, isRounding, event: event, quotes, &journal)
    }
    return !missing.isEmpty && !isRounding
  }

  /// Makes good `units` of `asset`: by the fund, or as a rounding error of the event's last fee.
  func pay(
    _ account: inout Account, _ units: Double, _ asset: Int, _ purse: Purse, _ isRounding: Bool, event: Int,
    _ quotes: Quotes, _ journal: inout Journal
  ) {
    credit(&account, units, of: asset, to: purse, as: isRounding ? .fee : .fund, quotes, &journal)
    let usd = units * quotes.index[asset]
    let last = journal.lastClosing(since: event)
    guard isRounding else {
      if let last { journal.updateClosing(at: last) { $0.outcome = .takeover } }
      let payment = FundPayment(
        account: account.number, time: quotes.time, step: account.tally.rows, asset: AssetIndex(asset),
        units: units, usd: usd, instant: quotes.number)
      journal.entries.append(.fundPayment(payment))
      return
    }
    guard let last else { return }
    journal.updateClosing(at: last) { row in
      let fundUSD = usd * fundShare(row.subject, row.cause)
      row.fee -= row.pool == .account ? usd : units
      row.fundFeeUSD -= fundUSD
      account.tally.fundFees -= fundUSD
    }
  }

  /// The share of a closing's fee that goes to the insurance fund: the clearance part, none of a stop-loss,
  /// all of what the sale of collateral costs.
  func fundShare(_ subject: Subject, _ cause: LiquidationCause) -> Double {
    switch subject {
    case .instrument(let instrument): fundShare(instrument, cause)
    case .asset: 1
    }
  }

  /// The share of a position's closing fee that goes to the fund.
  func fundShare(_ instrument: InstrumentIndex, _ cause: LiquidationCause) -> Double {
    let total = feeRate(instrument, cause)
    return cause == .stopLoss || total == 0
      ? 0 : venue.instruments[instrument.rawValue].liquidationFee / total
  }
}

extension Journal {
  /// Place of the last closing step among the entries from `start` on.
  func lastClosing(since start: Int) -> Int? {
    entries[start...].lastIndex { if case .liquidation = $0 { true } else { false } }
  }

  /// Changes the closing step at `place`.
  mutating func updateClosing(at place: Int, _ change: (inout LiquidationStep) -> Void) {
    guard case .liquidation(var row) = entries[place] else { return }
    change(&row)
    entries[place] = .liquidation(row)
  }
}
