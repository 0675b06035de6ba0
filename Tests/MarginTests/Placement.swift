import Market
import Random

@testable import Margin

/// An account that is placed on one of its triggers: one of its figures, or a price, becomes the last Double
/// at which the reference finds that the trigger holds.
struct Placement {
  /// A figure that can be moved.
  enum Figure {
    case balance(Int), margin(Int), entry(Int), principal(Int), startEquity, mark(Int), index(Int)
  }

  let trigger: PlacedTrigger
  let rules: Rules
  let layout: FactorLayout
  var world: PresetWorld
  /// The account as it was drawn.
  private let drawn: Account
  var account: Account
  /// The prices of the instant on which it is placed.
  var now: Quotes
  /// The pool whose trigger it is.
  var pool: PoolPlace
  /// The worst ratio so far, where that is the trigger.
  var ratio = 0.0
  private let prices: PriceModel

  /// Draws world `number`; nil where it holds nothing that the trigger could be about.
  init?(_ trigger: PlacedTrigger, _ number: Int, seed: UInt64) throws {
    self.trigger = trigger
    var names = PresetWorld.names
    if let formula = trigger.formula {
      names = PresetWorld.lenders.filter { ($0 == "binance-cross-pro") == (formula == .pro) }
    }
    world = try PresetWorld(seed: seed, number: number, of: names)
    if let formula = trigger.formula {
      world.perturbLoan()
      world.change { $0.loan?.formula = formula }
    }
    let fraction = world.draws.uniform(from: 0.4, to: 1)
    let limit = world.pick([0.9, 0.995, 0.5])
    world.change { venue in
      venue.liquidation.lossFraction = trigger == .lossFraction ? fraction : nil
      venue.autoExchange.ltv = trigger == .loanToValue ? limit : nil
      venue.autoExchange.ltvScope = .always
      for place in venue.assets.indices where trigger != .threshold {
        venue.assets[place].autoThreshold = nil
      }
    }
    rules = Rules(world.venue)
    prices = world.prices
    layout = FactorLayout(world.venue, world.prices)
    drawn = Self.account(trigger, rules, &world)
    account = drawn
    now = world.quotes
    pool = .account
    if trigger == .worstRatio { ratio = world.draws.uniform(from: 0.05, to: 1.5) }
    if figures().isEmpty { return nil }
  }

  private static func account(_ trigger: PlacedTrigger, _ rules: Rules, _ world: inout PresetWorld) -> Account
  {
    if trigger.formula != nil {
      var account = world.borrower()
      if case .loanCall = trigger {} else { account.isCalled = true }
      return account
    }
    let mode: MarginMode =
      switch trigger {
      case .isolatedMargin, .lossFraction: .isolated
      case .crossMargin: .cross
      case .multiAssetMargin, .loanToValue, .threshold: .multiAsset
      default: world.pick([.isolated, .cross, .multiAsset])
      }
    let isMargin = [.isolatedMargin, .crossMargin, .multiAssetMargin].contains(trigger)
    var account = world.account(mode, health: isMargin ? (0.8, 2) : (2, 8))
    switch trigger {
    case .stopLoss: account.behaviour.stopLoss = world.draws.uniform(from: 0.02, to: 0.9)
    case .topUp:
      account.behaviour.topUp = Behaviour.TopUp(
        atRatio: world.draws.uniform(from: 0.2, to: 1), amount: 0.1, times: 1)
    case .loanToValue, .threshold:
      if world.draws.bernoulli(0.5) { account.positions = [] }
      let places = world.draws.pick(2, of: account.balances.count)
      account.balances[places[0]] = 5_000 / world.quotes.index[places[0]]
      account.balances[places[1]] = -world.draws.uniform(from: 1, to: 4_000) / world.quotes.index[places[1]]
    case .sleeping:
      let end = world.quotes.time.nanoseconds + 1
      for place in account.positions.indices { account.positions[place].cooldownUntil = end }
      account.cooldowns = [Int64](repeating: end, count: account.balances.count)
    default: break
    }
    account.startEquity = rules.grossEquity(account, world.quotes) * world.draws.uniform(from: 0.9, to: 1.1)
    return account
  }

  /// From when on the lines serve: only accounts that sleep have to know.
  var start: Timestamp? { trigger == .sleeping ? now.time : nil }

  // MARK: Figures

  /// What can be moved to set the trigger off.
  private func figures() -> [Figure] {
    if trigger.formula != nil { return loanFigures() }
    if trigger == .loanToValue || trigger == .threshold {
      let held = account.balances.indices.filter { account.balances[$0] != 0 }
      let limited = held.filter { rules.venue.assets[$0].autoThreshold != nil }
      if trigger == .threshold { return limited.map(Figure.balance) }
      return held.map(Figure.balance) + held.filter(isSeries).map(Figure.index)
    }
    var figures: [Figure] = trigger == .stopLoss ? [.startEquity, .startEquity] : []
    for (place, held) in account.positions.enumerated() where isInPool(place) {
      let asset = rules.marginAsset[held.instrument.rawValue]
      figures += [.entry(place), .mark(held.instrument.rawValue)]
      figures += held.isIsolated ? [.margin(place), .margin(place)] : [.balance(asset), .balance(asset)]
      if account.mode == .multiAsset && isSeries(asset) { figures.append(.index(asset)) }
    }
    guard case .account = pool, !figures.isEmpty else { return figures }
    return figures + account.balances.indices.filter { account.balances[$0] != 0 }.map(Figure.balance)
  }

  private func loanFigures() -> [Figure] {
    let terms = rules.venue.loan?.terms ?? []
    var figures: [Figure] = []
    for asset in account.balances.indices where terms[asset] != nil {
      if account.balances[asset] > 0 { figures.append(.balance(asset)) }
      if rules.owed(account, asset) > 0 { figures.append(.principal(asset)) }
      if isSeries(asset) && (account.balances[asset] > 0 || rules.owed(account, asset) > 0) {
        figures.append(.index(asset))
      }
    }
    return rules.owed(account, 0) > 0 || account.owes ? figures : []
  }

  /// Whether an asset has an index series of its own, so that its price can be set.
  private func isSeries(_ asset: Int) -> Bool {
    if case .series = prices.indexes[asset] { true } else { false }
  }

  private func isInPool(_ place: Int) -> Bool {
    let held = account.positions[place]
    switch pool {
    case .position(let wanted): return place == wanted
    case .asset(let asset): return !held.isIsolated && rules.marginAsset[held.instrument.rawValue] == asset
    case .account, .loan: return true
    }
  }

  private func read(_ figure: Figure) -> Double {
    switch figure {
    case .balance(let asset): account.balances[asset]
    case .margin(let place): account.positions[place].margin
    case .entry(let place): account.positions[place].entry
    case .principal(let asset): account.debts[asset].principal
    case .startEquity: account.startEquity
    case .mark(let instrument): now.marks[instrument]
    case .index(let asset): now.index[asset]
    }
  }

  private mutating func write(_ value: Double, to figure: Figure) {
    switch figure {
    case .balance(let asset): account.balances[asset] = value
    case .margin(let place): account.positions[place].margin = value
    case .entry(let place): account.positions[place].entry = value
    case .principal(let asset): account.debts[asset].principal = value
    case .startEquity: account.startEquity = value
    case .mark(let instrument):
      now.marks[instrument] = value
      now = world.settled(now)
    case .index(let asset):
      now.index[asset] = value
      now = world.settled(now)
    }
  }

  /// Whether a figure may have a value: prices and debts are positive.
  private func allows(_ value: Double, _ figure: Figure) -> Bool {
    switch figure {
    case .balance, .margin: value.isFinite
    case .entry, .principal, .startEquity, .mark, .index: value.isFinite && value > 0
    }
  }

  // MARK: Placing

  /// Draws prices and a figure, and moves the figure to the last Double at which the trigger holds.
  ///
  /// - Returns: the figure, and what steps it further to where the trigger does not hold (1 or −1 Doubles);
  ///   nil where this cannot be done.
  mutating func place() -> (figure: Figure, awayKeys: Int64)? {
    account = drawn
    now = world.quotes(within: world.pick([0, 0.01, 0.2]))
    if world.draws.bernoulli(0.2) { moveToKink() }
    guard choosePool() else { return nil }
    let all = figures()
    guard !all.isEmpty else { return nil }
    let figure = all[world.draws.choice(count: all.count)]
    guard let slope = approach(figure), slope != 0 else { return nil }
    return flip(figure, slope).map { (figure, $0) }
  }

  /// Chooses a pool of the kind that the trigger is about.
  private mutating func choosePool() -> Bool {
    let pools = rules.pools(account).filter { pool in
      switch (trigger, pool) {
      case (.isolatedMargin, .asset), (.lossFraction, .asset), (.crossMargin, .position): false
      default: true
      }
    }
    // A wallet without positions can be exchanged.
    if pools.isEmpty { return trigger == .loanToValue || trigger == .threshold }
    pool = world.pick(pools)
    return true
  }

  /// Puts a mark where a position's notional reaches the floor of a bracket, give or take a Double.
  private mutating func moveToKink() {
    guard !account.positions.isEmpty else { return }
    let held = account.positions[world.draws.choice(count: account.positions.count)]
    let instrument = held.instrument.rawValue
    let floors = rules.venue.instruments[instrument].brackets.map { $0.floor / abs(held.quantity) }
    let near = floors.filter { $0 > now.marks[instrument] * 0.5 && $0 < now.marks[instrument] * 2 }
    guard let floor = near.first else { return }
    write(world.pick([floor, floor.nextUp, floor.nextDown]), to: .mark(instrument))
  }

  /// Moves a figure near the place where its slack passes 0.
  ///
  /// - Returns: how the slack grows with the figure; nil where the figure would leave its range.
  private mutating func approach(_ figure: Figure) -> Double? {
    var slope = 0.0
    for _ in 0..<6 {
      let (value, slack) = (read(figure), slack())
      let step = max(abs(value), 1e-3) * 1e-6
      write(value + step, to: figure)
      slope = (self.slack() - slack) / step
      guard slope != 0, slope.isFinite else { return nil }
      let next = value - slack / slope
      guard allows(next, figure) else { return nil }
      write(next, to: figure)
      if abs(next - value) <= 1e-13 * abs(value) { break }
    }
    return slope
  }

  /// Finds two neighbouring Doubles of which the trigger holds at one alone, and moves the figure there.
  private mutating func flip(_ figure: Figure, _ slope: Double) -> Int64? {
    let start = read(figure).key
    let isHolding = holds()
    // Where it holds, more slack ends it.
    let direction: Int64 = (slope > 0) == isHolding ? 1 : -1
    var (near, far, width) = (start, start, Int64(1))
    while true {
      guard width < 1 << 40 else { return nil }
      far = start + direction * width
      let value = Double(key: far)
      guard allows(value, figure) else { return nil }
      write(value, to: figure)
      if holds() != isHolding { break }
      (near, width) = (far, width * 2)
    }
    while abs(far - near) > 1 {
      let middle = near + (far - near) / 2
      write(Double(key: middle), to: figure)
      if holds() == isHolding { near = middle } else { far = middle }
    }
    let (holding, resting) = isHolding ? (near, far) : (far, near)
    write(Double(key: holding), to: figure)
    return resting - holding
  }

  /// Moves a figure by some Doubles.
  ///
  /// - Returns: whether it may stand there.
  mutating func step(_ figure: Figure, by keys: Int64) -> Bool {
    let value = Double(key: read(figure).key + keys)
    guard allows(value, figure) else { return false }
    write(value, to: figure)
    return true
  }
}

extension Double {
  /// Doubles in order as whole numbers: neighbours differ by 1.
  fileprivate var key: Int64 {
    let bits = Int64(bitPattern: bitPattern)
    return bits >= 0 ? bits : .min - bits
  }

  fileprivate init(key: Int64) {
    self.init(bitPattern: UInt64(bitPattern: key >= 0 ? key : .min - key))
  }
}
