internal import ArgumentParser

/// The command line: arguments in, exit status out.
@main struct MarginSweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "marginsweep")
}
