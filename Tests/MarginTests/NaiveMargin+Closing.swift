import Market

@testable import Margin

/// What a closing leaves, by the words of the rules.
extension NaiveMargin {
  /// An account after `lots` of a position are closed, and how far its pool then is from what `minimal`
  /// wants.
  struct Cut {
    /// With a position of 0 lots where all of it is closed.
    var account: Account
    /// The fee paid, in the margin asset.
    var fee: Double
    /// Equity less target and less the trigger's limit, as a share of the sizes of the terms; above 0:
    /// healthy. Infinite where nothing is left open.
    var surplus: Double
  }

  /// Closes `lots` of the position at `place`: PnL at the mark less slippage, then the fee.
  func closing(_ lots: UInt64, _ place: Int, _ pool: PoolPlace, _ account: Account) -> Cut {
    var after = account
    let held = account.positions[place]
    let terms = venue.instruments[held.instrument.rawValue]
    let asset = terms.marginAsset.rawValue
    let side = held.isLong ? 1.0 : -1.0
    let price = mark(held) * (1 - side * venue.liquidation.slippageBasisPoints / 10_000)
    let units = Double(lots) * terms.lot.double
    let gain = side * units * (price - held.entry)
    after.positions[place].resize(lots: held.lots - Int64(lots) * (held.isLong ? 1 : -1), lot: terms.lot)
    func paying(_ fee: Double) -> Account {
      var paid = after
      if held.isIsolated {
        paid.positions[place].margin += gain - fee
      } else {
        paid.balances[asset] += gain - fee
      }
      return paid
    }
    let full = price * units * (terms.liquidationFee + terms.takerFee)
    let fee = largestFee(upTo: full) { bankruptcyValue(pool, paying($0)) }
    let paid = paying(fee)
    return Cut(account: paid, fee: fee, surplus: surplus(pool, paid))
  }

  /// The largest fee after which something of value is left, by halving.
  private func largestFee(upTo full: Double, _ left: (Double) -> Double) -> Double {
    if left(full) >= 0 { return full }
    if left(0) <= 0 { return 0 }
    var (low, high) = (0.0, full)
    for _ in 0..<100 {
      let middle = low + (high - low) / 2
      if left(middle) >= 0 { low = middle } else { high = middle }
    }
    return low
  }

  private func surplus(_ pool: PoolPlace, _ account: Account) -> Double {
    if members(pool, account).isEmpty { return .infinity }
    let target = venue.liquidation.targetEquityOverMaintenance * maintenance(pool, account)
    let terms = size(pool, account)
    return min(equity(pool, account) - target, slack(pool, account)) / terms
  }
}
