internal import Kernels
internal import Margin
internal import Market

/// Finds where the lines of an account may not be above 0. It may find too much, never too little.
protocol LineFinder {
  /// Whether it finds an instant near the worst without a look at all before it, so that the largest margin
  /// ratio is searched for on its own; else every new largest is an event.
  static var findsWorst: Bool { get }

  /// A tape comes next.
  mutating func begin(_ tape: Tape)

  /// The end of the first instant of `range` at which a line of the account at `place`, of lines that serve
  /// in all of the range, is not above 0.
  mutating func firstHit(
    of place: Int, in range: Range<Int>, _ block: inout AccountBlock, _ tape: Tape, _ rules: Rules
  ) -> Int?

  /// The end of the first instant of `range` at which any of some lines, one after the other, is not above 0.
  mutating func firstHit(_ lines: [Double], in range: Range<Int>, _ tape: Tape) -> Int?

  /// The end of an instant of `range` at which one of some lines is low, maybe not the lowest; nil where the
  /// range holds none.
  mutating func lowInstant(_ lines: [Double], in range: Range<Int>, _ tape: Tape) -> Int?
}

/// Finds and carries out what happens to one account after the other: what falls due by the clock, and what
/// prices set off. The reference decides what a finder and the lines over the factors put up.
///
/// Ranges are positions of a tape and mean the instants that end in them.
struct AccountSearch<Finder: LineFinder> {
  var finder: Finder
  private var reader: TapeReader
  /// Scratch for the instant that is looked at.
  private var quotes: Quotes
  /// Scratch for the instant before a clock event.
  private var previous: Quotes
  private var compiler: LineCompiler
  private var box: FactorBox

  init(_ finder: Finder, map: PriceMap) {
    self.finder = finder
    reader = TapeReader(map)
    quotes = map.unpriced
    previous = quotes
    compiler = LineCompiler(map.layout)
    box = FactorBox(map.layout)
  }

  /// Opens an account that waits, if its time comes within a range.
  ///
  /// - Returns: where its first instant ends; nil where it does not open.
  mutating func open(
    _ place: Int, in range: Range<Int>, _ block: inout AccountBlock, _ tape: Tape
  ) -> Int? {
    let slot = block.slots[place]
    if slot.isUnpriceable { return nil }
    let due = tape.position(notBefore: slot.notBefore.nanoseconds, from: range.lowerBound)
    let end = tape.position(pricing: block.needs(place), from: due)
    guard end < range.upperBound else { return nil }
    reader.read(tape, end, into: &quotes)
    // Prices that could not be read are no prices to open at; the run ends with the error.
    if let pages = tape.pages, pages.failure != nil { return nil }
    block.open(place, block.rules(at: tape.time(at: end)), quotes)
    return end
  }

  /// Settles the funding of an instant. What falls due by the clock comes before it, so an account with a
  /// clock event then is taken through the whole instant.
  ///
  /// - Returns: the position behind what is done.
  mutating func settle(
    _ settlement: Tape.Settlement, _ place: Int, _ block: inout AccountBlock, _ tape: Tape, _ rules: Rules
  ) -> Int {
    let fundings = tape.fundings[settlement.fundings]
    guard nextEvent(place, block, tape, from: settlement.position) == settlement.position else {
      block.settle(place, fundings, rules, settlement.quotes)
      return settlement.position
    }
    runClock(at: settlement.position, place, &block, tape)
    block.settle(place, fundings, rules, settlement.quotes)
    block.test(place, rules, settlement.quotes)
    return settlement.position + 1
  }

  /// Finds and carries out everything that happens to one account in a stretch whose funding is settled.
  mutating func search(
    _ stretch: Range<Int>, _ place: Int, _ block: inout AccountBlock, _ tape: Tape, _ rules: Rules
  ) {
    var position = stretch.lowerBound
    if position < stretch.upperBound { block.wakeIfDue(place, at: tape.time(at: position)) }
    while position < stretch.upperBound && block.slots[place].stage == .active {
      let event = nextEvent(place, block, tape, from: position)
      if event == position || block.isOutsideGreen(place) {
        let end = tape.end(from: position)
        guard end < stretch.upperBound else { break }
        if event == position { runClock(at: end, place, &block, tape) }
        reader.read(tape, end, into: &quotes)
        block.test(place, rules, quotes)
        position = end + 1
      } else {
        let waking = nextWaking(place, block, tape, from: position)
        let end = min(stretch.upperBound, event, waking)
        if let next = descend(position..<end, level: 0, place, &block, tape, rules) {
          position = next
        } else {
          position = end
          if end == waking { block.wake(place) }
        }
      }
    }
    let last = tape.end(before: stretch.upperBound)
    if last >= 0 { block.schedule(place, after: Timestamp(nanoseconds: tape.time(at: last))) }
  }

  /// Widths of the cells in which the rest is searched where the reference denies a nomination, in ticks.
  private static var cellWidths: [Int] { [16_384, 1024, 64] }

  /// Searches a stretch in which no clock event falls due and no pool wakes. Where the reference denies a
  /// nomination the rest is searched in narrower cells, whose bounds are tighter.
  ///
  /// - Parameter level: how narrow; 0 for the lines that the finder keeps.
  /// - Returns: the position after the first instant at which something happened; nil for none.
  private mutating func descend(
    _ stretch: Range<Int>, level: Int, _ place: Int, _ block: inout AccountBlock, _ tape: Tape,
    _ rules: Rules
  ) -> Int? {
    var position = stretch.lowerBound
    while position < stretch.upperBound {
      let rest = position..<stretch.upperBound
      let hit = firstHit(of: place, in: rest, level: level, &block, tape, rules)
      if Finder.findsWorst && block.recordsWorstRatio {
        raiseWorst(place, in: position..<(hit ?? stretch.upperBound), &block, tape, rules)
      }
      guard let hit else { break }
      reader.read(tape, hit, into: &quotes)
      position = hit + 1
      if block.test(place, rules, quotes) { return position }
      if level == Self.cellWidths.count { continue }
      let width = Self.cellWidths[level]
      let end = min(stretch.upperBound, (position / width + 1) * width)
      if let next = descend(position..<end, level: level + 1, place, &block, tape, rules) { return next }
      position = max(position, end)
    }
    return nil
  }

  private mutating func firstHit(
    of place: Int, in range: Range<Int>, level: Int, _ block: inout AccountBlock, _ tape: Tape,
    _ rules: Rules
  ) -> Int? {
    if level == 0 { return finder.firstHit(of: place, in: range, &block, tape, rules) }
    tape.readBox(range, into: &box)
    compiler.compile(
      place, of: block, rules, box, from: tape.time(at: range.lowerBound), tracksWorst: !Finder.findsWorst)
    return finder.firstHit(compiler.lines, in: range, tape)
  }

  // MARK: The largest margin ratio

  /// Records the largest margin ratio of instants at which nothing else happens, by branch and bound: an
  /// instant that looks bad sets the mark, then only leaves and instants where a ratio may reach the mark
  /// are looked at, in their order.
  private mutating func raiseWorst(
    _ place: Int, in range: Range<Int>, _ block: inout AccountBlock, _ tape: Tape, _ rules: Rules
  ) {
    var mark = WorstMark(ratio: block.accounts[place].tally.worstRatio)
    guard !range.isEmpty, mark.ratio.isFinite else { return }
    compileRatio(mark, place, in: range, block, tape, rules)
    if compiler.lines.isEmpty { return }
    if let low = finder.lowInstant(compiler.lines, in: range, tape) {
      mark.take(ratio(at: low, place, block, tape, rules), at: low)
    }
    raise(&mark, place, in: range, level: 0, block, tape, rules)
    guard let end = mark.end else { return }
    block.accounts[place].tally.worstRatio = mark.ratio
    block.accounts[place].tally.worstTime = Timestamp(nanoseconds: tape.time(at: end))
  }

  /// Looks at the instants of a range that may reach the mark; where one does not, in narrower cells.
  private mutating func raise(
    _ mark: inout WorstMark, _ place: Int, in range: Range<Int>, level: Int, _ block: AccountBlock,
    _ tape: Tape, _ rules: Rules
  ) {
    var position = range.lowerBound
    while position < range.upperBound {
      let rest = position..<range.upperBound
      compileRatio(mark, place, in: rest, block, tape, rules)
      guard let hit = finder.firstHit(compiler.lines, in: rest, tape) else { return }
      let isRaised = mark.take(ratio(at: hit, place, block, tape, rules), at: hit)
      position = hit + 1
      if isRaised || level == Self.cellWidths.count { continue }
      let width = Self.cellWidths[level]
      let end = min(range.upperBound, (position / width + 1) * width)
      raise(&mark, place, in: position..<end, level: level + 1, block, tape, rules)
      position = end
    }
  }

  private mutating func compileRatio(
    _ mark: WorstMark, _ place: Int, in range: Range<Int>, _ block: AccountBlock, _ tape: Tape,
    _ rules: Rules
  ) {
    tape.readBox(range, into: &box)
    compiler.compileRatio(block.accounts.span[place], rules, box, reaching: mark.ratio)
  }

  private mutating func ratio(
    at end: Int, _ place: Int, _ block: AccountBlock, _ tape: Tape, _ rules: Rules
  ) -> Double {
    reader.read(tape, end, into: &quotes)
    return rules.worstRatio(block.accounts.span[place], quotes)
  }

  // MARK: Clock events

  /// The first position from `start` on whose time has come for a clock event of the account.
  func nextEvent(_ place: Int, _ block: AccountBlock, _ tape: Tape, from start: Int) -> Int {
    guard let due = block.book.nextEvent(of: block.accounts.span[place]) else { return tape.count }
    return tape.position(notBefore: due.nanoseconds, from: start)
  }

  /// The first position from `start` on at which a pool of the account wakes that sleeps at `start`.
  func nextWaking(_ place: Int, _ block: AccountBlock, _ tape: Tape, from start: Int) -> Int {
    let now = Timestamp(nanoseconds: tape.time(at: start))
    guard let waking = block.accounts.span[place].nextWaking(after: now) else { return tape.count }
    return tape.position(notBefore: waking.nanoseconds, from: start)
  }

  /// Carries out what is due at the instant that ends at `end`, at the prices before it.
  private mutating func runClock(at end: Int, _ place: Int, _ block: inout AccountBlock, _ tape: Tape) {
    let time = Timestamp(nanoseconds: tape.time(at: end))
    guard let due = block.book.nextEvent(of: block.accounts.span[place]), due <= time else { return }
    reader.read(tape, tape.end(before: end), into: &previous)
    block.runClock(place, dueAt: time, previous)
  }
}

/// The largest margin ratio that has been found, and its first instant.
private struct WorstMark {
  var ratio: Double
  /// Where the instant ends; nil while the ratio is that of an earlier one.
  var end: Int?

  init(ratio: Double) { self.ratio = ratio }

  /// Takes the ratio of an instant.
  ///
  /// - Returns: whether the mark is another one now.
  @discardableResult
  mutating func take(_ found: Double, at place: Int) -> Bool {
    guard found > ratio || (found == ratio && end.map { place < $0 } ?? false) else { return false }
    (ratio, end) = (found, place)
    return true
  }
}

extension LineCompiler {
  /// Compiles an account of a block, with the lines that its reports ask for.
  ///
  /// - Parameters:
  ///   - start: time of the first instant for which the lines shall serve, ns since the epoch.
  ///   - tracksWorst: whether a new largest margin ratio counts as an event, where it is recorded.
  mutating func compile(
    _ place: Int, of block: AccountBlock, _ rules: Rules, _ box: FactorBox, from start: Int64,
    tracksWorst: Bool
  ) {
    let worst = block.accounts[place].tally.worstRatio
    compile(
      block.accounts.span[place], rules, box, from: Timestamp(nanoseconds: start),
      above: tracksWorst && block.recordsWorstRatio && worst.isFinite ? worst : nil,
      reaching: block.recordsBands ? CheckReport.Band.yellowRatio : nil)
  }
}

extension FactorBox {
  /// A box for the columns of a layout, to be filled.
  init(_ layout: FactorLayout) {
    let zeros = [Double](repeating: 0, count: layout.factors.count)
    self.init(low: zeros, high: zeros)
  }
}
