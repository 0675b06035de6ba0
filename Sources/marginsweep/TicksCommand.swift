internal import ArgumentParser

/// `ticks`: tick files in and out.
struct TicksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ticks",
    abstract: "Imports, makes, checks, merges and exports tick files (*.ticks.zst).",
    subcommands: [
      TicksImportCommand.self, TicksGenerateCommand.self, TicksInfoCommand.self, TicksVerifyCommand.self,
      TicksMergeCommand.self, TicksExportCommand.self,
    ])
}
