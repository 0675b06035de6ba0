import Market
import Platform
import TickFile

/// Tables with one tick a record: funding rates and plain columns.
final class RowParser: RecordParser {
  private(set) var counts = RecordCounts()
  private let layout: ColumnLayout
  private let plan: InputPlan
  private let sink: any TickSink
  private var lastTime = Int64.min
  private var series: [SeriesKey: Int] = [:]
  // Neighbouring records are mostly of one series, so its texts are kept to skip the look-up.
  private var lastSymbol: [UInt8] = []
  private var lastKind: [UInt8] = []
  private var lastSeries = -1
  private var isFunding = false
  // Flags are spelled as `ticks export` spells them.
  private static let noFlags = Array("0".utf8)
  private static let notMarketTrade = Array("1".utf8)

  init(_ context: ParserContext) throws {
    layout = context.layout
    plan = context.plan
    sink = context.sink
    if layout.symbol == nil && layout.kind == nil { try use(plan.seriesKey()) }
  }

  func parse(_ line: borrowing LineReader, into queue: inout TickQueue) throws {
    try line.requireFields(layout.columnCount)
    counts.rows += 1
    let time = try line.time(layout.time, unit: layout.timeUnit)
    guard time >= lastTime else {
      throw line.error(
        layout.time, "the time \(line.excerpt(layout.time)) is before that of the record above it",
        expected: "records in time order; sort the file by its time")
    }
    lastTime = time
    try findSeries(line)
    let column = layout.prices[0]
    let price = isFunding ? try line.fundingRate(column) : try line.price(column, "price")
    queue.append(
      Tick(
        time: Timestamp(nanoseconds: time), series: lastSeries, price: price, size: try size(line),
        flags: try flags(line)))
  }

  func finish(_ line: borrowing LineReader) {}

  private func findSeries(_ line: borrowing LineReader) throws {
    let isSameSymbol = layout.symbol.map { line.matches($0, lastSymbol) } ?? true
    let isSameKind = layout.kind.map { line.matches($0, lastKind) } ?? true
    if lastSeries >= 0 && isSameSymbol && isSameKind { return }
    var key = SeriesKey(symbol: plan.symbol ?? "", kind: plan.kind)
    if let column = layout.symbol {
      key.symbol = line.text(column)
      guard Name.isValid(key.symbol) else {
        throw line.error(column, "the symbol is \(line.excerpt(column))", expected: Name.expectation)
      }
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
    try use(key)
  }

  private func use(_ key: SeriesKey) throws {
    isFunding = key.kind == .funding
    if let known = series[key] {
      lastSeries = known
    } else {
      lastSeries = try sink.series(key)
      series[key] = lastSeries
    }
  }

  private func size(_ line: borrowing LineReader) throws -> ExactDecimal? {
    guard let column = layout.size, !line.range(of: column).isEmpty else { return nil }
    let size = try line.decimal(column, "size")
    guard size.mantissa >= 0 else {
      throw line.error(column, "the size is \(line.excerpt(column))", expected: "a size of zero or more")
    }
    return size
  }

  private func flags(_ line: borrowing LineReader) throws -> TickFlags {
    guard let column = layout.flags, !line.range(of: column).isEmpty else { return [] }
    if line.matches(column, Self.noFlags) { return [] }
    if line.matches(column, Self.notMarketTrade) { return .notMarketTrade }
    throw line.error(
      column, "the flags are \(line.excerpt(column))", expected: "nothing, 0 or 1 (no market trade)")
  }
}
