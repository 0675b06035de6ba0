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

  static func append(_ counts: TimelineCounts, point: Int, to csv: inout CSVBuffer) {
    let timeline = counts.timeline
    var open = 0
    for (place, bucket) in timeline.samples.buckets.enumerated() {
      let stretch = counts.stretches[place]
      open += stretch.change
      csv.integer(point)
      csv.time(bucket)
      csv.integer(stretch.liquidations)
      csv.number(stretch.notional)
      csv.number(stretch.fundPayment)
      csv.integer(open)
      for instrument in timeline.instruments {
        csv.number(instrument.map { timeline.samples.marks[place][$0.rawValue] })
      }
      csv.endRow()
    }
  }
}

/// What is counted in the stretches of a timeline.
struct TimelineCounts: Sendable {
  /// What is counted in one stretch.
  struct Stretch: Sendable {
    var liquidations = 0
    var notional = 0.0
    var fundPayment = 0.0
    /// Accounts that open in it, less those whose last position is closed, or last debt paid, in it.
    var change = 0
  }

  let timeline: Timeline
  private(set) var stretches: [Stretch]

  /// Nothing is counted yet.
  init(_ timeline: Timeline) {
    self.timeline = timeline
    stretches = [Stretch](repeating: Stretch(), count: timeline.samples.buckets.count)
  }

  /// Counts an account, which is open until its life is closed.
  mutating func add(_ account: Account, _ life: AccountLife) {
    guard life.takesPart, let opened = life.opened else { return }
    // An account without any position or debt is never open.
    if account.isFlat && life.closed == nil { return }
    if let place = place(opened) { stretches[place].change += 1 }
    if let place = life.closed.flatMap(place) { stretches[place].change -= 1 }
  }

  /// Counts what happened.
  mutating func add(_ entries: [JournalEntry]) {
    for entry in entries {
      switch entry {
      case .liquidation(let step) where step.cause != .stopLoss:
        guard let place = place(step.time) else { continue }
        stretches[place].liquidations += 1
        stretches[place].notional += step.notionalUSD
      case .fundPayment(let payment):
        guard let place = place(payment.time) else { continue }
        stretches[place].fundPayment += payment.usd
      case .liquidation, .conversion, .flow, .trigger, .marginMove, .action: continue
      }
    }
  }

  /// The stretch that holds a time; nil for none.
  private func place(_ time: Timestamp) -> Int? {
    let start = time.floor(to: timeline.bucketNanoseconds)
    let buckets = timeline.samples.buckets
    var (low, high) = (0, buckets.count)
    while low < high {
      let middle = (low + high) / 2
      if buckets[middle] < start { low = middle + 1 } else { high = middle }
    }
    return low < buckets.count ? low : nil
  }
}
