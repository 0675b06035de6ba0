import Market
import Platform
import Support
import Testing

@testable import Margin

/// What `check` says under built-in venues, against published and hand-computed figures.
struct PresetChecksTests {
  private static let library = VenueLibrary(folder: repositoryRoot + "/data/venues")

  /// Reads an account under the built-in venue that it names.
  private func checkPreset(_ account: String) throws -> CheckReport {
    try CheckInput(try Document.parse(account, path: "account.yaml")) { name, place in
      try Self.library.load(name, at: place)
    }.report
  }

  private func isolated(
    _ venue: String, quantity: Int, entry: Double, margin: Double, mark: Double
  ) throws -> CheckReport {
    try checkPreset(
      """
      venue: \(venue)
      mode: isolated
      marks: {BTCUSDT: \(mark)}
      positions: [{instrument: BTCUSDT, quantity: \(quantity), entry: \(entry), margin: \(margin)}]
      """)
  }

  /// Hyperliquid, "Liquidations": price − side·margin available / size / (1 − l·side), l = 1 / the
  /// maintenance leverage; here 100, twice the 50x of the preset. What is available is the margin above the
  /// maintenance margin: 500.
  @Test func hyperliquidLiquidationPrice() throws {
    let report = try isolated("hyperliquid", quantity: 1, entry: 50_000, margin: 1000, mark: 50_000)
    #expect(isNear(report.positions[0].liquidationPrice, 49_494.94949494949, 1e-6))
    #expect(isNear(report.positions[0].liquidationPrice, 50_000 - 500 / (1 - 0.01), 1e-6))
    let short = try isolated("hyperliquid", quantity: -1, entry: 50_000, margin: 1000, mark: 50_000)
    #expect(isNear(short.positions[0].liquidationPrice, 50_000 + 500 / (1 + 0.01), 1e-6))
  }

  /// Equity equal to the maintenance margin does not liquidate: margin 500 against 1 % of 50,000.
  @Test func hyperliquidLiquidatesBelowTheMargin() throws {
    #expect(
      try !isolated("hyperliquid", quantity: 1, entry: 50_000, margin: 500, mark: 50_000).pools[0].liquidates)
    #expect(
      try isolated("hyperliquid", quantity: 1, entry: 50_000, margin: 499.99, mark: 50_000).pools[0]
        .liquidates)
  }

  /// 90 % of a margin of 1,000 is 900: at 49,100 to the cent, and not one cent earlier.
  @Test func thePrimerLiquidatesAtNinetyPercent() throws {
    let at = try isolated("primer-isolated", quantity: 1, entry: 50_000, margin: 1000, mark: 49_100)
    #expect(at.pools[0].liquidates && at.positions[0].unrealizedPnL == -900)
    let above = try isolated("primer-isolated", quantity: 1, entry: 50_000, margin: 1000, mark: 49_100.01)
    #expect(!above.pools[0].liquidates)
    #expect(isNear(above.positions[0].liquidationPrice, 49_100, 1e-9))
    let short = try isolated("primer-isolated", quantity: -1, entry: 50_000, margin: 1000, mark: 50_900)
    #expect(short.pools[0].liquidates)
    #expect(
      try !isolated("primer-isolated", quantity: -1, entry: 50_000, margin: 1000, mark: 50_899.99).pools[0]
        .liquidates)
  }

  /// The guide: a deficit of 5,000 sells 5,000 / 97.5 % = 5,128.20 of bitcoin, which counts at 95 %. The
  /// threshold is −5,000 for VIPs and −10,000 for others.
  @Test func theGuideSellsBitcoin() throws {
    func account(_ level: String, _ balance: Double) throws -> CheckReport {
      try checkPreset(
        """
        venue: guide-multi-asset
        mode: multi-asset
        user_level: \(level)
        marks: {BTCUSDT: 50000}
        balances: {USDC: \(balance), BTC: 1}
        """)
    }
    let vip = try #require(try account("vip1", -5000.01).autoExchange)
    #expect(vip.triggered)
    // The guide ignores the mark-up of the stable, 0.01 %: half a dollar.
    #expect(isNear(vip.sales.first?.value, 5128.20, 0.6))
    #expect(try account("vip1", -4999.99).autoExchange?.triggered == false)
    #expect(try account("regular", -9999.99).autoExchange?.triggered == false)
    #expect(try account("regular", -10_000.01).autoExchange?.triggered == true)
    // 50,000 · 0.95 − 5,000.01 · 1.0001
    #expect(isNear(try account("vip1", -5000.01).accountEquity, 42_499.489999, 1e-6))
  }

  /// Short at 8,000 with 200: 200 + 8,000 − P = 0.005·P. The exchange's own figure is 8,160.
  @Test func bybitFollowsTheMark() throws {
    let report = try isolated("bybit-uta", quantity: -1, entry: 8000, margin: 200, mark: 8000)
    #expect(isNear(report.positions[0].liquidationPrice, 8200 / 1.005, 1e-6))
    let account = try checkPreset(
      """
      venue: bybit-uta
      mode: multi-asset
      marks: {BTCUSDT: 50000}
      balances: {USDT: 1000, BTC: -0.01}
      """)
    // A negative balance in full, without a mark-up.
    #expect(isNear(account.accountEquity, 500, 1e-9))
  }
}
