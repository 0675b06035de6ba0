import Market
import Platform

/// Databento's binary encoding, versions 1 to 3: trades, the best bid and ask with or without trades,
/// candles, and the trades among order-by-order records.
///
/// Source: the DBN specification of Databento and the layouts of its public encoder.
struct DBNFormat: SourceFormat {
  let name = "dbn"
  let kind: SeriesKind? = nil
  let hasOwnKinds = true
  let content = InputContent.dbn
  let firstLine = "DBN and its version, 1 to 3"

  func layout(of line: borrowing LineReader, isForced: Bool) throws -> ColumnLayout? { nil }

  func makeParser(_ context: ParserContext) throws -> any RecordParser {
    throw InputError(
      SourceLocation(path: context.plan.path), "Databento records are no lines", expected: "a binary file")
  }
}
