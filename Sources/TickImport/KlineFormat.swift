import Market
import Platform

/// Candles as Binance publishes them (`klines`, `markPriceKlines`, `indexPriceKlines`), and tables of the
/// same kind that start with the open time and the four prices.
///
/// The official form has twelve columns, with or without a header: open time, open, high, low, close, volume,
/// close time, quote volume, count, taker buy volume, taker buy quote volume, ignore.
struct KlineFormat: SourceFormat {
  let name: String
  let kind: SeriesKind?
  let isCandles = true
  let firstLine = "open_time,open,high,low,close,… or the twelve columns without a header"

  private static let timeNames = ["open_time", "timestamp", "open time", "opentime"]
  private static let priceNames = ["open", "high", "low", "close"]
  private static let officialColumns = 12

  func layout(of line: borrowing LineReader, isForced: Bool) throws -> ColumnLayout? {
    let count = line.fieldCount
    guard count >= 5 else { return nil }
    let layout = ColumnLayout(hasHeader: true, columnCount: count, time: 0, prices: [1, 2, 3, 4])
    if Self.timeNames.contains(line.text(0).lowercased()) {
      let names = (1...4).map { line.text($0).lowercased() }
      if names == Self.priceNames { return layout }
      guard isForced else { return nil }
      let wrong = zip(names, Self.priceNames).prefix { $0 == $1 }.count
      throw line.error(
        wrong + 1, "column \(wrong + 2) is named \(line.excerpt(wrong + 1))",
        expected: Self.priceNames.joined(separator: ", ") + " after \(line.text(0))")
    }
    guard count == Self.officialColumns || isForced else { return nil }
    guard TimeText.parse(line.buffer.span, line.range(of: 0), unit: nil) != nil else { return nil }
    if !isForced {
      // Twelve columns are not yet a candle: the close time must follow the open time and the prices agree.
      guard let open = TimeText.integer(line.buffer.span, line.range(of: 0)),
        let close = TimeText.integer(line.buffer.span, line.range(of: 6)), close > open,
        (1...4).allSatisfy({ (try? line.decimal($0, "price")) != nil })
      else { return nil }
    }
    var headerless = layout
    headerless.hasHeader = false
    return headerless
  }

  func makeParser(_ context: ParserContext) throws -> any RecordParser {
    try KlineParser(context)
  }
}
