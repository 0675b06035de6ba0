import Market
import Random

@testable import Margin

/// A random account on a random path of prices, with funding, actions, top-ups, a stop-loss and dated
/// changes of the venue.
struct PresetLife {
  /// One instant: what was there before funding, before the test, and what they made happen.
  struct Instant {
    var beforeActions: Account
    var beforeFunding: Account
    var beforeTest: Account
    var after: Account
    var actions: Journal
    var funding: Journal
    var test: Journal
    var happened: Bool
    var venue: Venue
  }

  private(set) var world: PresetWorld
  private(set) var rules: Rules
  private(set) var account: Account
  /// The account and the prices at its opening.
  let start: Account
  let startQuotes: Quotes
  private var changesAt: Int
  private var instants = 0

  var quotes: Quotes { world.quotes }

  /// Nil where the account takes no part.
  init?(_ mode: MarginMode, seed: UInt64, number: Int) throws {
    world = try PresetWorld(seed: seed, number: number)
    rules = Rules(world.venue)
    account = world.account(mode, health: (1, 5))
    if world.draws.bernoulli(0.25) { account.behaviour.stopLoss = world.draws.uniform(from: 0.05, to: 0.9) }
    if world.draws.bernoulli(0.35) {
      account.behaviour.topUp = Behaviour.TopUp(
        atRatio: world.draws.uniform(from: 0.4, to: 0.95), amount: world.draws.uniform(from: 0.01, to: 0.4),
        times: 1 + world.draws.choice(count: 3))
    }
    let money = max(100, rules.grossEquity(account, world.quotes))
    if world.draws.bernoulli(0.4) { account = Self.acting(account, money, &world) }
    changesAt = world.pick([5, 12, 1_000])
    guard rules.open(&account, testsInitialMargin: false, world.quotes) == nil else { return nil }
    start = account
    startQuotes = world.quotes
  }

  /// The account with transfers and moves of margin at random times.
  private static func acting(_ account: Account, _ money: Double, _ world: inout PresetWorld) -> Account {
    var actions: [Action] = []
    for _ in 0...world.draws.choice(count: 4) {
      let second = world.quotes.time.nanoseconds + Int64(1 + world.draws.choice(count: 25)) * 1_000_000_000
      let asset = world.draws.choice(count: account.balances.count)
      let usd = money * world.draws.uniform(from: -0.4, to: 0.4)
      let instrument = InstrumentIndex(world.draws.choice(count: world.venue.instruments.count))
      let kind: Action.Kind =
        world.draws.bernoulli(0.5) && account.mode == .isolated
        ? .addMargin(instrument: instrument, amount: usd)
        : .transfer(asset: AssetIndex(asset), amount: usd / world.quotes.index[asset])
      actions.append(Action(at: Timestamp(nanoseconds: second), kind: kind))
    }
    return Account(
      number: account.number, mode: account.mode, userLevel: account.userLevel, balances: account.balances,
      spot: account.spot, positions: account.positions, behaviour: account.behaviour, actions: actions)
  }

  /// The next second: dated changes and actions at the old prices, then the new ones, funding and the test.
  mutating func step() -> Instant {
    instants += 1
    if instants == changesAt { changeRules() }
    let beforeActions = account
    let due = Timestamp(nanoseconds: quotes.time.nanoseconds + 1_000_000_000)
    var (actions, funding, test) = (
      Journal(keepsFlows: true), Journal(keepsFlows: true), Journal(keepsFlows: true)
    )
    RuleBook(rules).runClock(&account, dueAt: due, quotes, &actions)
    let beforeFunding = account
    world.advance()
    for place in world.venue.instruments.indices where world.draws.bernoulli(0.05) {
      let rate = world.draws.uniform(from: -0.004, to: 0.005)
      rules.settleFunding(&account, InstrumentIndex(place), rate: rate, quotes, &funding)
    }
    let beforeTest = account
    let happened = rules.test(&account, quotes, &test)
    return Instant(
      beforeActions: beforeActions, beforeFunding: beforeFunding, beforeTest: beforeTest, after: account,
      actions: actions, funding: funding, test: test, happened: happened, venue: world.venue)
  }

  private mutating func changeRules() {
    world.perturbFigures()
    if world.draws.bernoulli(0.5) { world.throwSwitches() }
    rules = Rules(world.venue)
  }

  mutating func finish() { rules.finish(&account, quotes) }
}
