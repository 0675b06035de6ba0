public import Market
import Platform

/// A collateral asset to make index prices for: a stablecoin, or a wrapped coin that follows another.
public struct GeneratedAsset: Hashable, Sendable {
  /// Its name, such as `WBETH`; the series is its index in USD.
  public var name: String
  /// The instrument whose index it follows; nil where it has a price of its own.
  public var follows: String?
  /// How many of what it follows it is worth; its price in USD where it follows nothing.
  public var ratio: Double
  /// The step of its prices.
  public var tickSize: ExactDecimal
  /// What a scenario leaves at the worst, as a share of its fair value; 1 where the peg holds.
  public var depegLow: Double

  /// Makes an asset.
  public init(
    name: String, follows: String? = nil, ratio: Double = 1,
    tickSize: ExactDecimal = ExactDecimal(mantissa: 1, scale: 4), depegLow: Double = 1
  ) {
    self.name = name
    self.follows = follows
    self.ratio = ratio
    self.tickSize = tickSize
    self.depegLow = depegLow
  }

  /// What a description of an asset may look like, for error messages.
  public static let expectation =
    "NAME[:follows=INSTRUMENT][,ratio=R][,tick=T][,low=L], such as WBETH:follows=ETHUSDT,ratio=1.08,low=0.1"

  /// Reads `USDC`, `WBETH:follows=ETHUSDT,ratio=1.08,low=0.1` or the name of one that the scenario has,
  /// with or without changes.
  ///
  /// Throws `InputError` where a part is wrong.
  public init(parsing text: String, scenario: Scenario = .calm) throws {
    func wrong(_ problem: String) -> InputError {
      InputError(SourceLocation(path: "--asset"), problem, expected: Self.expectation)
    }
    let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    var result = scenario.assets.first { $0.name == halves[0] } ?? GeneratedAsset(name: halves[0])
    for part in halves.dropFirst().flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
      let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard sides.count == 2 else { throw wrong("'\(part)' is no NAME=VALUE") }
      if sides[0] == "follows" {
        result.follows = sides[1]
        continue
      }
      guard let value = ExactDecimal(sides[1]) else { throw wrong("'\(part)' is no NAME=NUMBER") }
      switch sides[0] {
      case "ratio": result.ratio = value.double
      case "tick": result.tickSize = value
      case "low": result.depegLow = value.double
      default: throw wrong("unknown part '\(sides[0])'")
      }
    }
    try result.validate()
    self = result
  }

  /// Checks the figures, without what it follows.
  func validate() throws {
    func wrong(_ problem: String, _ expected: String) -> InputError {
      InputError(SourceLocation(path: "--asset"), "\(name): \(problem)", expected: expected)
    }
    guard Name.isValid(name) else { throw wrong("this is no name", Name.expectation) }
    guard tickSize.mantissa > 0, (0...22).contains(tickSize.scale) else {
      throw wrong("the tick is \(tickSize)", "a tick size above zero")
    }
    guard ratio > 0, ratio <= 1e9 else { throw wrong("the ratio is \(ratio)", "above 0, at most 1e9") }
    guard depegLow > 0, depegLow <= 1 else { throw wrong("the low is \(depegLow)", "above 0, at most 1") }
  }
}
