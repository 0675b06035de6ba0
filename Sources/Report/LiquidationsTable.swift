public import Margin
public import Market

/// The rows of `liquidations.csv`, one per closing step, in order of point, time, account and step.
public enum LiquidationsTable {
  /// The columns.
  public static let columns = [
    "point", "account", "cohort", "time", "step", "cause", "pool", "instrument", "side", "quantity", "mark",
    "price", "notional", "fee", "realized_pnl", "ratio_before", "ratio_after", "equity_after", "outcome",
  ]

  /// How a pool is called: an isolated position by its instrument, a cross pool by its margin asset, a
  /// multi-asset account and a loan `account`.
  public static func poolName(_ pool: Pool, _ venue: Venue) -> String {
    switch pool {
    case .isolated(let instrument): venue.instruments[instrument.rawValue].name
    case .cross(let asset): venue.assets[asset.rawValue].name
    case .account: "account"
    }
  }

  static func append(_ entries: [JournalEntry], _ frame: PointFrame, to csv: inout CSVBuffer) {
    let venue = frame.rules.venue
    for case .liquidation(let step) in entries {
      let person = frame.people.facts(step.account)
      csv.integer(frame.number)
      csv.text(person.label)
      csv.text(person.cohort)
      csv.time(step.time)
      csv.integer(step.step)
      csv.word(step.cause.rawValue)
      csv.text(poolName(step.pool, venue))
      csv.text(venue.name(of: step.subject))
      csv.word(step.side.rawValue)
      csv.number(step.quantity)
      csv.number(step.mark)
      csv.number(step.price)
      csv.number(step.notional)
      csv.number(step.fee)
      csv.number(step.realizedPnL)
      csv.number(step.ratioBefore)
      csv.number(step.ratioAfter)
      csv.number(step.equityAfter)
      csv.word(step.outcome.rawValue)
      csv.endRow()
    }
  }
}

extension Venue {
  /// The name of what a closing step closes.
  public func name(of subject: Subject) -> String {
    switch subject {
    case .instrument(let instrument): instruments[instrument.rawValue].name
    case .asset(let asset): assets[asset.rawValue].name
    }
  }
}
