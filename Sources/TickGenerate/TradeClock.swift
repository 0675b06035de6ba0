import Random

/// The irregular times at which one instrument trades: exponential gaps.
struct TradeClock {
  /// Growth of the number of trades at full stress.
  private static let stressActivity = 3.0

  /// Time of the next trade in ns since the epoch.
  private(set) var next: Int64
  private let meanGap: Double
  private var draws: RandomStream

  /// Starts a clock at `start` with `meanGap` ns between trades.
  init(start: Int64, meanGap: Double, draws: RandomStream) {
    next = start
    self.meanGap = meanGap
    self.draws = draws
    advance(stress: 0)
  }

  /// Goes to the trade after the next one, at least a nanosecond later.
  mutating func advance(stress: Double) {
    let gap = draws.exponential() * meanGap / (1 + Self.stressActivity * stress)
    next += max(1, Int64(gap))
  }
}
