internal import Market

/// Holds what a block says about itself against its decoded ticks.
struct BlockCheck {
  /// The last unflagged price of each series so far, by number.
  private(set) var carried: [Int: CarriedPrice] = [:]
  /// Times of the first and last tick of each series so far, by number.
  private(set) var times: [Int: ClosedRange<Int64>] = [:]
  /// Behind the last tick so far.
  private var run = InstantRun()
  /// Time of the last tick so far.
  private(set) var lastTime = Int64.min

  /// Checks the next block and moves past it.
  ///
  /// - Parameters:
  ///   - spans: The footer's envelopes, nil where there is no footer.
  ///   - columns: The block's ticks with ``TickColumnSet/all``.
  mutating func check(
    _ header: BlockHeader, spans: [FooterSpan]?, columns: TickColumns
  ) throws(FormatFault) {
    guard let first = columns.times.first, let last = columns.times.last, first >= lastTime else {
      throw FormatFault("the block starts before the one before it ends")
    }
    lastTime = last
    for item in header.series where item.zone.carriedIn != carried[item.zone.series] {
      throw FormatFault("the carried-in price of \(item.key) is not the last one before the block")
    }
    var marks = Marks(header)
    var found: [FooterSpan] = []
    var whole = [ClosedRange<Int64>?](repeating: nil, count: header.series.count)
    for start in stride(from: 0, to: columns.count, by: TickFormat.ticksPerSpan) {
      let span = start..<min(start + TickFormat.ticksPerSpan, columns.count)
      let (tracked, instants) = marks.track(columns, span, &run)
      let ranges = tracked.compactMap { $0 }
      for item in ranges { whole[item.local] = item.joined(to: whole[item.local]) }
      found.append(
        FooterSpan(
          firstTime: columns.times[span.lowerBound], lastTime: columns.times[span.upperBound - 1],
          instants: instants, ranges: ranges))
    }
    guard marks.counts == header.series.map(\.zone.count) else {
      throw FormatFault("the ticks of a series are not as many as the block says")
    }
    move(header, marks, columns)
    for (place, item) in header.series.enumerated() where item.zone.range != whole[place] {
      throw FormatFault("the zone map of \(item.key) is not the range of its prices")
    }
    guard spans == nil || spans == found else {
      throw FormatFault("the envelopes are not the ranges of the prices, or the instants are not as many")
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
    /// Ticks of each series.
    var counts: [Int]
    /// Place in the block's list, by number in the file.
    private var places: [Int]

    init(_ header: BlockHeader) {
      first = [Int?](repeating: nil, count: header.series.count)
      last = first
      lastUnflagged = first
      counts = [Int](repeating: 0, count: header.series.count)
      places = [Int](repeating: 0, count: (header.series.last?.zone.series ?? 0) + 1)
      for (place, item) in header.series.enumerated() { places[item.zone.series] = place }
    }

    /// What each series does within `span`, by place, and how many instants start there.
    mutating func track(
      _ columns: TickColumns, _ span: Range<Int>, _ run: inout InstantRun
    ) -> (ranges: [SpanRange?], instants: Int) {
      var instants = 0
      var ranges = [SpanRange?](repeating: nil, count: first.count)
      for index in span {
        let place = places[Int(columns.series[index])]
        if first[place] == nil { first[place] = index }
        last[place] = index
        counts[place] += 1
        if TickFlags(rawValue: columns.flags[index]).contains(.notMarketTrade) { continue }
        lastUnflagged[place] = index
        if run.starts(Int(columns.series[index]), at: columns.times[index]) { instants += 1 }
        ranges[place] = SpanRange(
          ranges[place], and: columns.mantissas[index], of: place, at: columns.times[index])
      }
      return (ranges, instants)
    }
  }
}
