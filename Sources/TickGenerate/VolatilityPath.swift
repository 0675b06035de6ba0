import Random

/// The volatility of the market over time: its logarithm wanders about a mean and comes back within hours.
///
/// The mean of the squared factor is 1, so the volatility asked for is still that of a long time.
struct VolatilityPath {
  /// Time in which a quiet or a busy spell fades, in seconds.
  private static let decaySeconds = 10_800.0

  /// What the volatility of the step is multiplied with.
  private(set) var factor = 1.0

  private let deviation: Double
  private let decay: Double
  private let noise: Double
  private var logarithm = 0.0
  private var draws: RandomStream

  /// `deviation` is the standard deviation of the logarithm; at 0 nothing is drawn and the factor stays 1.
  init(deviation: Double, stepSeconds: Double, draws: RandomStream) {
    self.deviation = deviation
    self.draws = draws
    decay = Functions.exp(-stepSeconds / Self.decaySeconds)
    noise = deviation * (1 - decay * decay).squareRoot()
    guard deviation > 0 else { return }
    logarithm = deviation * self.draws.normal()
    update()
  }

  /// Goes one step on.
  mutating func advance() {
    guard deviation > 0 else { return }
    logarithm = logarithm * decay + noise * draws.normal()
    update()
  }

  private mutating func update() { factor = Functions.exp(logarithm - deviation * deviation) }
}
