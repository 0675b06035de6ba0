import Market
import Platform
import Random
import Support
import Testing

@testable import Margin

/// The liquidation price is the price at which the trigger fires: no earlier, no later.
struct LiquidationPriceTests {
  /// Tiered collateral, unequal buffers, and a contract whose margin asset is the base of another.
  private static let tiered = """
    name: tiered
    source: made for tests
    assets:
      USDT: {stable: true, bid_buffer: 0.02, ask_buffer: 0.01, auto_bid_buffer: 0.01, auto_ask_buffer: 0.02}
      BTC:
        auto_bid_buffer: 0.03
        ask_buffer: 0.05
        tiers: [{floor: 0, rate: 0.95}, {floor: 50000, rate: 0.9}, {floor: 200000, rate: 0.5}]
      ETH: {bid_buffer: 0.1, ask_buffer: 0.2}
    instruments:
      BTCUSDT:
        {base: BTC, margin_asset: USDT, lot: 0.001, taker_fee: 0, liquidation_fee: 0,
         brackets: [{floor: 0, rate: 0.01, max_leverage: 50}, {floor: 100000, rate: 0.05, max_leverage: 10}]}
      ETHUSDT:
        {base: ETH, margin_asset: USDT, lot: 0.001, taker_fee: 0, liquidation_fee: 0,
         brackets: [{floor: 0, rate: 0.02, max_leverage: 50}, {floor: 300000, rate: 0.2, max_leverage: 5}]}
      ETHBTC:
        {base: ETH, margin_asset: BTC, lot: 0.001, taker_fee: 0, liquidation_fee: 0,
         brackets: [{floor: 0, rate: 0.01, max_leverage: 50}, {floor: 2, rate: 0.1, max_leverage: 5}]}
    """

  private static func venue(_ name: String) throws -> Venue {
    if name == "tiered" { return try VenueFile(text: tiered, path: "tiered.yaml").venue() }
    let path = "\(repositoryRoot)/data/venues/\(name).yaml"
    let bytes = try ByteSource(path: path).readAll(limit: 1 << 20)
    return try VenueFile(text: String(decoding: bytes, as: UTF8.self), path: path).venue()
  }

  private static let marks = [
    "BTCUSDT": 60_000.0, "ETHUSDT": 2_500, "BNBUSDT": 550, "SOLUSDT": 150, "XRPUSDT": 0.55, "ADAUSDT": 0.35,
    "DOGEUSDT": 0.12, "ETHBTC": 0.04,
  ]

  private static func quotes(_ venue: Venue) -> Quotes {
    var quotes = Quotes(unpriced: venue)
    for (place, instrument) in venue.instruments.enumerated() {
      quotes.marks[place] = marks[instrument.name] ?? 60_000
    }
    for (place, asset) in venue.assets.enumerated() {
      quotes.index[place] = asset.indexFrom.map { quotes.marks[$0.rawValue] } ?? 1
    }
    return quotes
  }

  /// One to three instruments, some with both legs, of very different sizes, near their trigger or far from
  /// it.
  private static func account(_ number: Int, _ mode: MarginMode, _ venue: Venue, _ quotes: Quotes) -> Account
  {
    var draws = RandomStream(seed: 11, stream: UInt64(number), purpose: 0)
    var balances = [Double](repeating: 0, count: venue.assets.count)
    var positions: [Position] = []
    var notionals = 0.0
    for place in draws.pick(1 + draws.choice(count: 3), of: venue.instruments.count) {
      let isHedged = draws.bernoulli(0.3)
      let isLong = draws.bernoulli(0.5)
      for side in isHedged ? [1, -1] : [isLong ? 1 : -1] {
        let mark = quotes.marks[place]
        let notional = draws.lognormal(median: 200_000, sigma: 3)
        let unit = mark * quotes.index[venue.instruments[place].marginAsset.rawValue]
        let lots = venue.instruments[place].lot.lots(in: notional / unit)?.lots ?? 0
        if lots == 0 { continue }
        notionals += notional
        positions.append(
          Position(
            instrument: InstrumentIndex(place), lots: Int64(side) * lots, lot: venue.instruments[place].lot,
            entry: mark * draws.uniform(from: 0.9, to: 1.1),
            margin: mode == .isolated ? notional * draws.uniform(from: 0.02, to: 0.5) : 0,
            isIsolated: mode == .isolated))
      }
    }
    if mode != .isolated {
      balances[venue.asset(named: "USDT")?.rawValue ?? 0] = notionals * draws.uniform(from: -0.05, to: 0.6)
    }
    if mode == .multiAsset {
      for place in draws.pick(2, of: venue.assets.count) {
        balances[place] += notionals * draws.uniform(from: 0, to: 0.6) / quotes.index[place]
      }
    }
    return Account(number: number, mode: mode, balances: balances, positions: positions)
  }

  /// Whether the pool of the position at `place` liquidates when its mark is `price`; multi-asset: with its
  /// base.
  private static func fires(
    at price: Double, _ place: Int, _ account: Account, _ rules: Rules, _ quotes: Quotes
  ) -> Bool {
    let position = account.positions[place]
    var moved = quotes
    moved.marks[position.instrument.rawValue] = price
    if account.mode == .multiAsset, let base = rules.venue.instruments[position.instrument.rawValue].base {
      moved.index[base.rawValue] *= price / quotes.marks[position.instrument.rawValue]
    }
    switch account.mode {
    case .multiAsset: return rules.fires(.account, account, moved)
    case .isolated: return rules.fires(.position(place), account, moved)
    default:
      let asset = rules.venue.instruments[position.instrument.rawValue].marginAsset.rawValue
      return rules.fires(.asset(asset), account, moved)
    }
  }

  @Test(
    arguments: [MarginMode.isolated, .cross, .multiAsset].flatMap { mode in
      ["binance-usdm-2024-10", "binance-usdm-multi-2021", "tiered"].map { (mode, $0) }
    })
  func firesExactlyThere(_ mode: MarginMode, _ name: String) throws {
    let venue = try Self.venue(name)
    let (rules, quotes) = (Rules(venue), Self.quotes(venue))
    var (found, none) = (0, 0)
    for number in 0..<200 {
      let account = Self.account(number, mode, venue, quotes)
      for place in account.positions.indices {
        let mark = quotes.marks[account.positions[place].instrument.rawValue]
        let now = Self.fires(at: mark, place, account, rules, quotes)
        let price = rules.liquidationPrice(ofPositionAt: place, account, quotes)
        if price == nil { none += 1 } else { found += 1 }
        for other in Self.quiet(price, mark)
        where Self.fires(at: other, place, account, rules, quotes) != now {
          Issue.record("account \(number), position \(place): changes at \(other), before \(price ?? .nan)")
        }
        guard let price else { continue }
        let below = Self.fires(at: price * (1 - 1e-9), place, account, rules, quotes)
        let above = Self.fires(at: price * (1 + 1e-9), place, account, rules, quotes)
        if below == above { Issue.record("account \(number), position \(place): no change at \(price)") }
      }
    }
    #expect(found > 200 && (none > 0 || mode == .isolated))
  }

  /// Prices at which nothing may change: on the way to the liquidation price, and as far to the other side.
  private static func quiet(_ price: Double?, _ mark: Double) -> [Double] {
    guard let price else { return [1e-6, 0.1, 0.5, 0.9, 1.1, 2, 10, 1000].map { mark * $0 } }
    return (1..<16).flatMap { step in
      let way = (price - mark) * (1 - 1e-9) * Double(step) / 15
      return [mark + way, mark - way]
    }.filter { $0 > 0 }
  }

  /// For one long the liquidation price is the highest, for one short the lowest, of the prices by bracket.
  @Test func agreesWithTheClosedForm() throws {
    let venue = try Self.venue("binance-usdm-2024-10")
    let (rules, quotes) = (Rules(venue), Self.quotes(venue))
    let wallet = try #require(venue.asset(named: "USDT")).rawValue
    for number in 0..<2000 {
      var draws = RandomStream(seed: 12, stream: UInt64(number), purpose: 0)
      let place = draws.choice(count: venue.instruments.count)
      let (mark, terms) = (quotes.marks[place], venue.instruments[place])
      let side: Int64 = draws.bernoulli(0.5) ? 1 : -1
      let notional = draws.lognormal(median: 1e6, sigma: 3)
      guard let lots = terms.lot.lots(in: notional / mark)?.lots, lots > 0 else { continue }
      let position = Position(
        instrument: InstrumentIndex(place), lots: side * lots, lot: terms.lot, entry: mark)
      var balances = [Double](repeating: 0, count: venue.assets.count)
      balances[wallet] = notional * draws.uniform(from: 0.01, to: 0.9)
      let account = Account(number: 0, mode: .cross, balances: balances, positions: [position])
      let (size, sign) = (abs(position.quantity), Double(side))
      let prices = terms.brackets.map {
        (balances[wallet] + $0.amount - sign * size * mark) / (size * $0.rate - sign * size)
      }
      let expected = try #require(side > 0 ? prices.max() : prices.min())
      let price = rules.liquidationPrice(ofPositionAt: 0, account, quotes)
      if expected > 0 ? !isNear(price, expected, 1e-10 * expected) : price != nil {
        Issue.record("account \(number): \(price ?? .nan) instead of \(expected)")
      }
    }
  }

  /// 0.95·P + (P − 50,000) = 0.01·P at 50,000 / 1.94; at auto rates 0.975·P + P = 50,000.
  @Test func collateralFallsWithItsContract() throws {
    let report = try checkMultiAsset(
      overrides: ["assets.BTC.bid_buffer": "0.05", "assets.BTC.auto_bid_buffer": "0.025"], index: "",
      balances: "BTC: 1", marks: "BTCUSDT: 50000",
      positions: "{instrument: BTCUSDT, quantity: 1, entry: 50000}",
      brackets: "BTCUSDT: [{floor: 0, rate: 0.01}]")
    #expect(isNear(report.positions[0].liquidationPrice, 50_000 / 1.94, 1e-9))
    #expect(isNear(report.positions[0].bankruptcyPrice, 50_000 / 1.975, 1e-9))
  }

  /// Long 3 and short 1: 2,000 + 3·(P − 100) − (P − 90) = 0.01·4·P, at −1,790 / 1.96: below 0, so none. With
  /// a wallet of 100: 110 / 1.96.
  @Test(arguments: [(2000.0, nil), (100.0, 110 / 1.96)] as [(Double, Double?)])
  func legsOfAHedgeShareOnePrice(_ balance: Double, _ expected: Double?) throws {
    let report = try check(
      """
      venue: plain
      mode: cross
      marks: {ETHUSDT: 100}
      balances: {USDT: \(balance)}
      positions:
        - {instrument: ETHUSDT, quantity: 3, entry: 100}
        - {instrument: ETHUSDT, quantity: -1, entry: 90}
      brackets: {ETHUSDT: [{floor: 0, rate: 0.01}]}
      """)
    #expect(report.positions.map(\.side) == [.long, .short])
    #expect(report.positions[0].liquidationPrice == report.positions[1].liquidationPrice)
    guard let expected else {
      #expect(report.positions[0].liquidationPrice == nil)
      return
    }
    #expect(isNear(report.positions[0].liquidationPrice, expected, 1e-9))
  }

  /// A share of 0.9 of a margin of 10 is lost at a fall of 9, whatever the maintenance margin.
  @Test func lossFractionTakesThePlaceOfTheTest() throws {
    let report = try check(
      """
      venue: plain
      overrides: {venue.liquidation.loss_fraction: 0.9}
      mode: isolated
      marks: {ETHUSDT: 100}
      positions: [{instrument: ETHUSDT, quantity: 1, entry: 100, margin: 10}]
      brackets: {ETHUSDT: [{floor: 0, rate: 0.05}]}
      """)
    #expect(isNear(report.positions[0].liquidationPrice, 91, 1e-12))
    #expect(isNear(report.positions[0].bankruptcyPrice, 90, 1e-12))
  }
}
