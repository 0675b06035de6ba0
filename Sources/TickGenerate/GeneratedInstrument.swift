public import Market
import Platform

/// An instrument to make ticks for.
public struct GeneratedInstrument: Hashable, Sendable {
  /// Its name, such as `BTCUSDT`.
  public var name: String
  /// The price at the start, in USDT.
  public var startPrice: Double
  /// The step of its prices.
  public var tickSize: ExactDecimal
  /// Volatility as the standard deviation of logarithmic returns over a year, jumps included; 0.8 is 80 %.
  public var volatility: Double
  /// The low of a crash scenario as a share of the start price.
  public var crashLow: Double
  /// The interest part of its funding rate per eight hours.
  public var fundingInterest: Double

  /// Makes an instrument.
  public init(
    name: String, startPrice: Double, tickSize: ExactDecimal, volatility: Double = 1, crashLow: Double = 0.55,
    fundingInterest: Double = 0.0001
  ) {
    self.name = name
    self.startPrice = startPrice
    self.tickSize = tickSize
    self.volatility = volatility
    self.crashLow = crashLow
    self.fundingInterest = fundingInterest
  }

  /// What a description of an instrument may look like, for error messages.
  static func expectation(_ presets: [GeneratedInstrument]) -> String {
    "one of \(presets.map(\.name).joined(separator: ", ")), or NAME:price=P,tick=T[,volatility=V][,low=L]"
  }

  /// The built-in instruments.
  ///
  /// Prices are those of 19 May 2021: BTC, ETH and BNB fell from the first to the second figure of the day's
  /// reports. For the others the lows are the day's lowest spot trades and the start is a round price of the
  /// evening before. Volatilities are round figures of that spring. BNB's funding has no interest part.
  public static let presets: [GeneratedInstrument] = [
    preset("BTCUSDT", from: 43_943, to: 30_000, tick: ExactDecimal(mantissa: 1, scale: 2), volatility: 0.8),
    preset("ETHUSDT", from: 3_442, to: 1_888, tick: ExactDecimal(mantissa: 1, scale: 2), volatility: 1),
    preset(
      "BNBUSDT", from: 516, to: 280, tick: ExactDecimal(mantissa: 1, scale: 3), volatility: 1.1, interest: 0),
    preset("SOLUSDT", from: 56, to: 26.5, tick: ExactDecimal(mantissa: 1, scale: 3), volatility: 1.4),
    preset("XRPUSDT", from: 1.6, to: 0.85, tick: ExactDecimal(mantissa: 1, scale: 4), volatility: 1.2),
    preset("ADAUSDT", from: 2, to: 1.01, tick: ExactDecimal(mantissa: 1, scale: 5), volatility: 1.2),
    preset("DOGEUSDT", from: 0.48, to: 0.21111, tick: ExactDecimal(mantissa: 1, scale: 6), volatility: 1.5),
  ]

  private static func preset(
    _ name: String, from start: Double, to low: Double, tick: ExactDecimal, volatility: Double,
    interest: Double = 0.0001
  ) -> GeneratedInstrument {
    GeneratedInstrument(
      name: name, startPrice: start, tickSize: tick, volatility: volatility, crashLow: low / start,
      fundingInterest: interest)
  }

  /// Reads `BTCUSDT`, `BTC`, `BTC:volatility=2` or `NAME:price=P,tick=T[,volatility=V][,low=L]`, where `low`
  /// is the share of the start price that a crash leaves.
  ///
  /// Built in are those of the scenario, with the prices of its days.
  ///
  /// Throws `InputError` where the name is not built in and price or tick is missing, or a part is wrong.
  public init(parsing text: String, scenario: Scenario = .calm) throws {
    let presets = scenario.instruments
    func wrong(_ problem: String) -> InputError {
      InputError(SourceLocation(path: "--instrument"), problem, expected: Self.expectation(presets))
    }
    let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let known = presets.first { $0.name == halves[0] || $0.name == halves[0] + "USDT" }
    var result =
      known
      ?? GeneratedInstrument(name: halves[0], startPrice: 0, tickSize: ExactDecimal(mantissa: 0, scale: 0))
    for part in halves.dropFirst().flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
      let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard sides.count == 2, let value = ExactDecimal(sides[1]) else {
        throw wrong("'\(part)' is no NAME=NUMBER")
      }
      switch sides[0] {
      case "price": result.startPrice = value.double
      case "tick": result.tickSize = value
      case "volatility": result.volatility = value.double
      case "low": result.crashLow = value.double
      default: throw wrong("unknown part '\(sides[0])'")
      }
    }
    if known == nil && (result.startPrice == 0 || result.tickSize.mantissa == 0) {
      throw wrong("'\(text)' is not built in and has no price or no tick")
    }
    try result.validate()
    self = result
  }

  /// Checks the figures.
  func validate() throws {
    func wrong(_ problem: String, _ expected: String) -> InputError {
      InputError(SourceLocation(path: "--instrument"), "\(name): \(problem)", expected: expected)
    }
    guard Name.isValid(name) else { throw wrong("this is no name", Name.expectation) }
    guard tickSize.mantissa > 0, (0...22).contains(tickSize.scale) else {
      throw wrong("the tick is \(tickSize)", "a tick size above zero")
    }
    guard startPrice >= tickSize.double * 10, startPrice <= tickSize.double * 1e12 else {
      throw wrong("the price is \(startPrice)", "10 to 1e12 times the tick size of \(tickSize)")
    }
    guard volatility >= 0, volatility <= 20 else { throw wrong("the volatility is \(volatility)", "0 to 20") }
    guard crashLow > 0, crashLow <= 1 else { throw wrong("the low is \(crashLow)", "above 0, at most 1") }
    guard fundingInterest.magnitude <= 0.01 else {
      throw wrong("the funding interest is \(fundingInterest)", "-0.01 to 0.01")
    }
  }
}
