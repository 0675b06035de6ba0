internal import Engine
internal import Margin

/// The rows of `accounts.csv`, one per account; USD, equity before haircuts.
///
/// Figures of accounts that took no part are empty, so that the columns add up to those of `points.csv`.
public enum AccountsTable {
  /// The columns.
  public static let columns = [
    "point", "account", "cohort", "mode", "leverage", "start_equity", "end_equity", "pnl", "revaluation",
    "fees", "slippage_cost", "funding", "interest", "conversion_cost", "fund_payment", "top_ups",
    "spot_change", "worst_ratio", "worst_time", "status",
  ]
  /// How many columns hold figures of what happened: `start_equity` to `worst_time`.
  private static let figures = 14

  static func append(
    _ number: Int, _ account: Account, _ life: AccountLife, _ frame: PointFrame, recordsWorstRatio: Bool,
    to csv: inout CSVBuffer
  ) {
    let person = frame.people.facts(number)
    csv.integer(frame.number)
    csv.text(person.label)
    csv.text(person.cohort)
    csv.word(person.mode.rawValue)
    csv.number(person.leverage)
    if life.takesPart {
      append(account, recordsWorstRatio: recordsWorstRatio, to: &csv)
    } else {
      for _ in 0..<figures { csv.empty() }
    }
    csv.word(AccountStatus(account, life)?.rawValue ?? "")
    csv.endRow()
  }

  private static func append(_ account: Account, recordsWorstRatio: Bool, to csv: inout CSVBuffer) {
    let tally = account.tally
    csv.number(account.startEquity)
    csv.number(tally.endEquity)
    csv.number(tally.pnl)
    csv.number(tally.revaluation)
    csv.number(tally.fees)
    csv.number(tally.slippage)
    csv.number(tally.funding)
    csv.number(tally.interest)
    csv.number(tally.conversionCost)
    csv.number(tally.fundPayment)
    csv.number(tally.topUps)
    csv.number(tally.spotChange)
    csv.number(recordsWorstRatio ? tally.worstRatio : nil)
    csv.time(recordsWorstRatio ? tally.worstTime : nil)
  }
}
