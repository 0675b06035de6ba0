internal import ArgumentParser
internal import Sweep

/// `explain`.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Replays one account of a finished run and prints its life.",
    discussion: """
      Prints the opening, every funding, action, top-up, conversion, liquidation step, stop-loss and payment \
      of the insurance fund in the order in which they happened, with the test that held, the prices and \
      margins behind it, the margin ratio before and after, and the change of the gross equity in USD at \
      index prices; then start + flows = end in USD, as in accounts.csv, and the seconds in each band, as in \
      bands.csv. Ratios are maintenance margin / equity, other amounts are in the asset named beside them.

      The study and the venue come from the run's manifest.json. The tick files, and a book, must stand \
      where the study named them; a tick file with another digest is refused (exit status 2). The rows of \
      the replay are compared with those of liquidations.csv, conversions.csv, accounts.csv and bands.csv \
      byte for byte; where they differ the command fails (exit status 1).
      """)

  @Argument(help: ArgumentHelp("The directory of a run.", valueName: "run"))
  var directory: String

  @Option(help: ArgumentHelp("The point, counted from 0 as in points.csv.", valueName: "number"))
  var point: Int

  @Option(
    help: ArgumentHelp(
      "The account: its number, counted from 0, or its name in a book.", valueName: "id"))
  var account: String

  @Option(
    help: ArgumentHelp(
      "The folder that the study's relative paths count from (default: where the study was).",
      valueName: "folder"))
  var folder: String?

  @Flag(help: "Print JSON with full precision, one object on one line.")
  var json = false

  func run() throws {
    let run = try FinishedRun(directory: directory, folder: folder)
    let life = try Explanation(of: account, point: point, in: run, version: Program.version)
    if json { return try Console.write(life.json) }
    try Console.write(life.text)
  }
}
