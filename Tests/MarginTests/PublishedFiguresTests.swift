import Market
import Testing

@testable import Margin

/// Figures that exchanges and other projects publish, with their sources.
struct PublishedFiguresTests {
  /// Binance, "How to calculate liquidation price of USDⓈ-M futures", as tested by freqtrade
  /// (tests/exchange/test_binance.py): two longs in one wallet of 1,535,443.01 USDT.
  private static let twoLongs = """
    venue: plain
    mode: cross
    marks: {BTCUSDT: 31967.27, ETHUSDT: 1335.18}
    balances: {USDT: 1535443.01}
    positions:
      - {instrument: BTCUSDT, quantity: 109.488, entry: 32481.98}
      - {instrument: ETHUSDT, quantity: 3683.979, entry: 1456.84}
    brackets:
      BTCUSDT: [{floor: 0, rate: 0.025, amount: 16300}]
      ETHUSDT: [{floor: 0, rate: 0.10, amount: 135365}]
    """

  @Test func twoCrossPositionsShareOneWallet() throws {
    let report = try check(Self.twoLongs)
    #expect(isNear(report.positions[0].maintenanceMargin, 71_200.81144, 1e-5))
    #expect(isNear(report.positions[0].unrealizedPnL, -56_354.57, 0.005))
    #expect(isNear(report.positions[1].maintenanceMargin, 356_512.508, 0.001))
    #expect(isNear(report.positions[1].liquidationPrice, 1153.26, 0.005))
    #expect(isNear(report.pools[0].value.ratio, 0.4149, 1e-4))
    #expect(report.pools.map(\.pool) == ["USDT"] && report.pools[0].band == .green)
  }

  /// The same source, the ETH position alone with the whole wallet behind it.
  @Test func oneIsolatedPosition() throws {
    let report = try check(
      """
      venue: plain
      mode: isolated
      marks: {ETHUSDT: 1335.18}
      positions: [{instrument: ETHUSDT, quantity: 3683.979, entry: 1456.84, margin: 1535443.01}]
      brackets: {ETHUSDT: [{floor: 0, rate: 0.10, amount: 135365}]}
      """)
    #expect(isNear(report.positions[0].liquidationPrice, 1114.78, 0.005))
  }

  /// freqtrade, tests/exchange/test_exchange.py, test_get_liquidation_price: 5x, rate 1 %, amount 0.01.
  @Test(arguments: [
    (-1.0, 10.0, 2.0, 11.89108910891089), (-1.0, 8.0, 1.6, 9.514851485148514),
    (1.0, 8.0, 1.6, 6.454545454545454), (-0.6, 10.0, 1.2, 11.897689768976898),
    (0.6, 10.0, 1.2, 8.063973063973064),
  ])
  func isolatedPositions(_ row: (quantity: Double, entry: Double, margin: Double, price: Double)) throws {
    let report = try check(
      """
      venue: plain
      mode: isolated
      marks: {ETHUSDT: \(row.entry)}
      positions:
        - {instrument: ETHUSDT, quantity: \(row.quantity), entry: \(row.entry), margin: \(row.margin)}
      brackets: {ETHUSDT: [{floor: 0, rate: 0.01, amount: 0.01}]}
      """)
    #expect(isNear(report.positions[0].liquidationPrice, row.price, 1e-9))
  }

  /// OctoBot-Trading, tests/personal_data/positions/types/test_linear_position.py.
  @Test(arguments: [(1, 100, 99.0), (-1, 1, 200.0)])
  func bankruptcyPrices(_ row: (side: Int, leverage: Int, price: Double)) throws {
    let report = try check(
      """
      venue: plain
      mode: isolated
      marks: {ETHUSDT: 100}
      positions:
        - {instrument: ETHUSDT, quantity: \(row.side), entry: 100, margin: \(100.0 / Double(row.leverage))}
      """)
    #expect(isNear(report.positions[0].bankruptcyPrice, row.price, 1e-9))
  }

  /// Binance, "Multi-Assets mode" (USDT at 0.9801 bid and 0.99495 ask, USDC at par): equity 416.02, margin
  /// ratio 47.98 %, available 76.525 USDC or 76.91 USDT.
  @Test func multiAssetAccount() throws {
    let report = try WorkedExamplesTests.multiAsset(
      overrides: ["assets.USDT.bid_buffer": "0.01", "assets.USDT.ask_buffer": "0.005"], index: "USDT: 0.99",
      balances: "USDT: 200, USDC: 220", marks: "BTCUSDT: 20000, ETHUSDC: 600",
      positions: """
        {instrument: BTCUSDT, quantity: 0.5, entry: 20000, leverage: 100},
        {instrument: ETHUSDC, quantity: 20, entry: 600, leverage: 50}
        """, brackets: "BTCUSDT: [{floor: 0, rate: 0.008}], ETHUSDC: [{floor: 0, rate: 0.01}]")
    #expect(isNear(report.accountEquity, 416.02, 0.005))
    #expect(isNear(report.pools[0].value.maintenanceMargin, 199.596, 0.0005))
    #expect(isNear(report.pools[0].value.ratio, 0.4798, 0.00005))
    #expect(isNear(report.collateral[0].available, 76.91, 0.005))
    #expect(isNear(report.collateral[1].available, 76.525, 0.0005))
  }

  /// Binance, "Frequently asked questions on the Multi-Assets mode": 5,000 missing sells 5,128.20 of bitcoin.
  @Test func autoExchangeSellsForTheBuffer() throws {
    let report = try WorkedExamplesTests.multiAsset(
      overrides: ["assets.USDT.auto_threshold": "-4999", "assets.BTC.auto_bid_buffer": "0.025"],
      index: "BTC: 50000", balances: "USDT: -5000, BTC: 1")
    let preview = try #require(report.autoExchange)
    #expect(preview.triggered)
    #expect(preview.deficits.map(\.units) == [5000])
    #expect(isNear(preview.sales.first?.value, 5128.20, 0.01))
  }
}
