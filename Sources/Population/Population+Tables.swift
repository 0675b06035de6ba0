internal import Margin
public import Market

/// What the accounts of a population may hold, whoever of them is drawn.
public struct PopulationTables: Sendable, Hashable {
  /// Instruments that some account holds or may open.
  public var instruments: Set<InstrumentIndex> = []
  /// Assets that some account holds or may come to hold outside the spot wallet.
  public var assets: Set<AssetIndex> = []
  /// Assets that stand in some spot wallet.
  public var spot: Set<AssetIndex> = []
}

extension Population {
  /// What its accounts may hold. It follows from the cohorts alone, so that a larger population of the same
  /// cohorts sees the same instants.
  public var tables: PopulationTables {
    var tables = PopulationTables()
    switch source {
    case .cohorts(let plan):
      for cohort in plan.cohorts { tables.add(cohort, venue) }
    case .book(let book):
      for (number, entry) in book.accounts.enumerated() {
        let needs = need(of: number)
        tables.instruments.formUnion(needs.instruments)
        tables.assets.formUnion(needs.assets)
        tables.addSpot(entry.account.spot)
      }
    }
    for instrument in tables.instruments {
      tables.assets.insert(venue.instruments[instrument.rawValue].marginAsset)
    }
    return tables
  }
}

extension PopulationTables {
  fileprivate mutating func add(_ cohort: Cohort, _ venue: Venue) {
    switch cohort.collateral {
    case .shares(let shares), .dirichlet(let shares): assets.formUnion(shares.map(\.asset))
    }
    switch cohort.positions {
    case .shares(let shares): instruments.formUnion(shares.map(\.instrument))
    case .random(_, let candidates, _): instruments.formUnion(candidates)
    }
    if cohort.mode == .loan, let loan = venue.loan { assets.insert(loan.debtAsset) }
    assets.formUnion(cohort.actions.compactMap(\.incomingAsset))
    addSpot(cohort.spot)
  }

  fileprivate mutating func addSpot(_ units: [Double]) {
    for (asset, amount) in units.enumerated() where amount != 0 { spot.insert(AssetIndex(asset)) }
  }
}
