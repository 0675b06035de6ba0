internal import ArgumentParser

/// `study`: study files.
struct StudyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract: "Writes a commented study to begin with, and checks studies without running them.",
    subcommands: [StudyInitCommand.self, StudyCheckCommand.self])
}
