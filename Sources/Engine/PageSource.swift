internal import Kernels
internal import Market
internal import Platform
internal import TickFile

/// Which records of a tick file are ticks of a tape, and in which column.
struct TickSieve: Sendable {
  /// By series: its column; nil where the study does not use it.
  let columnOf: [Int?]

  /// - Parameter series: those that are read.
  init(_ series: [SeriesKey], _ map: PriceMap, _ schedule: FundingSchedule) {
    var columns: [SeriesKey: Int] = [:]
    for (place, key) in (map.recorded + schedule.series).enumerated() { columns[key] = place }
    columnOf = series.map { columns[$0] }
  }

  /// The column of a record; nil where it is no tick of the tape.
  func column(_ ticks: TickColumns, _ record: Int) -> Int? {
    if TickFlags(rawValue: ticks.flags[record]).contains(.notMarketTrade) { return nil }
    return columnOf[Int(ticks.series[record])]
  }
}

/// Where the pages of a replay come from: tick files that follow each other in time.
struct PageSource: Sendable {
  let files: [TickFileReader]
  /// By file.
  let sieves: [TickSieve]
  /// By file: whether the study uses every series that has ticks.
  let usesAll: [Bool]
  let map: PriceMap
  let level: KernelLevel
  /// The replay's window.
  let window: Window

  /// From inclusive, to exclusive, ns since the epoch; nil for no bound.
  struct Window: Sendable {
    var from: Int64?
    var to: Int64?

    func contains(_ time: Int64) -> Bool { !isBefore(time) && !isBehind(time) }
    /// Whether a time lies before it.
    func isBefore(_ time: Int64) -> Bool { from.map { time < $0 } ?? false }
    /// Whether a time lies behind it.
    func isBehind(_ time: Int64) -> Bool { to.map { time >= $0 } ?? false }
  }

  init(_ replay: Replay, _ map: PriceMap, _ schedule: FundingSchedule, _ level: KernelLevel) {
    let files = replay.files
    self.files = files
    sieves = files.map { TickSieve($0.series, map, schedule) }
    let sieves = sieves
    usesAll = files.indices.map { file in
      files[file].counts.indices.allSatisfy {
        files[file].counts[$0] == 0 || sieves[file].columnOf[$0] != nil
      }
    }
    (self.map, self.level) = (map, level)
    window = Window(
      from: replay.window?.lowerBound.nanoseconds, to: replay.window?.upperBound.nanoseconds)
  }

  /// Whether the files of a replay follow each other: each ends before the next begins.
  static func follow(_ files: [TickFileReader]) -> Bool {
    var last: Timestamp?
    for file in files {
      guard let first = file.firstTime else { continue }
      if let last, first <= last { return false }
      last = file.lastTime
    }
    return true
  }

  /// What the file tells of a page's span.
  func info(_ entry: TickPages.Entry) -> TickSpanInfo {
    files[entry.file].blocks[entry.block].spans[entry.span]
  }

  /// Bounds of the recorded prices at the instants of a span.
  ///
  /// - Parameter carry: the recorded prices before it, 0 where none.
  func bounds(_ info: TickSpanInfo, file: Int, carry: [Double]) -> (lows: [Double], highs: [Double]) {
    var (lows, highs) = (carry, carry)
    for envelope in info.envelopes {
      guard let column = sieves[file].columnOf[envelope.series], column < carry.count else { continue }
      let (low, high) = (envelope.lowest, envelope.highest)
      lows[column] = lows[column] == 0 ? low : min(low, lows[column])
      highs[column] = max(high, highs[column])
    }
    return (lows, highs)
  }

  func notAbove0(_ column: Int, _ price: Double, _ time: Int64) -> InputError {
    InputError(
      SourceLocation(path: files.map(\.path).joined(separator: ", ")),
      "the price \(price) of \(map.recorded[column]) at \(Timestamp(nanoseconds: time)) is not above 0",
      expected: "prices above 0")
  }

  /// Decodes a page.
  ///
  /// - Throws: errors of the tick file.
  func page(_ entry: TickPages.Entry) throws -> TickPages.Page {
    let (file, sieve) = (files[entry.file], sieves[entry.file])
    var decoded = TickColumns()
    try file.decode(
      block: entry.block, span: entry.span, columns: .replay, level: level, into: &decoded)
    var columns: [UInt16] = []
    columns.reserveCapacity(TickPages.ticks)
    let isPlain = !entry.isCut && usesAll[entry.file] && !info(entry).hasFlags
    if isPlain && decoded.count == TickPages.ticks {
      let columnOf = sieve.columnOf.map { UInt16(truncatingIfNeeded: $0 ?? .max) }
      for number in decoded.series { columns.append(columnOf[Int(number)]) }
      return TickPages.Page(holes: 0, columns, decoded.prices, decoded.times)
    }
    let used = (0..<decoded.count).filter {
      window.contains(decoded.times[$0]) && sieve.column(decoded, $0) != nil
    }
    let holes = TickPages.ticks - used.count
    columns += repeatElement(.max, count: holes)
    var prices = [Double](repeating: 0, count: holes)
    var times = [Int64](repeating: entry.firstTime, count: holes)
    for record in used {
      columns.append(UInt16(truncatingIfNeeded: sieve.column(decoded, record) ?? Int(UInt16.max)))
      prices.append(decoded.prices[record])
      times.append(decoded.times[record])
    }
    return TickPages.Page(holes: holes, columns, prices, times)
  }
}
