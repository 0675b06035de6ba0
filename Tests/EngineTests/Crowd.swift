import Engine
import Margin
import Market
import Random

/// The people of a wild world: each holds what it pleases, in any mode, near its triggers or far from them.
struct Crowd: AccountSource {
  private let venue: Venue
  private let seed: UInt64
  private let number: UInt64
  /// Times from which dates are drawn.
  private let times: WildWorld.Times
  let count: Int
  /// Instruments and assets that have a price in the ticks.
  private let instruments: [Int]
  private let assets: [Int]
  /// How likely each mode is, by its place among all modes.
  private let modes: [Double]
  /// Exposure over margin: what most people of this world take.
  private let leverages: [Double]

  init(
    _ venue: Venue, _ prices: PriceModel, _ shape: WildShape, times: WildWorld.Times, seed: UInt64,
    number: UInt64
  ) {
    self.venue = venue
    self.seed = seed
    self.number = number
    self.times = times
    count = shape.accounts
    instruments = venue.instruments.indices.filter {
      prices.marks[$0] != nil && prices.indexes[venue.instruments[$0].marginAsset.rawValue] != nil
    }
    assets = venue.assets.indices.filter { prices.indexes[$0] != nil }
    var dice = RandomStream(seed: seed, stream: number, purpose: 5)
    modes = MarginMode.allCases.map { _ in dice.bernoulli(0.8) ? 1 : 0.02 }
    leverages = dice.bernoulli(0.3) ? [1, 2] : dice.bernoulli(0.5) ? [2, 5, 10, 20, 40] : [20, 40]
  }

  /// Who somebody is before any price is known.
  private struct Person {
    var mode: MarginMode
    /// What is held or will be; the margin assets of the instruments are among the assets.
    var instruments: [Int]
    var assets: [Int]
    var notBefore: Int64
    var actions: [Action]
    var dice: RandomStream
  }

  private func person(_ place: Int) -> Person {
    var dice = RandomStream(seed: seed, stream: number << 32 | UInt64(place), purpose: 6)
    let mode = MarginMode.allCases[dice.choice(weights: modes)]
    var held: [Int] = []
    if mode != .loan && !instruments.isEmpty {
      held = dice.pick(1 + dice.choice(count: min(3, instruments.count)), of: instruments.count)
        .map { instruments[$0] }
      // Now and then one that nothing prices.
      if dice.bernoulli(0.02) { held.append(dice.choice(count: venue.instruments.count)) }
    }
    var owned = Set(held.map { venue.instruments[$0].marginAsset.rawValue })
    if !assets.isEmpty && (owned.isEmpty || mode == .multiAsset || dice.bernoulli(0.5)) {
      let more = 1 + dice.choice(count: min(3, assets.count))
      for asset in dice.pick(more, of: assets.count) { owned.insert(assets[asset]) }
    }
    if mode == .loan && assets.contains(3) { owned.insert(3) }
    let isLate = dice.bernoulli(0.35)
    var person = Person(
      mode: mode, instruments: Set(held).sorted(), assets: owned.sorted(),
      notBefore: isLate ? times.date(&dice) : .min, actions: [], dice: dice)
    if person.dice.bernoulli(0.03) { person.notBefore = .max }
    person.actions = (0..<[0, 0, 0, 1, 2, 4][person.dice.choice(count: 6)]).compactMap { _ in
      action(of: &person)
    }
    return person
  }

  func need(_ number: Int, into needs: inout AccountNeeds) {
    let person = person(number)
    needs.begin(notBefore: Timestamp(nanoseconds: person.notBefore))
    for asset in person.assets { needs.insert(AssetIndex(asset)) }
    for place in person.instruments {
      needs.insert(InstrumentIndex(place), settledIn: venue.instruments[place].marginAsset)
    }
  }

  func open(_ number: Int, _ rules: Rules, _ quotes: Quotes, into account: inout Account) -> Rejection? {
    var person = person(number)
    if person.mode == .loan {
      account = borrower(number, &person, quotes)
    } else {
      account = trader(number, &person, quotes)
    }
    if person.dice.bernoulli(0.3) { account.userLevel = .vip3 }
    return rules.open(&account, testsInitialMargin: person.dice.bernoulli(0.2), quotes)
  }

  // MARK: What they hold

  private func trader(_ number: Int, _ person: inout Person, _ quotes: Quotes) -> Account {
    var balances = [Double](repeating: 0, count: venue.assets.count)
    var positions: [Position] = []
    var usd = 0.0
    for place in person.instruments {
      let lot = venue.instruments[place].lot
      let margin = venue.instruments[place].marginAsset.rawValue
      let isHedged = person.dice.bernoulli(0.3)
      let first = person.dice.bernoulli(0.6) ? 1.0 : -1
      for sign in isHedged ? [1.0, -1] : [first] {
        let notional = person.dice.lognormal(median: 8_000, sigma: 1.5) / quotes.index[margin]
        let unit = Position.quantity(lots: 1, lot: lot)
        let lots = Int64(min(1e9, notional / quotes.marks[place] / unit))
        let backing = notional / leverages[person.dice.choice(count: leverages.count)]
        guard lots > 0 else { continue }
        let isIsolated = person.mode == .isolated || (person.mode == .cross && person.dice.bernoulli(0.25))
        if isIsolated {
          balances[margin] += backing * [0, 0, 1][person.dice.choice(count: 3)]
        } else {
          balances[margin] += backing
          usd += backing * quotes.index[margin]
        }
        positions.append(
          Position(
            instrument: InstrumentIndex(place), lots: Int64(sign) * lots, lot: lot,
            entry: quotes.marks[place]
              * (person.dice.bernoulli(0.5) ? 1 : 0.98 + 0.04 * person.dice.uniform()),
            margin: isIsolated ? backing : 0, isIsolated: isIsolated))
      }
    }
    if person.mode == .multiAsset { share(usd, &balances, &person, quotes) }
    let behaviour = behaviour(&person)
    return Account(
      number: number, mode: person.mode, balances: balances,
      spot: person.dice.bernoulli(0.2) ? venue.assets.map { _ in 2 } : [], positions: positions,
      behaviour: behaviour, actions: person.actions)
  }

  /// Puts the backing of a pool into all assets that its owner has, now and then with a debt in one of them.
  private func share(_ usd: Double, _ balances: inout [Double], _ person: inout Person, _ quotes: Quotes) {
    let wallet = person.assets
    if person.dice.bernoulli(0.6) {
      let money = usd == 0 ? 5_000 : usd
      let weights = person.dice.dirichlet(wallet.map { _ in 1 })
      for asset in wallet { balances[asset] = 0 }
      for (asset, weight) in zip(wallet, weights) { balances[asset] += money * weight / quotes.index[asset] }
    }
    if person.dice.bernoulli(0.25) {
      let asset = wallet[person.dice.choice(count: wallet.count)]
      balances[asset] -= (100 + usd * person.dice.uniform()) / quotes.index[asset]
    }
  }

  private func borrower(_ number: Int, _ person: inout Person, _ quotes: Quotes) -> Account {
    var balances = [Double](repeating: 0, count: venue.assets.count)
    var debts = [Debt](repeating: Debt(), count: venue.assets.count)
    var worth = 0.0
    for asset in person.assets {
      let value = person.dice.lognormal(median: 3_000, sigma: 1)
      balances[asset] = value / quotes.index[asset]
      worth += value
    }
    let share = [0.1, 0.5, 0.7, 0.9][person.dice.choice(count: 4)] * (0.9 + 0.1 * person.dice.uniform())
    for _ in 0..<person.dice.choice(count: 4) {
      let asset = person.assets[person.dice.choice(count: person.assets.count)]
      debts[asset].principal += worth * share * person.dice.uniform() / quotes.index[asset]
      if person.dice.bernoulli(0.3) { debts[asset].interest = debts[asset].principal * 0.01 }
    }
    var behaviour = behaviour(&person)
    behaviour.stopLoss = nil
    return Account(
      number: number, mode: .loan, balances: balances, debts: debts, positions: [], behaviour: behaviour,
      actions: person.actions)
  }

  // MARK: What they do

  private func behaviour(_ person: inout Person) -> Behaviour {
    var behaviour = Behaviour()
    if person.dice.bernoulli(0.25) { behaviour.stopLoss = 0.02 + 0.6 * person.dice.uniform() }
    if person.dice.bernoulli(0.3) {
      behaviour.topUp = Behaviour.TopUp(
        atRatio: 0.2 + person.dice.uniform(), amount: [0.002, 0.05, 0.2][person.dice.choice(count: 3)],
        times: 1 + person.dice.choice(count: 4))
    }
    return behaviour
  }

  private func action(of person: inout Person) -> Action? {
    guard !person.assets.isEmpty else { return nil }
    let at = Timestamp(nanoseconds: times.date(&person.dice))
    let asset = AssetIndex(person.assets[person.dice.choice(count: person.assets.count)])
    let usd = person.dice.lognormal(median: 300, sigma: 1.5)
    let isStable = venue.assets[asset.rawValue].isStable
    let amount = (isStable ? usd : usd / 1_000) * (person.dice.bernoulli(0.5) ? 1 : -1)
    switch (person.mode, person.dice.choice(count: 4)) {
    case (.loan, 0): return Action(at: at, kind: .borrow(asset: asset, amount: abs(amount)))
    case (.loan, 1): return Action(at: at, kind: .repay(asset: asset, amount: abs(amount) * 3))
    case (.isolated, 0), (.cross, 0):
      guard let place = person.instruments.first else { return nil }
      return Action(at: at, kind: .addMargin(instrument: InstrumentIndex(place), amount: amount))
    case (.loan, _), (_, 1), (_, 2): return Action(at: at, kind: .transfer(asset: asset, amount: amount))
    default:
      let modes: [MarginMode] = [.cross, .multiAsset, .isolated]
      return Action(at: at, kind: .switchMode(modes[person.dice.choice(count: 3)]))
    }
  }
}
