import Market
import Testing

@testable import Margin

/// What a pool is worth and what it must be worth, by hand.
struct ValuationTests {
  private let rules = Rules(sampleVenue())

  @Test(arguments: [
    // notional, maintenance margin of BTCUSDT: 0.4 %, above 50,000: 0.5 % less 50
    (0.0, 0.0), (10_000, 40), (50_000, 200), (60_000, 250), (1_000_000, 4_950),
  ])
  func maintenanceMarginGoesByBrackets(notional: Double, expected: Double) {
    #expect(near(rules.maintenanceMargin(InstrumentIndex(Place.btcusdt), notional: notional), expected))
  }

  @Test func maintenanceMarginIsNeverNegative() {
    // 0.10 · 1,000,000 − 135,365 would be −35,365.
    let odd = Rules(
      sampleVenue {
        $0.instruments[Place.ethusdt].brackets = [
          Bracket(floor: 0, rate: 0.1, maxLeverage: 10, amount: 135_365)
        ]
      })
    #expect(odd.maintenanceMargin(InstrumentIndex(Place.ethusdt), notional: 1_000_000) == 0)
    // 0.10 · 4,918,775.081 − 135,365, the published figure.
    let margin = odd.maintenanceMargin(InstrumentIndex(Place.ethusdt), notional: 4_918_775.081)
    #expect(abs(margin - 356_512.508) < 0.01)
  }

  @Test(arguments: [(50_000.0, 0), (50_000.000001, 1), (1, 0), (99_000, 1)])
  func bracketHoldsItsCap(notional: Double, row: Int) {
    #expect(rules.bracketRow(InstrumentIndex(Place.btcusdt), notional: notional) == row)
  }

  @Test(arguments: [
    // lots, entry, mark, equity with a margin of 3,000, maintenance margin
    (Int64(2_000), 30_000.0, 29_000.0, 1_000.0, 240.0),  // 3,000 − 2,000; 58,000 · 0.5 % − 50
    (-2_000, 30_000, 29_000, 5_000, 240),
    (-1_000, 30_000, 34_000, -1_000, 136),  // 3,000 − 4,000; 34,000 · 0.4 %
  ])
  func isolatedPool(lots: Int64, entry: Double, mark: Double, equity: Double, margin: Double) {
    let value = rules.isolatedValue(
      position(Place.btcusdt, lots, at: entry, margin: 3_000), quotes(btc: mark))
    #expect(near(value.equity, equity) && near(value.maintenanceMargin, margin))
  }

  @Test func crossPoolTakesOneMarginAsset() {
    let held = account(
      .cross, [Place.usdt: 5_000, Place.usdc: 700],
      [
        position(Place.btcusdt, 1_000, at: 30_000), position(Place.ethusdt, -10_000, at: 2_000),
        position(Place.ethusdc, 1_000, at: 2_000),
      ])
    let now = quotes(btc: 29_000, eth: 2_100)
    let usdt = rules.crossValue(held, AssetIndex(Place.usdt), now)
    // 5,000 − 1 · 1,000 − 10 · 100; 29,000 · 0.4 % + 21,000 · 1 %
    #expect(near(usdt.equity, 3_000) && near(usdt.maintenanceMargin, 326))
    let usdc = rules.crossValue(held, AssetIndex(Place.usdc), now)
    #expect(near(usdc.equity, 800) && near(usdc.maintenanceMargin, 21))
  }

  @Test func hedgeLegsAddTheirMaintenance() {
    let held = account(
      .cross, [Place.usdt: 1_000],
      [position(Place.btcusdt, -1_000, at: 29_000), position(Place.btcusdt, 1_000, at: 30_000)])
    #expect(held.positions.map(\.lots) == [1_000, -1_000], "the long stands before the short")
    let value = rules.crossValue(held, AssetIndex(Place.usdt), quotes(btc: 28_000))
    // 1,000 − 2,000 + 1,000; twice 28,000 · 0.4 %
    #expect(near(value.equity, 0, scale: 1) && near(value.maintenanceMargin, 224))
  }

  @Test func multiAssetHaircutsBothSigns() {
    let venue = sampleVenue {
      $0.assets[Place.usdt].bidBuffer = 0.01
      $0.assets[Place.usdt].askBuffer = 0.005
    }
    let held = account(
      .multiAsset, [Place.usdt: 500, Place.btc: 0.5, Place.eth: -1],
      [position(Place.btcusdt, 1_000, at: 30_000)])
    let value = Rules(venue).accountValue(held, quotes(btc: 29_000, usdt: 0.99))
    // USDT: (500 − 1,000) · 0.99 · 1.005 = −497.475
    // BTC: 0.5 · 28,710 · 0.95 = 13,637.25; ETH: −1 · 1,980 · 1.1 = −2,178
    #expect(near(value.equity, 10_961.775))
    // Maintenance at the ask rate: 29,000 · 0.4 % · 0.99 · 1.005
    #expect(near(value.maintenanceMargin, 115.4142))
    // Gross: −500 · 0.99 + 0.5 · 28,710 − 1,980
    #expect(near(Rules(venue).grossEquity(held, quotes(btc: 29_000, usdt: 0.99)), 11_880))
  }

  @Test func gainsInTheMarginAssetAreDiscountedToo() {
    // (0.2 + 10 · (0.08 − 0.0625)) BTC = 0.375 BTC at 30,000 and 95 %
    let held = account(.multiAsset, [Place.btc: 0.2], [position(Place.ethbtc, 10_000, at: 0.0625)])
    let value = rules.accountValue(held, quotes(ethbtc: 0.08))
    #expect(near(value.equity, 10_687.5))
    // 0.8 BTC of notional at 2 %, at 30,000 and the ask rate 1.05
    #expect(near(value.maintenanceMargin, 504))
  }

  @Test(arguments: [
    // USD value, collateral value: 100 % to 100 million, 97.5 % above, 95 % above 120 million
    (50e6, 50e6), (100e6, 100e6), (120e6, 119.5e6), (130e6, 129e6), (-1_000, -1_050),
  ])
  func tieredCollateral(value: Double, expected: Double) {
    let venue = sampleVenue {
      $0.assets[Place.btc].tiers = [
        CollateralTier(floor: 0, rate: 1, amount: 0),
        CollateralTier(floor: 100e6, rate: 0.975, amount: 2.5e6),
        CollateralTier(floor: 120e6, rate: 0.95, amount: 5.5e6),
      ]
    }
    #expect(near(Rules(venue).collateralValue(value, Place.btc), expected))
  }

  @Test(arguments: [
    (50.0, 100.0, 0.5), (0, 100, 0), (100, 0, .infinity), (100, -5, .infinity), (0, -5, 0),
  ])
  func printedRatio(margin: Double, equity: Double, ratio: Double) {
    #expect(PoolValue(equity: equity, maintenanceMargin: margin).ratio == ratio)
  }
}
