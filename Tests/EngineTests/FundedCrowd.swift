import Engine
import Market
import Random

@testable import Margin

/// People whose balance is placed on a trigger at a spike of a funded world, after hundreds of fundings: the
/// last Double at which the trigger holds, or one near it.
struct FundedCrowd: AccountSource {
  /// One of them.
  struct Person {
    var account: Account
    /// The spike on which it is placed.
    var spike: Int
    /// Whether the trigger holds there: the balance is not beyond the last Double at which it does.
    var isHit: Bool
  }

  let people: [Person]
  var count: Int { people.count }

  init(_ world: FundedWorld, seed: UInt64, count: Int) {
    var people: [Person] = []
    // Few of them cannot be placed.
    for number in 0..<2 * count where people.count < count {
      var dice = RandomStream(seed: seed, stream: UInt64(number), purpose: 9)
      if let person = Self.person(world, &dice) { people.append(person) }
    }
    self.people = people
  }

  func need(_ number: Int, into needs: inout AccountNeeds) {
    needs.begin(notBefore: Timestamp(nanoseconds: .min))
    needs.insert(AssetIndex(FundedWorld.money))
    for held in people[number].account.positions {
      needs.insert(held.instrument, settledIn: AssetIndex(FundedWorld.money))
    }
  }

  func open(_ number: Int, _ rules: Rules, _ quotes: Quotes, into account: inout Account) -> Rejection? {
    account = people[number].account
    account.number = number
    return rules.open(&account, testsInitialMargin: false, quotes)
  }

  // MARK: Placing

  private static func person(_ world: FundedWorld, _ dice: inout RandomStream) -> Person? {
    let number = dice.choice(count: world.spikes.count)
    let spike = world.spikes[number]
    var account = drawn(world, spike, &dice)
    let flows = self.flows(account, world, until: spike.settlements)
    func holds(_ balance: Double) -> Bool {
      account.balances[FundedWorld.money] = balance
      var late = account
      _ = world.rules.open(&late, testsInitialMargin: false, world.rest)
      // In the order in which they are settled, each rounded.
      for flow in flows { late.balances[FundedWorld.money] += flow }
      return trigger(late, world.rules, spike.quotes)
    }
    guard let balance = lastHolding(holds, near: account.balances[FundedWorld.money]) else { return nil }
    let steps: Int64 = [0, 0, 0, 1, -1, 2][dice.choice(count: 6)]
    let placed = Double(bitPattern: UInt64(Int64(balance.bitPattern) + steps))
    let isHit = holds(placed)
    account.balances[FundedWorld.money] = placed
    return Person(account: account, spike: number, isHit: isHit)
  }

  /// An account whose balance is right above a power of two, most of the time: there its last place is the
  /// longest, relative to it. It is what the trigger asks for at the spike, but for the fundings.
  private static func drawn(
    _ world: FundedWorld, _ spike: FundedWorld.Spike, _ dice: inout RandomStream
  ) -> Account {
    let size = Int64(1) << Int64(dice.choice(count: 12))
    let balance =
      FundedWorld.unit * Double(size) * dice.uniform(from: 1.0001, to: dice.bernoulli(0.7) ? 1.05 : 1.9)
    let skipped = dice.bernoulli(0.5) ? 0 : dice.choice(count: world.lots.count / 2)
    let held = dice.pick(world.lots.count - skipped, of: world.lots.count).sorted()
    var (notional, maintenance) = (0.0, 0.0)
    for place in held {
      let quantity = Double(abs(world.lots[place]) * size) / 1_000
      notional += quantity * world.rest.marks[place]
      maintenance += quantity * spike.quotes.marks[place] * FundedWorld.maintenance
    }
    var behaviour = Behaviour()
    var wanted = maintenance / notional + spike.move
    switch dice.choice(count: 4) {
    case 0:
      let share = dice.uniform(from: 0.1, to: 0.5)
      behaviour.stopLoss = share
      wanted = spike.move / share
    case 1:
      let ratio = dice.uniform(from: 0.5, to: 1)
      behaviour.topUp = Behaviour.TopUp(atRatio: ratio, amount: 0.05, times: 2)
      wanted = maintenance / notional / ratio + spike.move
    default: break
    }
    // The loss since the entry eats up the rest.
    let loss = balance / notional - wanted
    let positions = held.map { place in
      Position(
        instrument: InstrumentIndex(place), lots: world.lots[place] * size,
        lot: world.venue.instruments[place].lot,
        entry: world.rest.marks[place] * (world.lots[place] > 0 ? 1 + loss : max(0.001, 1 - loss)))
    }
    var balances = [Double](repeating: 0, count: world.venue.assets.count)
    balances[FundedWorld.money] = balance
    return Account(
      number: 0, mode: dice.bernoulli(0.5) ? .cross : .multiAsset, balances: balances,
      positions: positions, behaviour: behaviour)
  }

  /// What the first settlements bring to the balance, in their order.
  private static func flows(_ account: Account, _ world: FundedWorld, until settlements: Int) -> [Double] {
    world.rates[..<settlements].flatMap { rates in
      account.positions.map { held in
        -held.quantity * world.rest.marks[held.instrument.rawValue] * rates[held.instrument.rawValue]
      }
    }
  }

  /// Whether one of its triggers holds, by the reference.
  private static func trigger(_ account: Account, _ rules: Rules, _ quotes: Quotes) -> Bool {
    if rules.firesStopLoss(account, quotes) { return true }
    let pool: PoolPlace = account.mode == .cross ? .asset(FundedWorld.money) : .account
    if rules.fires(pool, account, quotes) { return true }
    return account.behaviour.topUp.map { rules.reachesTopUp(rules.value(pool, account, quotes), $0) } ?? false
  }

  /// The last Double at which something holds that holds below it.
  private static func lastHolding(_ holds: (Double) -> Bool, near start: Double) -> Double? {
    var (low, high) = (start * 0.5, start * 2)
    guard holds(low), !holds(high) else { return nil }
    while low.nextUp < high {
      let middle = Double(bitPattern: (low.bitPattern + high.bitPattern) / 2)
      if holds(middle) { low = middle } else { high = middle }
    }
    return low
  }
}
