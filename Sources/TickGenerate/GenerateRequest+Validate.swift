import Market
import Platform

extension GenerateRequest {
  /// The most instruments in one file.
  static let mostInstruments = 256
  /// The most collateral assets in one file.
  static let mostAssets = 64
  /// The most ticks that one step may hold at the highest activity, on average: they are sorted in memory.
  static let mostTicksPerStep = 1_000_000.0

  /// Checks the options.
  func validate() throws {
    try validateInstruments()
    guard step.nanoseconds >= 1_000_000, step.nanoseconds <= 3_600_000_000_000 else {
      throw Self.wrong("--step", "it is \(step)", "1ms to 1h")
    }
    guard tradesPerSecond > 0, tradesPerSecond <= 100_000 else {
      throw Self.wrong("--rate", "it is \(tradesPerSecond) trades a second", "above 0, at most 100000")
    }
    try correlation.validate(count: instruments.count)
    let mostJumps = PriceProcess.mostJumpsPerDay
    guard jumpsPerDay >= 0, jumpsPerDay <= mostJumps else {
      throw Self.wrong("--jumps", "they are \(jumpsPerDay) a day", "0 to \(Int(mostJumps))")
    }
    guard ownJumpsPerDay >= 0, jumpsPerDay + ownJumpsPerDay <= mostJumps else {
      throw Self.wrong(
        "--own-jumps", "they are \(ownJumpsPerDay) a day beside \(jumpsPerDay) of the market",
        "0 to \(Int(mostJumps)) together")
    }
    guard volatilityClustering >= 0, volatilityClustering <= 1.5 else {
      throw Self.wrong("--volatility-clustering", "it is \(volatilityClustering)", "0 to 1.5")
    }
    guard volumeClustering >= 0, volumeClustering <= 1 else {
      throw Self.wrong("--volume-clustering", "it is \(volumeClustering)", "0 to 1")
    }
    guard gapsPerDay >= 0, gapsPerDay <= 1_000 else {
      throw Self.wrong("--gaps", "they are \(gapsPerDay) a day", "0 to 1000")
    }
    try validateTicksPerStep()
    try validateTimes()
  }

  private func validateInstruments() throws {
    guard (1...Self.mostInstruments).contains(instruments.count) else {
      throw Self.wrong("--instrument", "\(instruments.count) instruments", "1 to \(Self.mostInstruments)")
    }
    for (index, instrument) in instruments.enumerated() {
      try instrument.validate()
      if instruments.prefix(index).contains(where: { $0.name == instrument.name }) {
        throw Self.wrong("--instrument", "\(instrument.name) stands twice", "different names")
      }
    }
    guard assets.count <= Self.mostAssets else {
      throw Self.wrong("--asset", "\(assets.count) assets", "at most \(Self.mostAssets)")
    }
    var names = Set(instruments.map(\.name))
    for asset in assets {
      try asset.validate()
      guard names.insert(asset.name).inserted else {
        throw Self.wrong("--asset", "\(asset.name) stands twice", "different names")
      }
      guard let leader = asset.follows, !instruments.contains(where: { $0.name == leader }) else { continue }
      throw Self.wrong(
        "--asset", "\(asset.name) follows \(leader), which is not made",
        "one of \(instruments.map(\.name).joined(separator: ", "))")
    }
  }

  /// A step's ticks are in memory at once, so there is a bound to them.
  private func validateTicksPerStep() throws {
    let activity = (1 + TradeClock.stressActivity) * (1 + volumeClustering * (ActivityMeter.mostRatio - 1))
    let most =
      tradesPerSecond * activity * Double(step.nanoseconds) / 1e9 * Double(instruments.count)
    guard most <= Self.mostTicksPerStep else {
      throw Self.wrong(
        "--step", "\(step) may hold \(Int(most.rounded())) trades",
        "a step that holds at most \(Int(Self.mostTicksPerStep)), or a lower --rate")
    }
  }

  private func validateTimes() throws {
    // A century on either side of the epoch keeps every sum of times far from the end of 64 bits.
    let century: Int64 = 3_155_760_000_000_000_000
    guard start.nanoseconds.magnitude <= UInt64(century) else {
      throw Self.wrong("--from", "the start is \(start)", "a time between 1870 and 2070")
    }
    switch length {
    case .duration(let span):
      guard span.nanoseconds > 0, span.nanoseconds <= century else {
        throw Self.wrong("--duration", "it is \(span)", "more than nothing, at most 100 years")
      }
    case .ticks(let count):
      guard count > 0, count <= 100_000_000_000 else {
        throw Self.wrong("--ticks", "it is \(count)", "1 to 100000000000")
      }
    }
  }

  private static func wrong(_ option: String, _ problem: String, _ expected: String) -> InputError {
    InputError(SourceLocation(path: option), problem, expected: expected)
  }
}
