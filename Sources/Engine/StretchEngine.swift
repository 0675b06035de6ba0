internal import Kernels
internal import Margin
internal import Market

/// An account to which something may happen.
struct Nominee {
  /// Its place in the block.
  var place: Int
  /// A position before which nothing does.
  var from: Int
}

/// Says to which accounts something may happen in a stretch of instants, and where. It may name too many,
/// never too few.
protocol Nominator {
  /// A tape comes next.
  mutating func begin(_ tape: Tape)

  /// Accounts of the block whose triggers prices may set off within `stretch`, each once.
  ///
  /// - Parameters:
  ///   - open: whether an account, by its place, takes part in the whole stretch without a clock event of
  ///     its own and without a pool that wakes; others are not named.
  ///   - rules: those that hold in the stretch.
  mutating func nominees(
    _ open: [Bool], _ stretch: Range<Int>, _ block: inout AccountBlock, _ tape: Tape, _ rules: Rules
  ) -> [Nominee]

  /// The end of the first instant of `range` at which a line of the account at `place`, of lines that serve
  /// in all of the range, is not above 0.
  mutating func firstHit(
    of place: Int, in range: Range<Int>, _ block: inout AccountBlock, _ tape: Tape, _ rules: Rules
  ) -> Int?

  /// The end of the first instant of `range` at which any of some lines, one after the other, is not above 0.
  mutating func firstHit(_ lines: [Double], in range: Range<Int>, _ tape: Tape) -> Int?
}

/// Finds and carries out what happens to a block of accounts: stretch by stretch, nominee by nominee. The
/// reference decides what a nominator and the lines over the factors put up.
///
/// Ranges are positions of a tape and mean the instants that end in them.
struct StretchEngine<Lines: Nominator> {
  private var nominator: Lines
  /// Accounts of the block that only prices can set off in the segment under way.
  private var open: [Bool] = []
  private var reader: TapeReader
  /// Scratch for the instant that is looked at.
  private var quotes: Quotes
  /// Scratch for the instant before a clock event.
  private var previous: Quotes
  /// The instant at which the segment under way begins, where it has funding.
  private var fundingQuotes: Quotes
  private var compiler: LineCompiler
  private var box: FactorBox

  init(_ nominator: Lines, map: PriceMap, unpriced: Quotes) {
    self.nominator = nominator
    reader = TapeReader(map)
    quotes = unpriced
    previous = unpriced
    fundingQuotes = unpriced
    compiler = LineCompiler(map.layout)
    box = FactorBox(map.layout)
  }

  /// Takes a block of accounts through a tape.
  mutating func run(_ block: inout AccountBlock, through tape: Tape) {
    nominator.begin(tape)
    var start = 0
    while start < tape.count {
      let end = segmentEnd(block, tape, from: start)
      runSegment(&block, tape, start..<end)
      start = end
    }
  }

  /// The next position after `start` at which something common to all accounts happens before their tests:
  /// the end of an instant with funding, or the first tick after a change of the rules.
  private func segmentEnd(_ block: AccountBlock, _ tape: Tape, from start: Int) -> Int {
    var end = tape.count
    if let funding = tape.fundings.first(where: { $0.position > start }) { end = funding.position }
    for change in block.point.rules.dropFirst() where change.from.nanoseconds > tape.times[start] {
      end = min(end, tape.position(notBefore: change.from.nanoseconds, from: start))
    }
    return end
  }

  /// A stretch of instants whose first alone may have funding, under one set of rules.
  private mutating func runSegment(_ block: inout AccountBlock, _ tape: Tape, _ segment: Range<Int>) {
    let lastEnd = tape.end(before: segment.upperBound)
    guard lastEnd >= segment.lowerBound else { return }
    let rules = block.rules(at: tape.times[segment.lowerBound])
    let last = tape.times[lastEnd]
    block.whichOpen(until: last, into: &open)
    let tested = settleFunding(&block, tape, at: segment.lowerBound, rules)
    for place in open.indices where !open[place] {
      switch block.slots[place].stage {
      case .done: continue
      case .waiting: openWithin(segment, place, &block, tape, rules)
      case .active:
        let start = tested.contains(place) ? segment.lowerBound + 1 : segment.lowerBound
        search(start..<segment.upperBound, place, &block, tape, rules)
      }
    }
    for nominee in nominator.nominees(open, segment, &block, tape, rules) {
      search(nominee.from..<segment.upperBound, nominee.place, &block, tape, rules)
    }
  }

  /// Settles the funding of a segment's first instant. What falls due by the clock comes before it, so
  /// accounts with a clock event then are taken through the whole instant.
  ///
  /// - Returns: the places of those accounts.
  private mutating func settleFunding(
    _ block: inout AccountBlock, _ tape: Tape, at position: Int, _ rules: Rules
  ) -> Set<Int> {
    var tested: Set<Int> = []
    let fundings = tape.fundings.filter { $0.position == position }[...]
    if fundings.isEmpty { return tested }
    reader.read(tape, position, into: &fundingQuotes)
    for place in block.slots.indices where block.slots[place].stage == .active {
      guard nextEvent(place, block, tape, from: position) == position else {
        block.settle(place, fundings, rules, fundingQuotes)
        continue
      }
      runClock(at: position, place, &block, tape)
      block.settle(place, fundings, rules, fundingQuotes)
      block.test(place, rules, fundingQuotes)
      tested.insert(place)
    }
    return tested
  }

  /// Opens an account within a segment if its time comes, and searches what is left of the segment.
  private mutating func openWithin(
    _ segment: Range<Int>, _ place: Int, _ block: inout AccountBlock, _ tape: Tape, _ rules: Rules
  ) {
    let slot = block.slots[place]
    if slot.isUnpriceable { return }
    let due = tape.position(notBefore: slot.notBefore.nanoseconds, from: segment.lowerBound)
    let end = tape.position(pricing: block.needs(place), from: due)
    guard end < segment.upperBound else { return }
    reader.read(tape, end, into: &quotes)
    block.open(place, rules, quotes)
    search(end + 1..<segment.upperBound, place, &block, tape, rules)
  }

  // MARK: One account

  /// Finds and carries out everything that happens to one account in a stretch whose funding is settled.
  private mutating func search(
    _ stretch: Range<Int>, _ place: Int, _ block: inout AccountBlock, _ tape: Tape, _ rules: Rules
  ) {
    var position = stretch.lowerBound
    if position < stretch.upperBound { block.wakeIfDue(place, at: tape.times[position]) }
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
    if last >= 0 { block.schedule(place, after: Timestamp(nanoseconds: tape.times[last])) }
  }

  /// Widths of the cells in which the rest is searched where the reference denies a nomination, in ticks.
  private static var cellWidths: [Int] { [16_384, 1024, 64] }

  /// Searches a stretch in which no clock event falls due and no pool wakes. Where the reference denies a
  /// nomination the rest is searched in narrower cells, whose bounds are tighter.
  ///
  /// - Parameter level: how narrow; 0 for the lines that the nominator keeps.
  /// - Returns: the position after the first instant at which something happened; nil for none.
  private mutating func descend(
    _ stretch: Range<Int>, level: Int, _ place: Int, _ block: inout AccountBlock, _ tape: Tape,
    _ rules: Rules
  ) -> Int? {
    var position = stretch.lowerBound
    while position < stretch.upperBound {
      let rest = position..<stretch.upperBound
      guard let hit = firstHit(of: place, in: rest, level: level, &block, tape, rules) else { break }
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
    if level == 0 { return nominator.firstHit(of: place, in: range, &block, tape, rules) }
    tape.readBox(range, into: &box)
    compiler.compile(place, of: block, rules, box, from: tape.times[range.lowerBound])
    return nominator.firstHit(compiler.lines, in: range, tape)
  }

  /// The first position from `start` on whose time has come for a clock event of the account.
  private func nextEvent(_ place: Int, _ block: AccountBlock, _ tape: Tape, from start: Int) -> Int {
    guard let due = block.book.nextEvent(of: block.accounts[place]) else { return tape.count }
    return tape.position(notBefore: due.nanoseconds, from: start)
  }

  /// The first position from `start` on at which a pool of the account wakes that sleeps at `start`.
  private func nextWaking(_ place: Int, _ block: AccountBlock, _ tape: Tape, from start: Int) -> Int {
    let now = Timestamp(nanoseconds: tape.times[start])
    guard let waking = block.accounts[place].nextWaking(after: now) else { return tape.count }
    return tape.position(notBefore: waking.nanoseconds, from: start)
  }

  /// Carries out what is due at the instant that ends at `end`, at the prices before it.
  private mutating func runClock(at end: Int, _ place: Int, _ block: inout AccountBlock, _ tape: Tape) {
    let time = Timestamp(nanoseconds: tape.times[end])
    guard let due = block.book.nextEvent(of: block.accounts[place]), due <= time else { return }
    reader.read(tape, tape.end(before: end), into: &previous)
    block.runClock(place, dueAt: time, previous)
  }
}

extension LineCompiler {
  /// Compiles an account of a block, with the lines that its reports ask for.
  ///
  /// - Parameter start: time of the first instant for which the lines shall serve, ns since the epoch.
  mutating func compile(
    _ place: Int, of block: AccountBlock, _ rules: Rules, _ box: FactorBox, from start: Int64
  ) {
    let worst = block.accounts[place].tally.worstRatio
    compile(
      block.accounts[place], rules, box, from: Timestamp(nanoseconds: start),
      above: block.recordsWorstRatio && worst.isFinite ? worst : nil,
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
