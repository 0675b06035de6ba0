import Random

/// Moments in which one contract finds no counterparty: no trades for some seconds, then trades far off.
///
/// Gaps begin at random, ten times as often under full stress. When one ends, the contract trades away from
/// its index, under stress always below it, and comes back within a minute. The index knows nothing of it.
struct LiquidityGap {
  /// Growth of the number of gaps at full stress.
  private static let stressNumber = 9.0
  /// Growth of the distance at full stress.
  private static let stressDistance = 2.0
  /// From this stress on prices only fall through gaps.
  private static let oneSided = 0.2
  /// Mean length of a gap in seconds.
  private static let meanSeconds = 10.0
  /// Mean distance after a gap in units of the daily volatility.
  private static let meanDistance = 0.1
  /// Farthest distance after a gap, as a fraction of the price.
  private static let mostDistance = 0.2
  /// Time in which the contract comes back to its index, in seconds.
  private static let returnSeconds = 20.0

  /// Distance of the contract from where it would trade without gaps, as a fraction of the index.
  private(set) var distance = 0.0
  /// Whether the step that was made last had no counterparty.
  private(set) var isOpen = false
  /// Whether it was the first one after a gap.
  private(set) var hasClosed = false

  private let probability: Double
  private let dailyVolatility: Double
  private let stepSeconds: Double
  private let decay: Double
  private var left = 0.0
  private var draws: RandomStream

  /// `number` of gaps a day without stress; at 0 nothing is drawn.
  init(number: Double, dailyVolatility: Double, stepSeconds: Double, draws: RandomStream) {
    probability = min(number * stepSeconds / 86_400, 1)
    self.dailyVolatility = dailyVolatility
    self.stepSeconds = stepSeconds
    decay = Functions.exp(-stepSeconds / Self.returnSeconds)
    self.draws = draws
  }

  /// Goes one step on.
  mutating func advance(stress: Double) {
    guard probability > 0 else { return }
    distance *= decay
    hasClosed = false
    if isOpen {
      left -= stepSeconds
      guard left <= 0 else { return }
      (isOpen, hasClosed) = (false, true)
      let sign = stress >= Self.oneSided || draws.bernoulli(0.5) ? -1.0 : 1.0
      let size =
        draws.exponential() * Self.meanDistance * dailyVolatility * (1 + Self.stressDistance * stress)
      distance = sign * min(size, Self.mostDistance)
    } else if draws.bernoulli(min(probability * (1 + Self.stressNumber * stress), 1)) {
      isOpen = true
      left = draws.exponential() * Self.meanSeconds
    }
  }
}
