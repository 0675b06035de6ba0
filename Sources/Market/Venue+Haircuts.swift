extension Venue {
  /// The highest haircut that scaling makes: collateral keeps a little of its value, so that it can be sold.
  public static let haircutCap = 0.9999

  /// The same venue with every haircut multiplied: bid, ask and auto buffers, 1 − tier rate, 1 − factor.
  ///
  /// Haircuts are capped at ``haircutCap``, amounts of tiers are worked out again, and the venues of dated
  /// changes are scaled too. Tiers that the cap makes equal are joined.
  /// - Parameter factor: 0 or more; 1 leaves the venue as it is.
  public func scalingHaircuts(by factor: Double) -> Venue {
    precondition(factor >= 0 && factor.isFinite, "the decoder of the axis checks the factor")
    guard factor != 1 else { return self }
    var copy = self
    for place in copy.assets.indices { copy.assets[place].scaleHaircuts(by: factor) }
    for place in copy.loan?.terms.indices ?? 0..<0 { copy.loan?.terms[place]?.scaleHaircuts(by: factor) }
    copy.changes = changes.map { DatedChange(at: $0.at, venue: $0.venue.scalingHaircuts(by: factor)) }
    return copy
  }

  static func scaled(_ haircut: Double, by factor: Double) -> Double { min(haircut * factor, haircutCap) }
}

extension Asset {
  mutating func scaleHaircuts(by factor: Double) {
    bidBuffer = Venue.scaled(bidBuffer, by: factor)
    askBuffer = Venue.scaled(askBuffer, by: factor)
    autoBidBuffer = Venue.scaled(autoBidBuffer, by: factor)
    autoAskBuffer = Venue.scaled(autoAskBuffer, by: factor)
    tiers = tiers.scalingHaircuts(by: factor)
  }
}

extension LoanRules.Terms {
  mutating func scaleHaircuts(by scale: Double) {
    factor = 1 - Venue.scaled(1 - factor, by: scale)
    tiers = tiers.scalingHaircuts(by: scale)
  }
}

extension [CollateralTier] {
  fileprivate func scalingHaircuts(by factor: Double) -> [CollateralTier] {
    var scaled: [CollateralTier] = []
    for tier in self {
      let rate = 1 - Venue.scaled(1 - tier.rate, by: factor)
      if let last = scaled.last, last.rate == rate { continue }
      let amount = CollateralTier.amount(floor: tier.floor, rate: rate, after: scaled.last)
      scaled.append(CollateralTier(floor: tier.floor, rate: rate, amount: amount))
    }
    return scaled
  }
}
