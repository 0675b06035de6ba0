public import Market
import Platform

/// What `ticks generate` shall make.
///
/// ```swift
/// let request = GenerateRequest(output: "crash.ticks.zst", scenario: .crash20210519, seed: 7)
/// print(try request.run())
/// ```
public struct GenerateRequest: Sendable {
  /// Where the ticks end.
  public enum Length: Hashable, Sendable {
    /// This long after the start.
    case duration(TimeSpan)
    /// After this many ticks.
    case ticks(Int)
  }

  /// The tick file to write.
  public var output: String
  /// The instruments, in the order of their series.
  public var instruments: [GeneratedInstrument]
  /// The collateral assets, whose series come after those of the instruments.
  public var assets: [GeneratedAsset]
  /// When the ticks start.
  public var start: Timestamp
  /// Where they end.
  public var length: Length
  /// The step of the grid on which prices move and marks are published.
  public var step: TimeSpan
  /// Trades a second of each instrument; more under stress.
  public var tradesPerSecond: Double
  /// Correlation of the logarithmic returns of the instruments, market jumps apart.
  public var correlation: Correlation
  /// Jumps of the whole market a day, on average.
  public var jumpsPerDay: Double
  /// Jumps of each instrument alone a day, on average.
  public var ownJumpsPerDay = 0.0
  /// Standard deviation of the logarithm of the market's volatility over time; 0 keeps it constant.
  public var volatilityClustering = 0.0
  /// Share of the rate of trades that follows the volatility of the last minutes, 0 to 1.
  public var volumeClustering = 0.0
  /// Gaps in the liquidity of each contract a day, on average; more under stress.
  public var gapsPerDay = 0.0
  /// What the random movement is laid upon.
  public var scenario: Scenario
  /// The seed; the same request gives the same bytes.
  public var seed: UInt64
  /// Whether there are mark prices beside the trades.
  public var hasMarks: Bool
  /// Whether there is funding at 00:00, 08:00 and 16:00 UTC.
  public var hasFunding: Bool
  /// Whether there are index prices of the instruments beside the trades.
  public var hasIndexes = false
  /// Whether an existing output may be replaced.
  public var force: Bool
  /// The name and version of the program, for the file's metadata.
  public var tool: String

  /// 2021-05-18T00:00:00Z: with the default length of two days, the day of the crash and the one before.
  public static let defaultStart = Timestamp(nanoseconds: 1_621_296_000_000_000_000)
  /// Two days.
  public static let defaultLength = Length.duration(TimeSpan(nanoseconds: 172_800_000_000_000))

  /// Makes a request; the defaults give about 1.6 million ticks of three instruments.
  ///
  /// Instruments, assets, start and length that are nil are those of the scenario.
  public init(
    output: String, instruments: [GeneratedInstrument]? = nil, assets: [GeneratedAsset]? = nil,
    start: Timestamp? = nil, length: Length? = nil,
    step: TimeSpan = TimeSpan(nanoseconds: 1_000_000_000), tradesPerSecond: Double = 2,
    correlation: Correlation = 0.8, jumpsPerDay: Double = 2, scenario: Scenario = .calm, seed: UInt64 = 1,
    hasMarks: Bool = true, hasFunding: Bool = true, force: Bool = false, tool: String = "marginsweep"
  ) {
    self.output = output
    let instruments = instruments ?? Array(scenario.instruments.prefix(3))
    self.instruments = instruments
    self.assets = assets ?? scenario.assets(beside: instruments)
    self.start = start ?? scenario.defaultStart
    self.length = length ?? scenario.defaultLength
    self.step = step
    self.tradesPerSecond = tradesPerSecond
    self.correlation = correlation
    self.jumpsPerDay = jumpsPerDay
    self.scenario = scenario
    self.seed = seed
    self.hasMarks = hasMarks
    self.hasFunding = hasFunding
    self.force = force
    self.tool = tool
  }
}
