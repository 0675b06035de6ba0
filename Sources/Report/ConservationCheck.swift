internal import Engine
internal import Margin
internal import Market
internal import Platform

/// Value is conserved at a point: for every account that took part, and in sum.
public struct ConservationCheck: Sendable, Hashable {
  /// The largest residual as a multiple of its tolerance; conserved while 1 or less.
  public private(set) var worstOverTolerance = 0.0

  /// Relative tolerance of the sums, to |start| + Σ |flows|; the one of single accounts is `Margin`'s.
  static let tolerance = 1e-9

  /// Nothing checked yet.
  public init() {}

  /// Checks a point.
  ///
  /// - Throws: `RunError` that names the point and the account at fault.
  public mutating func check(_ reported: ReportedPoint) throws {
    var sum = Sum(assets: reported.rules.venue.assets.count)
    for (number, outcome) in reported.result.accounts.enumerated() {
      guard let account = outcome.participant else { continue }
      let residual = reported.rules.conservationResidual(account)
      let what = residual.asset.map { reported.rules.venue.assets[$0.rawValue].name } ?? "USD"
      try note(
        residual.overTolerance, what,
        "point \(reported.number), account \(reported.people.facts(number).label)")
      sum.add(account, reported.rules.venue)
    }
    for (asset, terms) in reported.rules.venue.assets.enumerated() {
      try note(sum.units[asset].overTolerance, terms.name, "point \(reported.number), all accounts")
    }
    try note(sum.usd.overTolerance, "USD", "point \(reported.number), all accounts")
  }

  private mutating func note(_ overTolerance: Double, _ what: String, _ place: String) throws {
    // A residual that is no number is a breach as well.
    guard overTolerance <= 1 else {
      throw RunError(
        "\(place): value is not conserved in \(what), the residual is \(overTolerance) times the tolerance; "
          + "this is a fault of the program, nothing was written")
    }
    worstOverTolerance = max(worstOverTolerance, overTolerance)
  }
}

/// One identity: what there is at the end against start and flows.
private struct Identity {
  var expected = 0.0
  var found = 0.0
  var scale = 0.0

  var overTolerance: Double {
    let residual = abs(found - expected)
    return residual == 0 ? 0 : residual / (ConservationCheck.tolerance * scale)
  }
}

/// The identities of all accounts together.
private struct Sum {
  var units: [Identity]
  var usd = Identity()

  init(assets: Int) { units = [Identity](repeating: Identity(), count: assets) }

  mutating func add(_ account: Account, _ venue: Venue) {
    let tally = account.tally
    for asset in account.balances.indices {
      units[asset].expected += tally.units[asset].start + tally.units[asset].netFlow
      units[asset].found += account.balances[asset]
      if !account.debts.isEmpty { units[asset].found -= account.debts[asset].total }
      units[asset].scale += abs(tally.units[asset].start) + tally.units[asset].absoluteFlow
    }
    for position in account.positions where position.isIsolated {
      let asset = venue.instruments[position.instrument.rawValue].marginAsset.rawValue
      units[asset].found += position.margin
    }
    let gains = [
      tally.pnl, tally.revaluation, -tally.fees, -tally.funding, -tally.interest, -tally.conversionCost,
      tally.fundPayment, tally.topUps, tally.actions,
    ]
    usd.expected += gains.reduce(account.startEquity, +)
    usd.found += tally.endEquity
    usd.scale += gains.reduce(abs(account.startEquity) + abs(tally.realizedPnL)) { $0 + abs($1) }
  }
}
