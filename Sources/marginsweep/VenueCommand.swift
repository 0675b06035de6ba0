internal import ArgumentParser

/// `venue`: the built-in rule sets.
struct VenueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "venue",
    abstract: "Shows the built-in rule sets of exchanges, and makes new ones.",
    subcommands: [VenueListCommand.self, VenueShowCommand.self, VenueImportCommand.self])
}
