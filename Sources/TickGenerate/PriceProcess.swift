import Market
import Random

/// What the random numbers of the generator are for; each use has a stream of its own.
enum DrawPurpose: UInt64 {
  case market, own, jumpTimes, jumpSizes, basis, tradeTimes, tradePrices
}

/// The prices of all instruments on the grid of steps.
///
/// Logarithmic returns are a diffusion with one common factor, `z = √ρ·market + √(1 − ρ)·own`, plus jumps of
/// the whole market. In a scenario with a course the deviation from it decays, the faster the more stress
/// there is.
struct PriceProcess {
  /// More jumps than this would be more than the whole volatility.
  static let mostJumpsPerDay = 15.0
  /// Size of a jump (standard deviation) in units of the daily volatility.
  private static let jumpSize = 0.25
  private static let secondsPerYear = 31_536_000.0
  private static let daysPerYear = 365.0
  /// Decay time of the deviation from a scenario's course in seconds, without and with full stress.
  private static let decaySeconds = (quiet: 10_800.0, stressed: 600.0)
  /// Growth of the volatility at full stress.
  private static let stressVolatility = 1.5
  /// The contract's distance from its index: mean, standard deviation, decay time, mean at full stress.
  private static let basis = (mean: 0.0003, deviation: 0.0003, seconds: 3600.0, stressed: -0.0035)

  /// The index price of each instrument.
  private(set) var index: [Double]
  /// The price at which each contract trades.
  private(set) var trade: [Double]
  /// Tension of the market, 0 to 1.
  private(set) var stress: Double

  private let instruments: [GeneratedInstrument]
  private let scenario: Scenario
  private let stepSeconds: Double
  private let diffusion: [Double]
  private let drift: [Double]
  private let jump: [Double]
  private let logLow: [Double]
  private let jumpProbability: Double
  private let weights: (market: Double, own: Double)
  private let basisDecay: Double
  private var deviation: [Double]
  private var basis: [Double]
  private var market: RandomStream
  private var jumpTimes: RandomStream
  private var jumpSizes: RandomStream
  private var own: [RandomStream]
  private var basisDraws: [RandomStream]

  init(_ request: GenerateRequest) {
    instruments = request.instruments
    scenario = request.scenario
    stepSeconds = Double(request.step.nanoseconds) / 1e9
    let years = stepSeconds / Self.secondsPerYear
    let days = stepSeconds / 86_400
    // What jumps add to the variance is taken from the diffusion, so the volatility is that of the sum.
    let share = (1 - request.jumpsPerDay * Self.jumpSize * Self.jumpSize).squareRoot()
    diffusion = instruments.map { $0.volatility * share * years.squareRoot() }
    let isCalm = !request.scenario.returnsToCourse
    drift = instruments.map { isCalm ? -0.5 * $0.volatility * $0.volatility * years : 0 }
    jump = instruments.map { Self.jumpSize * $0.volatility / Self.daysPerYear.squareRoot() }
    logLow = instruments.map { Functions.log($0.crashLow) }
    jumpProbability = min(request.jumpsPerDay * days, 1)
    weights = (request.correlation.squareRoot(), (1 - request.correlation).squareRoot())
    basisDecay = Functions.exp(-stepSeconds / Self.basis.seconds)
    deviation = instruments.map { _ in 0 }
    basis = instruments.map { _ in Self.basis.mean }
    func stream(_ name: String, _ purpose: DrawPurpose) -> RandomStream {
      RandomStream(seed: request.seed, stream: StreamNumber.of(name), purpose: purpose.rawValue)
    }
    market = stream("", .market)
    jumpTimes = stream("", .jumpTimes)
    jumpSizes = stream("", .jumpSizes)
    own = instruments.map { stream($0.name, .own) }
    basisDraws = instruments.map { stream($0.name, .basis) }
    index = []
    trade = []
    stress = 0
    price(at: request.start)
  }

  /// Moves all prices one step, to `time`.
  mutating func advance(to time: Timestamp) {
    let common = market.normal()
    let jumps = jumpTimes.bernoulli(jumpProbability) ? jumpSizes.normal() : 0
    let growth = 1 + Self.stressVolatility * stress
    let decay = scenario.returnsToCourse ? deviationDecay() : 1
    let basisMean = Self.basis.mean + (Self.basis.stressed - Self.basis.mean) * stress
    let basisNoise = Self.basis.deviation * (1 - basisDecay * basisDecay).squareRoot()
    for i in instruments.indices {
      let z = weights.market * common + weights.own * own[i].normal()
      deviation[i] = deviation[i] * decay + drift[i] + diffusion[i] * growth * z + jump[i] * jumps
      basis[i] = basisMean + (basis[i] - basisMean) * basisDecay + basisNoise * basisDraws[i].normal()
    }
    price(at: time)
  }

  private func deviationDecay() -> Double {
    let rate = 1 / Self.decaySeconds.quiet
    let stressed = 1 / Self.decaySeconds.stressed
    return Functions.exp(-stepSeconds * (rate + (stressed - rate) * stress))
  }

  private mutating func price(at time: Timestamp) {
    let course = scenario.course(at: time)
    stress = course.stress
    index = instruments.indices.map { i in
      instruments[i].startPrice * Functions.exp(course.depth * logLow[i] + deviation[i])
    }
    trade = instruments.indices.map { index[$0] * (1 + basis[$0]) }
  }
}

/// Numbers of random streams.
enum StreamNumber {
  /// A number that depends on the name alone, so that an instrument moves alike whatever stands beside it.
  ///
  /// Source: Fowler, Noll, Vo, the hash FNV-1a with 64 bits.
  static func of(_ name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
