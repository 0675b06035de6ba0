internal import ArgumentParser
internal import Market
internal import Platform
internal import Report

/// `venue list`.
struct VenueListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the built-in venues with the date of their figures.",
    discussion: """
      They are the files NAME.yaml in data/venues beside the program, or in the folder venues of \
      MARGINSWEEP_DATA. A study names one of them, or the path of a file of its own.
      """)

  @Flag(help: "Print JSON: an array of {name, source, assets, instruments}.")
  var json = false

  func run() throws {
    let library = VenueLibrary.standard()
    let venues = try library.names().map { name in
      try library.load(name, at: SourceLocation(path: "venue list")).venue()
    }
    if json { return try Console.write(.array(venues.map(answer))) }
    for venue in venues {
      try Console.write(
        "\(venue.name)  (\(venue.assets.count) assets, \(venue.instruments.count) instruments)")
      for line in lines(venue.source) { try Console.write("    " + line) }
    }
  }

  /// A source as lines of at most 96 columns, broken at spaces.
  private func lines(_ source: String) -> [String] {
    var lines: [String] = []
    for word in source.split(separator: " ") {
      if let last = lines.last, last.count + word.count < 96 {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  private func answer(_ venue: Venue) -> JSONValue {
    .object([
      ("name", .text(venue.name)), ("source", .text(venue.source)),
      ("assets", .array(venue.assets.map { .text($0.name) })),
      ("instruments", .array(venue.instruments.map { .text($0.name) })),
    ])
  }
}
