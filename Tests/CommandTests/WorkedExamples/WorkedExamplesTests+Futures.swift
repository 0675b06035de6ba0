import Testing

extension WorkedExamplesTests {
  /// Examples of isolated and cross positions.
  static let futures: [String: Method] = [
    "liq_price_isolated": isolatedPrice, "liq_price_hyperliquid": hyperliquidPrice,
    "liq_price_isolated_gate_okx": priceWithFee, "liq_price_isolated_bybit": priceAtMarginLoss,
    "liq_price_isolated_jesse": priceAtMarginLoss, "liq_price_cross_two_positions": crossPrice,
    "margin_ratio_cross": crossRatio, "bankruptcy_price": bankruptcyPrice,
    "maintenance_margin": maintenanceMargin, "maintenance_amount": maintenanceAmounts,
    "cross_liquidation_trigger": crossTrigger, "pnl_offset": offset,
  ]

  // MARK: Isolated

  /// One isolated position from its entry price.
  private static func isolated(
    _ bench: Workbench, quantity: Double, entry: Double, margin: Double, rate: Double? = nil,
    amount: Double = 0,
    venue: String = Workbench.venue, overrides: [String: String] = [:]
  ) throws -> Fact {
    var account = ExampleAccount(venue: venue, mode: "isolated", overrides: overrides)
    account.marks["BTCUSDT"] = entry
    account.positions = [.init(instrument: "BTCUSDT", quantity: quantity, entry: entry, margin: margin)]
    if let rate { account.brackets["BTCUSDT"] = (rate, amount) }
    return try bench.check(account).member("positions").only()
  }

  @Sendable private static func isolatedPrice(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    let position = try isolated(
      bench, quantity: try example.input("qty") * example.input("side"), entry: try example.input("entry"),
      margin: try example.input("wallet_balance"), rate: try example.input("mmr"),
      amount: try example.input("cum"))
    return ["liq_price": try position.member("liquidation_price")]
  }

  @Sendable private static func hyperliquidPrice(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    let position = try isolated(
      bench, quantity: try example.input("size") * example.input("side"), entry: try example.input("price"),
      margin: try example.input("isolated_margin"), rate: 1 / example.input("maintenance_leverage"),
      venue: "hyperliquid")
    return ["liq_price": try position.member("liquidation_price")]
  }

  /// The taker fee of the closing counts as maintenance margin.
  @Sendable private static func priceWithFee(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    let (quantity, entry) = (try example.input("qty"), try example.input("entry"))
    let position = try isolated(
      bench, quantity: quantity * (try example.input("side")), entry: entry,
      margin: entry * quantity / example.input("leverage"),
      rate: try example.input("mmr") + example.input("taker"))
    return ["liq_price": try position.member("liquidation_price")]
  }

  /// The maintenance margin is that of the entry: it is left when a loss has used up the other part of the
  /// initial margin.
  @Sendable private static func priceAtMarginLoss(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    let (entry, leverage) = (try example.input("entry"), try example.input("leverage"))
    let position = try isolated(
      bench, quantity: try example.input("side"), entry: entry, margin: entry / leverage,
      overrides: ["liquidation.loss_fraction": "\(1 - (try example.input("mmr")) * leverage)"])
    return ["liq_price": try position.member("liquidation_price")]
  }

  @Sendable private static func bankruptcyPrice(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    let entry = try example.input("entry")
    let position = try isolated(
      bench, quantity: try example.input("side"), entry: entry, margin: entry / example.input("leverage"))
    return ["bankruptcy_price": try position.member("bankruptcy_price")]
  }

  // MARK: Cross

  private static func twoPositions(_ example: WorkedExample, _ bench: Workbench) throws -> Fact {
    var account = ExampleAccount(balances: ["USDT": try example.input("wallet_balance")])
    for row in try example.inputs.member("positions").list() {
      let symbol = try row.member("symbol").text()
      account.marks[symbol] = try row.number("mark")
      account.brackets[symbol] = (try row.number("mmr"), try row.number("cum"))
      account.positions.append(
        .init(
          instrument: symbol, quantity: try row.number("q") * row.number("side"), entry: try row.number("ep"))
      )
    }
    return try bench.check(account)
  }

  @Sendable private static func crossPrice(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    let positions = try twoPositions(example, bench).member("positions")
    let target = try example.inputs.member("target").text()
    let held = try positions.item("instrument", target)
    let other = try #require(try positions.list().first { $0 != held })
    return [
      "liq_price": try held.member("liquidation_price"),
      "tmm_other": try other.member("maintenance_margin"),
      "upnl_other": try other.member("unrealized_pnl"),
    ]
  }

  @Sendable private static func crossRatio(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    let pool = try twoPositions(example, bench).member("pools").only()
    return [
      "maint_margin": try pool.member("maintenance_margin"), "margin_balance": try pool.member("equity"),
      "margin_ratio": try pool.member("margin_ratio"),
    ]
  }

  @Sendable private static func crossTrigger(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    var account = ExampleAccount(balances: ["USDT": try example.input("wallet")])
    for (key, symbol) in [("btc", "BTCUSDT"), ("eth", "ETHUSDT")] {
      let row = try example.inputs.member(key)
      account.marks[symbol] = try row.number("mark")
      account.brackets[symbol] = (try example.input("mmr"), 0)
      account.positions.append(
        .init(instrument: symbol, quantity: try row.number("q"), entry: try row.number("ep")))
    }
    let pool = try bench.check(account).member("pools").only()
    return [
      "equity": try pool.member("equity"), "maint": try pool.member("maintenance_margin"),
      "liquidated": try pool.member("liquidates"),
    ]
  }

  /// Two positions that are worth 1,000 at their entries.
  @Sendable private static func offset(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    var account = ExampleAccount()
    let profits = try example.inputs.member("upnl").list()
    try #require(profits.count == 2)
    for (symbol, profit) in zip(["BTCUSDT", "ETHUSDT"], profits) {
      account.marks[symbol] = 1000 + (try profit.number())
      account.positions.append(.init(instrument: symbol, quantity: 1, entry: 1000))
    }
    return ["net": try bench.check(account).member("pools").only().member("equity")]
  }

  // MARK: Brackets

  /// The maintenance margin of one position of this notional, under brackets as JSON.
  private static func margin(_ bench: Workbench, at notional: Double, _ brackets: String) throws -> Double {
    var account = ExampleAccount(balances: ["USDT": 1])
    account.overrides["instruments.BTCUSDT.brackets"] = brackets
    account.marks["BTCUSDT"] = notional
    account.positions = [.init(instrument: "BTCUSDT", quantity: 1, entry: notional)]
    return try bench.check(account).member("positions").only().number("maintenance_margin")
  }

  @Sendable private static func maintenanceMargin(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    let notional = try example.input("notional")
    func margin(_ rate: Double, _ amount: Double) throws -> Fact {
      let row = "[{\"floor\": 0, \"rate\": \(rate), \"amount\": \(amount), \"max_leverage\": 1}]"
      return .number(try Self.margin(bench, at: notional, row))
    }
    if let rate = try example.optionalInput("mmr") {
      return ["mm": try margin(rate, try example.input("cum"))]
    }
    // The brackets on both sides of the edge, with the amounts of the table.
    let table = try WorkedExample.named("MM-CUM-BTC-2024")
    let tiers = try table.inputs.member("tiers").list()
    try #require(try tiers[4].number("floor") == notional)
    var figures: [String: Fact] = [:]
    for tier in [4, 5] {
      figures["mm_tier\(tier)"] = try margin(
        try tiers[tier - 1].number("mmr"), try table.expected.number("cum_\(tier)"))
    }
    return figures
  }

  /// Amounts that are not given are worked out: an eighth above its floor every row's own line holds.
  @Sendable private static func maintenanceAmounts(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    let rows = try example.inputs.member("tiers").list().map {
      (try $0.number("floor"), try $0.number("mmr"))
    }
    let brackets = rows.map { "{\"floor\": \($0.0), \"rate\": \($0.1), \"max_leverage\": 1}" }
    var figures: [String: Fact] = [:]
    for (place, row) in rows.enumerated() {
      let notional = max(1, row.0 * 1.125)
      try #require(place + 1 == rows.count || notional < rows[place + 1].0)
      let margin = try margin(bench, at: notional, "[\(brackets.joined(separator: ", "))]")
      figures["cum_\(place + 1)"] = .number(notional * row.1 - margin)
    }
    return figures
  }
}
