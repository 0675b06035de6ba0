internal import Kernels
internal import Margin
internal import Market
internal import Platform
internal import Synchronization
internal import TickFile

/// What is known of a replay's pages before any of them is looked at.
///
/// The footers of the tick files tell it for a span whose ticks are all used: its times, its instants and
/// the range of its prices. What they do not tell is decoded, once: spans that the replay's window cuts,
/// that hold funding rates, flagged ticks or series that the study does not use. Spans without any series
/// that it uses are passed over.
struct PageSurvey {
  let source: PageSource
  private(set) var statistics = ReplayStatistics()
  private(set) var entries: [TickPages.Entry] = []
  /// By page, the recorded prices before it.
  private(set) var carries: [Double] = []
  /// By page, bounds of the recorded prices.
  private(set) var lows: [Double] = []
  private(set) var highs: [Double] = []
  /// Ticks that are no price.
  private(set) var rates: [Tape.Rate] = []
  /// How many spans were decoded.
  private(set) var decoded = 0

  /// The recorded prices behind the last page, 0 where none.
  private var recorded: [Double]
  /// Stands behind the last page that was decoded, and the time of its last tick.
  private var run = InstantRun()
  private var runTime: Int64?

  /// - Throws: errors of the tick files; `InputError` for a price that is not above 0; `RunError` where the
  ///   user ended the work.
  init(_ source: PageSource, threads: Int) throws {
    self.source = source
    recorded = [Double](repeating: 0, count: source.map.recorded.count)
    let spans = Self.spans(source)
    let wanted = spans.indices.filter { spans[$0].isDecoded }
    decoded = wanted.count
    let found = Mutex<[Int: Result<DecodedSpan, any Error>]>([:])
    try Crew(threads: threads) { Interrupt.isRequested }.perform(wanted.count) { item, _ in
      let place = wanted[item]
      let result = Result { try DecodedSpan(spans[place], source) }
      found.withLock { $0[place] = result }
    }
    let results = found.withLock { $0 }
    if let first = spans.first { begin(first, try results[0]?.get()) }
    for (place, span) in spans.enumerated() { add(span, try results[place]?.get()) }
    statistics.first = entries.first.map { Timestamp(nanoseconds: $0.firstTime) }
    statistics.last = entries.last.map { Timestamp(nanoseconds: $0.lastTime) }
  }

  /// The spans within the replay's window.
  private static func spans(_ source: PageSource) -> [SurveyedSpan] {
    var spans: [SurveyedSpan] = []
    for (file, reader) in source.files.enumerated() {
      var before: Int64?
      for (block, info) in reader.blocks.enumerated() {
        for (place, part) in info.spans.enumerated() {
          let (first, last) = (part.firstTime.nanoseconds, part.lastTime.nanoseconds)
          let isJoined = before == first
          before = last
          if source.window.isBefore(last) || source.window.isBehind(first) { continue }
          if isJoined && spans.last?.file == file { spans[spans.count - 1].isJoined = true }
          var span = SurveyedSpan(file: file, block: block, span: place, info: part, source)
          span.isJoined = isJoined
          spans.append(span)
        }
      }
    }
    return spans
  }

  /// Works out the prices before the first span.
  private mutating func begin(_ span: SurveyedSpan, _ found: DecodedSpan?) {
    if source.window.from == nil { return }
    for file in 0..<span.file { record(source.files[file].lastPrices, file: file) }
    record(source.files[span.file].carriedIn(block: span.block, span: span.span), file: span.file)
    for (column, price) in found?.before ?? [] where column < recorded.count { recorded[column] = price }
  }

  private mutating func record(_ prices: [CarriedPrice?], file: Int) {
    for (series, price) in prices.enumerated() {
      guard let price, let column = source.sieves[file].columnOf[series], column < recorded.count else {
        continue
      }
      recorded[column] = price.value
    }
  }

  /// Adds the page of a span, if it has one.
  private mutating func add(_ span: SurveyedSpan, _ found: DecodedSpan?) {
    let ticks = found?.ticks ?? (span.isUsed ? span.info.count : 0)
    statistics.skipped += found?.skipped ?? (span.isUsed ? 0 : span.info.count)
    if ticks == 0 { return }
    let last = found?.lastTime ?? span.info.lastTime.nanoseconds
    entries.append(
      TickPages.Entry(
        file: span.file, block: span.block, span: span.span,
        firstTime: found?.firstTime ?? span.info.firstTime.nanoseconds, lastTime: last,
        startsBefore: statistics.instants, isCut: span.isCut))
    statistics.ticks += ticks
    statistics.instants += starts(span, found)
    for rate in found?.rates ?? [] {
      let position = entries.count * TickPages.ticks - ticks + rate.position
      rates.append(Tape.Rate(position: position, column: rate.column, value: rate.value))
    }
    carries += recorded
    let (low, high) = source.bounds(span.info, file: span.file, carry: recorded)
    lows += low
    highs += high
    for envelope in span.info.envelopes {
      let column = source.sieves[span.file].columnOf[envelope.series]
      if let column, column < recorded.count { recorded[column] = envelope.last.value }
    }
  }

  /// How many instants start in a span, as the replay sees it.
  private mutating func starts(_ span: SurveyedSpan, _ found: DecodedSpan?) -> Int {
    guard let found else { return span.info.instants }
    if source.usesAll[span.file] {
      // What lies behind a cut begins an instant, so its instants can be taken away.
      return span.isCutBefore ? found.starts : span.info.instants - found.startsBehind
    }
    var starts = found.starts
    let goesOn = runTime == found.firstTime
    if goesOn {
      var fresh = InstantRun()
      starts += count(found.lead, at: found.firstTime, &run) - count(found.lead, at: found.firstTime, &fresh)
    }
    if !goesOn || found.firstTime < found.lastTime {
      run = InstantRun()
      _ = count(found.tail, at: found.lastTime, &run)
    }
    runTime = found.lastTime
    return starts
  }

  private func count(_ columns: [Int], at time: Int64, _ run: inout InstantRun) -> Int {
    columns.count { run.starts($0, at: time) }
  }
}

/// A span that a replay's window touches.
private struct SurveyedSpan: Sendable {
  let file: Int
  let block: Int
  let span: Int
  let info: TickSpanInfo
  /// Whether the window begins or ends within it.
  let isCutBefore: Bool
  let isCutBehind: Bool
  var isCut: Bool { isCutBefore || isCutBehind }
  /// Whether it has ticks that the study uses, somewhere.
  let isUsed: Bool
  /// Whether a neighbour has a tick of the same time.
  var isJoined = false
  /// Whether the footer tells all that is to be known of it, unless a neighbour decides where instants start.
  private let isTold: Bool
  private let usesAll: Bool

  /// Whether it must be decoded.
  var isDecoded: Bool { isCut || (isUsed && !(isTold && (usesAll || !isJoined))) }

  init(file: Int, block: Int, span: Int, info: TickSpanInfo, _ source: PageSource) {
    (self.file, self.block, self.span, self.info) = (file, block, span, info)
    isCutBefore = source.window.isBefore(info.firstTime.nanoseconds)
    isCutBehind = source.window.isBehind(info.lastTime.nanoseconds)
    let sieve = source.sieves[file]
    usesAll = source.usesAll[file]
    let prices = source.map.recorded.count
    let used = info.envelopes.filter { sieve.columnOf[$0.series] != nil }
    isUsed = !used.isEmpty
    isTold =
      !info.hasFlags && used.count == info.envelopes.count
      && used.allSatisfy { sieve.columnOf[$0.series].map { $0 < prices } ?? false && $0.lowest > 0 }
  }
}

/// What decoding a span tells of it.
private struct DecodedSpan: Sendable {
  /// Ticks that the replay uses, and those that it does not, within its window.
  private(set) var ticks = 0
  private(set) var skipped = 0
  /// Times of the first and the last one used.
  private(set) var firstTime: Int64 = 0
  private(set) var lastTime: Int64 = 0
  /// How many instants start, if one does with the first of them.
  private(set) var starts = 0
  /// The same of what lies behind the window.
  private(set) var startsBehind = 0
  /// Ticks that are no price, by place among those used.
  private(set) var rates: [Tape.Rate] = []
  /// Columns of the ticks that have the time of the first one, and of the last one.
  private(set) var lead: [Int] = []
  private(set) var tail: [Int] = []
  /// The prices that lie before the window.
  private(set) var before: [(column: Int, price: Double)] = []

  init(_ span: SurveyedSpan, _ source: PageSource) throws {
    let (file, sieve) = (source.files[span.file], source.sieves[span.file])
    var columns = TickColumns()
    try file.decode(
      block: span.block, span: span.span, columns: .replay, level: source.level, into: &columns)
    var (run, runBehind) = (InstantRun(), InstantRun())
    for record in 0..<columns.count {
      let (time, price) = (columns.times[record], columns.prices[record])
      let column = sieve.column(columns, record)
      if source.window.isBefore(time) {
        if let column { before.append((column, price)) }
      } else if source.window.isBehind(time) {
        if let column, runBehind.starts(column, at: time) { startsBehind += 1 }
      } else if let column {
        if column < source.map.recorded.count && !(price > 0) { throw source.notAbove0(column, price, time) }
        if run.starts(column, at: time) { starts += 1 }
        add(column, price, time, isPrice: column < source.map.recorded.count)
      } else {
        skipped += 1
      }
    }
  }

  private mutating func add(_ column: Int, _ price: Double, _ time: Int64, isPrice: Bool) {
    if !isPrice { rates.append(Tape.Rate(position: ticks, column: column, value: price)) }
    if ticks == 0 { firstTime = time }
    if time == firstTime { lead.append(column) }
    if time != lastTime { tail.removeAll(keepingCapacity: true) }
    tail.append(column)
    lastTime = time
    ticks += 1
  }
}
