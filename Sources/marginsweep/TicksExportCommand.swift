internal import ArgumentParser
internal import Market
internal import TickFile

/// `ticks export`.
struct TicksExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes tick files as CSV with the columns time, symbol, kind, price, size, flags.",
    discussion: """
      Several files are merged by time. Prices and sizes keep every digit; 'ticks import --format csv' \
      reads the result back. Times are ISO 8601 UTC with nanoseconds. A name that ends in .csv.zst is \
      compressed.
      """)

  @Argument(help: ArgumentHelp("Tick files.", valueName: "file"))
  var files: [String]

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The CSV file to write; - is standard output.", valueName: "file")
  )
  var out = "-"

  @OptionGroup var window: WindowOptions

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("Only this series, such as BTCUSDT:mark; may be repeated.", valueName: "symbol:kind"))
  var series: [SeriesArgument] = []

  @Flag(help: "Write times as nanoseconds since 1970.")
  var nanoseconds = false

  @Flag(help: "Replace an existing file.")
  var force = false

  func run() throws {
    let readers = try files.map { try TickFileReader(path: $0) }
    let export = TickExport(
      window: window.window, series: series.isEmpty ? nil : Set(series.map(\.key)),
      timeStyle: nanoseconds ? .nanoseconds : .iso8601)
    let count = try export.write(readers, to: out, force: force)
    if out != "-" { try Console.write("\(out): \(count) ticks") }
  }
}

/// A series as an argument: `BTCUSDT:mark`.
struct SeriesArgument: ExpressibleByArgument {
  let key: SeriesKey

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, Name.isValid(parts[0]), let kind = SeriesKind(rawValue: parts[1]) else {
      return nil
    }
    key = SeriesKey(symbol: parts[0], kind: kind)
  }
}
