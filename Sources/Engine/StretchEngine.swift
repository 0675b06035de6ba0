internal import Kernels
internal import Margin
internal import Market

/// An account to which something may happen.
struct Nominee {
  /// Its place in the block.
  var place: Int
  /// An instant of the stretch before which nothing does.
  var from: Int
}

/// Says to which accounts something may happen in a stretch of instants, and where. It may name too many,
/// never too few.
protocol Nominator {
  /// Accounts of the block whose triggers prices may set off within `stretch`, each once.
  ///
  /// - Parameters:
  ///   - open: whether an account, by its place, takes part in the whole stretch without a clock event of
  ///     its own and without a pool that wakes; others are not named.
  ///   - rules: those that hold in the stretch.
  mutating func nominees(
    _ open: [Bool], _ stretch: Range<Int>, _ block: AccountBlock, _ chunk: InstantChunk, _ rules: Rules
  ) -> [Nominee]

  /// The first instant of `range` at which any of an account's lines, one after the other, is not above 0.
  func firstHit(_ lines: [Double], in range: Range<Int>, _ chunk: InstantChunk) -> Int?
}

/// Finds and carries out what happens to a block of accounts: stretch by stretch, nominee by nominee. The
/// reference decides what a nominator and the lines over the factors put up.
struct StretchEngine<Lines: Nominator> {
  private var nominator: Lines
  /// Accounts of the block that only prices can set off in the segment under way.
  private var open: [Bool] = []
  /// Scratch for the instant that is looked at.
  private var quotes: Quotes
  /// Scratch for the instant before a clock event.
  private var previous: Quotes
  /// The instant at which the segment under way begins, where it has funding.
  private var fundingQuotes: Quotes
  private var compiler: LineCompiler
  private var box: FactorBox

  init(_ nominator: Lines, layout: FactorLayout, unpriced: Quotes) {
    self.nominator = nominator
    quotes = unpriced
    previous = unpriced
    fundingQuotes = unpriced
    compiler = LineCompiler(layout)
    box = FactorBox(layout)
  }

  /// Takes a block of accounts through a chunk of instants.
  mutating func run(_ block: AccountBlock, through chunk: InstantChunk) {
    var start = 0
    while start < chunk.count {
      let end = segmentEnd(block, chunk, from: start)
      runSegment(block, chunk, start..<end)
      start = end
    }
  }

  /// The next instant after `start` at which something common to all accounts happens before their tests:
  /// funding, or a change of the rules.
  private func segmentEnd(_ block: AccountBlock, _ chunk: InstantChunk, from start: Int) -> Int {
    var end = chunk.count
    if let funding = chunk.fundings.first(where: { $0.instant > start }) { end = funding.instant }
    for change in block.point.rules.dropFirst() where change.from.nanoseconds > chunk.times[start] {
      end = min(end, chunk.firstInstant(notBefore: change.from, from: start))
    }
    return end
  }

  /// A stretch of instants whose first alone may have funding, under one set of rules.
  private mutating func runSegment(_ block: AccountBlock, _ chunk: InstantChunk, _ segment: Range<Int>) {
    let rules = block.rules(at: chunk.times[segment.lowerBound])
    let last = chunk.times[segment.upperBound - 1]
    open = block.dueTimes.map { $0 > last }
    let tested = settleFunding(block, chunk, at: segment.lowerBound, rules)
    for place in block.dueTimes.indices where !open[place] {
      switch block.slots[place].stage {
      case .done: continue
      case .waiting: openWithin(segment, place, block, chunk, rules)
      case .active:
        let start = tested.contains(place) ? segment.lowerBound + 1 : segment.lowerBound
        search(start..<segment.upperBound, place, block, chunk, rules)
      }
    }
    for nominee in nominator.nominees(open, segment, block, chunk, rules) {
      search(nominee.from..<segment.upperBound, nominee.place, block, chunk, rules)
    }
  }

  /// Settles the funding of a segment's first instant. What falls due by the clock comes before it, so
  /// accounts with a clock event then are taken through the whole instant.
  ///
  /// - Returns: the places of those accounts.
  private mutating func settleFunding(
    _ block: AccountBlock, _ chunk: InstantChunk, at instant: Int, _ rules: Rules
  ) -> Set<Int> {
    var tested: Set<Int> = []
    let fundings = chunk.fundings.filter { $0.instant == instant }[...]
    if fundings.isEmpty { return tested }
    chunk.read(instant, into: &fundingQuotes)
    for place in block.slots.indices where block.slots[place].stage == .active {
      guard nextEvent(place, block, chunk, from: instant) == instant else {
        block.settle(place, fundings, rules, fundingQuotes)
        continue
      }
      runClock(at: instant, place, block, chunk)
      block.settle(place, fundings, rules, fundingQuotes)
      block.test(place, rules, fundingQuotes, number: chunk.firstNumber + instant)
      tested.insert(place)
    }
    return tested
  }

  /// Opens an account within a segment if its time comes, and searches what is left of the segment.
  private mutating func openWithin(
    _ segment: Range<Int>, _ place: Int, _ block: AccountBlock, _ chunk: InstantChunk, _ rules: Rules
  ) {
    let slot = block.slots[place]
    if slot.isUnpriceable { return }
    let due = chunk.firstInstant(notBefore: slot.notBefore, from: segment.lowerBound)
    let instant = chunk.firstInstant(pricing: slot.needs, from: due)
    guard instant < segment.upperBound else { return }
    chunk.read(instant, into: &quotes)
    block.open(place, rules, quotes, number: chunk.firstNumber + instant)
    search(instant + 1..<segment.upperBound, place, block, chunk, rules)
  }

  // MARK: One account

  /// Finds and carries out everything that happens to one account in a stretch whose funding is settled.
  private mutating func search(
    _ stretch: Range<Int>, _ place: Int, _ block: AccountBlock, _ chunk: InstantChunk, _ rules: Rules
  ) {
    var instant = stretch.lowerBound
    while instant < stretch.upperBound && block.slots[place].stage == .active {
      let event = nextEvent(place, block, chunk, from: instant)
      if event == instant {
        runClock(at: event, place, block, chunk)
        chunk.read(event, into: &quotes)
        block.test(place, rules, quotes, number: chunk.firstNumber + event)
        instant += 1
      } else if block.isOutsideGreen(place) {
        chunk.read(instant, into: &quotes)
        block.test(place, rules, quotes, number: chunk.firstNumber + instant)
        instant += 1
      } else {
        let end = min(stretch.upperBound, event, nextWaking(place, block, chunk, from: instant))
        instant = descend(instant..<end, level: 0, place, block, chunk, rules) ?? end
      }
    }
    block.schedule(place, after: Timestamp(nanoseconds: chunk.times[stretch.upperBound - 1]))
  }

  /// Searches a stretch in which no clock event falls due and no pool wakes. Where the reference denies a
  /// nomination the rest is searched in narrower cells, whose bounds are tighter.
  ///
  /// - Returns: the instant after the first at which something happened; nil for none.
  private mutating func descend(
    _ stretch: Range<Int>, level: Int, _ place: Int, _ block: AccountBlock, _ chunk: InstantChunk,
    _ rules: Rules
  ) -> Int? {
    var instant = stretch.lowerBound
    var isCompiled = false
    while instant < stretch.upperBound {
      if !isCompiled {
        compile(instant..<stretch.upperBound, place, block, chunk, rules)
        isCompiled = true
      }
      guard let hit = nominator.firstHit(compiler.lines, in: instant..<stretch.upperBound, chunk) else {
        break
      }
      chunk.read(hit, into: &quotes)
      instant = hit + 1
      if block.test(place, rules, quotes, number: chunk.firstNumber + hit) { return instant }
      if level < InstantChunk.cellWidths.count {
        let width = InstantChunk.cellWidths[level]
        let end = min(stretch.upperBound, (instant / width + 1) * width)
        if let next = descend(instant..<end, level: level + 1, place, block, chunk, rules) { return next }
        instant = max(instant, end)
        isCompiled = false
      }
    }
    return nil
  }

  private mutating func compile(
    _ stretch: Range<Int>, _ place: Int, _ block: AccountBlock, _ chunk: InstantChunk, _ rules: Rules
  ) {
    chunk.readBox(stretch, into: &box)
    compiler.compile(place, of: block, rules, box, from: chunk.times[stretch.lowerBound])
  }

  /// The first instant from `start` on at which a clock event of the account is due.
  private func nextEvent(_ place: Int, _ block: AccountBlock, _ chunk: InstantChunk, from start: Int) -> Int {
    guard let due = block.book.nextEvent(of: block.accounts[place]) else { return chunk.count }
    return chunk.firstInstant(notBefore: due, from: start)
  }

  /// The first instant from `start` on at which a pool of the account wakes that sleeps at `start`.
  private func nextWaking(_ place: Int, _ block: AccountBlock, _ chunk: InstantChunk, from start: Int) -> Int
  {
    let now = Timestamp(nanoseconds: chunk.times[start])
    guard let waking = block.accounts[place].nextWaking(after: now) else { return chunk.count }
    return chunk.firstInstant(notBefore: waking, from: start)
  }

  private mutating func runClock(at instant: Int, _ place: Int, _ block: AccountBlock, _ chunk: InstantChunk)
  {
    let time = Timestamp(nanoseconds: chunk.times[instant])
    guard let due = block.book.nextEvent(of: block.accounts[place]), due <= time else { return }
    chunk.read(instant - 1, into: &previous)
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
