import Market
import Platform
import TickFile

/// Reads LEAN's ticks; a quote with one side only has zero on the other, which becomes no tick.
final class LeanParser: RecordParser {
  /// Digits by which the prices of equities are shifted.
  private static let equityScale = 4
  private static let flagged = Array("1".utf8)

  private let layout: ColumnLayout
  private let symbol: String
  private let kinds: [SeriesKind]
  private let clock: DayClock
  private let isEquity: Bool

  init(_ context: ParserContext, _ name: LeanName) {
    layout = context.layout
    isEquity = layout.columnCount == (name.isQuote ? 8 : 6)
    symbol = context.plan.symbol ?? name.symbol
    kinds = name.isQuote ? [.bid, .ask] : [.trade]
    clock = DayClock(name.day, isNewYork: isEquity)
  }

  func parse(_ line: borrowing LineReader, into batch: inout RowBatch) throws {
    try line.requireFields(layout.columnCount)
    batch.counts.rows += 1
    let offset = try line.decimal(layout.time, "time")
    guard offset.scale <= 6, offset.mantissa >= 0, let time = clock.time(offset) else {
      throw line.error(
        layout.time, "the time is \(line.excerpt(layout.time))",
        expected: "milliseconds since midnight, less than a day")
    }
    let isSuspicious = layout.flags.map { line.matches($0, Self.flagged) } ?? false
    if isSuspicious, let flags = layout.flags {
      try batch.keep(
        Doubt.print, line.error(flags, "the tick is marked as suspicious", expected: "ticks without a mark"))
    }
    for (place, kind) in kinds.enumerated() {
      let column = layout.prices[place]
      var price = try line.decimal(column, kind.rawValue)
      guard price.mantissa > 0 else {
        let isMissingSide = kinds.count == 2 && price.mantissa == 0
        if !isMissingSide { try batch.drop(Doubt.price, line.noPrice(column, kind.rawValue)) }
        continue
      }
      if isEquity { price = Self.shifted(price) }
      let sizeColumn = kinds.count == 2 ? layout.sizes[place] : layout.size ?? 2
      let series = try batch.series(SeriesKey(symbol: symbol, kind: kind))
      var row = ImportRow(time, price, series: series, line: line.line)
        .at(time: line.column(of: layout.time), price: line.column(of: column))
        .sized(try line.size(sizeColumn))
      if isSuspicious { row.flags = TickFlags.notMarketTrade.rawValue }
      batch.rows.append(row)
    }
  }

  /// The price in whole units, without zeros at its end.
  private static func shifted(_ price: ExactDecimal) -> ExactDecimal {
    var shifted = ExactDecimal(mantissa: price.mantissa, scale: price.scale + equityScale)
    while shifted.scale > 0, shifted.mantissa % 10 == 0 {
      shifted.mantissa /= 10
      shifted.scale -= 1
    }
    return shifted
  }
}
