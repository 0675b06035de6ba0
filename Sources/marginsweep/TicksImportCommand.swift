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
      Inputs are plain, or packed as .gz, .zst or .zip; their records are merged by time. The format is \
      recognised by content. The instrument comes from the file's name where that says it \
      (BTCUSDT-1m-2021-05.csv), else from --instrument. A candle becomes four ticks: open, the two \
      extremes, close.
      """)

  @Argument(help: ArgumentHelp("Files to read; - is standard input.", valueName: "input"))
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
      "Which columns of a plain table hold what, such as time:ms=ts,price=px,size=qty,symbol=s,kind=k.",
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

  @Flag(help: "Replace an existing file.")
  var force = false

  @Option(help: "When progress with the time left is shown on standard error; auto: on a terminal.")
  var progress: ProgressMeter.Mode = .auto

  func run() throws {
    let request = ImportRequest(
      inputs: inputs, output: out, format: format, instrument: instrument, kind: kind,
      columns: try columns.map { try ColumnSpec(parsing: $0) }, interval: interval, candlePath: candlePath,
      force: force, tool: Program.tool)
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
