internal import ArgumentParser
internal import Market
internal import Platform

/// `venue show`.
struct VenueShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Prints the rules of one venue, every check made.")

  @Argument(help: ArgumentHelp("A built-in venue, or the path of a venue file.", valueName: "name"))
  var name: String

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Replaces a value of the venue; may be repeated. For example assets.BTC.bid_buffer=0.1.",
      valueName: "path=value"))
  var settings: [String] = []

  @Flag(help: "Print the venue file as JSON, with the overrides in place.")
  var json = false

  func run() throws {
    let file = try VenueLibrary.standard().load(name, at: SourceLocation(path: "venue show"))
    let overrides = try Setting.overrides(settings)
    // Made even where only the document is printed, so that what is printed is known to be right.
    let venue = try file.venue(overriding: overrides)
    if json { return try Console.write(try file.resolved(overriding: overrides).root.json) }
    try Console.write(VenueText(venue).text)
  }
}
