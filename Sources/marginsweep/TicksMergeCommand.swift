internal import ArgumentParser
internal import TickFile

/// `ticks merge`.
struct TicksMergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Merges tick files into one, by time; ties in the order of the files, then of their records.")

  @Argument(help: ArgumentHelp("Tick files.", valueName: "file"))
  var files: [String]

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The tick file to write; - is standard output.", valueName: "file"))
  var out: String

  @Flag(help: "Replace an existing file.")
  var force = false

  func run() throws {
    let readers = try files.map { try TickFileReader(path: $0) }
    let summary = try TickMerge.merge(readers, to: out, force: force, tool: Program.tool)
    try Console.report(
      "\(out): \(summary.tickCount) ticks in \(summary.blockCount) blocks, "
        + "digest \(digestText(summary.digest))",
      besides: out)
  }
}
