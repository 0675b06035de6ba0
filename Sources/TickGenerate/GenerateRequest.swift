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
  /// When the ticks start.
  public var start: Timestamp
  /// Where they end.
  public var length: Length
  /// The step of the grid on which prices move and marks are published.
  public var step: TimeSpan
  /// Trades a second of each instrument; more under stress.
  public var tradesPerSecond: Double
  /// Correlation of the logarithmic returns of any two instruments, 0 to below 1.
  public var correlation: Double
  /// Jumps of the whole market a day, on average.
  public var jumpsPerDay: Double
  /// What the random movement is laid upon.
  public var scenario: Scenario
  /// The seed; the same request gives the same bytes.
  public var seed: UInt64
  /// Whether there are mark prices beside the trades.
  public var hasMarks: Bool
  /// Whether there is funding at 00:00, 08:00 and 16:00 UTC.
  public var hasFunding: Bool
  /// Whether an existing output may be replaced.
  public var force: Bool
  /// The name and version of the program, for the file's metadata.
  public var tool: String

  /// 2021-05-18T00:00:00Z: with the default length of two days, the day of the crash and the one before.
  public static let defaultStart = Timestamp(nanoseconds: 1_621_296_000_000_000_000)
  /// Two days.
  public static let defaultLength = Length.duration(TimeSpan(nanoseconds: 172_800_000_000_000))

  /// Makes a request; the defaults give about 1.6 million ticks of three instruments.
  public init(
    output: String, instruments: [GeneratedInstrument] = Array(GeneratedInstrument.presets.prefix(3)),
    start: Timestamp = defaultStart, length: Length = defaultLength,
    step: TimeSpan = TimeSpan(nanoseconds: 1_000_000_000), tradesPerSecond: Double = 2,
    correlation: Double = 0.8, jumpsPerDay: Double = 2, scenario: Scenario = .calm, seed: UInt64 = 1,
    hasMarks: Bool = true, hasFunding: Bool = true, force: Bool = false, tool: String = "marginsweep"
  ) {
    self.output = output
    self.instruments = instruments
    self.start = start
    self.length = length
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

  /// The most instruments in one file.
  static let mostInstruments = 256

  /// Checks the options.
  func validate() throws {
    func wrong(_ option: String, _ problem: String, _ expected: String) -> InputError {
      InputError(SourceLocation(path: option), problem, expected: expected)
    }
    guard (1...Self.mostInstruments).contains(instruments.count) else {
      throw wrong("--instrument", "\(instruments.count) instruments", "1 to \(Self.mostInstruments)")
    }
    for (index, instrument) in instruments.enumerated() {
      try instrument.validate()
      if instruments.prefix(index).contains(where: { $0.name == instrument.name }) {
        throw wrong("--instrument", "\(instrument.name) stands twice", "different names")
      }
    }
    guard step.nanoseconds >= 1_000_000, step.nanoseconds <= 3_600_000_000_000 else {
      throw wrong("--step", "it is \(step)", "1ms to 1h")
    }
    guard tradesPerSecond > 0, tradesPerSecond <= 100_000 else {
      throw wrong("--rate", "it is \(tradesPerSecond) trades a second", "above 0, at most 100000")
    }
    guard correlation >= 0, correlation < 1 else {
      throw wrong("--correlation", "it is \(correlation)", "0 to below 1")
    }
    guard jumpsPerDay >= 0, jumpsPerDay <= PriceProcess.mostJumpsPerDay else {
      throw wrong("--jumps", "they are \(jumpsPerDay) a day", "0 to \(Int(PriceProcess.mostJumpsPerDay))")
    }
    try validateTimes()
  }

  private func validateTimes() throws {
    // A century on either side of the epoch keeps every sum of times far from the end of 64 bits.
    let century: Int64 = 3_155_760_000_000_000_000
    guard start.nanoseconds.magnitude <= UInt64(century) else {
      throw InputError(
        SourceLocation(path: "--from"), "the start is \(start)", expected: "a time between 1870 and 2070")
    }
    switch length {
    case .duration(let span):
      guard span.nanoseconds > 0, span.nanoseconds <= century else {
        throw InputError(
          SourceLocation(path: "--duration"), "it is \(span)",
          expected: "more than nothing, at most 100 years")
      }
    case .ticks(let count):
      guard count > 0, count <= 100_000_000_000 else {
        throw InputError(SourceLocation(path: "--ticks"), "it is \(count)", expected: "1 to 100000000000")
      }
    }
  }
}
