import Market
import Platform

/// Trades as Tardis writes them: `exchange,symbol,timestamp,local_timestamp,id,side,price,amount`, times in
/// microseconds.
struct TardisTradesFormat: SourceFormat {
  let name = "tardis-trades"
  let kind: SeriesKind? = .trade
  let areRecordsAlone = true
  let firstLine = "exchange,symbol,timestamp,local_timestamp,id,side,price,amount"

  func layout(of line: borrowing LineReader, isForced: Bool) throws -> ColumnLayout? {
    let names = (0..<line.fieldCount).map { line.text($0) }
    guard names == firstLine.split(separator: ",").map(String.init) else { return nil }
    return ColumnLayout(
      hasHeader: true, columnCount: 8, time: 2, timeUnit: .microseconds, prices: [6], size: 7, symbol: 1,
      id: 4)
  }

  func makeParser(_ context: ParserContext) throws -> any RecordParser { try RowParser(context) }
}

/// Tickers of derivatives as Tardis writes them: mark price, index price and the next funding, each where it
/// is known; times in microseconds.
struct TardisTickerFormat: SourceFormat {
  let name = "tardis-derivative-ticker"
  let kind: SeriesKind? = nil
  let hasOwnKinds = true
  let firstLine =
    "exchange,symbol,timestamp,local_timestamp,funding_timestamp,funding_rate,predicted_funding_rate,"
    + "open_interest,last_price,index_price,mark_price"

  func layout(of line: borrowing LineReader, isForced: Bool) throws -> ColumnLayout? {
    let names = (0..<line.fieldCount).map { line.text($0) }
    guard names == firstLine.split(separator: ",").map(String.init) else { return nil }
    return ColumnLayout(
      hasHeader: true, columnCount: 11, time: 2, timeUnit: .microseconds, prices: [10, 9, 5], symbol: 1,
      nextFunding: 4)
  }

  func makeParser(_ context: ParserContext) throws -> any RecordParser { TardisTickerParser(context) }
}

/// Reads tickers: a tick of the mark price and one of the index price for each, and settlements of funding.
final class TardisTickerParser: RecordParser {
  private let layout: ColumnLayout
  private let window: Int64
  private var funding: [String: FundingWatch] = [:]

  init(_ context: ParserContext) {
    layout = context.layout
    window = context.plan.window
  }

  func parse(_ line: borrowing LineReader, into batch: inout RowBatch) throws {
    try line.requireFields(layout.columnCount)
    batch.counts.rows += 1
    let time = try line.time(layout.time, unit: layout.timeUnit)
    let symbol = try line.symbol(layout.symbol ?? 1)
    for (place, kind) in [SeriesKind.mark, .index].enumerated() {
      let column = layout.prices[place]
      if line.range(of: column).isEmpty { continue }
      let price = try line.decimal(column, "\(kind.rawValue) price")
      guard price.mantissa > 0 else {
        try batch.drop(Doubt.price, line.noPrice(column, "\(kind.rawValue) price"))
        continue
      }
      batch.rows.append(
        ImportRow(
          time, price, series: try batch.series(SeriesKey(symbol: symbol, kind: kind)), line: line.line
        )
        .at(time: line.column(of: layout.time), price: line.column(of: column)))
    }
    try watch(line, time, symbol, &batch)
  }

  private func watch(
    _ line: borrowing LineReader, _ time: Int64, _ symbol: String, _ batch: inout RowBatch
  ) throws {
    var watch = funding[symbol] ?? FundingWatch(window: window)
    defer { funding[symbol] = watch }
    var settled: FundingWatch.Settlement?
    let (rate, next) = (layout.prices[2], layout.nextFunding ?? 4)
    if line.range(of: rate).isEmpty || line.range(of: next).isEmpty {
      settled = watch.pass(time)
    } else {
      let named = FundingWatch.Settlement(
        time: try line.time(next, unit: layout.timeUnit), rate: try line.fundingRate(rate), line: line.line,
        column: line.column(of: rate))
      settled = watch.update(time, named)
    }
    guard let settled else { return }
    let series = try batch.series(SeriesKey(symbol: symbol, kind: .funding))
    batch.rows.append(
      ImportRow(settled.time, settled.rate, series: series, line: settled.line)
        .at(time: line.column(of: next), price: settled.column)
        .numbered(settled.time))
  }
}
