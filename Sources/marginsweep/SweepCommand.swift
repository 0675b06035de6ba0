internal import ArgumentParser
internal import Engine
internal import Market
internal import Platform
internal import Sweep

/// `sweep`.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Replays the ticks of a study at every point of its grid and writes a run directory.",
    discussion: """
      Writes manifest.json, points.csv, liquidations.csv and conversions.csv, and timeline.csv, \
      accounts.csv and bands.csv where the study asks for them; then prints the heat map of the share of \
      liquidated accounts. Times are UTC, amounts in USD or in the unit that the column's name or the \
      documents say. Two runs of one study give the same bytes, whatever the engine and the number of \
      threads; only the manifest holds timings.
      """)

  @Argument(help: ArgumentHelp("The study; - is standard input.", valueName: "study"))
  var study: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The run directory to make.", valueName: "dir"))
  var out: String?

  @OptionGroup var settings: StudySettings
  @OptionGroup var engine: EngineArguments

  @Option(
    help: ArgumentHelp(
      "Memory that ticks, and accounts and rows of points run together, may take, such as 512MiB or 2GiB "
        + "(default: a quarter of the machine's).",
      valueName: "size"))
  var memory: ByteSize?

  @Flag(help: "Replace an existing run directory.")
  var force = false

  @Flag(help: "Check everything and print points, accounts, ticks, memory and expected time; write nothing.")
  var dryRun = false

  @Option(help: "When progress with the time left is shown on standard error; auto: on a terminal.")
  var progress: ProgressMeter.Mode = .auto

  func validate() throws {
    if out == nil, !dryRun { throw ValidationError("Missing expected argument '--out <dir>'") }
    if out == "-" { throw ValidationError("--out is a directory and cannot be a pipe.") }
  }

  func run() throws {
    let plan = try SweepPlan(
      study: try Study(path: study, settings: settings.settings), library: VenueLibrary.standard())
    let options = SweepOptions(
      engine: try engine.options(), memory: memory?.bytes, force: force, progress: progress,
      version: Program.version)
    guard let out, !dryRun else { return try Console.write(try plan.estimate(options).text) }
    let outcome = try SweepRun(plan: plan, directory: out, options: options).run()
    try Console.write(outcome.text(hasColor: Terminal.outputHasColor, width: Terminal.columns))
  }
}

/// Values of a study that the command line sets.
struct StudySettings: ParsableArguments {
  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Replaces a value of the study; may be repeated. For example population.accounts=1000 or "
        + "venue.assets.BTC.bid_buffer=0.1.",
      valueName: "path=value"))
  var settings: [String] = []
}

/// How the engine works. Nothing of it changes a result.
struct EngineArguments: ParsableArguments {
  @Option(help: "How accounts are tested; all give the same bytes, reference is slow.")
  var engine: EngineKind = .pruned

  @Option(
    help:
      "Instruction set of the vector loops (default: \(KernelLevel.variable), else the processor's best)."
  )
  var kernel: KernelLevel?

  @Option(help: ArgumentHelp("Threads (default: all usable cores).", valueName: "number"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Instants decoded at a time; changes no result.", valueName: "number", visibility: .hidden))
  var chunkInstants: Int?

  @Option(
    help: ArgumentHelp(
      "Pages of ticks in memory where not all of them shall be; changes no result.", valueName: "number",
      visibility: .hidden))
  var keptPages: Int?

  @Option(
    help: ArgumentHelp(
      "Accounts of one work item; changes no result.", valueName: "number", visibility: .hidden))
  var blockAccounts: Int?

  func validate() throws {
    if let threads, !(1...4_096).contains(threads) { throw ValidationError("--threads is 1 to 4096.") }
    if let chunkInstants, !(1...(1 << 24)).contains(chunkInstants) {
      throw ValidationError("--chunk-instants is 1 to \(1 << 24).")
    }
    if let keptPages, !(1...(1 << 20)).contains(keptPages) {
      throw ValidationError("--kept-pages is 1 to \(1 << 20).")
    }
    if let blockAccounts, !(1...(1 << 20)).contains(blockAccounts) {
      throw ValidationError("--block-accounts is 1 to \(1 << 20).")
    }
  }

  /// The options of the engine.
  ///
  /// - Throws: `InputError` where the processor lacks the kernel asked for.
  func options() throws -> EngineOptions {
    var options = EngineOptions()
    options.kind = engine
    options.kernel = try KernelLevel.chosen(kernel)
    options.threads = threads
    if let chunkInstants { options.chunkInstants = chunkInstants }
    options.keptPages = keptPages
    if let blockAccounts { options.blockAccounts = blockAccounts }
    return options
  }
}
