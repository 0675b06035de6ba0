public import Margin
public import Market

/// The insurance fund's level over the events of a point, USD.
///
/// level = start + Σ clearance fees − Σ payments, in order of time, account and step. It may fall below 0:
/// the fund pays on.
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
  public init(size: Double?, entries: [JournalEntry]) {
    start = size ?? 0
    lowest = start
    end = start
    for entry in entries {
      let time: Timestamp
      switch entry {
      case .liquidation(let step):
        end += step.fundFeeUSD
        time = step.time
      case .fundPayment(let payment):
        end -= payment.usd
        time = payment.time
      case .conversion, .flow: continue
      }
      if end < lowest { lowest = end }
      if size != nil, depleted == nil, end <= 0 { depleted = time }
    }
  }
}
