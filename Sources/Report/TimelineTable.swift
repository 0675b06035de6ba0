internal import Engine
internal import Margin
internal import Market

/// The rows of `timeline.csv`, one per stretch of time between the first and the last instant.
public enum TimelineTable {
  /// The columns before the marks.
  public static let columns = [
    "point", "bucket", "liquidations", "liquidated_notional", "fund_payment", "open_accounts",
  ]

  /// The column of an instrument's mark, `mark_BTCUSDT`.
  public static func markColumn(_ instrument: String) -> String { "mark_\(instrument)" }

  /// What is counted in one stretch.
  private struct Counts {
    var liquidations = 0
    var notional = 0.0
    var fundPayment = 0.0
    /// Accounts that open in it, less those whose last position is closed, or last debt paid, in it.
    var change = 0
  }

  static func append(_ reported: ReportedPoint, _ timeline: Timeline, to csv: inout CSVBuffer) {
    let buckets = timeline.samples.buckets
    let counts = count(reported, timeline)
    var open = 0
    for (place, bucket) in buckets.enumerated() {
      open += counts[place].change
      csv.integer(reported.number)
      csv.time(bucket)
      csv.integer(counts[place].liquidations)
      csv.number(counts[place].notional)
      csv.number(counts[place].fundPayment)
      csv.integer(open)
      for instrument in timeline.instruments {
        csv.number(instrument.map { timeline.samples.marks[place][$0.rawValue] })
      }
      csv.endRow()
    }
  }

  private static func count(_ reported: ReportedPoint, _ timeline: Timeline) -> [Counts] {
    let buckets = timeline.samples.buckets
    var counts = [Counts](repeating: Counts(), count: buckets.count)
    func place(_ time: Timestamp) -> Int? {
      let start = time.floor(to: timeline.bucketNanoseconds)
      var (low, high) = (0, buckets.count)
      while low < high {
        let middle = (low + high) / 2
        if buckets[middle] < start { low = middle + 1 } else { high = middle }
      }
      return low < buckets.count ? low : nil
    }
    for entry in reported.result.entries {
      switch entry {
      case .liquidation(let step) where step.cause != .stopLoss:
        guard let place = place(step.time) else { continue }
        counts[place].liquidations += 1
        counts[place].notional += step.notionalUSD
      case .fundPayment(let payment):
        guard let place = place(payment.time) else { continue }
        counts[place].fundPayment += payment.usd
      case .liquidation, .conversion, .flow, .trigger, .marginMove, .action: continue
      }
    }
    for outcome in reported.result.accounts {
      guard let account = outcome.participant, let opened = outcome.opened else { continue }
      // An account without any position or debt is never open.
      if account.isFlat && outcome.closed == nil { continue }
      if let place = place(opened) { counts[place].change += 1 }
      if let place = outcome.closed.flatMap(place) { counts[place].change -= 1 }
    }
    return counts
  }
}
