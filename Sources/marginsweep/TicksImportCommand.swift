internal import ArgumentParser
internal import Market
internal import Platform
internal import TickImport

/// `ticks import`.
struct TicksImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Turns public market-data files into one tick file.",
    discussion: """
      Inputs are plain, or packed as .gz, .zst or .zip; their records are merged by time. A directory stands \
      for the files in it, a pattern in quotes for those that it matches. The format is recognised by \
      content; a NAME.CHECKSUM beside a file is verified. The instrument comes from the records, else from \
      the file's name where that says it (BTCUSDT-1m-2021-05.csv), else from --instrument. A candle becomes \
      four ticks: open, the two extremes, close. What a replay must not believe is counted and named.
      """)

  @Argument(
    help: ArgumentHelp("Files, directories or patterns to read; - is standard input.", valueName: "input"))
  var inputs: [String]

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The tick file to write; - is standard output.", valueName: "file"))
  var out: String

  @Option(
    help: ArgumentHelp(
      "The format of all inputs: \(ImportRequest.formatNames.joined(separator: ", ")) (default: by content).",
      valueName: "name"))
  var format: String?

  @Option(
    help: ArgumentHelp("The instrument of inputs whose name does not say it.", valueName: "symbol"))
  var instrument: String?

  @Option(help: "The kind of series (default: what the format or the file's name says, else trade).")
  var kind: SeriesKind?

  @Option(
    help: ArgumentHelp(
      "Which columns of a plain table hold what, such as time:ms=ts,price=px,size=qty,symbol=s,kind=k,id=n.",
      valueName: "columns"))
  var columns: String?

  @Option(
    help: ArgumentHelp(
      "The interval of candles, such as 1m (default: each file's most frequent step).", valueName: "duration")
  )
  var interval: TimeSpan?

  @Option(
    help: "The path inside a candle; near: low first where it closes at or above its open, else high first.")
  var candlePath: CandlePath = .near

  @Option(
    help: ArgumentHelp(
      "By how much a record may be late; it is sorted into its place. 0s refuses late records.",
      valueName: "duration"))
  var sortWindow = TimeSpan(nanoseconds: 10_000_000_000)

  @Option(
    help: ArgumentHelp(
      "Leave out a price farther than this from the one before it, such as 5%, unless the next one confirms "
        + "it (default: no bound).", valueName: "fraction"))
  var maxJump: Fraction?

  @Option(
    help: ArgumentHelp(
      "Report a longer time without a record of a series, such as 5m (default: missing candles only).",
      valueName: "duration"))
  var maxGap: TimeSpan?

  @Flag(
    help: "A doubtful record is an error: no price, no market trade, late, twice, beyond a bound, a gap.")
  var strict = false

  @Flag(help: "Replace an existing file.")
  var force = false

  @Option(help: "When progress with the time left is shown on standard error; auto: on a terminal.")
  var progress: ProgressMeter.Mode = .auto

  func run() throws {
    var request = ImportRequest(
      inputs: inputs, output: out, format: format, instrument: instrument, kind: kind,
      columns: try columns.map { try ColumnSpec(parsing: $0) }, interval: interval, candlePath: candlePath,
      force: force, tool: Program.tool)
    request.sortWindow = sortWindow
    request.maxJump = maxJump?.value
    request.maxGap = maxGap
    request.isStrict = strict
    var meter: ProgressMeter?
    defer { meter?.finish() }
    var done = 0
    let summary = try request.run { now in
      try Interrupt.check()
      guard let total = now.totalBytes else { return }
      if meter == nil { meter = ProgressMeter("import", total: total, unit: "bytes", mode: progress) }
      meter?.advance(by: now.bytes - done)
      done = now.bytes
    }
    meter?.finish()
    try Console.report(summary.description, besides: out)
  }
}

/// A share of something: `5%` or `0.05`.
struct Fraction: ExpressibleByArgument, Equatable {
  /// The share; 1 is the whole.
  let value: Double

  init?(argument: String) {
    let isPercent = argument.hasSuffix("%")
    guard let number = ExactDecimal(isPercent ? String(argument.dropLast()) : argument), number.mantissa > 0
    else { return nil }
    value = isPercent ? number.double / 100 : number.double
  }
}
