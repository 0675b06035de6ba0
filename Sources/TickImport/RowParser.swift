import Market
import Platform
import TickFile

/// Tables with one tick a record: trades, funding rates and plain columns.
final class RowParser: RecordParser {
  private let layout: ColumnLayout
  private let plan: InputPlan
  // Neighbouring records are mostly of one series, so its texts are kept to skip the look-up.
  private var lastSymbol: [UInt8] = []
  private var lastKind: [UInt8] = []
  private var lastSeries: UInt16?
  private var isFunding = false
  private let usual: UsualRow?
  // Flags are spelled as `ticks export` spells them.
  private static let noFlags = Array("0".utf8)
  private static let notMarketTrade = Array("1".utf8)

  init(_ context: ParserContext) throws {
    layout = context.layout
    plan = context.plan
    usual = UsualRow(layout, kind: plan.kind)
    if layout.symbol == nil && layout.kind == nil { _ = try plan.seriesKey() }
  }

  func parse(_ line: borrowing LineReader, into batch: inout RowBatch) throws {
    try line.requireFields(layout.columnCount)
    batch.counts.rows += 1
    let time = try line.time(layout.time, unit: layout.timeUnit)
    let series = try findSeries(line, &batch)
    let column = layout.prices[0]
    let price = isFunding ? try line.fundingRate(column) : try line.decimal(column, "price")
    guard isFunding || price.mantissa > 0 else {
      return try batch.drop(Doubt.price, line.noPrice(column, "price"))
    }
    var row = ImportRow(time, price, series: series, line: line.line)
      .at(time: line.column(of: layout.time), price: line.column(of: column))
      .sized(try size(line))
    row.flags = try flags(line).rawValue
    if let id = layout.id { row.id = line.identifier(id) }
    batch.rows.append(row)
  }

  func parseUsual(_ cursor: inout LineCursor, of bytes: Span<UInt8>, into batch: inout RowBatch) {
    guard let usual, let lastSeries else { return }
    usual.parse(&cursor, of: bytes, series: lastSeries, into: &batch)
  }

  private func findSeries(_ line: borrowing LineReader, _ batch: inout RowBatch) throws -> UInt16 {
    let isSameSymbol = layout.symbol.map { line.matches($0, lastSymbol) } ?? true
    let isSameKind = layout.kind.map { line.matches($0, lastKind) } ?? true
    if let lastSeries, isSameSymbol, isSameKind { return lastSeries }
    var key = SeriesKey(symbol: plan.symbol ?? "", kind: plan.kind)
    if let column = layout.symbol {
      key.symbol = try line.symbol(column)
      lastSymbol = Array(key.symbol.utf8)
    }
    if let column = layout.kind {
      guard let kind = SeriesKind(rawValue: line.text(column)) else {
        throw line.error(
          column, "the kind is \(line.excerpt(column))",
          expected: SeriesKind.allCases.map(\.rawValue).joined(separator: ", "))
      }
      key.kind = kind
      lastKind = Array(kind.rawValue.utf8)
    }
    if key.symbol.isEmpty { key = try plan.seriesKey() }
    isFunding = key.kind == .funding
    let series = try batch.series(key)
    lastSeries = series
    return series
  }

  private func size(_ line: borrowing LineReader) throws -> ExactDecimal? {
    guard let column = layout.size, !line.range(of: column).isEmpty else { return nil }
    return try line.size(column)
  }

  private func flags(_ line: borrowing LineReader) throws -> TickFlags {
    guard let column = layout.flags, !line.range(of: column).isEmpty else { return [] }
    if line.matches(column, Self.noFlags) { return [] }
    if line.matches(column, Self.notMarketTrade) { return .notMarketTrade }
    throw line.error(
      column, "the flags are \(line.excerpt(column))", expected: "nothing, 0 or 1 (no market trade)")
  }
}
