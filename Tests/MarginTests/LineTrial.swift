import Market
import Random
import Testing

@testable import Margin

/// One random account, rule set and box of prices.
struct LineTrial {
  /// What an account can be placed on.
  enum Trigger: CaseIterable { case margin, lossFraction, topUp, stopLoss, loanToValue, worstRatio, band }

  private(set) var rules: Rules
  let layout: FactorLayout
  private(set) var points: [Quotes] = []
  private(set) var account: Account
  /// The ratio above which instants are wanted too; nil for none.
  private(set) var worstRatio: Double?
  /// The ratio from which on instants are wanted too; nil for none.
  private(set) var bandRatio: Double?
  private let number: Int
  private var world: RandomWorld
  private var compiler: LineCompiler

  init(_ mode: MarginMode, _ number: Int, seed: UInt64 = 17) {
    self.number = number
    world = RandomWorld(seed: seed, number: number)
    let venue = world.venue()
    rules = Rules(venue)
    let ether = SeriesKey(symbol: "ETH", kind: .index)
    let prices = Self.prices(
      usdt: world.pick([.one, .series(SeriesKey(symbol: "USDT", kind: .index))]),
      btc: world.pick([
        .mark(InstrumentIndex(Place.btcusdt)), .series(SeriesKey(symbol: "BTC", kind: .index)),
      ]),
      eth: world.pick([
        .mark(InstrumentIndex(Place.ethusdt)), .series(ether),
        .instrumentIndex(ether, InstrumentIndex(Place.ethusdt)),
      ]))
    layout = FactorLayout(venue, prices)
    compiler = LineCompiler(layout)
    let spread = world.pick([0, 1e-9, 1e-3, 0.02, 0.2])
    let center = world.quotes(spread: 0.1)
    account = world.account(mode, center)
    for _ in 0..<5 { points.append(Self.point(around: center, spread, prices, &world.draws)) }
    account.startEquity = rules.grossEquity(account, points[0]) * world.draws.uniform(from: 0.9, to: 1.6)
    if world.draws.bernoulli(0.3) { worstRatio = world.draws.uniform(from: 0.01, to: 1.5) }
    if world.draws.bernoulli(0.3) { bandRatio = CheckReport.Band.yellowRatio }
  }

  static func prices(
    usdt: PriceModel.IndexSource, btc: PriceModel.IndexSource, eth: PriceModel.IndexSource
  ) -> PriceModel {
    PriceModel(
      marks: ["BTCUSDT", "ETHUSDT", "ETHUSDC", "ETHBTC"].map { .series(SeriesKey(symbol: $0, kind: .mark)) },
      indexes: [usdt, .one, btc, eth, .series(SeriesKey(symbol: "BNB", kind: .index))],
      indexOrder: (0..<5).map(AssetIndex.init), funding: [nil, nil, nil, nil])
  }

  private static func point(
    around center: Quotes, _ spread: Double, _ prices: PriceModel, _ draws: inout RandomStream
  ) -> Quotes {
    var now = center
    for place in now.marks.indices { now.marks[place] *= 1 + spread * draws.uniform(from: -1, to: 1) }
    for asset in now.index.indices {
      switch prices.indexes[asset] {
      case .mark(let instrument): now.index[asset] = now.marks[instrument.rawValue] * now.index[Place.usdt]
      case .one, nil: now.index[asset] = 1
      default: now.index[asset] *= 1 + spread * draws.uniform(from: -1, to: 1)
      }
    }
    return now
  }

  // MARK: Lines

  /// The factors of a point, column by column.
  func columns(_ now: Quotes) -> [Double] {
    layout.factors.map { factor in
      switch factor {
      case .mark(let instrument): now.marks[instrument.rawValue]
      case .markUSD(let instrument):
        now.marks[instrument.rawValue]
          * now.index[rules.venue.instruments[instrument.rawValue].marginAsset.rawValue]
      case .index(let asset): now.index[asset.rawValue]
      }
    }
  }

  /// The box around all points.
  var box: FactorBox {
    let all = points.map(columns)
    let range = layout.factors.indices
    return FactorBox(
      low: range.map { column in all.map { $0[column] }.min() ?? 0 },
      high: range.map { column in all.map { $0[column] }.max() ?? 0 })
  }

  /// Whether the compiled lines nominate a point, in whatever order and width they are evaluated.
  private func nominates(_ now: Quotes, everyOrder: Bool) -> Bool {
    let factors = columns(now)
    var verdicts: [Bool] = [false, false, false]
    for start in stride(from: 0, to: compiler.lines.count, by: compiler.stride) {
      let line = Array(compiler.lines[start..<start + compiler.stride])
      var (forward, fused) = (line[0], line[0])
      var backward = 0.0
      for place in factors.indices {
        forward += line[place + 1] * factors[place]
        fused.addProduct(line[place + 1], factors[place])
      }
      for place in factors.indices.reversed() { backward += line[place + 1] * factors[place] }
      backward += line[0]
      for (way, value) in [forward, fused, backward].enumerated() where !(value > 0) { verdicts[way] = true }
    }
    return everyOrder ? verdicts.allSatisfy(\.self) : verdicts.contains(true)
  }

  private mutating func compile(_ box: FactorBox) {
    compiler.compile(account, rules, box, above: worstRatio, reaching: bandRatio)
  }

  /// Whether lines compiled for the box nominate a point.
  mutating func nominates(_ now: Quotes) -> Bool {
    compile(box)
    return nominates(now, everyOrder: false)
  }

  // MARK: Checks

  /// Whether the reference does anything at a point.
  private func happens(_ now: Quotes) -> Bool {
    let ratio = rules.worstRatio(account, now)
    if let worstRatio, ratio > worstRatio { return true }
    if bandRatio != nil, CheckReport.Band(ratio: ratio) != .green { return true }
    var (copy, journal) = (account, Journal())
    return rules.test(&copy, now, &journal)
  }

  /// Holds the lines of the box, and of each point alone, to the reference at every point.
  ///
  /// - Returns: at how many points something happened.
  mutating func checkAllPoints() -> Int {
    let wide = box
    let firing = points.filter { happens($0) }
    for now in firing {
      compile(wide)
      #expect(nominates(now, everyOrder: true), "\(account.mode) account \(number), its box")
      let alone = columns(now)
      compile(FactorBox(low: alone, high: alone))
      #expect(nominates(now, everyOrder: true), "\(account.mode) account \(number), a point")
    }
    return firing.count
  }

  /// Holds the lines to a trigger on which the account has been placed at the first point.
  mutating func checkPlaced(_ trigger: Trigger) {
    let alone = columns(points[0])
    for box in [box, FactorBox(low: alone, high: alone)] {
      compile(box)
      #expect(nominates(points[0], everyOrder: true), "\(trigger) of \(account.mode) account \(number)")
    }
  }

  mutating func shrinkToPoint() { points = [points[0]] }

  // MARK: Placing

  /// Changes a balance or a margin to the last Double at which the trigger still holds at the first point,
  /// with every
  /// other trigger as it may be.
  ///
  /// - Returns: false where the account cannot be brought there.
  mutating func place(on trigger: Trigger) -> Bool {
    var venue = rules.venue
    switch trigger {
    case .margin: venue.liquidation.lossFraction = nil
    case .lossFraction: venue.liquidation.lossFraction = 0.7
    case .topUp: account.behaviour.topUp = Behaviour.TopUp(atRatio: 0.7, amount: 0.1, times: 1)
    case .stopLoss: account.behaviour.stopLoss = 0.3
    case .loanToValue:
      venue.autoExchange.ltv = 0.9
      venue.autoExchange.ltvScope = .always
      account.balances[Place.usdc] = -world.draws.uniform(from: 1, to: 5_000)
    case .worstRatio: worstRatio = 0.6
    case .band: bandRatio = CheckReport.Band.yellowRatio
    }
    rules = Rules(venue)
    guard let pool = rules.pools(account).randomElement(using: &world.draws) else { return false }
    let purse = purse(pool, trigger)
    var (fires, rests) = (-1e7, 1e8)
    guard holds(trigger, pool, with(purse, fires)), !holds(trigger, pool, with(purse, rests)) else {
      return false
    }
    for _ in 0..<300 {
      let middle = fires + (rests - fires) / 2
      if middle == fires || middle == rests { break }
      if holds(trigger, pool, with(purse, middle)) { fires = middle } else { rests = middle }
    }
    account = with(purse, fires)
    return true
  }

  private func purse(_ pool: PoolPlace, _ trigger: Trigger) -> PoolPlace {
    if trigger == .loanToValue { return .asset(Place.btc) }
    if trigger == .stopLoss, account.mode != .isolated { return .asset(Place.eth) }
    if case .account = pool { return .asset(Place.usdt) }
    return pool
  }

  private func with(_ purse: PoolPlace, _ money: Double) -> Account {
    var copy = account
    switch purse {
    case .position(let place): copy.positions[place].margin = money
    case .asset(let asset): copy.balances[asset] = money
    case .account, .loan: break
    }
    return copy
  }

  private func holds(_ trigger: Trigger, _ pool: PoolPlace, _ account: Account) -> Bool {
    let now = points[0]
    switch trigger {
    case .margin, .lossFraction: return rules.fires(pool, account, now)
    case .topUp:
      return account.behaviour.topUp.map { rules.reachesTopUp(rules.value(pool, account, now), $0) } ?? false
    case .stopLoss: return rules.firesStopLoss(account, now)
    case .loanToValue: return rules.firesLoanToValue(account, now)
    case .worstRatio: return rules.value(pool, account, now).ratio > (worstRatio ?? 0)
    case .band: return CheckReport.Band(ratio: rules.value(pool, account, now).ratio) != .green
    }
  }

  // MARK: Slack

  /// The smallest slack of any trigger at the first point, as a share of the sizes of its terms; 0 or less
  /// where
  /// something fires.
  func smallestSlack() -> Double {
    let now = points[0]
    if happens(now) { return 0 }
    var smallest = Double.infinity
    let scale = size(now)
    for pool in rules.pools(account) {
      let value = rules.value(pool, account, now)
      let weights = [1, account.behaviour.topUp?.atRatio, worstRatio, bandRatio].compactMap(\.self)
      for weight in weights {
        smallest = min(smallest, (weight * value.equity - value.maintenanceMargin) / scale)
      }
      if case .position(let place) = pool, let share = rules.venue.liquidation.lossFraction {
        let held = account.positions[place]
        let pnl = rules.unrealizedPnL(held, mark: now.marks[held.instrument.rawValue])
        smallest = min(smallest, (pnl + share * held.margin) / scale)
      }
    }
    if let share = account.behaviour.stopLoss {
      smallest = min(
        smallest, (rules.grossEquity(account, now) - rules.paidIn(account) * (1 - share)) / scale)
    }
    if let limit = rules.venue.autoExchange.ltv, account.balances.contains(where: { $0 < 0 }) {
      let (negative, positive) = rules.loanToValue(account, now)
      smallest = min(smallest, (limit * positive - negative) / scale)
    }
    return smallest
  }

  /// Sizes of everything that any line adds up, USD or margin asset, whichever is more.
  private func size(_ now: Quotes) -> Double {
    var size = abs(account.startEquity) + 2_000
    for asset in account.balances.indices {
      size += abs(account.balances[asset]) * max(1, now.index[asset]) * 1.2
    }
    for held in account.positions {
      let mark = now.marks[held.instrument.rawValue]
      let unit = held.instrument.rawValue == Place.ethbtc ? now.index[Place.btc] : 1
      size += (abs(held.quantity) * (mark + held.entry) + abs(held.margin)) * 1.2 * max(1, unit)
    }
    return size
  }
}
