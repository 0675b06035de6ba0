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
  /// One price or rate; of a candle open, high, low, close; of quotes bid and ask.
  var prices: [Int]
  /// Sizes of bid and ask.
  var sizes: [Int] = []
  /// Size of the record.
  var size: Int?
  /// Name of the instrument.
  var symbol: Int?
  /// Kind of the series.
  var kind: Int?
  /// Flags by name.
  var flags: Int?
  /// What tells records of one time apart.
  var id: Int?
  /// The next funding settlement.
  var nextFunding: Int?
}

/// A public file format. One file of this module per format; the registry is ``SourceFormats``.
protocol SourceFormat: Sendable {
  /// The name that `--format` takes.
  var name: String { get }
  /// The kind of all its records; nil where the file's name, a column or an option says it.
  var kind: SeriesKind? { get }
  /// Whether the records say their kinds themselves, so that no option can.
  var hasOwnKinds: Bool { get }
  /// Whether records are candles, which need an interval.
  var isCandles: Bool { get }
  /// What its files hold.
  var content: InputContent { get }
  /// Whether each record means the same without those above it, so that parts of a file can be read side by
  /// side.
  var areRecordsAlone: Bool { get }
  /// The columns, told from the first line; nil where the file is of another format.
  ///
  /// With `isForced` the user has named the format, so a weaker likeness is enough.
  func layout(of line: borrowing LineReader, isForced: Bool) throws -> ColumnLayout?
  /// What the first line looks like, for error messages.
  var firstLine: String { get }
  /// Makes the reader of its records.
  func makeParser(_ context: ParserContext) throws -> any RecordParser
}

extension SourceFormat {
  var hasOwnKinds: Bool { kind != nil }
  var isCandles: Bool { false }
  var content: InputContent { .table }
  var areRecordsAlone: Bool { false }
}

/// What a parser needs to know besides the records.
struct ParserContext {
  var plan: InputPlan
  var layout: ColumnLayout
  var candlePath: CandlePath
}

/// The formats that `ticks import` reads.
enum SourceFormats {
  /// Formats made for one column specification (empty where the user gave none) and the names of an input.
  static func all(columns: ColumnSpec? = nil, names: InputNames = InputNames()) -> [any SourceFormat] {
    [
      KlineFormat(name: "klines", kind: nil),
      KlineFormat(name: "markPriceKlines", kind: .mark),
      KlineFormat(name: "indexPriceKlines", kind: .index),
      FundingFormat(),
      TradesFormat(),
      AggTradesFormat(),
      BookTickerFormat(),
      StreamFormat(),
      TardisTradesFormat(),
      TardisTickerFormat(),
      LeanFormat(names: names),
      DBNFormat(),
      ColumnsFormat(columns: columns),
    ]
  }

  /// The format named `name`.
  static func named(
    _ name: String, columns: ColumnSpec?, names: InputNames = InputNames()
  ) throws -> any SourceFormat {
    let formats = all(columns: columns, names: names)
    guard let format = formats.first(where: { $0.name == name }) else {
      throw InputError(
        SourceLocation(path: "--format"), "unknown format '\(name)'",
        expected: formats.map(\.name).joined(separator: ", "))
    }
    return format
  }

  /// The first format that knows the line as its own.
  static func recognise(
    _ line: borrowing LineReader, _ content: InputContent, names: InputNames
  ) throws -> (format: any SourceFormat, layout: ColumnLayout) {
    let formats = all(names: names).filter { $0.content == content }
    for format in formats {
      if let layout = try format.layout(of: line, isForced: false) { return (format, layout) }
    }
    let known = formats.map { "\($0.name) (\($0.firstLine))" }
    throw line.error(
      0, "the first line, \(line.fieldCount) columns from \(line.excerpt(0)), is of no known format",
      expected: known.joined(separator: "; ") + "; or --format with --columns")
  }
}
