import Foundation
import Support
import Testing

/// `check` through the real program.
struct CheckTests {
  /// The two-position example of the exchange's guide to liquidation prices: brackets as it gives them.
  static let account = """
    venue: binance-usdm-2024-10
    mode: cross
    marks: {BTCUSDT: 31967.27, ETHUSDT: 1335.18}
    index: {BTC: 31967.27}
    balances: {USDT: 1535443.01}
    positions:
      - {instrument: BTCUSDT, quantity: 109.488, entry: 32481.98}
      - {instrument: ETHUSDT, quantity: 3683.979, entry: 1456.84}
    user_level: regular
    brackets:
      BTCUSDT: [{floor: 0, rate: 0.025, amount: 16300}]
      ETHUSDT: [{floor: 0, rate: 0.10, amount: 135365}]

    """

  /// Checks the answer against the published figures: the liquidation price and the margin ratio.
  private func expectPublished(_ result: BinaryResult) throws {
    #expect(result.status == 0, "\(result.stderr)")
    let answer = try result.json()
    #expect(answer["mode"] as? String == "cross")
    let pools = try #require(answer["pools"] as? [[String: Any]])
    let pool = try #require(pools.first)
    #expect(pools.count == 1)
    #expect(abs((pool["maintenance_margin"] as? Double ?? 0) - 427_713.319566) < 1e-4)
    #expect(abs((pool["margin_ratio"] as? Double ?? 0) - 0.41489491) < 1e-8)
    #expect(pool["band"] as? String == "green")
    #expect(pool["liquidates"] as? Bool == false)
    let positions = try #require(answer["positions"] as? [[String: Any]])
    let ether = try #require(positions.first { $0["instrument"] as? String == "ETHUSDT" })
    #expect(abs((ether["liquidation_price"] as? Double ?? 0) - 1153.26) < 0.01)
    #expect(ether["side"] as? String == "long")
  }

  @Test func thePublishedLiquidationPriceComesOut() throws {
    let sandbox = try Sandbox()
    try sandbox.write("account.yaml", Self.account)
    try expectPublished(try sandbox.run("check", "account.yaml", "--json"))
  }

  @Test func anAccountCanComeThroughAPipe() throws {
    try expectPublished(try Sandbox().run("check", "-", "--json", input: Self.account))
  }

  @Test func theTableShowsTheSame() throws {
    let result = try Sandbox().run("check", "-", input: Self.account)
    #expect(result.status == 0)
    #expect(result.stdout.contains("1153.26"))
    #expect(result.stdout.contains("41.49 %"))
  }

  /// The loan of the guide to collateral with borrowing at the price at which it is liquidated.
  @Test func aLoanSaysWhatWouldBeSold() throws {
    let account = """
      venue: guide-collateral-loan
      mode: loan
      index: {BTC: 94000, ADA: 1}
      balances: {BTC: 1, ADA: 10000}
      debts: {USDT: {principal: 85000, interest: 500}}
      """
    let answer = try Sandbox().run("check", "-", "--json", input: account).json()
    #expect(abs((answer["margin_level"] as? Double ?? 0) - 1.047953) < 1e-6)
    #expect(answer["liquidates"] as? Bool == true)
    let sales = try #require(answer["sales"] as? [[String: Any]])
    #expect(sales.count == 1 && sales[0]["asset"] as? String == "BTC")
    #expect(abs((sales[0]["value"] as? Double ?? 0) - 22_250) < 1e-4)
  }

  /// What is replaced in the account, and how the error begins.
  static let wrong: [(text: String, replacement: String, error: String)] = [
    ("user_level", "user_levle", "-:9:1: unknown key user_levle"),
    (
      "balances: {USDT", "balances: {USDX",
      "-:5:12: binance-usdm-2024-10 has no asset USDX, expected one of: USDT, BTC"
    ),
    (
      "instrument: ETHUSDT", "instrument: ETHUSDX",
      "-:8:18: positions[1].instrument is ETHUSDX, expected one of: BTCUSDT"
    ),
    ("quantity: 3683.979", "quantity: 0", "-:8:37: "),
    ("quantity: 3683.979", "quantity: 3683.9795", "-:8:37: "),
    ("mode: cross", "mode: crossed", "-:2:7: mode is crossed, expected one of: isolated, cross, multi-asset"),
    ("venue: binance-usdm-2024-10", "venue: nyse", "-:1:8: there is no venue nyse"),
    ("ETHUSDT: 1335.18", "ETHUSDT: -1", "-:3:37: "),
    (", ETHUSDT: 1335.18", "", "-:3:8: marks has no price of ETHUSDT"),
    ("mode: cross", "mode: cross\nmode: cross", "-:2:1: the key mode stands twice"),
  ]

  @Test(arguments: wrong.indices)
  func whatIsWrongIsNamedWithItsPlace(_ index: Int) throws {
    let (text, replacement, error) = Self.wrong[index]
    let account = Self.account.replacing(text, with: replacement, maxReplacements: 1)
    try #require(account != Self.account)
    let result = try Sandbox().run("check", "-", input: account)
    #expect(result.status == 2)
    #expect(result.stdout.isEmpty)
    #expect(result.firstErrorLine.hasPrefix(error), "\(result.firstErrorLine)")
    #expect(result.firstErrorLine.contains(", expected "))
  }
}
