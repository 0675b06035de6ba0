internal import Market

extension Rules {
  /// Auto-exchange of a multi-asset account: thresholds by asset, then LTV, each in table order.
  ///
  /// - Returns: whether anything changed.
  func autoExchange(_ account: inout Account, _ quotes: Quotes, _ journal: inout Journal) -> Bool {
    var changed = false
    for asset in account.balances.indices where isBelowThreshold(account, asset) {
      let place = noteThreshold(asset, account, quotes, &journal)
      changed = cover(&account, asset, .threshold, quotes, &journal) || changed
      noteAfter(place, account, quotes, &journal)
    }
    guard firesLoanToValue(account, quotes) else { return changed }
    let event = journal.entries.count
    let place = noteLoanToValue(account, quotes, &journal)
    changed = coverAll(&account, .ltv, quotes, &journal) || changed
    if account.positions.isEmpty {
      changed = payMissing(&account, account.balances.indices, event: event, quotes, &journal) || changed
    }
    noteAfter(place, account, quotes, &journal)
    return changed
  }

  /// Covers every negative balance by conversion, in table order.
  func coverAll(
    _ account: inout Account, _ cause: Conversion.Cause, _ quotes: Quotes, _ journal: inout Journal
  ) -> Bool {
    var changed = false
    for asset in account.balances.indices where account.balances[asset] < 0 {
      changed = cover(&account, asset, cause, quotes, &journal) || changed
    }
    return changed
  }

  /// Covers the deficit of one asset by selling positive balances at auto-exchange rates.
  ///
  /// To cover `D` USD (at the auto ask rate) asset `a` gives `D·share_a / (I_a·(1 − auto_bid_a))` units,
  /// never more than its balance; what then is still open is shared out again. A covered balance ends at
  /// exactly 0.
  ///
  /// Source: Binance, Multi-Assets mode, auto-exchange: 5,000 / 97.5 % = 5,128.20.
  private func cover(
    _ account: inout Account, _ deficit: Int, _ cause: Conversion.Cause, _ quotes: Quotes,
    _ journal: inout Journal
  ) -> Bool {
    let askRate = quotes.index[deficit] * (1 + venue.assets[deficit].autoAskBuffer)
    var open = -account.balances[deficit] * askRate
    var sold = [Double](repeating: 0, count: account.balances.count)
    var value = sold
    var sequence: [Int] = []
    while open > 0 {
      let shares = saleShares(account, deficit, sold, quotes)
      if shares.isEmpty { break }
      var left = 0.0
      for (asset, share) in shares {
        let bidRate = quotes.index[asset] * (1 - venue.assets[asset].autoBidBuffer)
        let (wanted, available) = (open * share, account.balances[asset] - sold[asset])
        if !sequence.contains(asset) { sequence.append(asset) }
        if wanted / bidRate < available {
          sold[asset] += wanted / bidRate
          value[asset] += wanted
        } else {
          sold[asset] = account.balances[asset]
          value[asset] += available * bidRate
          left += max(0, wanted - available * bidRate)
        }
      }
      open = left
    }
    guard let last = sequence.last else { return false }
    account.tally.autoExchanges += 1
    for asset in sequence {
      let isExact = asset == last && open == 0
      let missing = -account.balances[deficit]
      // Where all that can be sold is worth the deficit to the cent, rounding must not cover more than it.
      let covered = isExact ? missing : min(missing, value[asset] / askRate)
      exchange(&account, sold: asset, sold[asset], covered: deficit, covered, cause, quotes, &journal)
    }
    return true
  }

  /// Which assets are sold next, and the share of the deficit that each covers; empty where nothing is left.
  private func saleShares(
    _ account: Account, _ deficit: Int, _ sold: [Double], _ quotes: Quotes
  ) -> [(asset: Int, share: Double)] {
    let candidates = account.balances.indices.filter {
      $0 != deficit && account.balances[$0] > sold[$0] && venue.assets[$0].autoBidBuffer < 1
        && quotes.index[$0] > 0
    }
    guard venue.autoExchange.order == .proRata else {
      let first = candidates.min { (saleRank($0), $0) < (saleRank($1), $1) }
      return first.map { [($0, 1)] } ?? []
    }
    var total = 0.0
    for asset in candidates { total += (account.balances[asset] - sold[asset]) * quotes.index[asset] }
    return candidates.map { ($0, (account.balances[$0] - sold[$0]) * quotes.index[$0] / total) }
  }

  /// The lower, the earlier an asset is sold where assets go one after the other.
  private func saleRank(_ asset: Int) -> Double {
    let terms = venue.assets[asset]
    switch venue.autoExchange.order {
    case .proRata: return 0
    case .stableFirst: return terms.isStable ? 0 : 1
    case .ascendingHaircut: return terms.bidBuffer
    case .highestFactorFirst: return -(terms.tiers.first?.rate ?? (1 - terms.bidBuffer))
    }
  }

  /// Books one sale and its row; what it brings goes to the balance of the covered asset, or to its debt.
  func exchange(
    _ account: inout Account, sold asset: Int, _ units: Double, covered deficit: Int, _ covered: Double,
    to purse: Purse = .balance, _ cause: Conversion.Cause, _ quotes: Quotes, _ journal: inout Journal
  ) {
    let (soldUSD, coveredUSD) = (units * quotes.index[asset], covered * quotes.index[deficit])
    credit(&account, -units, of: asset, as: .conversion, quotes, &journal)
    credit(&account, covered, of: deficit, to: purse, as: .conversion, quotes, &journal)
    account.tally.rows += 1
    if cause != .repayment { account.tally.autoExchangeValue += soldUSD }
    journal.entries.append(
      .conversion(
        Conversion(
          account: account.number, time: quotes.time, step: account.tally.rows, cause: cause,
          soldAsset: AssetIndex(asset), soldUnits: units, coveredAsset: AssetIndex(deficit),
          coveredUnits: covered, cost: soldUSD - coveredUSD, soldUSD: soldUSD)))
  }
}
