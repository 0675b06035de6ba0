internal import Margin
internal import Market

/// The rows of `conversions.csv`, one per sale, in order of point, time, account and step.
public enum ConversionsTable {
  /// The columns.
  public static let columns = [
    "point", "account", "time", "step", "cause", "sold_asset", "sold_units", "covered_asset", "covered_units",
    "cost",
  ]

  static func append(_ entries: [JournalEntry], _ frame: PointFrame, to csv: inout CSVBuffer) {
    let assets = frame.rules.venue.assets
    for case .conversion(let sale) in entries {
      csv.integer(frame.number)
      csv.text(frame.people.facts(sale.account).label)
      csv.time(sale.time)
      csv.integer(sale.step)
      csv.word(sale.cause.rawValue)
      csv.text(assets[sale.soldAsset.rawValue].name)
      csv.number(sale.soldUnits)
      csv.text(assets[sale.coveredAsset.rawValue].name)
      csv.number(sale.coveredUnits)
      csv.number(sale.cost)
      csv.endRow()
    }
  }
}
