import Market
import Random

@testable import Margin

/// Random venues, prices and accounts around the sample venue.
struct RandomWorld {
  var draws: RandomStream

  init(seed: UInt64, number: Int) { draws = RandomStream(seed: seed, stream: UInt64(number)) }

  mutating func pick<Value>(_ values: [Value]) -> Value { values[draws.choice(count: values.count)] }

  /// A venue with every switch thrown at random.
  mutating func venue() -> Venue {
    sampleVenue { venue in
      venue.liquidation.rule = pick(LiquidationRules.Rule.allCases)
      venue.liquidation.pick = pick(LiquidationRules.Pick.allCases)
      venue.liquidation.comparator = pick(LiquidationRules.Comparator.allCases)
      venue.liquidation.targetEquityOverMaintenance = pick([1, 1.25])
      venue.liquidation.fraction = ExactDecimal(
        mantissa: pick([2, 35, 10]), scale: 1 + draws.choice(count: 2))
      if venue.liquidation.fraction.double > 1 { venue.liquidation.fraction.scale = 2 }
      venue.liquidation.cooldownNanoseconds = pick([0, 2_000_000_000])
      venue.liquidation.slippageBasisPoints = pick([0, 25])
      venue.liquidation.lossFraction = pick([nil, nil, 0.6, 0.95])
      venue.autoExchange.order = pick(AutoExchangeRules.Order.allCases)
      venue.autoExchange.ltv = pick([nil, 0.995, 0.7])
      venue.autoExchange.ltvScope = pick(AutoExchangeRules.Scope.allCases)
      for asset in [Place.usdt, Place.usdc] {
        venue.assets[asset].bidBuffer = pick([0, 0.0001, 0.01])
        venue.assets[asset].askBuffer = pick([0, 0.0001, 0.02])
        venue.assets[asset].autoAskBuffer = pick([0, 0.0001])
        venue.assets[asset].autoThreshold = pick([nil, [Double](repeating: -400, count: 10)])
      }
      if draws.bernoulli(0.3) {
        venue.assets[Place.btc].tiers = [
          CollateralTier(floor: 0, rate: 1, amount: 0), CollateralTier(floor: 3_000, rate: 0.8, amount: 600),
          CollateralTier(floor: 6_000, rate: 0.5, amount: 2_400),
        ]
        venue.assets[Place.btc].bidBuffer = 0
      }
      if draws.bernoulli(0.2) { venue.assets[Place.bnb].bidBuffer = 1 }
      // A deduction in the first row: no maintenance below a notional of 2,000.
      if draws.bernoulli(0.2) {
        venue.instruments[Place.ethusdc].brackets = [
          Bracket(floor: 0, rate: 0.1, maxLeverage: 10, amount: 200),
          // The amount that continues the table would be 450; 450.0004 is within what a file may say.
          Bracket(floor: 2_500, rate: 0.2, maxLeverage: 5, amount: 450.0004),
        ]
      }
    }
  }

  /// Prices near the usual ones; `spread` is the largest relative distance.
  mutating func quotes(spread: Double, second: Int64 = 1_000) -> Quotes {
    func near(_ price: Double) -> Double { price * draws.uniform(from: 1 - spread, to: 1 + spread) }
    return MarginTests.quotes(
      btc: near(30_000), eth: near(2_000), bnb: near(400), usdt: draws.uniform(from: 0.98, to: 1.01),
      ethbtc: near(0.0625), ethusdc: near(2_000), seconds: second)
  }

  /// The prices one instant later; now and then one of them jumps.
  mutating func next(_ last: Quotes) -> Quotes {
    var factors: [Double] = []
    for _ in 0..<6 {
      factors.append(
        1
          + (draws.bernoulli(0.06)
            ? draws.uniform(from: -0.3, to: 0.25) : draws.uniform(from: -0.02, to: 0.02)))
    }
    return MarginTests.quotes(
      btc: last.marks[0] * factors[0], eth: last.marks[1] * factors[1],
      bnb: last.index[Place.bnb] * factors[2],
      usdt: min(1.02, max(0.97, last.index[0] * (1 + (factors[3] - 1) / 10))),
      ethbtc: last.marks[3] * factors[4],
      ethusdc: last.marks[2] * factors[5], seconds: last.time.nanoseconds / 1_000_000_000 + 1)
  }

  /// An account of 1 to 4 positions, highly levered more often than not.
  mutating func account(_ mode: MarginMode, _ now: Quotes) -> Account {
    var positions: [Position] = []
    for _ in 0...draws.choice(count: 4) {
      let instrument = draws.choice(count: 4)
      let size = Int64(1 + draws.choice(count: instrument == Place.btcusdt ? 3_000 : 40_000))
      let entry = now.marks[instrument] * draws.uniform(from: 0.97, to: 1.03)
      let margin = abs(Double(size)) / 1_000 * entry * draws.uniform(from: 0.03, to: 0.3)
      positions.append(
        position(
          instrument, draws.bernoulli(0.5) ? size : -size, at: entry, margin: mode == .isolated ? margin : nil
        ))
    }
    var units: [Int: Double] = [:]
    let money = positions.reduce(0) { sum, held in
      let asset = held.instrument.rawValue == Place.ethbtc ? now.index[Place.btc] : 1
      return sum + abs(held.quantity) * held.entry * asset
    }
    for asset in 0..<5 where draws.bernoulli(0.6) {
      let isDebt = mode == .multiAsset && draws.bernoulli(0.2)
      let share = money * draws.uniform(from: 0.005, to: 0.15) / now.index[asset]
      units[asset] = isDebt ? -share * 0.2 : share
    }
    var behaviour = Behaviour()
    if draws.bernoulli(0.2) { behaviour.stopLoss = draws.uniform(from: 0.1, to: 0.9) }
    if draws.bernoulli(0.3) {
      behaviour.topUp = Behaviour.TopUp(
        atRatio: draws.uniform(from: 0.4, to: 0.95), amount: draws.uniform(from: 0.05, to: 0.4),
        times: 1 + draws.choice(count: 2))
    }
    return MarginTests.account(
      mode, units, positions, spot: [Place.eth: 3], level: pick(UserLevel.allCases), behaviour: behaviour,
      actions: actions())
  }

  private mutating func actions() -> [Action] {
    guard draws.bernoulli(0.3) else { return [] }
    let at = Timestamp(nanoseconds: Int64(1_003 + draws.choice(count: 20)) * 1_000_000_000)
    let amount = draws.uniform(from: -500, to: 500)
    return [
      Action(at: at, kind: .transfer(asset: AssetIndex(Place.usdt), amount: amount)),
      Action(
        at: at, kind: .addMargin(instrument: InstrumentIndex(draws.choice(count: 4)), amount: amount / 2)),
    ]
  }
}
