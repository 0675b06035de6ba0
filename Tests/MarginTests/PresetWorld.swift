import Foundation
import Market
import Platform
import Random
import Support

@testable import Margin

/// How many random accounts a property is tried on: `usual`, or in proportion to what the environment
/// variable `MARGINSWEEP_WORLDS` says, of which 12 are usual.
func propertyRuns(_ usual: Int) -> Int {
  let worlds = ProcessInfo.processInfo.environment["MARGINSWEEP_WORLDS"].flatMap(Int.init) ?? 12
  return max(1, usual * worlds / 12)
}

/// The built-in venue files, read once.
private let builtInVenues = Result {
  try Dictionary(
    uniqueKeysWithValues: (PresetWorld.names + PresetWorld.lenders).map { name in
      let path = "\(repositoryRoot)/data/venues/\(name).yaml"
      let bytes = try ByteSource(path: path).readAll(limit: 1 << 20)
      return (name, try VenueFile(text: String(decoding: bytes, as: UTF8.self), path: path).venue())
    })
}

/// Random accounts and prices on the built-in venues: real brackets, with haircuts, fees, thresholds and
/// every switch of the rules as published or thrown at random.
struct PresetWorld {
  /// The built-in venues that have contracts.
  static let names = [
    "binance-usdm-2024-10", "binance-usdm-single-2021", "binance-usdm-multi-2021", "binance-usdm-multi-2024",
    "bybit-uta", "hyperliquid", "guide-multi-asset", "primer-isolated",
  ]

  /// The built-in venues that lend.
  static let lenders = [
    "binance-cross-classic-2019", "binance-cross-classic-2023", "binance-cross-classic-2026",
    "binance-cross-pro", "guide-collateral-loan",
  ]

  var draws: RandomStream
  private(set) var venue: Venue
  /// Where the index prices come from.
  private(set) var prices: PriceModel
  private(set) var quotes: Quotes

  /// World `number` of a series; the venues take turns.
  init(seed: UInt64, number: Int, of names: [String] = Self.names) throws {
    draws = RandomStream(seed: seed, stream: UInt64(number))
    let name = names[number % names.count]
    guard let preset = try builtInVenues.get()[name] else { throw CocoaError(.fileNoSuchFile) }
    venue = preset
    prices = PriceModel(marks: [], indexes: [], indexOrder: [], funding: [])
    quotes = Quotes(unpriced: preset)
    if draws.bernoulli(0.4) { addCoinMargined() }
    perturbFigures()
    throwSwitches()
    drawPrices()
  }

  mutating func pick<Value>(_ values: [Value]) -> Value { values[draws.choice(count: values.count)] }

  // MARK: Venue

  /// A contract in ether whose margin asset is bitcoin: the brackets of ETHUSDT at 1 BTC = 60,000 USD.
  private mutating func addCoinMargined() {
    guard let ether = venue.instrument(named: "ETHUSDT"), let margin = venue.asset(named: "BTC") else {
      return
    }
    var contract = venue.instruments[ether.rawValue]
    contract.name = "ETHBTC"
    contract.marginAsset = margin
    for row in contract.brackets.indices {
      contract.brackets[row].floor /= 60_000
      contract.brackets[row].amount /= 60_000
    }
    venue.instruments.append(contract)
  }

  /// Changes figures at random: haircuts, tiers, brackets, fees. Also what a dated change is made of.
  mutating func perturbFigures() {
    if draws.bernoulli(0.3) { venue = venue.scalingHaircuts(by: pick([0, 0.5, 2, 4])) }
    for place in venue.assets.indices where draws.bernoulli(0.25) {
      venue.assets[place].bidBuffer = pick([0, 0.01, 0.2, 1])
      venue.assets[place].askBuffer = pick([0, 0.01, 0.2])
      venue.assets[place].autoBidBuffer = pick([0, 0.01, 0.1, 0.4])
      venue.assets[place].autoAskBuffer = pick([0, 0.01, 0.1])
      if draws.bernoulli(0.4) { venue.assets[place].tiers = tiers() }
    }
    for place in venue.instruments.indices {
      let scale = pick([1, 1, 0.1, 0.01])
      for row in venue.instruments[place].brackets.indices {
        venue.instruments[place].brackets[row].floor *= scale
        venue.instruments[place].brackets[row].amount *= scale
      }
      if draws.bernoulli(0.5) { venue.instruments[place].liquidationFee = pick([0, 0.0005, 0.002, 0.03]) }
      if draws.bernoulli(0.3) { venue.instruments[place].takerFee = pick([0, 0.001]) }
    }
  }

  /// Falling rates over rising values, with the amounts that make them continuous.
  private mutating func tiers() -> [CollateralTier] {
    var tiers: [CollateralTier] = []
    var (floor, rate, amount) = (0.0, draws.uniform(from: 0.9, to: 1), 0.0)
    for _ in 0...draws.choice(count: 3) {
      tiers.append(CollateralTier(floor: floor, rate: rate, amount: amount))
      floor = (floor + 1_000) * draws.uniform(from: 1, to: 20)
      let next = rate * draws.uniform(from: 0, to: 0.9)
      amount += floor * (rate - next)
      rate = next
    }
    return tiers
  }

  /// Changes how pools are liquidated and assets exchanged.
  mutating func throwSwitches() {
    venue.liquidation.rule = pick(LiquidationRules.Rule.allCases)
    venue.liquidation.pick = pick(LiquidationRules.Pick.allCases)
    venue.liquidation.comparator = pick(LiquidationRules.Comparator.allCases)
    venue.liquidation.targetEquityOverMaintenance = pick([1, 1, 1.2, 2])
    venue.liquidation.fraction = ExactDecimal(mantissa: pick([1, 20, 35, 100]), scale: 2)
    venue.liquidation.cooldownNanoseconds = pick([0, 2_000_000_000])
    venue.liquidation.slippageBasisPoints = pick([0, 5, 50])
    venue.liquidation.lossFraction = pick([nil, nil, 0.5, 0.9])
    venue.autoExchange.order = pick(AutoExchangeRules.Order.allCases)
    venue.autoExchange.ltv = pick([nil, 0.995, 0.6])
    venue.autoExchange.ltvScope = pick(AutoExchangeRules.Scope.allCases)
    for place in venue.assets.indices where draws.bernoulli(0.3) {
      venue.assets[place].autoThreshold = pick([nil, [Double](repeating: -300, count: 10)])
    }
  }

  /// Changes the terms of loans at random; the formula stays the venue's own where it needs brackets.
  mutating func perturbLoan() {
    guard var loan = venue.loan else { return }
    if loan.formula != .pro { loan.formula = pick([loan.formula, .gross, .haircutGross, .haircutNet]) }
    loan.order = pick(AutoExchangeRules.Order.allCases)
    loan.fee = pick([loan.fee, 0, 0.02, 0.1])
    loan.interest = pick(LoanRules.InterestClock.allCases)
    loan.interestFrom = pick(LoanRules.InterestSource.allCases)
    loan.stop = pick([loan.stop, loan.call, 1.5 * loan.call])
    for asset in loan.terms.indices where loan.terms[asset] != nil {
      if draws.bernoulli(0.2) { loan.terms[asset]?.tiers = tiers() }
      if draws.bernoulli(0.2) { loan.terms[asset]?.factor = pick([0, 0.3, 0.7, 0.95, 1]) }
      if draws.bernoulli(0.3) { loan.terms[asset]?.rate = pick([0, 1e-5, 1e-3]) }
    }
    venue.loan = loan
  }

  mutating func change(_ change: (inout Venue) -> Void) { change(&venue) }

  // MARK: Prices

  private static let usd = [
    "BTC": 60_000.0, "ETH": 2_500, "BNB": 550, "SOL": 150, "XRP": 0.55, "ADA": 0.35, "DOGE": 0.12,
  ]

  /// Index prices near the usual ones, from their own series or from the marks; marks near the index.
  private mutating func drawPrices() {
    quotes = Quotes(unpriced: venue)
    prices.marks = venue.instruments.map { .series(SeriesKey(symbol: $0.name, kind: .mark)) }
    prices.funding = venue.instruments.map { _ in nil }
    prices.indexOrder = venue.assets.indices.map(AssetIndex.init)
    prices.indexes = []
    for (place, asset) in venue.assets.enumerated() {
      let series = SeriesKey(symbol: asset.name, kind: .index)
      let isMark = draws.bernoulli(0.6)
      if asset.isStable {
        prices.indexes.append(isMark ? .one : .series(series))
        quotes.index[place] = isMark ? 1 : draws.uniform(from: 0.97, to: 1.02)
      } else {
        let source = isMark ? asset.indexFrom : nil
        prices.indexes.append(source.map { .mark($0) } ?? .series(series))
        quotes.index[place] = (Self.usd[asset.name] ?? 1) * draws.uniform(from: 0.8, to: 1.2)
      }
    }
    for (place, instrument) in venue.instruments.enumerated() {
      let usd = (Self.usd[instrument.baseName] ?? 1) * draws.uniform(from: 0.8, to: 1.2)
      quotes.marks[place] = usd / quotes.index[instrument.marginAsset.rawValue]
    }
    quotes = settled(quotes)
    quotes.time = Timestamp(nanoseconds: 1_000_000_000_000)
  }

  /// The quotes with the index prices that follow from marks.
  func settled(_ now: Quotes) -> Quotes {
    var now = now
    for (asset, source) in prices.indexes.enumerated() {
      switch source {
      case .mark(let instrument):
        let margin = venue.instruments[instrument.rawValue].marginAsset.rawValue
        now.index[asset] = now.marks[instrument.rawValue] * now.index[margin]
      case .one: now.index[asset] = 1
      default: break
      }
    }
    return now
  }

  /// Quotes at most `spread` away from these, each price on its own; a corner has all at the limit.
  mutating func quotes(within spread: Double, isCorner: Bool = false) -> Quotes {
    var now = quotes
    func factor() -> Double {
      1 + spread * (isCorner ? (draws.bernoulli(0.5) ? 1 : -1) : draws.uniform(from: -1, to: 1))
    }
    for place in now.marks.indices { now.marks[place] *= factor() }
    for place in now.index.indices { now.index[place] *= factor() }
    return settled(now)
  }

  mutating func setTime(_ time: Timestamp) { quotes.time = time }

  /// Moves to the prices of the next second: all together a little, now and then far, each a little by
  /// itself.
  mutating func advance() {
    let isJump = draws.bernoulli(0.12)
    let common = isJump ? draws.uniform(from: 0.75, to: 1.2) : draws.uniform(from: 0.99, to: 1.01)
    for place in quotes.marks.indices { quotes.marks[place] *= common * draws.uniform(from: 0.99, to: 1.01) }
    for (place, asset) in venue.assets.enumerated() {
      if asset.isStable {
        quotes.index[place] *= draws.uniform(from: 0.998, to: 1.002)
      } else {
        quotes.index[place] *= common * draws.uniform(from: 0.98, to: 1.02)
      }
    }
    quotes = settled(quotes)
    quotes.time = Timestamp(nanoseconds: quotes.time.nanoseconds + 1_000_000_000)
  }
}
