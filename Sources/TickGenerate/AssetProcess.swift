import Market
import Random

/// The index price of one collateral asset, as its exchange reckons it.
///
/// It stays near its peg; a scenario takes it off the peg while what it follows recovers.
struct AssetProcess {
  /// Wander about the peg: standard deviation of the logarithm, and the time in which it fades in seconds.
  private static let wander = (deviation: 0.0003, seconds: 600.0)

  private let asset: GeneratedAsset
  private let leader: Int?
  private let logLow: Double
  private let decay: Double
  private let noise: Double
  private var deviation = 0.0
  private var draws: RandomStream

  /// `leader` is the place of the instrument whose index it follows.
  init(_ asset: GeneratedAsset, leader: Int?, stepSeconds: Double, draws: RandomStream) {
    self.asset = asset
    self.leader = leader
    logLow = Functions.log(asset.depegLow)
    decay = Functions.exp(-stepSeconds / Self.wander.seconds)
    noise = Self.wander.deviation * (1 - decay * decay).squareRoot()
    self.draws = draws
  }

  /// The price at a step whose index prices and depth of the loss of pegs (0 to 1) are given.
  mutating func next(index: [Double], depth: Double) -> Double {
    let fair = leader.map { index[$0] * asset.ratio } ?? asset.ratio
    let price = fair * Functions.exp(depth * logLow + deviation)
    deviation = deviation * decay + noise * draws.normal()
    return price
  }
}
