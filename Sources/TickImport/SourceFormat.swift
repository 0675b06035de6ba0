import Market
import Platform

/// Which column of a table is what, counted from 0.
struct ColumnLayout: Hashable, Sendable {
  /// Whether the first line names the columns.
  var hasHeader: Bool
  /// How many columns every line has.
  var columnCount: Int
  /// The time of the record, of a candle its open time.
  var time: Int
  /// The unit of the time; nil where its magnitude tells it.
  var timeUnit: TimeUnit?
  /// One price or rate; of a candle open, high, low, close.
  var prices: [Int]
  /// Size of the record.
  var size: Int?
  /// Name of the instrument.
  var symbol: Int?
  /// Kind of the series.
  var kind: Int?
  /// Flags by name.
  var flags: Int?
}

/// A public file format. One file of this module per format; the registry is ``SourceFormats``.
protocol SourceFormat: Sendable {
  /// The name that `--format` takes.
  var name: String { get }
  /// The kind of all its records; nil where the file's name, a column or an option says it.
  var kind: SeriesKind? { get }
  /// Whether records are candles, which need an interval.
  var isCandles: Bool { get }
  /// The columns, told from the first line; nil where the file is of another format.
  ///
  /// With `isForced` the user has named the format, so a weaker likeness is enough.
  func layout(of line: borrowing LineReader, isForced: Bool) throws -> ColumnLayout?
  /// What the first line looks like, for error messages.
  var firstLine: String { get }
  /// Makes the reader of its records.
  func makeParser(_ context: ParserContext) throws -> any RecordParser
}

/// What a parser needs to know besides the records.
struct ParserContext {
  var plan: InputPlan
  var layout: ColumnLayout
  var candlePath: CandlePath
  var sink: any TickSink
  var ledger: SeriesLedger
}

/// The formats that `ticks import` reads.
enum SourceFormats {
  /// Formats made for one column specification (empty where the user gave none).
  static func all(columns: ColumnSpec?) -> [any SourceFormat] {
    [
      KlineFormat(name: "klines", kind: nil),
      KlineFormat(name: "markPriceKlines", kind: .mark),
      KlineFormat(name: "indexPriceKlines", kind: .index),
      FundingFormat(),
      ColumnsFormat(columns: columns),
    ]
  }

  /// The format named `name`.
  static func named(_ name: String, columns: ColumnSpec?) throws -> any SourceFormat {
    let formats = all(columns: columns)
    guard let format = formats.first(where: { $0.name == name }) else {
      throw InputError(
        SourceLocation(path: "--format"), "unknown format '\(name)'",
        expected: formats.map(\.name).joined(separator: ", "))
    }
    return format
  }

  /// The first format that knows the line as its own.
  static func recognise(
    _ line: borrowing LineReader, columns: ColumnSpec?
  ) throws -> (format: any SourceFormat, layout: ColumnLayout) {
    let formats = all(columns: columns)
    for format in formats {
      if let layout = try format.layout(of: line, isForced: false) { return (format, layout) }
    }
    let known = formats.map { "\($0.name) (\($0.firstLine))" }
    throw line.error(
      0, "the first line, \(line.fieldCount) columns from \(line.excerpt(0)), is of no known format",
      expected: known.joined(separator: "; ") + "; or --format with --columns")
  }
}
