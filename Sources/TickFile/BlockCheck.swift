internal import Market

/// Holds what a block says about itself against its decoded ticks.
struct BlockCheck {
  /// The last unflagged price of each series so far, by number.
  private(set) var carried: [Int: CarriedPrice] = [:]
  /// Times of the first and last tick of each series so far, by number.
  private(set) var times: [Int: ClosedRange<Int64>] = [:]
  /// Time of the last tick so far.
  private(set) var lastTime = Int64.min

  /// Checks the next block and moves past it.
  ///
  /// - Parameters:
  ///   - spans: The footer's envelopes, nil where there is no footer.
  ///   - columns: The block's ticks with ``TickColumnSet/all``.
  mutating func check(
    _ header: BlockHeader, spans: [[SpanRange]]?, columns: TickColumns
  ) throws(FormatFault) {
    guard let first = columns.times.first, let last = columns.times.last, first >= lastTime else {
      throw FormatFault("the block starts before the one before it ends")
    }
    lastTime = last
    for item in header.series where item.zone.carriedIn != carried[item.zone.series] {
      throw FormatFault("the carried-in price of \(item.key) is not the last one before the block")
    }
    var places: [Int: Int] = [:]
    for (place, item) in header.series.enumerated() { places[item.zone.series] = place }
    var found: [[SpanRange]] = []
    var whole = [ClosedRange<Int64>?](repeating: nil, count: header.series.count)
    for start in stride(from: 0, to: columns.count, by: TickFormat.ticksPerSpan) {
      let span = start..<min(start + TickFormat.ticksPerSpan, columns.count)
      let ranges = track(columns, span, places: places, series: header.series.count)
      var envelopes: [SpanRange] = []
      for (place, range) in ranges.enumerated() {
        guard let range else { continue }
        envelopes.append(SpanRange(local: place, range: range))
        whole[place] = Self.union(whole[place], range)
      }
      found.append(envelopes)
    }
    for (place, item) in header.series.enumerated() where item.zone.range != whole[place] {
      throw FormatFault("the zone map of \(item.key) is not the range of its prices")
    }
    guard spans == nil || spans == found else {
      throw FormatFault("the envelopes are not the ranges of the prices")
    }
  }

  /// The range of each series over `span`, by place; moves the last prices.
  private mutating func track(
    _ columns: TickColumns, _ span: Range<Int>, places: [Int: Int], series: Int
  ) -> [ClosedRange<Int64>?] {
    var ranges = [ClosedRange<Int64>?](repeating: nil, count: series)
    for index in span {
      let time = columns.times[index]
      times[Int(columns.series[index])] = (times[Int(columns.series[index])]?.lowerBound ?? time)...time
      if TickFlags(rawValue: columns.flags[index]).contains(.notMarketTrade) { continue }
      let number = Int(columns.series[index])
      guard let place = places[number] else { preconditionFailure("decoded ticks have listed series") }
      let mantissa = columns.mantissas[index]
      ranges[place] = Self.union(ranges[place], mantissa...mantissa)
      let price = ExactDecimal(mantissa: mantissa, scale: Int(columns.scales[index]))
      carried[number] = CarriedPrice(
        time: Timestamp(nanoseconds: time), price: price.normalized)
    }
    return ranges
  }

  private static func union(_ a: ClosedRange<Int64>?, _ b: ClosedRange<Int64>) -> ClosedRange<Int64> {
    guard let a else { return b }
    return min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
  }
}
