import Engine
import Margin
import Market
import Platform
import Random
import Support
import TickFile

/// A small random world: a venue, ticks, and people, all drawn from one seed.
struct World {
  let venue: Venue
  let replay: Replay
  let people: People
  /// Rules over time: one change in the middle where the seed says so.
  let rules: [(from: Timestamp, rules: Rules)]
  private let folder: TemporaryDirectory

  /// Five minutes before a midnight in UTC, so that hourly and daily interest fall due.
  static let start: Int64 = 1_621_382_100_000_000_000
  static let second: Int64 = 1_000_000_000

  init(
    seed: UInt64, accounts: Int = 16, ticks: Int = 1_500, ticksPerBlock: Int = 700, funding: Double = 0.004
  ) throws {
    var dice = RandomStream(seed: seed, stream: 0, purpose: 1)
    folder = try TemporaryDirectory()
    let path = folder.file("world.ticks.zst")
    try Self.writeTicks(path, count: ticks, ticksPerBlock, funding, &dice)
    var venue = Self.makeVenue(&dice, haircut: 0.05)
    venue.loan = Self.makeLoan(&dice)
    self.venue = venue
    var changed = venue
    for asset in changed.assets.indices {
      changed.assets[asset].bidBuffer = min(0.9, changed.assets[asset].bidBuffer * 3)
      changed.assets[asset].askBuffer *= 2
      changed.loan?.terms[asset]?.rate *= 2
    }
    changed.loan?.call *= 1.02
    var rules = [(from: Timestamp(nanoseconds: .min), rules: Rules(venue))]
    if dice.bernoulli(0.4) {
      let at = Self.start + Int64(dice.choice(count: ticks)) * Self.second / 2
      rules.append((from: Timestamp(nanoseconds: at), rules: Rules(changed)))
    }
    self.rules = rules
    people = People(venue: venue, seed: seed, count: accounts, ticks: ticks)
    let reader = try TickFileReader(path: path)
    let prices = try PriceModel(
      venue: venue, available: Set(reader.series), mark: nil, at: .init(path: "world"))
    replay = Replay(
      files: [reader], window: nil, venue: venue, prices: prices, funding: venue.funding)
  }

  /// Trades of three instruments, an index series for ETH that strays from its mark, and funding.
  private static func writeTicks(
    _ path: String, count: Int, _ ticksPerBlock: Int, _ fundingShare: Double, _ dice: inout RandomStream
  ) throws {
    let writer = try TickFileWriter(
      path: path, force: false, metadata: TickFileMetadata(source: "world", tool: "test"),
      options: TickFileOptions(ticksPerBlock: ticksPerBlock))
    let symbols = ["BTCUSDT", "ETHUSDT", "BNBUSDC"]
    let trades = try symbols.map { try writer.series(SeriesKey(symbol: $0, kind: .trade)) }
    let index = try writer.series(SeriesKey(symbol: "ETH", kind: .index))
    let funding = try writer.series(SeriesKey(symbol: "BTCUSDT", kind: .funding))
    var prices = [40_000.0, 2_500, 400]
    var time = start
    for number in 0..<count {
      if !dice.bernoulli(0.2) { time += Int64(dice.choice(count: 3)) * second / 2 }
      let place = dice.choice(count: 3)
      let crash = number > count / 2 && number < count * 2 / 3 ? -0.004 : 0.0003
      prices[place] *= 1 + crash + 0.006 * dice.normal()
      prices[place] = max(prices[place], 1)
      let cents = ExactDecimal(mantissa: Int64(prices[place] * 100), scale: 2)
      try writer.append(Tick(time: .init(nanoseconds: time), series: trades[place], price: cents))
      if place == 1 {
        let strayed = prices[1] * (1 + 0.01 * dice.normal())
        try writer.append(
          Tick(
            time: .init(nanoseconds: time), series: index,
            price: ExactDecimal(mantissa: Int64(strayed * 100), scale: 2)))
      }
      if dice.bernoulli(fundingShare) {
        let rate = ExactDecimal(mantissa: Int64(dice.choice(count: 4_000)) - 2_000, scale: 6)
        try writer.append(Tick(time: .init(nanoseconds: time), series: funding, price: rate))
      }
    }
    _ = try writer.finish()
  }

  private static func makeVenue(_ dice: inout RandomStream, haircut: Double) -> Venue {
    let brackets = [
      Bracket(floor: 0, rate: 0.01, maxLeverage: 50, amount: 0),
      Bracket(floor: 10_000, rate: 0.025, maxLeverage: 20, amount: 150),
      Bracket(floor: 100_000, rate: 0.1, maxLeverage: 5, amount: 7_650),
    ]
    func instrument(_ name: String, _ base: Int, _ margin: Int, lot: Int) -> Instrument {
      Instrument(
        name: name, base: AssetIndex(base), baseName: String(name.prefix(3)), marginAsset: AssetIndex(margin),
        lot: ExactDecimal(mantissa: 1, scale: lot), takerFee: 0.0004, liquidationFee: 0.0125,
        brackets: brackets)
    }
    var assets = ["BTC", "ETH", "BNB", "USDT", "USDC"].map {
      Asset(name: $0, bidBuffer: haircut, askBuffer: haircut, autoBidBuffer: 0.025, autoAskBuffer: 0.025)
    }
    assets[0].indexFrom = InstrumentIndex(0)
    assets[1].indexFrom = InstrumentIndex(1)
    assets[2].indexFrom = InstrumentIndex(2)
    if dice.bernoulli(0.5) {
      assets[0].tiers = [
        CollateralTier(floor: 0, rate: 0.95, amount: 0),
        CollateralTier(floor: 10_000, rate: 0.8, amount: 1_500),
      ]
    }
    for stable in [3, 4] {
      assets[stable] = Asset(
        name: assets[stable].name, isStable: true, bidBuffer: 0.0001, askBuffer: 0.0001,
        autoBidBuffer: 0.0001, autoAskBuffer: 0.0001,
        autoThreshold: [Double](repeating: -500, count: UserLevel.allCases.count))
    }
    var liquidation = LiquidationRules()
    liquidation.rule = LiquidationRules.Rule.allCases[dice.choice(count: 4)]
    liquidation.pick = LiquidationRules.Pick.allCases[dice.choice(count: 4)]
    liquidation.comparator = dice.bernoulli(0.5) ? .less : .lessOrEqual
    liquidation.cooldownNanoseconds = 30 * second
    liquidation.slippageBasisPoints = dice.bernoulli(0.5) ? 0 : 25
    liquidation.lossFraction = dice.bernoulli(0.25) ? 0.8 : nil
    var exchange = AutoExchangeRules()
    exchange.order = AutoExchangeRules.Order.allCases[dice.choice(count: 4)]
    exchange.ltv = 0.9
    exchange.ltvScope = dice.bernoulli(0.5) ? .always : .flat
    return Venue(
      name: "world", source: "drawn", assets: assets,
      instruments: [
        instrument("BTCUSDT", 0, 3, lot: 3), instrument("ETHUSDT", 1, 3, lot: 2),
        instrument("BNBUSDC", 2, 4, lot: 1),
      ],
      liquidation: liquidation, autoExchange: exchange,
      funding: DefaultFunding(rate: 0.0003, everyNanoseconds: 600 * second))
  }
}

/// People of every mode, with hedges, behaviours and actions.
struct People: AccountSource {
  let venue: Venue
  let seed: UInt64
  let count: Int
  let ticks: Int

  func need(_ number: Int, into needs: inout AccountNeeds) {
    var dice = RandomStream(seed: seed, stream: UInt64(number), purpose: 2)
    let late = dice.bernoulli(0.3) ? Int64(dice.choice(count: ticks)) * World.second / 2 : 0
    needs.begin(notBefore: Timestamp(nanoseconds: World.start + late))
    for asset in 0..<5 { needs.insert(AssetIndex(asset)) }
    for place in 0..<3 {
      needs.insert(InstrumentIndex(place), settledIn: venue.instruments[place].marginAsset)
    }
  }

  func open(_ number: Int, _ rules: Rules, _ quotes: Quotes, into account: inout Account) -> Rejection? {
    var dice = RandomStream(seed: seed, stream: UInt64(number), purpose: 3)
    account =
      dice.bernoulli(0.25) ? borrower(number, quotes, &dice) : trader(number, quotes, &dice)
    return rules.open(&account, testsInitialMargin: false, quotes)
  }

  private func trader(_ number: Int, _ quotes: Quotes, _ dice: inout RandomStream) -> Account {
    let mode = [MarginMode.isolated, .cross, .multiAsset][dice.choice(count: 3)]
    var balances = [0.0, 0, 0, 0, 0]
    for asset in balances.indices where mode == .multiAsset || asset > 2 {
      balances[asset] = dice.uniform() * 4_000 / quotes.index[asset]
    }
    if dice.bernoulli(0.2) && mode == .multiAsset { balances[3] = -450 }
    var positions: [Position] = []
    for place in 0..<3 where !positions.isEmpty || dice.bernoulli(0.7) {
      for sign in [1.0, -1] where dice.bernoulli(0.4) {
        let lot = venue.instruments[place].lot
        let notional = 1_000 + 30_000 * dice.uniform()
        let lots = Int64(sign * notional / quotes.marks[place] / Position.quantity(lots: 1, lot: lot))
        let isIsolated = mode == .isolated || (mode == .cross && dice.bernoulli(0.2))
        positions.append(
          Position(
            instrument: InstrumentIndex(place), lots: lots, lot: lot, entry: quotes.marks[place],
            margin: isIsolated ? notional * (0.02 + 0.2 * dice.uniform()) : 0, isIsolated: isIsolated))
      }
    }
    return Account(
      number: number, mode: mode, balances: balances, positions: positions, behaviour: behaviour(&dice),
      actions: actions(&dice))
  }

  func behaviour(_ dice: inout RandomStream) -> Behaviour {
    Behaviour(
      stopLoss: dice.bernoulli(0.25) ? 0.1 + 0.4 * dice.uniform() : nil,
      topUp: dice.bernoulli(0.3) ? .init(atRatio: 0.7, amount: 0.1, times: 1 + dice.choice(count: 3)) : nil)
  }

  private func actions(_ dice: inout RandomStream) -> [Action] {
    (0..<dice.choice(count: 3)).map { _ in
      let at = Timestamp(nanoseconds: World.start + Int64(dice.choice(count: ticks)) * World.second / 2)
      let amount = 2_000 * dice.uniform() - 1_000
      if dice.bernoulli(0.3) {
        return Action(
          at: at, kind: .addMargin(instrument: InstrumentIndex(dice.choice(count: 3)), amount: amount))
      }
      if dice.bernoulli(0.2) {
        return Action(at: at, kind: .switchMode([.cross, .multiAsset, .isolated][dice.choice(count: 3)]))
      }
      return Action(at: at, kind: .transfer(asset: AssetIndex(3 + dice.choice(count: 2)), amount: amount))
    }
  }
}
