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
      The same options give the same bytes on every machine. An instrument is built in \
      (\(GeneratedInstrument.presets.map(\.name).joined(separator: ", "))) or described as \
      NAME:price=P,tick=T[,volatility=V][,low=L]: prices in USDT, volatility a year (1 is 100 %), low the \
      share of the price that a crash leaves. The scenario crash-2021-05-19 has absolute times.
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The tick file to write; - is standard output.", valueName: "file"))
  var out: String

  @Option(help: "The course of the market.")
  var scenario: Scenario = .calm

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "An instrument; may be repeated (default: BTCUSDT, ETHUSDT and BNBUSDT).", valueName: "name"))
  var instrument: [String] = []

  @Option(help: ArgumentHelp("When the ticks start (ISO 8601 UTC).", valueName: "time"))
  var from: Timestamp = GenerateRequest.defaultStart

  @Option(help: ArgumentHelp("How long they last, such as 8h (default: 2d).", valueName: "duration"))
  var duration: TimeSpan?

  @Option(help: ArgumentHelp("How many ticks to make, in place of --duration.", valueName: "count"))
  var ticks: Int?

  @Option(help: ArgumentHelp("The grid on which prices move and marks are published.", valueName: "duration"))
  var step = TimeSpan(nanoseconds: 1_000_000_000)

  @Option(help: ArgumentHelp("Trades a second of each instrument; more under stress.", valueName: "number"))
  var rate = 2.0

  @Option(
    help: ArgumentHelp(
      "Correlation of the returns of any two instruments, 0 to below 1.", valueName: "number"))
  var correlation = 0.8

  @Option(help: ArgumentHelp("Jumps of the whole market a day, on average.", valueName: "number"))
  var jumps = 2.0

  @Option(help: ArgumentHelp("Seed of all random draws.", valueName: "number"))
  var seed: UInt64 = 1

  @Flag(inversion: .prefixedNo, help: "Mark prices beside the trades.")
  var mark = true

  @Flag(inversion: .prefixedNo, help: "Funding rates at 00:00, 08:00 and 16:00 UTC.")
  var funding = true

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
    var request = GenerateRequest(output: out, scenario: scenario, seed: seed)
    if !instrument.isEmpty {
      request.instruments = try instrument.map { try GeneratedInstrument(parsing: $0) }
    }
    request.start = from
    if let ticks { request.length = .ticks(ticks) }
    if let duration { request.length = .duration(duration) }
    request.step = step
    request.tradesPerSecond = rate
    request.correlation = correlation
    request.jumpsPerDay = jumps
    request.hasMarks = mark
    request.hasFunding = funding
    request.force = force
    request.tool = Program.tool
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
}
