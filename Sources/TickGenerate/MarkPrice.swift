import Random

/// The mark price of one contract: its index, smoothed, and the premium of the contract, smoothed longer.
///
/// A print far off, as after a gap in liquidity, moves it little; a discount that lasts moves it in a minute.
struct MarkPrice {
  /// Time over which index and premium are smoothed, in seconds.
  private static let seconds = (index: 5.0, premium: 60.0)

  private let weights: (index: Double, premium: Double)
  private var index: Double
  private var premium: Double

  /// Starts at an index price and a premium as a fraction of it.
  init(index: Double, premium: Double, stepSeconds: Double) {
    self.index = index
    self.premium = premium
    weights = (
      1 - Functions.exp(-stepSeconds / Self.seconds.index),
      1 - Functions.exp(-stepSeconds / Self.seconds.premium)
    )
  }

  /// The mark price.
  var value: Double { index * (1 + premium) }

  /// Takes the index price and the premium of a step.
  mutating func add(index: Double, premium: Double) {
    self.index += (index - self.index) * weights.index
    self.premium += (premium - self.premium) * weights.premium
  }
}
