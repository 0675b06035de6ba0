internal import Kernels
public import Margin
public import Market
internal import Platform

/// Something that was done with an account at one instant, with the account before and after it.
public struct AccountMoment: Sendable {
  /// What was done.
  public enum Step: Sendable {
    /// It came to open; it takes no part where there is a rejection.
    case opening(Rejection?)
    /// Its owner's dated actions, at the prices before the instant; `from` and `to` count them.
    case actions(from: Int, to: Int)
    /// Interest on what it owes, at the prices before the instant.
    case interest
    /// Funding of an instrument, a fraction of notional; positive: longs pay.
    case funding(InstrumentIndex, rate: Double)
    /// It was tested, and something happened.
    case test
  }
  /// What was done.
  public var step: Step
  /// The prices at which it was done.
  public var quotes: Quotes
  /// The rules that held.
  public var rules: Rules
  /// The account before; where it just opened, as it came, before interest on its debts.
  public var before: Account
  /// The account after.
  public var after: Account
  /// What the journal says, flows included.
  public var entries: [JournalEntry]
}

/// The end of a replayed life.
public struct AccountEnd: Sendable {
  /// How the account ended, its books closed.
  public var outcome: AccountOutcome
  /// All entries, in their order, flows included.
  public var entries: [JournalEntry]
  /// The last prices, at which the books were closed.
  public var quotes: Quotes
  /// The rules that held then.
  public var rules: Rules
  /// Records, instants and times of the replay.
  public var statistics: ReplayStatistics
}

/// Replays one account of a point and tells every step of its life, in the reference's arithmetic and order.
/// The time in each band is always recorded.
public struct AccountReplay {
  /// Ticks in memory at a time.
  private static let tapeTicks = 65_536

  private let replay: Replay
  private var block: AccountBlock
  private var source: TapeSource
  private var walk: TapeWalk
  private var quotes: Quotes
  private var previous: Quotes

  /// Makes a replay of account `number` of `point`.
  ///
  /// - Parameters:
  ///   - replay: the ticks.
  ///   - point: its rules and people.
  ///   - number: the account's.
  ///   - recordsWorstRatio: whether the largest margin ratio is recorded.
  /// - Throws: errors of the tick files.
  public init(_ replay: Replay, _ point: EnginePoint, number: Int, recordsWorstRatio: Bool) throws {
    var options = EngineOptions()
    options.keepsFlows = true
    options.recordsWorstRatio = recordsWorstRatio
    options.recordsBands = true
    self.replay = replay
    source = try TapeSource(replay)
    walk = TapeWalk(source.map)
    block = AccountBlock(point: point, numbers: number..<number + 1, options: options)
    block.populate(source.map.layout)
    quotes = Quotes(unpriced: replay.venue)
    previous = quotes
  }

  /// Runs to the end of the ticks.
  ///
  /// - Parameters:
  ///   - isCancelled: polled between chunks.
  ///   - observe: called for every step, in order.
  /// - Throws: errors of the tick files; `RunError` with status `interrupted` when cancelled.
  public mutating func run(
    isCancelled: () -> Bool = { false }, _ observe: (AccountMoment) -> Void
  ) throws -> AccountEnd {
    // Nothing is searched here: the least level serves.
    var tape = Tape(source.map, LineScan(.baseline))
    while try source.fill(&tape, capacity: Self.tapeTicks) {
      if isCancelled() { throw RunError("interrupted", exitStatus: .interrupted) }
      run(through: tape, observe)
    }
    let last = previous
    block.finish(ReplayEnd(quotes: last, instants: source.statistics.instants))
    let life = block.slots[0].life
    let outcome = AccountOutcome(account: life.opened == nil ? nil : block.accounts[0], life: life)
    return AccountEnd(
      outcome: outcome, entries: block.journal.entries, quotes: last,
      rules: block.rules(at: last.time.nanoseconds), statistics: source.statistics)
  }

  private mutating func run(through tape: Tape, _ observe: (AccountMoment) -> Void) {
    walk.begin(tape, &previous)
    while let fundings = walk.advance(tape, into: &quotes) {
      let rules = block.rules(at: quotes.time.nanoseconds)
      switch block.slots[0].stage {
      case .waiting:
        guard block.isReady(0, tape, walk.end, quotes.time) else { break }
        var before = Account(number: 0, mode: .isolated, balances: [], positions: [])
        let rejection = block.point.accounts.open(block.numbers.lowerBound, rules, quotes, into: &before)
        block.open(0, rules, quotes)
        observe(moment(.opening(rejection), before, 0, quotes, rules))
      case .active:
        runClock(observe)
        for place in fundings { settle(tape.fundings[place...place], rules, observe) }
        let (before, start) = (block.accounts[0], block.journal.entries.count)
        block.test(0, rules, quotes)
        if block.journal.entries.count > start { observe(moment(.test, before, start, quotes, rules)) }
      case .done: break
      }
      swap(&quotes, &previous)
    }
  }

  /// Carries out what is due, one event after the other, at the prices before the instant.
  private mutating func runClock(_ observe: (AccountMoment) -> Void) {
    var prices = previous
    var isChanged = false
    while true {
      let (before, start) = (block.accounts[0], block.journal.entries.count)
      let event = block.book.runNext(
        &block.accounts[0], dueAt: quotes.time, &prices, &block.journal)
      let step: AccountMoment.Step
      switch event {
      case nil:
        if isChanged { block.noteWhetherFlat(0, at: quotes.time) }
        return
      case .interest: step = .interest
      case .action: step = .actions(from: before.actionsDone, to: before.actionsDone + 1)
      }
      isChanged = true
      observe(moment(step, before, start, prices, block.rules(at: prices.time.nanoseconds)))
    }
  }

  private mutating func settle(
    _ alone: ArraySlice<Tape.Funding>, _ rules: Rules, _ observe: (AccountMoment) -> Void
  ) {
    guard let funding = alone.first else { return }
    let (before, start) = (block.accounts[0], block.journal.entries.count)
    block.settle(0, alone, rules, quotes)
    guard block.journal.entries.count > start else { return }
    observe(moment(.funding(funding.instrument, rate: funding.rate), before, start, quotes, rules))
  }

  private func moment(
    _ step: AccountMoment.Step, _ before: Account, _ start: Int, _ quotes: Quotes, _ rules: Rules
  ) -> AccountMoment {
    AccountMoment(
      step: step, quotes: quotes, rules: rules, before: before, after: block.accounts[0],
      entries: Array(block.journal.entries[start...]))
  }
}
