internal import Engine
internal import Margin
internal import Market
internal import Platform
internal import Population
internal import TickFile

/// The people and rules of a measurement.
///
/// The venue is made up: round figures in the shape of an exchange's tables, so that nothing is measured on
/// figures that may change. A book of `S` instruments holds a position in every one of them, long or short.
struct BenchBook {
  let mode: MarginMode
  let market: BenchMarket
  let venue: Venue
  let replay: Replay
  private let rules: [(from: Timestamp, rules: Rules)]
  private let seed: UInt64

  /// Whether funding is settled: it is wanted, and the ticks have rates of an instrument that is held.
  var hasFunding: Bool { replay.prices.funding.contains { $0 != nil } }

  /// Prepares a book over a market.
  init(_ mode: MarginMode, _ market: BenchMarket, hasFunding: Bool, seed: UInt64) throws {
    self.mode = mode
    self.market = market
    self.seed = seed
    let venue = try VenueFile(text: Self.venueText(market.coins), path: "bench venue").venue()
    self.venue = venue
    let place = SourceLocation(path: "bench")
    let all = try PriceModel(
      venue: venue, available: Set(market.files.flatMap(\.series)), mark: market.mark, at: place)
    let tables = try Self.population(mode, market.coins, venue, accounts: 1, leverage: 1, seed).tables
    var prices = all.restricted(venue, to: tables.instruments, tables.assets)
    if !hasFunding { prices.funding = prices.funding.map { _ in nil } }
    replay = Replay(files: market.files, window: nil, venue: venue, prices: prices, funding: nil)
    rules = [(Timestamp(nanoseconds: .min), Rules(venue))]
  }

  /// The rules and `accounts` people whose exposure has the median `leverage`.
  func point(accounts: Int, leverage: Double) throws -> EnginePoint {
    let people = try Self.population(
      mode, market.coins, venue, accounts: accounts, leverage: leverage, seed)
    return EnginePoint(rules: rules, accounts: people)
  }

  // MARK: Documents

  /// Ten brackets of maintenance rates from 0.4 to 50 %.
  private static let brackets = """
    [{floor: 0, rate: 0.004, max_leverage: 125}, {floor: 50000, rate: 0.005, max_leverage: 100}, \
    {floor: 250000, rate: 0.01, max_leverage: 50}, {floor: 1000000, rate: 0.025, max_leverage: 20}, \
    {floor: 10000000, rate: 0.05, max_leverage: 10}, {floor: 20000000, rate: 0.1, max_leverage: 5}, \
    {floor: 50000000, rate: 0.125, max_leverage: 4}, {floor: 100000000, rate: 0.15, max_leverage: 3}, \
    {floor: 200000000, rate: 0.25, max_leverage: 2}, {floor: 300000000, rate: 0.5, max_leverage: 1}]
    """

  private static func venueText(_ coins: [BenchMarket.Coin]) -> String {
    var text = """
      name: bench
      source: made up for measurements
      assets:
        USDT: {stable: true, bid_buffer: 0.0001, ask_buffer: 0.0001, auto_bid_buffer: 0.0001, \
      auto_ask_buffer: 0.0001, auto_threshold: -10000}

      """
    for coin in coins {
      text += "  \(coin.name): {index_from: \(coin.instrument), bid_buffer: 0.05, ask_buffer: 0.05, "
      text += "auto_bid_buffer: 0.025, auto_ask_buffer: 0.025}\n"
    }
    text += "instruments:\n"
    for coin in coins {
      let lot = coin.price > 100 ? "0.001" : "0.1"
      text +=
        "  \(coin.instrument): {base: \(coin.name), margin_asset: USDT, lot: \(lot), taker_fee: 0.0005, "
      text += "liquidation_fee: 0.0125, brackets: \(brackets)}\n"
    }
    text += "loan: {formula: haircut_gross, call: 1.3, liquidate: 1.1, stop: 1.5, fee: 0.02, assets: {"
    text += "USDT: {factor: 1, rate: 0.00001}"
    for (place, coin) in coins.enumerated() {
      text += ", \(coin.name): {factor: \(["0.9", "0.8", "0.7"][place % 3]), rate: 0.00001}"
    }
    return text + "}}\n"
  }

  private static func population(
    _ mode: MarginMode, _ coins: [BenchMarket.Coin], _ venue: Venue, accounts: Int, leverage: Double,
    _ seed: UInt64
  ) throws -> Population {
    var cohort = """
      {name: \(mode.rawValue), mode: \(mode.rawValue), equity: {lognormal: {median: 10000, sigma: 1}}
      """
    let sigma = mode == .loan ? "0.2" : "0.4"
    cohort += ", leverage: {lognormal: {median: \(NumberText.shortest(leverage)), sigma: \(sigma)}}"
    switch mode {
    case .isolated, .cross: cohort += ", collateral: {USDT: 1}"
    case .multiAsset:
      let shares = coins.prefix(3).map { "\($0.name): 1" }.joined(separator: ", ")
      cohort += ", collateral: {dirichlet: {USDT: 2, \(shares)}}"
    case .loan:
      cohort += ", collateral: {dirichlet: {\(coins.map { "\($0.name): 1" }.joined(separator: ", "))}}"
    }
    if mode != .loan {
      let names = coins.map(\.instrument).joined(separator: ", ")
      cohort += ", positions: {random: [\(names)], count: \(coins.count), long: 0.6}"
    }
    let text = "{accounts: \(accounts), seed: \(seed), cohorts: [\(cohort)}]}"
    return try Population(try Document.parse(text, path: "bench population").root, venue: venue)
  }
}
