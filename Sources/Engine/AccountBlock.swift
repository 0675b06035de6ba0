internal import Margin
internal import Market

/// A run of accounts of one point, and everything that happens to them. Work items are blocks; nothing is
/// shared between them.
struct AccountBlock {
  /// Where an account is in its life.
  enum Stage {
    /// Not open yet.
    case waiting
    /// Takes part.
    case active
    /// Rejected, or nothing can happen to it any more.
    case done
  }

  /// What a block keeps of an account beside the account itself.
  struct Slot {
    var stage = Stage.waiting
    /// What came of it so far.
    var life = AccountLife()
    /// Whether it has ever had a position or a debt.
    var wasOpen = false
    /// Number of the instant at which it opened.
    var openedNumber = 0
    /// Number of the instant after which nothing could happen to it any more; nil while something can.
    var settledNumber: Int?
    /// Time before which it does not open.
    var notBefore = Timestamp(nanoseconds: .min)
    /// Where the columns that need a price before it opens stand among those of the block.
    var needs = 0..<0
    /// Whether a price that it needs is in no series at all.
    var isUnpriceable = false
  }

  private(set) var point: EnginePoint
  private(set) var book: RuleBook
  private(set) var numbers: Range<Int>
  let recordsWorstRatio: Bool
  let recordsBands: Bool
  /// The accounts in the order of `numbers`; one that waits is an empty shell.
  var accounts: [Account] = []
  var slots: [Slot] = []
  var journal: Journal
  /// Account-checks done or proven needless, once the books are closed.
  private(set) var checks = 0
  /// By account, the earliest time at which it must be looked at for its own sake, ns since the epoch: to
  /// open it, for a clock event, or because a pool wakes; the lowest while that is at every instant.
  private(set) var dueTimes: [Int64] = []
  /// By account, how often it has changed or a pool of it may have woken: lines made for another count are
  /// not its lines.
  private(set) var versions: [Int] = []
  /// Columns that need a price before an account opens, account after account.
  private var neededColumns: [Int] = []
  /// The people, those of the block drawn.
  private var people: any AccountSource
  /// How often an account was tested by the reference arithmetic, and how many of these tests were at
  /// instants that no bound had put up: the account must be looked at at each of them.
  private(set) var tests = (exact: 0, scanned: 0)
  /// What the pruned engine keeps from stretch to stretch.
  var lines = LineCache()

  /// An empty block; ``populate(_:)`` fills it.
  init(point: EnginePoint, numbers: Range<Int>, options: EngineOptions) {
    self.point = point
    book = RuleBook(point.rules)
    people = point.accounts
    self.numbers = numbers
    recordsWorstRatio = options.recordsWorstRatio
    recordsBands = options.recordsBands
    journal = Journal(keepsFlows: options.keepsFlows)
  }

  /// Makes it an empty block of other accounts, which come into being in the memory of the ones before.
  mutating func begin(_ point: EnginePoint, numbers: Range<Int>) {
    self.point = point
    book = RuleBook(point.rules)
    people = point.accounts
    self.numbers = numbers
    journal.entries.removeAll(keepingCapacity: true)
  }

  /// Asks what each account needs before it opens. The drawing of people takes its time, so blocks are filled
  /// side by side.
  mutating func populate(_ layout: FactorLayout) {
    people = point.accounts.drawing(numbers)
    accounts.fit(numbers.count, Account(number: 0, mode: .isolated, balances: [], positions: []))
    lines.forget()
    slots.removeAll(keepingCapacity: true)
    dueTimes.removeAll(keepingCapacity: true)
    neededColumns.removeAll(keepingCapacity: true)
    var needs = AccountNeeds()
    for number in numbers {
      people.need(number, into: &needs)
      let slot = slot(needs, layout)
      slots.append(slot)
      dueTimes.append(slot.isUnpriceable ? .max : slot.notBefore.nanoseconds)
    }
    versions.fit(slots.count, 0)
    for place in versions.indices { versions[place] = 0 }
  }

  private mutating func slot(_ needs: AccountNeeds, _ layout: FactorLayout) -> Slot {
    var slot = Slot()
    slot.notBefore = needs.notBefore
    let first = neededColumns.count
    for instrument in needs.instruments {
      if let column = layout.mark[instrument.rawValue] {
        neededColumns.append(column)
      } else {
        slot.isUnpriceable = true
      }
    }
    for asset in needs.assets where !layout.isOne[asset.rawValue] {
      if let column = layout.index[asset.rawValue] {
        neededColumns.append(column)
      } else {
        slot.isUnpriceable = true
      }
    }
    slot.needs = first..<neededColumns.count
    return slot
  }

  /// Columns that need a price before an account opens.
  func needs(_ place: Int) -> ArraySlice<Int> { neededColumns[slots[place].needs] }

  /// The rules that hold at a time.
  func rules(at nanoseconds: Int64) -> Rules { book.rules(at: Timestamp(nanoseconds: nanoseconds)) }

  // MARK: What happens to one account at one instant, in the order of the semantics

  /// Opens an account that waits, at the prices of `quotes`.
  mutating func open(_ place: Int, _ rules: Rules, _ quotes: Quotes) {
    let rejection = people.open(numbers.lowerBound + place, rules, quotes, into: &accounts[place])
    slots[place].life.opened = quotes.time
    slots[place].openedNumber = quotes.number
    slots[place].life.rejection = rejection
    if rejection != nil {
      slots[place].stage = .done
      slots[place].settledNumber = quotes.number
      return
    }
    slots[place].stage = .active
    versions[place] += 1
    rules.beginLoans(&accounts[place], quotes, &journal)
    if recordsWorstRatio { recordRatio(place, rules, quotes) }
    if recordsBands { recordBand(place, rules, quotes) }
    noteWhetherFlat(place, at: quotes.time)
    retireIfSettled(place, number: quotes.number)
  }

  /// Tests an account; what happens goes to the journal. The last that is done with it at an instant.
  ///
  /// - Returns: whether anything changed, its band included.
  @discardableResult
  mutating func test(_ place: Int, _ rules: Rules, _ quotes: Quotes) -> Bool {
    tests.exact += 1
    if recordsBands && isOutsideGreen(place) { tests.scanned += 1 }
    let recorded = recordsWorstRatio && recordRatio(place, rules, quotes)
    let happened = rules.test(&accounts[place], quotes, &journal)
    if happened { noteWhetherFlat(place, at: quotes.time) }
    retireIfSettled(place, number: quotes.number)
    let moved = recordsBands && recordBand(place, rules, quotes)
    if happened || recorded || moved { versions[place] += 1 }
    return happened || recorded || moved
  }

  /// The first position behind `start` at which other rules hold.
  func rulesEnd(_ tape: Tape, from start: Int) -> Int {
    for change in book.spans.dropFirst() where change.from.nanoseconds > tape.time(at: start) {
      return tape.position(notBefore: change.from.nanoseconds, from: start)
    }
    return tape.count
  }

  /// Which accounts need no look for their own sake until a time, ns since the epoch.
  func whichOpen(until last: Int64, into open: inout [Bool]) {
    open.fit(dueTimes.count, false)
    for place in dueTimes.indices { open[place] = dueTimes[place] > last }
  }

  /// Makes the kept lines of an account anew where it has changed since they were made.
  mutating func updateLines(_ place: Int, _ compiler: inout LineCompiler, from start: Int64) {
    guard lines.isStale(place, versions[place]) else { return }
    compiler.compile(place, of: self, rules(at: start), lines.box, from: start, tracksWorst: false)
    lines.keep(compiler.lines, of: place, version: versions[place])
  }

  /// A pool of an account wakes: lines made while it slept are no longer its lines.
  mutating func wake(_ place: Int) { versions[place] += 1 }

  /// The same where the time has come at which the account must be looked at for its own sake.
  mutating func wakeIfDue(_ place: Int, at time: Int64) {
    if dueTimes[place] <= time { wake(place) }
  }

  /// Works out when an account must be looked at next for its own sake, once it has been up to `time`.
  mutating func schedule(_ place: Int, after time: Timestamp) {
    versions[place] += 1
    switch slots[place].stage {
    case .done: dueTimes[place] = .max
    case .waiting: return
    case .active:
      let event = book.nextEvent(of: accounts.span[place])?.nanoseconds ?? .max
      let waking = accounts.span[place].nextWaking(after: time)?.nanoseconds ?? .max
      dueTimes[place] = isOutsideGreen(place) ? .min : min(event, waking)
    }
  }

  /// Carries out the clock events of an account that are due at an instant, at the prices before it.
  mutating func runClock(_ place: Int, dueAt time: Timestamp, _ previous: Quotes) {
    guard let due = book.nextEvent(of: accounts[place]), due <= time else { return }
    book.runClock(&accounts[place], dueAt: time, previous, &journal)
    noteWhetherFlat(place, at: time)
    versions[place] += 1
  }

  /// Settles the funding of an instant.
  mutating func settle(_ place: Int, _ fundings: ArraySlice<Tape.Funding>, _ rules: Rules, _ quotes: Quotes) {
    for funding in fundings {
      let isConcerned = rules.settleFunding(
        &accounts[place], funding.instrument, rate: funding.rate, quotes, &journal)
      if isConcerned { versions[place] += 1 }
    }
  }

  @discardableResult
  private mutating func recordRatio(_ place: Int, _ rules: Rules, _ quotes: Quotes) -> Bool {
    let ratio = rules.worstRatio(accounts.span[place], quotes)
    guard ratio > accounts[place].tally.worstRatio else { return false }
    accounts[place].tally.worstRatio = ratio
    accounts[place].tally.worstTime = quotes.time
    return true
  }

  /// Takes the band after everything that happened at an instant; the count ends once nothing can happen any
  /// more.
  ///
  /// - Returns: whether the account has left its band.
  @discardableResult
  private mutating func recordBand(_ place: Int, _ rules: Rules, _ quotes: Quotes) -> Bool {
    let band = CheckReport.Band(ratio: rules.worstRatio(accounts.span[place], quotes))
    var bands = slots[place].life.bands ?? BandTimes(band, at: quotes.time)
    let moved = bands.enter(band, at: quotes.time)
    if accounts[place].isSettled { bands.end(at: quotes.time) }
    slots[place].life.bands = bands
    return moved
  }

  /// Whether an account must be looked at at every instant, because its band is recorded and is not the one
  /// that a line over the factors bounds.
  func isOutsideGreen(_ place: Int) -> Bool {
    slots[place].life.bands.map { $0.band != .green } ?? false
  }

  /// Notes when the last position was closed or the last debt paid; nothing is noted of an account that never
  /// had any, and one that borrows again is open again.
  mutating func noteWhetherFlat(_ place: Int, at time: Timestamp) {
    guard accounts[place].isFlat else {
      slots[place].wasOpen = true
      slots[place].life.closed = nil
      return
    }
    if slots[place].wasOpen && slots[place].life.closed == nil { slots[place].life.closed = time }
  }

  /// Takes an account out once nothing can happen to it any more.
  private mutating func retireIfSettled(_ place: Int, number: Int) {
    guard accounts[place].isSettled else { return }
    slots[place].stage = .done
    slots[place].settledNumber = number
  }

  /// Closes the books of every account at the last prices.
  mutating func finish(_ end: ReplayEnd) {
    checks = 0
    let rules = rules(at: end.quotes.time.nanoseconds)
    for place in slots.indices
    where slots[place].life.opened != nil && slots[place].life.rejection == nil {
      rules.finish(&accounts[place], end.quotes)
      slots[place].life.bands?.end(at: end.quotes.time)
      checks += (slots[place].settledNumber ?? end.instants - 1) - slots[place].openedNumber
    }
  }

  /// The accounts and what came of them.
  var ended: AccountRun {
    AccountRun(first: numbers.lowerBound, accounts: accounts, lives: slots.map(\.life))
  }
}
