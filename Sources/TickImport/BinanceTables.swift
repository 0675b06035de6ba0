import Market
import Platform

/// Single trades of the Binance archive: `id,price,qty,quote_qty,time,is_buyer_maker`, spot with one more
/// column (`isBestMatch`), coin-margined with `base_qty`; older files have no header.
struct TradesFormat: SourceFormat {
  let name = "trades"
  let kind: SeriesKind? = .trade
  let areRecordsAlone = true
  let firstLine = "id,price,qty,quote_qty,time,is_buyer_maker[,is_best_match]"

  func layout(of line: borrowing LineReader, isForced: Bool) throws -> ColumnLayout? {
    let count = line.fieldCount
    guard count == 6 || count == 7 else { return nil }
    var layout = ColumnLayout(
      hasHeader: true, columnCount: count, time: 4, prices: [1], size: 2, id: 0)
    let names = (0..<count).map { line.plainName($0) }
    if names.starts(with: ["id", "price", "qty"]), ["quoteqty", "baseqty"].contains(names[3]),
      names[4] == "time"
    {
      return layout
    }
    layout.hasHeader = false
    guard line.isInteger(0), line.isDecimal(1), line.isDecimal(2), line.isDecimal(3), line.isTime(4),
      (5..<count).allSatisfy({ line.isTruth($0) })
    else { return nil }
    return layout
  }

  func makeParser(_ context: ParserContext) throws -> any RecordParser { try RowParser(context) }
}

/// Aggregated trades of the Binance archive:
/// `agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker`, spot with one
/// more column (`isBestMatch`); older files have no header.
struct AggTradesFormat: SourceFormat {
  let name = "aggTrades"
  let kind: SeriesKind? = .trade
  let areRecordsAlone = true
  let firstLine =
    "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker[,is_best_match]"

  func layout(of line: borrowing LineReader, isForced: Bool) throws -> ColumnLayout? {
    let count = line.fieldCount
    guard count == 7 || count == 8 else { return nil }
    var layout = ColumnLayout(
      hasHeader: true, columnCount: count, time: 5, prices: [1], size: 2, id: 0)
    let names = (0..<count).map { line.plainName($0) }
    if ["aggtradeid", "aggid"].contains(names[0]), names[1] == "price",
      ["quantity", "qty"].contains(names[2]),
      ["transacttime", "timestamp", "time"].contains(names[5])
    {
      return layout
    }
    layout.hasHeader = false
    guard line.isInteger(0), line.isDecimal(1), line.isDecimal(2), line.isInteger(3), line.isInteger(4),
      line.isTime(5), (6..<count).allSatisfy({ line.isTruth($0) })
    else { return nil }
    return layout
  }

  func makeParser(_ context: ParserContext) throws -> any RecordParser { try RowParser(context) }
}

/// Best bid and ask of the Binance archive:
/// `update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,transaction_time,event_time`.
struct BookTickerFormat: SourceFormat {
  let name = "bookTicker"
  let kind: SeriesKind? = nil
  let hasOwnKinds = true
  let areRecordsAlone = true
  let firstLine =
    "update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,transaction_time,event_time"

  func layout(of line: borrowing LineReader, isForced: Bool) throws -> ColumnLayout? {
    guard line.fieldCount == 7 else { return nil }
    var layout = ColumnLayout(
      hasHeader: true, columnCount: 7, time: 5, prices: [1, 3], sizes: [2, 4], id: 0)
    let names = (0..<7).map { line.plainName($0) }
    if names.prefix(6)
      == ["updateid", "bestbidprice", "bestbidqty", "bestaskprice", "bestaskqty", "transactiontime"]
    {
      return layout
    }
    layout.hasHeader = false
    guard line.isInteger(0), (1...4).allSatisfy({ line.isDecimal($0) }), line.isTime(5), line.isTime(6)
    else { return nil }
    return layout
  }

  func makeParser(_ context: ParserContext) throws -> any RecordParser { QuoteParser(context) }
}

extension LineReader {
  /// The field in small letters without spaces and underscores, as names of columns are compared.
  func plainName(_ field: Int) -> String {
    text(field).lowercased().filter { $0 != "_" && $0 != " " }
  }

  /// Whether the field is a whole number.
  func isInteger(_ field: Int) -> Bool { TimeText.integer(buffer.span, range(of: field)) != nil }

  /// Whether the field is a number that a tick holds.
  func isDecimal(_ field: Int) -> Bool {
    do {
      _ = try DecimalText.parse(buffer.span, range(of: field))
      return true
    } catch {
      return false
    }
  }

  /// Whether the field is a whole number whose magnitude makes it a time.
  func isTime(_ field: Int) -> Bool {
    isInteger(field) && TimeText.parse(buffer.span, range(of: field), unit: nil) != nil
  }

  /// Whether the field is `true` or `false`, in letters of any case.
  func isTruth(_ field: Int) -> Bool { ["true", "false"].contains(text(field).lowercased()) }
}
