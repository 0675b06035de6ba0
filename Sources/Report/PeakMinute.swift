public import Margin
public import Market

/// The UTC minute in which the largest notional was liquidated; the earliest of equals.
public struct PeakMinute: Sendable, Hashable {
  /// Its start.
  public var start: Timestamp
  /// Notional closed by liquidation inside of it, stop-loss apart, USD.
  public var notional: Double

  private static let minute: Int64 = 60_000_000_000

  /// Finds the minute; nil where nothing was liquidated. `entries` are in time order.
  public init?(entries: [JournalEntry]) {
    var best: PeakMinute?
    var current: PeakMinute?
    for case .liquidation(let step) in entries where step.cause != .stopLoss {
      let start = step.time.floor(to: Self.minute)
      if let open = current, open.start == start {
        current?.notional += step.notionalUSD
      } else {
        current = PeakMinute(start: start, notional: step.notionalUSD)
      }
      if let open = current, open.notional > best?.notional ?? -.infinity { best = open }
    }
    guard let best else { return nil }
    self = best
  }

  private init(start: Timestamp, notional: Double) {
    self.start = start
    self.notional = notional
  }
}

extension Timestamp {
  /// The last multiple of `width` since the epoch that is not after this time.
  func floor(to width: Int64) -> Timestamp {
    let remainder = nanoseconds % width
    return Timestamp(nanoseconds: nanoseconds - (remainder < 0 ? remainder + width : remainder))
  }
}
