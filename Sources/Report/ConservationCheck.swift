internal import Engine
internal import Margin
internal import Market
internal import Platform

/// Value is conserved at a point: for every account that took part, and in sum.
public struct ConservationCheck: Sendable, Hashable {
  /// The largest residual as a multiple of its tolerance; conserved while 1 or less.
  public private(set) var worstOverTolerance = 0.0
  /// The identities of all accounts together, by asset and in USD.
  private var units: [Identity] = []
  private var usd = Identity()

  /// Relative tolerance of the sums, to |start| + Σ |flows|; the one of single accounts is `Margin`'s.
  static let tolerance = 1e-9

  /// Nothing checked yet.
  public init() {}

  /// Checks a point.
  ///
  /// - Throws: `RunError` that names the point and the account at fault.
  public mutating func check(_ reported: ReportedPoint) throws {
    (units, usd) = ([], Identity())
    for (number, outcome) in reported.result.accounts.enumerated() {
      if let account = outcome.participant { try add(account, number, reported.frame) }
    }
    try finish(reported.frame)
  }

  /// Checks account `number`, which took part, and adds it to the sums.
  mutating func add(_ account: Account, _ number: Int, _ frame: PointFrame) throws {
    let residual = frame.rules.conservationResidual(account)
    try note(residual.overTolerance) {
      let asset = residual.asset.map { frame.rules.venue.assets[$0.rawValue].name } ?? "USD"
      return ("point \(frame.number), account \(frame.people.facts(number).label)", asset)
    }
    if units.isEmpty { units = [Identity](repeating: Identity(), count: account.balances.count) }
    addUnits(account, frame.rules)
    addUSD(account)
  }

  private mutating func addUnits(_ account: Account, _ rules: Rules) {
    for asset in units.indices {
      let flows = account.tally.units[asset]
      units[asset].expected += flows.start + flows.netFlow
      units[asset].found += account.balances[asset]
      if !account.debts.isEmpty { units[asset].found -= account.debts[asset].total }
      units[asset].scale += abs(flows.start) + flows.absoluteFlow
    }
    for position in account.positions where position.isIsolated {
      let asset = rules.marginAsset(of: position.instrument).rawValue
      units[asset].found += position.margin
    }
  }

  private mutating func addUSD(_ account: Account) {
    let pnl = account.tally.pnl
    var expected = account.startEquity + pnl + account.tally.revaluation
    expected = expected - account.tally.fees - account.tally.funding - account.tally.interest
    expected = expected - account.tally.conversionCost + account.tally.fundPayment
    usd.expected += expected + account.tally.topUps + account.tally.actions
    usd.found += account.tally.endEquity
    var scale = abs(account.startEquity) + abs(account.tally.realizedPnL) + abs(pnl)
    scale = scale + abs(account.tally.revaluation) + abs(account.tally.fees) + abs(account.tally.funding)
    scale = scale + abs(account.tally.interest) + abs(account.tally.conversionCost)
    scale = scale + abs(account.tally.fundPayment) + abs(account.tally.topUps)
    usd.scale += scale + abs(account.tally.actions)
  }

  /// Checks the sums of the accounts added.
  mutating func finish(_ frame: PointFrame) throws {
    for (asset, sum) in units.enumerated() {
      try note(sum.overTolerance) {
        ("point \(frame.number), all accounts", frame.rules.venue.assets[asset].name)
      }
    }
    try note(usd.overTolerance) { ("point \(frame.number), all accounts", "USD") }
  }

  private mutating func note(
    _ overTolerance: Double, _ describe: () -> (place: String, what: String)
  ) throws {
    // A residual that is no number is a breach as well.
    guard overTolerance <= 1 else {
      let (place, what) = describe()
      throw RunError(
        "\(place): value is not conserved in \(what), the residual is \(overTolerance) times the tolerance; "
          + "this is a fault of the program, nothing was written")
    }
    worstOverTolerance = max(worstOverTolerance, overTolerance)
  }
}

/// One identity: what there is at the end against start and flows.
private struct Identity: Hashable {
  var expected = 0.0
  var found = 0.0
  var scale = 0.0

  var overTolerance: Double {
    let residual = abs(found - expected)
    return residual == 0 ? 0 : residual / (ConservationCheck.tolerance * scale)
  }
}
