import Random

/// How much busier one instrument trades than usual, from the size of its latest returns.
struct ActivityMeter {
  /// Time over which returns are remembered, in seconds.
  private static let memorySeconds = 300.0
  /// Recent volatility counts up to this multiple of the usual one.
  static let mostRatio = 8.0
  /// Mean of the size of a standard normal number, √(2/π).
  private static let meanSize = 0.797_884_560_802_865_4

  /// What the rate of trades is multiplied with; 1 at the usual volatility.
  private(set) var activity = 1.0

  private let clustering: Double
  private let usual: Double
  private let weight: Double
  private var recent: Double

  /// `clustering` is the share of the rate that follows the volatility, 0 to 1; `deviation` the standard
  /// deviation of one step's return.
  init(clustering: Double, deviation: Double, stepSeconds: Double) {
    self.clustering = clustering
    usual = deviation * Self.meanSize
    recent = usual
    weight = 1 - Functions.exp(-stepSeconds / Self.memorySeconds)
  }

  /// Takes the logarithmic return of a step.
  mutating func add(_ change: Double) {
    guard clustering > 0, usual > 0 else { return }
    recent += (change.magnitude - recent) * weight
    activity = 1 + clustering * (min(recent / usual, Self.mostRatio) - 1)
    // A dead market still trades now and then.
    activity = max(activity, 0.05)
  }
}
