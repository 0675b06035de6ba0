import Random

/// The irregular times at which one instrument trades: exponential gaps.
struct TradeClock {
  /// Growth of the number of trades at full stress.
  static let stressActivity = 3.0

  /// Time of the next trade in ns since the epoch.
  private(set) var next: Int64
  private let meanGap: Double
  private var draws: RandomStream

  /// Starts a clock at `start` with `meanGap` ns between trades.
  init(start: Int64, meanGap: Double, draws: RandomStream) {
    next = start
    self.meanGap = meanGap
    self.draws = draws
    advance(stress: 0, activity: 1)
  }

  /// Goes to the trade after the next one, at least a nanosecond later.
  ///
  /// `activity` is what the rate is multiplied with besides the growth under `stress`.
  mutating func advance(stress: Double, activity: Double) {
    let gap = draws.exponential() * meanGap / (1 + Self.stressActivity * stress) / activity
    next += max(1, Int64(gap))
  }
}
