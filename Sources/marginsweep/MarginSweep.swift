internal import ArgumentParser

/// The command line: arguments in, exit status out. The work is done by the modules below.
@main struct MarginSweep: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "marginsweep",
    abstract: "Replays market ticks against many leveraged accounts under different margin rules.",
    discussion: """
      Results go to standard output or into files, messages and progress to standard error. A file name of \
      - is a pipe. Nothing that exists is overwritten without --force.

      Exit status: 0 success, 1 the run failed, 2 invalid input (the message starts with \
      path:line:column), 3 corrupt or truncated data, 64 wrong usage, 130 interrupted. The first Ctrl-C \
      ends in good order, the second at once.
      """,
    version: Program.version,
    subcommands: [
      SweepCommand.self, PointsCommand.self, ExplainCommand.self, CheckCommand.self, AccountsCommand.self,
      StudyCommand.self, TicksCommand.self, VenueCommand.self, BenchCommand.self,
    ])

  static func main() { Program.run() }
}
