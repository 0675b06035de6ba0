public import Margin
public import Market

/// The insurance fund's level over the events of a point, USD.
///
/// level = start + Σ clearance fees − Σ payments, in the order of the instants, within one by account and
/// step. It may fall below 0: the fund pays on.
public struct FundPath: Sendable, Hashable {
  /// Level before the first event: the venue's fund size, 0 where it has none.
  public var start: Double
  /// The lowest level, the start included.
  public var lowest: Double
  /// Level after the last event.
  public var end: Double
  /// The first time at which the level is 0 or less; nil for never, and where the venue gives no size.
  public var depleted: Timestamp?

  /// Follows the fund through the events of a point.
  ///
  /// - Parameters:
  ///   - size: the venue's fund, USD; nil where it gives none.
  ///   - entries: by time, account and the account's own order; instants of equal time are put apart here.
  public init(size: Double?, entries: [JournalEntry]) {
    start = size ?? 0
    lowest = start
    end = start
    for (_, time, usd) in Self.changes(entries) {
      end += usd
      if end < lowest { lowest = end }
      if size != nil, depleted == nil, end <= 0 { depleted = time }
    }
  }

  /// What each event adds to the fund, USD, in the order of the instants.
  private static func changes(_ entries: [JournalEntry]) -> [(instant: Int, time: Timestamp, usd: Double)] {
    var changes: [(instant: Int, time: Timestamp, usd: Double)] = []
    var isOrdered = true
    for entry in entries {
      switch entry {
      case .liquidation(let step): changes.append((step.instant, step.time, step.fundFeeUSD))
      case .fundPayment(let payment): changes.append((payment.instant, payment.time, -payment.usd))
      case .conversion, .flow, .trigger, .marginMove, .action: continue
      }
      let last = changes.count - 1
      if last > 0 && changes[last].instant < changes[last - 1].instant { isOrdered = false }
    }
    if isOrdered { return changes }
    return changes.enumerated().sorted { ($0.element.instant, $0.offset) < ($1.element.instant, $1.offset) }
      .map(\.element)
  }
}
