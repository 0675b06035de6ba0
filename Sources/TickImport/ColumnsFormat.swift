import Market
import Platform

/// Plain tables with a header: the columns that `--columns` names, or the usual names.
struct ColumnsFormat: SourceFormat {
  let name = "csv"
  let kind: SeriesKind? = nil
  let areRecordsAlone = true
  let firstLine = "time,price and optionally size, symbol, kind, flags in any order"
  /// What the user named; nil for the usual names.
  let columns: ColumnSpec?

  func layout(of line: borrowing LineReader, isForced: Bool) throws -> ColumnLayout? {
    let names = (0..<line.fieldCount).map { line.text($0) }
    guard let columns else { return usual(names) }
    func place(_ name: String?) throws -> Int? {
      guard let name else { return nil }
      guard let place = names.firstIndex(of: name) else {
        throw line.error("no column is named '\(name)'", expected: "one of " + names.joined(separator: ", "))
      }
      return place
    }
    guard let time = try place(columns.time), let price = try place(columns.price) else { return nil }
    return ColumnLayout(
      hasHeader: true, columnCount: names.count, time: time, timeUnit: columns.timeUnit, prices: [price],
      size: try place(columns.size), symbol: try place(columns.symbol), kind: try place(columns.kind),
      id: try place(columns.id))
  }

  private func usual(_ names: [String]) -> ColumnLayout? {
    func place(_ usual: String...) -> Int? {
      usual.lazy.compactMap { name in names.firstIndex { $0.lowercased() == name } }.first
    }
    guard let time = place("time", "timestamp"), let price = place("price") else { return nil }
    return ColumnLayout(
      hasHeader: true, columnCount: names.count, time: time, prices: [price],
      size: place("size", "quantity", "qty", "amount"), symbol: place("symbol", "instrument"),
      kind: place("kind"), flags: place("flags"))
  }

  func makeParser(_ context: ParserContext) throws -> any RecordParser {
    try RowParser(context)
  }
}
