public import Market

/// Value is conserved: nothing appears or vanishes between an account's start and end.
public struct ConservationResidual: Sendable {
  /// What is left over, as a multiple of the tolerance: conserved while ≤ 1.
  public var overTolerance: Double
  /// The asset at fault; nil for the USD identity.
  public var asset: AssetIndex?
}

extension Rules {
  /// Relative tolerance of the identities, to |start| + Σ |flows|.
  static var conservationTolerance: Double { 1e-9 }

  /// The worst breach of conservation of a finished account.
  ///
  /// Per asset: `end = start + Σ flows`. In USD: `end = start + pnl + revaluation − fees − funding −
  /// interest − conversion cost + fund + top-ups ± actions`.
  public func conservationResidual(_ account: Account) -> ConservationResidual {
    let tally = account.tally
    var worst = ConservationResidual(overTolerance: 0, asset: nil)
    for asset in account.balances.indices {
      let expected = tally.units[asset].start + tally.units[asset].netFlow
      let scale = abs(tally.units[asset].start) + tally.units[asset].absoluteFlow
      let residual = abs(heldUnits(account, asset) - expected)
      let over = residual == 0 ? 0 : residual / (Self.conservationTolerance * scale)
      if !(over <= worst.overTolerance) {
        worst = ConservationResidual(overTolerance: over, asset: AssetIndex(asset))
      }
    }
    let gains =
      tally.pnl + tally.revaluation - tally.fees - tally.funding - tally.interest - tally.conversionCost
      + tally.fundPayment + tally.topUps + tally.actions
    let scale = usdScale(account)
    let residual = abs(tally.endEquity - (account.startEquity + gains))
    let over = residual == 0 ? 0 : residual / (Self.conservationTolerance * scale)
    if !(over <= worst.overTolerance) { worst = ConservationResidual(overTolerance: over, asset: nil) }
    return worst
  }

  /// |start| + Σ |flows|, USD: flows by asset at the last index price, and the totals kept in USD.
  private func usdScale(_ account: Account) -> Double {
    let tally = account.tally
    var scale = abs(account.startEquity) + abs(tally.endEquity) + abs(tally.revaluation) + abs(tally.pnl)
    for asset in account.balances.indices where tally.units[asset].absoluteFlow > 0 {
      scale += tally.units[asset].absoluteFlow * tally.units[asset].valuedAt
    }
    return scale
  }
}
