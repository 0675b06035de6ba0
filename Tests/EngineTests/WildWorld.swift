import Engine
import Margin
import Market
import Platform
import Random
import Support
import TickFile

/// A random world in which everything may happen: all drawn from one seed, from the series of the ticks to
/// what each person does.
struct WildWorld {
  let shape: WildShape
  let replay: Replay
  let points: [EnginePoint]
  /// What is recorded; engine, kernel, threads and sizes are left as they are.
  let options: EngineOptions
  /// The ticks as they were before they were written.
  let records: [NaiveReplay.Record]
  private let folder: TemporaryDirectory

  init(seed: UInt64, mostTicks: Int = .max) throws {
    var dice = RandomStream(seed: seed, stream: 0, purpose: 4)
    let shape = WildShape(&dice, mostTicks: mostTicks)
    self.shape = shape
    let folder = try TemporaryDirectory()
    self.folder = folder
    let venue = Self.venue(shape, &dice)
    var ticks = WildTicks(shape, venue, &dice)
    let files = try ticks.write({ folder.file("\($0).ticks.zst") }, &dice)
    records = ticks.records
    let prices = try PriceModel(
      venue: venue, available: Set(files.flatMap(\.series)), mark: shape.mark, at: .init(path: "world"))
    let times = Times(records: ticks.times, moments: ticks.moments)
    replay = Replay(
      files: files, window: Self.window(times, &dice), venue: venue, prices: prices, funding: venue.funding)
    var points: [EnginePoint] = []
    for number in 0..<shape.points {
      var rules = [(from: Timestamp(nanoseconds: .min), rules: Rules(venue))]
      var dates = (0..<shape.changes).map { _ in times.date(&dice) }.sorted()
      if dates.count > 1 && dice.bernoulli(0.2) { dates[1] = dates[0] }
      for date in dates {
        var changed = venue
        Self.change(&changed, &dice)
        rules.append((from: Timestamp(nanoseconds: date), rules: Rules(changed)))
      }
      let crowd = Crowd(venue, prices, shape, times: times, seed: seed, number: UInt64(number))
      points.append(EnginePoint(rules: rules, accounts: crowd))
    }
    self.points = points
    var options = EngineOptions()
    options.recordsWorstRatio = dice.bernoulli(0.3)
    options.recordsBands = dice.bernoulli(0.3)
    options.keepsFlows = dice.bernoulli(0.7)
    self.options = options
  }

  /// The times of a world's records, from which dates are drawn.
  struct Times {
    var records: [Int64]
    /// Those at which something special happens.
    var moments: [Int64]

    /// The time of a record, or one right before or after it; often one at which more falls due.
    func date(_ dice: inout RandomStream) -> Int64 {
      let times = dice.bernoulli(0.3) && !moments.isEmpty ? moments : records
      return times[dice.choice(count: times.count)] + [0, 0, 0, 1, -1][dice.choice(count: 5)]
    }
  }

  private static func window(_ times: Times, _ dice: inout RandomStream) -> Range<Timestamp>? {
    guard dice.bernoulli(0.35) else { return nil }
    let (a, b) = (times.date(&dice), times.date(&dice))
    let end = dice.bernoulli(0.3) ? times.records[times.records.count - 1] + World.second : max(a, b)
    return Timestamp(nanoseconds: min(a, b))..<Timestamp(nanoseconds: end)
  }

  // MARK: Venue

  private static func venue(_ shape: WildShape, _ dice: inout RandomStream) -> Venue {
    var assets = ["BTC", "ETH", "BNB", "USDT", "USDC"].map { Asset(name: $0) }
    for stable in [3, 4] {
      assets[stable].isStable = true
      assets[stable].autoThreshold = [Double](repeating: -500, count: UserLevel.allCases.count)
    }
    var instruments: [Instrument] = []
    for place in 0..<shape.instruments {
      let (name, base, margin) =
        [("BTCUSDT", 0, 3), ("ETHUSDT", 1, 3), ("BNBUSDC", 2, 4), ("ETHBTC", 1, 0)][safely: place]
        ?? ("C\(place)USDT", place + 1, 3)
      if place > 3 { assets.append(Asset(name: "C\(place)")) }
      if place != 3 { assets[base].indexFrom = InstrumentIndex(place) }
      let unit = place == 3 ? 1.0 / 40_000 : 1
      let lot = [3, 2, 1, 2][safely: place] ?? 1
      instruments.append(
        Instrument(
          name: name, base: AssetIndex(base), baseName: assets[base].name, marginAsset: AssetIndex(margin),
          lot: ExactDecimal(mantissa: 1, scale: lot), takerFee: 0.0004, liquidationFee: 0.0125,
          brackets: brackets(unit)))
    }
    var venue = Venue(name: "wild", source: "drawn", assets: assets, instruments: instruments)
    venue.autoExchange.ltv = 0.9
    if shape.hasDefaultFunding {
      let minutes = [1, 10, 60, 480][dice.choice(count: 4)]
      venue.funding = DefaultFunding(
        rate: 0.002 * (dice.uniform() - 0.3), everyNanoseconds: Int64(minutes) * 60 * World.second)
    }
    change(&venue, &dice)
    return venue
  }

  private static func brackets(_ unit: Double) -> [Bracket] {
    [
      Bracket(floor: 0, rate: 0.01, maxLeverage: 50, amount: 0),
      Bracket(floor: 10_000 * unit, rate: 0.025, maxLeverage: 20, amount: 150 * unit),
      Bracket(floor: 100_000 * unit, rate: 0.1, maxLeverage: 5, amount: 7_650 * unit),
    ]
  }

  /// Throws every switch and figure of the rules anew; the tables stay.
  private static func change(_ venue: inout Venue, _ dice: inout RandomStream) {
    venue.liquidation.rule = LiquidationRules.Rule.allCases[dice.choice(count: 4)]
    venue.liquidation.pick = LiquidationRules.Pick.allCases[dice.choice(count: 4)]
    venue.liquidation.comparator = dice.bernoulli(0.5) ? .less : .lessOrEqual
    venue.liquidation.cooldownNanoseconds = [0, 5, 30, 3_600][dice.choice(count: 4)] * World.second
    venue.liquidation.slippageBasisPoints = dice.bernoulli(0.5) ? 0 : 25
    venue.liquidation.lossFraction = dice.bernoulli(0.2) ? 0.8 : nil
    venue.liquidation.targetEquityOverMaintenance = [1, 1.3][dice.choice(count: 2)]
    venue.liquidation.fraction = ExactDecimal(mantissa: [1, 2, 5, 10][dice.choice(count: 4)], scale: 1)
    venue.autoExchange.order = AutoExchangeRules.Order.allCases[dice.choice(count: 4)]
    venue.autoExchange.ltv = [nil, 0.9, 0.3, 0.03][dice.choice(count: 4)]
    venue.autoExchange.ltvScope = dice.bernoulli(0.5) ? .always : .flat
    for place in venue.assets.indices {
      let haircut = venue.assets[place].isStable ? 0.0001 : [0, 0.05, 0.15][dice.choice(count: 3)]
      venue.assets[place].bidBuffer = haircut
      venue.assets[place].askBuffer = haircut
      venue.assets[place].autoBidBuffer = haircut / 2
      venue.assets[place].autoAskBuffer = haircut / 2
      let isTiered = !venue.assets[place].isStable && dice.bernoulli(0.2)
      venue.assets[place].tiers =
        isTiered
        ? [
          CollateralTier(floor: 0, rate: 0.95, amount: 0),
          CollateralTier(floor: 10_000, rate: 0.8, amount: 1_500),
        ] : []
    }
    var loan = World.makeLoan(&dice)
    for _ in loan.terms.count..<venue.assets.count {
      loan.terms.append(dice.bernoulli(0.7) ? LoanRules.Terms(factor: 0.6, rate: 0.0002) : nil)
    }
    if loan.formula == .pro {
      for place in loan.terms.indices where loan.terms[place]?.brackets.isEmpty == true {
        loan.terms[place]?.brackets = [Bracket(floor: 0, rate: 0.03, maxLeverage: 10, amount: 0)]
      }
    }
    venue.loan = loan
  }
}
