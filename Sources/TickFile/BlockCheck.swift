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
    var marks = Marks(header)
    var found: [[SpanRange]] = []
    var whole = [ClosedRange<Int64>?](repeating: nil, count: header.series.count)
    for start in stride(from: 0, to: columns.count, by: TickFormat.ticksPerSpan) {
      let span = start..<min(start + TickFormat.ticksPerSpan, columns.count)
      let ranges = marks.track(columns, span)
      var envelopes: [SpanRange] = []
      for (place, range) in ranges.enumerated() {
        guard let range else { continue }
        envelopes.append(SpanRange(local: place, range: range))
        whole[place] = Self.union(whole[place], range)
      }
      found.append(envelopes)
    }
    move(header, marks, columns)
    for (place, item) in header.series.enumerated() where item.zone.range != whole[place] {
      throw FormatFault("the zone map of \(item.key) is not the range of its prices")
    }
    guard spans == nil || spans == found else {
      throw FormatFault("the envelopes are not the ranges of the prices")
    }
  }

  /// Moves times and last prices behind the block.
  private mutating func move(_ header: BlockHeader, _ marks: Marks, _ columns: TickColumns) {
    for (place, item) in header.series.enumerated() {
      let number = item.zone.series
      if let first = marks.first[place], let last = marks.last[place] {
        times[number] = (times[number]?.lowerBound ?? columns.times[first])...columns.times[last]
      }
      guard let index = marks.lastUnflagged[place] else { continue }
      let price = ExactDecimal(mantissa: columns.mantissas[index], scale: Int(columns.scales[index]))
      carried[number] = CarriedPrice(
        time: Timestamp(nanoseconds: columns.times[index]), price: price.normalized)
    }
  }

  /// Places of each series' first and last ticks in the block, by place in the block's list.
  private struct Marks {
    var first: [Int?]
    var last: [Int?]
    var lastUnflagged: [Int?]
    /// Place in the block's list, by number in the file.
    private var places: [Int]
    private let count: Int

    init(_ header: BlockHeader) {
      count = header.series.count
      first = [Int?](repeating: nil, count: count)
      last = first
      lastUnflagged = first
      places = [Int](repeating: 0, count: (header.series.last?.zone.series ?? 0) + 1)
      for (place, item) in header.series.enumerated() { places[item.zone.series] = place }
    }

    /// The range of each series over `span`, by place.
    mutating func track(_ columns: TickColumns, _ span: Range<Int>) -> [ClosedRange<Int64>?] {
      var ranges = [ClosedRange<Int64>?](repeating: nil, count: count)
      for index in span {
        let place = places[Int(columns.series[index])]
        if first[place] == nil { first[place] = index }
        last[place] = index
        if TickFlags(rawValue: columns.flags[index]).contains(.notMarketTrade) { continue }
        lastUnflagged[place] = index
        let mantissa = columns.mantissas[index]
        ranges[place] = BlockCheck.union(ranges[place], mantissa...mantissa)
      }
      return ranges
    }
  }

  private static func union(_ a: ClosedRange<Int64>?, _ b: ClosedRange<Int64>) -> ClosedRange<Int64> {
    guard let a else { return b }
    return min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
  }
}
