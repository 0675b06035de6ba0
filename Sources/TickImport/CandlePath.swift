/// The path that prices are assumed to take inside a candle.
///
/// A candle tells four prices and hides their order. The assumption made here is the largest error of a
/// replay from candles, so the tick file's metadata names it.
public enum CandlePath: String, CaseIterable, Hashable, Sendable {
  /// The extreme on the side of the open comes first: low, then high for a candle that closes at or above
  /// its open, else high, then low.
  case near
  /// Low, then high, in every candle.
  case lowFirst = "low-first"
  /// High, then low, in every candle.
  case highFirst = "high-first"

  /// Whether the low of a candle comes before its high.
  func putsLowFirst(closesAtOrAboveOpen: Bool) -> Bool {
    switch self {
    case .near: closesAtOrAboveOpen
    case .lowFirst: true
    case .highFirst: false
    }
  }
}

/// When the four ticks of a candle happen, as offsets from its open time.
///
/// The open at 0, the extremes at one and two thirds of the interval (rounded down to ns), the close one
/// millisecond before the interval ends, which is the close time that exchanges publish.
struct CandleTimes: Hashable, Sendable {
  /// The shortest interval whose four ticks are in order, in ns.
  static let shortestInterval: Int64 = 3_000_000
  /// One third of the interval, in ns.
  let firstExtreme: Int64
  /// Two thirds of the interval, in ns.
  let secondExtreme: Int64
  /// The interval's end − 1 ms, in ns.
  let close: Int64

  /// Lays out a candle of `interval` ns, at least ``shortestInterval``.
  init(interval: Int64) {
    precondition(interval >= Self.shortestInterval, "a candle's ticks would not be in order")
    firstExtreme = interval / 3
    // The quotient and remainder apart, because twice a long interval could overflow.
    secondExtreme = interval / 3 * 2 + interval % 3 * 2 / 3
    close = interval - 1_000_000
  }
}
