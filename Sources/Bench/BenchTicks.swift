internal import Market
internal import Platform
internal import TickFile
internal import TickGenerate

/// Tick files that are made for a measurement and removed after it.
final class BenchTicks {
  private let folder: AtomicDirectory
  private var markets: [Int: BenchMarket] = [:]
  private let request: BenchRequest

  /// Seconds of a replay: the two days around the crash of the generator's scenario.
  private static let seconds = 172_800.0
  /// By how many seconds the activity under stress makes these days longer.
  private static let stressSeconds = 48_600.0

  /// Makes a folder for them where temporary files belong.
  init(_ request: BenchRequest) throws {
    self.request = request
    let place = Environment.value("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    // It never gets its name, so it is removed with the object, or at an interrupt.
    folder = try AtomicDirectory(path: Path.join(place, "marginsweep-bench"), force: true)
  }

  /// The ticks of some instruments: trades, and funding three times a day.
  func market(instruments: Int) throws -> BenchMarket {
    if let known = markets[instruments] { return known }
    let path = folder.file("\(instruments).ticks.zst")
    var generate = GenerateRequest(
      output: path, instruments: BenchMarket.generated(instruments), scenario: .crash20210519,
      seed: request.seed)
    generate.hasMarks = false
    generate.length = .ticks(request.ticks)
    let perSeries = Double(request.ticks) / Double(instruments)
    generate.tradesPerSecond = perSeries / (Self.seconds + Self.stressSeconds)
    let steps = min(Self.seconds, max(1_000, (perSeries / 2).rounded()))
    generate.step = TimeSpan(nanoseconds: Int64(Self.seconds / steps * 1_000) * 1_000_000)
    let meter = ProgressMeter("ticks", total: request.ticks, unit: "ticks", mode: request.progress)
    defer { meter.finish() }
    var done = 0
    _ = try generate.run { ticks, _ in
      try Interrupt.check()
      meter.advance(by: ticks - done)
      done = ticks
    }
    let market = BenchMarket(try TickFileReader(path: path), instruments: instruments)
    markets[instruments] = market
    return market
  }
}
