import Market
import Platform

/// Tables with a best bid and a best ask a record; each record becomes two ticks.
final class QuoteParser: RecordParser {
  private let layout: ColumnLayout
  private let plan: InputPlan

  init(_ context: ParserContext) {
    layout = context.layout
    plan = context.plan
  }

  func parse(_ line: borrowing LineReader, into batch: inout RowBatch) throws {
    try line.requireFields(layout.columnCount)
    batch.counts.rows += 1
    let time = try line.time(layout.time, unit: layout.timeUnit)
    let symbol = try layout.symbol.map { try line.symbol($0) } ?? plan.seriesKey().symbol
    for (side, kind) in [SeriesKind.bid, .ask].enumerated() {
      let column = layout.prices[side]
      let price = try line.decimal(column, "\(kind.rawValue)")
      guard price.mantissa > 0 else {
        try batch.drop(Doubt.price, line.noPrice(column, kind.rawValue))
        continue
      }
      let series = try batch.series(SeriesKey(symbol: symbol, kind: kind))
      var row = ImportRow(time, price, series: series, line: line.line)
        .at(time: line.column(of: layout.time), price: line.column(of: column))
        .sized(try line.size(layout.sizes[side]))
      if let id = layout.id { row.id = line.identifier(id) }
      batch.rows.append(row)
    }
  }
}
