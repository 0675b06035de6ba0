internal import ArgumentParser
internal import Market
internal import Platform
internal import TickGenerate

/// `ticks generate`.
struct TicksGenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Makes synthetic ticks: a correlated jump diffusion, calm or through a crash.",
    discussion: """
      The same options give the same bytes on every machine. A crash has absolute times and instruments with \
      the prices of its days:

      \(scenarios)

      An instrument is one of those or described as NAME:price=P,tick=T[,volatility=V][,low=L]: prices in \
      USDT, volatility a year (1 is 100 %), low the share of the price that a crash leaves. An asset has \
      index prices in USD alone: NAME[:follows=INSTRUMENT][,ratio=R][,tick=T][,low=L], with low the share of \
      its fair value that is left when the scenario breaks pegs.
      """)

  /// What is built in, a scenario a line.
  private static var scenarios: String {
    Scenario.allCases.map { scenario in
      let names = scenario.instruments.map(\.name) + scenario.assets.map { "\($0.name) (asset)" }
      return "  \(scenario.rawValue): \(names.joined(separator: ", "))"
    }.joined(separator: "\n")
  }

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The tick file to write; - is standard output.", valueName: "file"))
  var out: String

  @Option(help: "The course of the market.")
  var scenario: Scenario = .calm

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "An instrument; may be repeated (default: the first three of the scenario).", valueName: "name"))
  var instrument: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "A collateral asset; may be repeated; none for no asset (default: those of the scenario that follow an "
        + "instrument made here, or nothing).", valueName: "name"))
  var asset: [String] = []

  @Option(
    help: ArgumentHelp(
      "When the ticks start, ISO 8601 UTC (default: the day of the crash or the one before; calm: "
        + "\(GenerateRequest.defaultStart)).", valueName: "time"))
  var from: Timestamp?

  @Option(
    help: ArgumentHelp(
      "How long they last, such as 8h (default: 2d; crash-2022-11-08: 5d).", valueName: "duration"))
  var duration: TimeSpan?

  @Option(help: ArgumentHelp("How many ticks to make, in place of --duration.", valueName: "count"))
  var ticks: Int?

  @Option(help: ArgumentHelp("The grid on which prices move and marks are published.", valueName: "duration"))
  var step = TimeSpan(nanoseconds: 1_000_000_000)

  @Option(help: ArgumentHelp("Trades a second of each instrument; more under stress.", valueName: "number"))
  var rate = 2.0

  @Option(
    help: ArgumentHelp(
      "Correlation of the returns: one number for any two instruments (0 to below 1), a loading of each "
        + "on one factor (0.9,0.8,0.7), or a matrix (1,0.8;0.8,1).", valueName: "numbers"))
  var correlation = "0.8"

  @Option(help: ArgumentHelp("Jumps of the whole market a day, on average.", valueName: "number"))
  var jumps = 2.0

  @Option(help: ArgumentHelp("Jumps of each instrument alone a day, on average.", valueName: "number"))
  var ownJumps = 0.0

  @Option(
    help: ArgumentHelp(
      "How far volatility wanders over hours: standard deviation of its logarithm, 0 to 1.5.",
      valueName: "number"))
  var volatilityClustering = 0.0

  @Option(
    help: ArgumentHelp(
      "Share of the rate of trades that follows the volatility of the last minutes, 0 to 1.",
      valueName: "number"))
  var volumeClustering = 0.0

  @Option(
    help: ArgumentHelp(
      "Gaps in liquidity a day: seconds without trades, then trades far off; ten times as many under stress.",
      valueName: "number"))
  var gaps = 0.0

  @Option(help: ArgumentHelp("Seed of all random draws.", valueName: "number"))
  var seed: UInt64 = 1

  @Flag(inversion: .prefixedNo, help: "Mark prices beside the trades.")
  var mark = true

  @Flag(inversion: .prefixedNo, help: "Funding rates at 00:00, 08:00 and 16:00 UTC.")
  var funding = true

  @Flag(help: "Index prices of the instruments beside the trades.")
  var index = false

  @Flag(help: "Replace an existing file.")
  var force = false

  @Option(help: "When progress with the time left is shown on standard error; auto: on a terminal.")
  var progress: ProgressMeter.Mode = .auto

  /// Progress counts thousandths of the work.
  private static let shares = 1_000

  func validate() throws {
    if ticks != nil, duration != nil { throw ValidationError("--ticks and --duration exclude each other.") }
  }

  func run() throws {
    let request = try makeRequest()
    let meter = ProgressMeter("generate", total: Self.shares, unit: "‰", mode: progress)
    defer { meter.finish() }
    var done = 0
    let summary = try request.run { _, share in
      try Interrupt.check()
      let now = Int(share * Double(Self.shares))
      meter.advance(by: now - done)
      done = now
    }
    meter.finish()
    try Console.report(summary.description, besides: out)
  }

  private func makeRequest() throws -> GenerateRequest {
    let instruments = try instrument.map { try GeneratedInstrument(parsing: $0, scenario: scenario) }
    let assets = try asset.filter { $0 != "none" }.map { try GeneratedAsset(parsing: $0, scenario: scenario) }
    var request = GenerateRequest(
      output: out, instruments: instruments.isEmpty ? nil : instruments, assets: asset.isEmpty ? nil : assets,
      start: from, correlation: try Correlation(parsing: correlation), scenario: scenario, seed: seed)
    if let ticks { request.length = .ticks(ticks) }
    if let duration { request.length = .duration(duration) }
    request.step = step
    request.tradesPerSecond = rate
    request.jumpsPerDay = jumps
    request.ownJumpsPerDay = ownJumps
    request.volatilityClustering = volatilityClustering
    request.volumeClustering = volumeClustering
    request.gapsPerDay = gaps
    request.hasMarks = mark
    request.hasFunding = funding
    request.hasIndexes = index
    request.force = force
    request.tool = Program.tool
    return request
  }
}
