internal import ArgumentParser
internal import Market
internal import Platform
internal import Sweep

/// `accounts`.
struct AccountsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accounts",
    abstract: "Writes the accounts of a point as a book: one account document (JSON) a line.",
    discussion: """
      Each account stands as it opens at its first instant, before anything happens to it: balances in \
      units, quantities in units of the base, prices in the margin asset. A study reads the book back with \
      'population: {book: FILE.jsonl}'. Accounts that are rejected or never open are counted, not written.
      """)

  @Argument(help: ArgumentHelp("The study; - is standard input.", valueName: "study"))
  var study: String

  @Option(help: ArgumentHelp("The point, counted from 0 as in points.csv.", valueName: "number"))
  var point: Int

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The book to write; - is standard output.", valueName: "file"))
  var out = "-"

  @OptionGroup var settings: StudySettings

  @Flag(help: "Replace an existing file.")
  var force = false

  func run() throws {
    let plan = try SweepPlan(
      study: try Study(path: study, settings: settings.settings), library: VenueLibrary.standard())
    let file = try AtomicFile(path: out, force: force)
    let counts = try plan.writeAccounts(of: point, to: file.sink)
    try file.commit()
    // The book may be on standard output, so the counts never are.
    Console.note("\(counts.written) accounts, \(counts.rejected) rejected, \(counts.absent) never opened")
  }
}
