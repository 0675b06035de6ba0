import Testing

extension WorkedExamplesTests {
  /// Examples of borrowing.
  static let loans: [String: Method] = [
    "liq_price_spot_margin": loanPrice, "cross_margin_pro_level": proLevel, "max_borrow": maxBorrow,
    "collateral_ratio_doc": guideRatio, "partial_liquidation_doc": guideSale,
    "partial_liquidation_margin": earlyStop,
  ]

  /// Bitcoin against a debt in USDT, in the classic mode that counts without haircuts.
  private static func classic(bitcoin: Double, price: Double, debt: Double) -> ExampleAccount {
    ExampleAccount(
      venue: "binance-cross-classic-2023", mode: "loan", index: ["BTC": price], balances: ["BTC": bitcoin],
      debts: ["USDT": debt])
  }

  /// One example has no price: twice the debt is far from the liquidation.
  @Sendable private static func loanPrice(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    let debt = try example.input("debt")
    let bitcoin = try example.optionalInput("asset_qty") ?? example.input("btc")
    var account = classic(
      bitcoin: bitcoin, price: try example.optionalInput("price") ?? 2 * debt / bitcoin, debt: debt)
    account.overrides["loan.liquidate"] = "\(try example.input("liq_margin_level"))"
    let answer = try bench.check(account)
    #expect(try !answer.member("liquidates").flag())
    return [
      "liq_price": try answer.member("liquidation_prices").member("BTC"),
      "margin_level": try answer.member("margin_level"),
    ]
  }

  /// A debt in USDT against USDC, both at 1 USD and without a haircut.
  private static func pro(collateral: Double, debt: Double, bracket: String) -> ExampleAccount {
    ExampleAccount(
      venue: "binance-cross-pro", mode: "loan",
      overrides: ["loan.assets.USDT.brackets": "[{\"floor\": 0, \(bracket)}]"],
      balances: ["USDC": collateral], debts: ["USDT": debt])
  }

  @Sendable private static func proLevel(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    let account = pro(
      collateral: try example.input("asset"), debt: try example.input("liability"),
      bracket: "\"rate\": \(try example.input("mmr")), \"max_leverage\": 10")
    let answer = try bench.check(account)
    let pool = try answer.member("pools").only()
    return [
      "net_equity": try pool.member("equity"), "maint": try pool.member("maintenance_margin"),
      "margin_level": try answer.member("margin_level"),
    ]
  }

  /// The initial margin is that of a debt whose USDT are still held, so that they net to nothing. An initial
  /// rate is 1 / (max_leverage − 1).
  @Sendable private static func maxBorrow(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    let rate = try example.input("imr")
    let debt = try example.input("initial_margin") / rate
    var account = pro(
      collateral: try example.input("net_collateral"), debt: debt,
      bracket: "\"rate\": 0.02, \"max_leverage\": \(1 + 1 / rate)")
    account.balances["USDT"] = debt
    let rows = try bench.check(account).member("max_borrow")
    return ["max_borrow": try rows.item("asset", "USDT").member("units")]
  }

  // MARK: Sales

  /// The account of the guide to multi-asset collateral.
  private static func guideAccount(_ example: WorkedExample) throws -> ExampleAccount {
    ExampleAccount(
      venue: "guide-collateral-loan", mode: "loan",
      overrides: [
        "loan.assets.BTC.factor": "\(try example.input("btc_f"))",
        "loan.assets.ADA.factor": "\(try example.input("ada_f"))",
      ],
      index: ["BTC": try example.input("btc_px"), "ADA": try example.input("ada_px")],
      balances: ["BTC": try example.input("btc"), "ADA": try example.input("ada")],
      debts: ["USDT": try example.input("borrowed")], interest: ["USDT": try example.input("interest")])
  }

  @Sendable private static func guideRatio(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    ["ratio": try bench.check(try guideAccount(example)).member("margin_level")]
  }

  /// The same account after a fall of bitcoin, before and after the sale.
  @Sendable private static func guideSale(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    let before = try WorkedExample.named("SM-DOC-RATIO")
    try #require(try before.input("borrowed") + before.input("interest") == example.input("liability"))
    var account = try guideAccount(before)
    account.index["BTC"] = try example.input("btc_px")
    account.overrides["loan.assets.BTC.factor"] = "\(try example.input("h"))"
    let (answer, sold, after) = try sale(&account, example, bench)
    return ["ratio_before": try answer.member("margin_level"), "sell_btc_usd": sold, "ratio_after": after]
  }

  /// The level is at its limit, and the sale ends at the one of the mode.
  @Sendable private static func earlyStop(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    var account = classic(
      bitcoin: 10, price: try example.input("assets") / 10, debt: try example.input("debt"))
    let (_, sold, after) = try sale(&account, example, bench)
    return ["sell": sold, "ml_after": after]
  }

  /// The answer on an account that is liquidated, what is sold of its bitcoin in USD, and the level of the
  /// account with that sold and paid back, interest first.
  private static func sale(
    _ account: inout ExampleAccount, _ example: WorkedExample, _ bench: Workbench
  ) throws -> (answer: Fact, sold: Fact, after: Fact) {
    account.overrides["loan.stop"] = "\(try example.input("target"))"
    account.overrides["loan.fee"] = "\(try example.input("fee"))"
    let answer = try bench.check(account)
    #expect(try answer.member("liquidates").flag() && answer.member("margin_call").flag())
    let sale = try answer.member("sales").item("asset", "BTC")
    #expect(try answer.member("sales").only() == sale)
    let (held, owed) = (account.balances["BTC"] ?? 0, account.interest["USDT"] ?? 0)
    let value = try sale.number("value") * (1 - example.input("fee"))
    account.balances["BTC"] = held - (try sale.number("units"))
    account.interest["USDT"] = max(0, owed - value)
    account.debts["USDT"] = (account.debts["USDT"] ?? 0) - max(0, value - owed)
    return (answer, try sale.member("value"), try bench.check(account).member("margin_level"))
  }
}
