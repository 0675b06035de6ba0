import Market

/// Counts the ticks of a series and knows their range.
struct SeriesTally {
  private var ticks = 0
  private var first: Int64 = 0
  private var last: Int64 = 0
  private var lowest = ExactDecimal(mantissa: 0, scale: 0)
  private var highest = ExactDecimal(mantissa: 0, scale: 0)
  // The nearest Doubles keep the order of the decimals, so most ticks need no exact comparison.
  private var low = Double.infinity
  private var high = -Double.infinity

  /// Takes more ticks. A print outside of the market is counted, but its price is none.
  mutating func add(_ rows: ArraySlice<ImportRow>) {
    guard let start = rows.first, let end = rows.last else { return }
    if ticks == 0 { first = start.time }
    last = end.time
    ticks += rows.count
    for row in rows where !row.isOutsideOfTheMarket { add(row) }
  }

  @inline(__always)
  private mutating func add(_ row: ImportRow) {
    if low <= high, row.scale == lowest.scale, row.scale == highest.scale,
      row.mantissa >= lowest.mantissa, row.mantissa <= highest.mantissa
    {
      return
    }
    widen(to: row)
  }

  private mutating func widen(to row: ImportRow) {
    let price = row.price.double
    guard price <= low || price >= high else { return }
    let isFirst = low > high
    if isFirst || (price <= low && DecimalOrder.isLess(row.price, lowest)) {
      lowest = row.price
      low = price
    }
    if isFirst || (price >= high && DecimalOrder.isLess(highest, row.price)) {
      highest = row.price
      high = price
    }
  }

  /// What the summary tells of the series; nil without ticks.
  func series(_ key: SeriesKey) -> ImportSummary.Series? {
    guard ticks > 0 else { return nil }
    return ImportSummary.Series(
      key: key, ticks: ticks, first: Timestamp(nanoseconds: first), last: Timestamp(nanoseconds: last),
      lowest: lowest, highest: highest)
  }
}
