import Market
import Random

/// What the random numbers of the generator are for; each use has a stream of its own.
enum DrawPurpose: UInt64 {
  case market, own, jumpTimes, jumpSizes, basis, tradeTimes, tradePrices
  case ownJumpTimes, ownJumpSizes, volatility, gaps, peg
}

/// The prices of all instruments on the grid of steps.
///
/// Logarithmic returns are a diffusion of correlated draws with a volatility that may wander, plus jumps of
/// the whole market and of each instrument. In a scenario with a course the deviation from it decays, the
/// faster the more stress there is.
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
  /// The premium of each contract over its index, as a fraction of it.
  private(set) var premium: [Double]
  /// Where the scenario stands.
  private(set) var course: Scenario.Course
  /// Gaps in the liquidity of each contract.
  private(set) var gaps: [LiquidityGap]
  /// How busy each contract is.
  private(set) var meters: [ActivityMeter]

  private let instruments: [GeneratedInstrument]
  private let scenario: Scenario
  private let stepSeconds: Double
  private let diffusion: [Double]
  private let drift: [Double]
  private let jump: [Double]
  private let logLow: [Double]
  private let jumpProbability: (market: Double, own: Double)
  private let mixing: Mixing
  private let basisDecay: Double
  private var deviation: [Double]
  private var basis: [Double]
  private var level: [Double]
  private var ownDraws: [Double]
  private var volatility: VolatilityPath
  private var draws: Draws

  /// The streams of random numbers.
  private struct Draws {
    var market: RandomStream
    var jumpTimes: RandomStream
    var jumpSizes: RandomStream
    var own: [RandomStream]
    var ownJumpTimes: [RandomStream]
    var ownJumpSizes: [RandomStream]
    var basis: [RandomStream]

    init(_ request: GenerateRequest) {
      func streams(_ purpose: DrawPurpose) -> [RandomStream] {
        request.instruments.map { request.stream($0.name, purpose) }
      }
      market = request.stream("", .market)
      jumpTimes = request.stream("", .jumpTimes)
      jumpSizes = request.stream("", .jumpSizes)
      own = streams(.own)
      ownJumpTimes = streams(.ownJumpTimes)
      ownJumpSizes = streams(.ownJumpSizes)
      basis = streams(.basis)
    }
  }

  /// Throws `InputError` where the correlation is none.
  init(_ request: GenerateRequest) throws {
    let seconds = Double(request.step.nanoseconds) / 1e9
    stepSeconds = seconds
    instruments = request.instruments
    scenario = request.scenario
    mixing = try request.correlation.mixing(count: instruments.count)
    let years = stepSeconds / Self.secondsPerYear
    let days = stepSeconds / 86_400
    // What jumps add to the variance is taken from the diffusion, so the volatility is that of the sum.
    let jumps = request.jumpsPerDay + request.ownJumpsPerDay
    let share = (1 - jumps * Self.jumpSize * Self.jumpSize).squareRoot()
    diffusion = instruments.map { $0.volatility * share * years.squareRoot() }
    let isCalm = !request.scenario.returnsToCourse
    drift = instruments.map { isCalm ? -0.5 * $0.volatility * $0.volatility * years : 0 }
    jump = instruments.map { Self.jumpSize * $0.volatility / Self.daysPerYear.squareRoot() }
    logLow = instruments.map { Functions.log($0.crashLow) }
    jumpProbability = (min(request.jumpsPerDay * days, 1), min(request.ownJumpsPerDay * days, 1))
    basisDecay = Functions.exp(-stepSeconds / Self.basis.seconds)
    volatility = VolatilityPath(
      deviation: request.volatilityClustering, stepSeconds: seconds, draws: request.stream("", .volatility))
    gaps = instruments.map {
      LiquidityGap(
        number: request.gapsPerDay, dailyVolatility: $0.volatility / Self.daysPerYear.squareRoot(),
        stepSeconds: seconds, draws: request.stream($0.name, .gaps))
    }
    meters = instruments.map {
      ActivityMeter(
        clustering: request.volumeClustering, deviation: $0.volatility * years.squareRoot(),
        stepSeconds: seconds)
    }
    draws = Draws(request)
    let zeros = instruments.map { _ in 0.0 }
    (deviation, level, ownDraws, index, trade, premium) = (zeros, zeros, zeros, zeros, zeros, zeros)
    basis = instruments.map { _ in Self.basis.mean }
    course = scenario.course(at: request.start)
    for i in instruments.indices { price(i) }
  }

  /// Moves all prices one step, to `time`.
  mutating func advance(to time: Timestamp) {
    let common = draws.market.normal()
    let jumps = draws.jumpTimes.bernoulli(jumpProbability.market) ? draws.jumpSizes.normal() : 0
    volatility.advance()
    let stress = course.stress
    let growth = (1 + Self.stressVolatility * stress) * volatility.factor
    let decay = scenario.returnsToCourse ? deviationDecay(stress) : 1
    let basisMean = Self.basis.mean + (Self.basis.stressed - Self.basis.mean) * stress
    let basisNoise = Self.basis.deviation * (1 - basisDecay * basisDecay).squareRoot()
    course = scenario.course(at: time)
    for i in instruments.indices { ownDraws[i] = draws.own[i].normal() }
    for i in instruments.indices {
      let z = mixing.draw(i, market: common, own: ownDraws)
      deviation[i] = deviation[i] * decay + drift[i] + diffusion[i] * growth * z + jump[i] * jumps
      if jumpProbability.own > 0, draws.ownJumpTimes[i].bernoulli(jumpProbability.own) {
        deviation[i] += jump[i] * draws.ownJumpSizes[i].normal()
      }
      basis[i] = basisMean + (basis[i] - basisMean) * basisDecay + basisNoise * draws.basis[i].normal()
      gaps[i].advance(stress: stress)
      let before = level[i]
      price(i)
      meters[i].add(level[i] - before)
    }
  }

  private func deviationDecay(_ stress: Double) -> Double {
    let rate = 1 / Self.decaySeconds.quiet
    let stressed = 1 / Self.decaySeconds.stressed
    return Functions.exp(-stepSeconds * (rate + (stressed - rate) * stress))
  }

  private mutating func price(_ i: Int) {
    level[i] = course.depth * logLow[i] + deviation[i]
    index[i] = instruments[i].startPrice * Functions.exp(level[i])
    premium[i] = basis[i] + gaps[i].distance
    trade[i] = index[i] * (1 + premium[i])
  }
}

extension GenerateRequest {
  /// The random numbers of one use; those of the whole market have no name.
  func stream(_ name: String, _ purpose: DrawPurpose) -> RandomStream {
    RandomStream(seed: seed, stream: StreamNumber.of(name), purpose: purpose.rawValue)
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
