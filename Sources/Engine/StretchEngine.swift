internal import Kernels
internal import Margin
internal import Market

/// Says to which accounts something may happen in a stretch of instants. It may name too many, never too few.
protocol Nominator {
  /// Those of `places` whose triggers prices may set off within `stretch`.
  ///
  /// - Parameters:
  ///   - places: accounts of the block that take part in the whole stretch; no clock event falls due within
  ///     it and no pool wakes.
  ///   - rules: those that hold in the stretch.
  mutating func nominees(
    among places: [Int], _ stretch: Range<Int>, _ block: AccountBlock, _ chunk: InstantChunk, _ rules: Rules
  ) -> [Int]
}

/// Finds and carries out what happens to a block of accounts: stretch by stretch, nominee by nominee. The
/// reference decides what a nominator and the lines over the factors put up.
struct StretchEngine<Lines: Nominator> {
  /// Instants of the first window in which an account's lines are scanned.
  private static var firstWindow: Int { 64 }

  private var nominator: Lines
  /// Accounts that only prices can set off in the stretch under way.
  private var open: [Int] = []
  /// Scratch for the instant that is looked at.
  private var quotes: Quotes
  /// Scratch for the instant before a clock event.
  private var previous: Quotes
  /// The instant at which the segment under way begins, where it has funding or interest.
  private var stopQuotes: Quotes
  private var compiler: LineCompiler
  private var box: FactorBox

  init(_ nominator: Lines, layout: FactorLayout, unpriced: Quotes) {
    self.nominator = nominator
    quotes = unpriced
    previous = unpriced
    stopQuotes = unpriced
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
  /// funding, interest, or a change of the rules.
  private func segmentEnd(_ block: AccountBlock, _ chunk: InstantChunk, from start: Int) -> Int {
    var end = chunk.count
    if let funding = chunk.fundings.first(where: { $0.instant > start }) { end = funding.instant }
    for change in block.point.rules.dropFirst() where change.from.nanoseconds > chunk.times[start] {
      end = min(end, chunk.firstInstant(notBefore: change.from, from: start))
    }
    if block.lends, let interest = block.book.nextInterest(after: chunk.times[start]) {
      end = min(end, chunk.firstInstant(notBefore: interest, from: start))
    }
    return end
  }

  /// Whether interest falls due after the instant before `start`, at `start` or before it.
  private func isInterestDue(_ block: AccountBlock, _ chunk: InstantChunk, at start: Int) -> Bool {
    let before = start == 0 ? chunk.before.time.nanoseconds : chunk.times[start - 1]
    guard block.lends, let interest = block.book.nextInterest(after: before) else { return false }
    return interest.nanoseconds <= chunk.times[start]
  }

  /// A stretch of instants whose first alone may have funding or interest, under one set of rules.
  private mutating func runSegment(_ block: AccountBlock, _ chunk: InstantChunk, _ segment: Range<Int>) {
    let rules = block.rules(at: chunk.times[segment.lowerBound])
    let fundings = chunk.fundings.filter { $0.instant == segment.lowerBound }[...]
    let isStop = !fundings.isEmpty || isInterestDue(block, chunk, at: segment.lowerBound)
    let searched = isStop ? segment.dropFirst() : segment
    if isStop { chunk.read(segment.lowerBound, into: &stopQuotes) }
    open.removeAll(keepingCapacity: true)
    for place in block.slots.indices {
      switch block.slots[place].stage {
      case .done: continue
      case .waiting: openWithin(segment, place, block, chunk, rules)
      case .active:
        if isStop {
          runClock(at: segment.lowerBound, place, block, chunk)
          block.settle(place, fundings, rules, stopQuotes)
          block.test(place, rules, stopQuotes, number: chunk.firstNumber + segment.lowerBound)
          if block.slots[place].stage == .done { continue }
        }
        if searched.isEmpty { continue }
        let first = searched.lowerBound
        let ownTime = min(
          nextEvent(place, block, chunk, from: first), nextWaking(place, block, chunk, from: first))
        if ownTime < searched.upperBound || block.isOutsideGreen(place) {
          search(searched, place, block, chunk, rules)
        } else {
          open.append(place)
        }
      }
    }
    for place in nominator.nominees(among: open, searched, block, chunk, rules) {
      search(searched, place, block, chunk, rules)
    }
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
    if block.slots[place].stage == .active {
      search(instant + 1..<segment.upperBound, place, block, chunk, rules)
    }
  }

  // MARK: One account

  /// Finds and carries out everything that happens to one account in a stretch without funding.
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
  }

  /// Searches a stretch in which no action falls due and no pool wakes. Where the reference denies a
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
      guard let hit = firstHit(in: instant..<stretch.upperBound, chunk) else { break }
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

  /// The first instant at which any of the compiled lines is not above 0.
  ///
  /// The lines are scanned together in windows that double, so that a hit nearby costs no scan of another
  /// line over the whole range.
  private func firstHit(in range: Range<Int>, _ chunk: InstantChunk) -> Int? {
    var (start, width) = (range.lowerBound, Self.firstWindow)
    while start < range.upperBound {
      let end = min(range.upperBound, start + width)
      if let hit = firstHit(inWindow: start..<end, chunk) { return hit }
      start = end
      width *= 2
    }
    return nil
  }

  private func firstHit(inWindow range: Range<Int>, _ chunk: InstantChunk) -> Int? {
    var first: Int?
    let lines = compiler.lines
    for start in stride(from: 0, to: lines.count, by: compiler.stride) {
      let open = range.lowerBound..<(first ?? range.upperBound)
      let hit = LineScan.firstHit(
        line: lines.span.extracting(start..<start + compiler.stride), columns: chunk.columns.span,
        stride: chunk.capacity, range: open)
      first = hit ?? first
    }
    return first
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
