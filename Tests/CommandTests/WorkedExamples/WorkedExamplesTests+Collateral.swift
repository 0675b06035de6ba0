import Testing

extension WorkedExamplesTests {
  /// Examples of one pool over many assets.
  static let collateral: [String: Method] = [
    "multi_asset_equity": poolEquity, "multi_asset_margin_ratio": poolRatio, "asset_index_rates": indexRates,
    "collateral_haircut": haircut, "collateral_tiered": tieredHaircut,
    "auto_exchange_amount": exchangeAmount, "auto_exchange_trigger": exchangeTrigger, "ltv": loanToValue,
    "auto_exchange_prorata": exchangeShares,
  ]

  /// Tiers of examples that give only holding and total: units, and what part of them counts.
  ///
  /// The sources keep their tables to themselves, so these tables are made up to give the totals. What is
  /// tested is that each slice counts at its own rate: the whole at one of the rates would be another total.
  static let assumedTiers: [String: [(floor: Double, rate: Double)]] = [
    "MA-TIER-BITGET-2": [(0, 1), (10_000_000, 0.875)],
    "MA-TIER-MEXC": [(0, 0.9), (1, 0.8)],
  ]

  @Test func onlyTiersThatNobodyPublishesAreAssumed() throws {
    let tiered = try WorkedExample.all().filter { $0.kind == "collateral_tiered" }
    #expect(Set(tiered.filter { $0.inputs["tiers"] == nil }.map(\.id)) == Set(Self.assumedTiers.keys))
  }

  private static func pool(_ balances: [String: Double] = [:], index: [String: Double] = [:])
    -> ExampleAccount
  {
    ExampleAccount(mode: "multi-asset", index: index, balances: balances)
  }

  // MARK: Equity

  /// The account of the exchange's guide: an index price and the buffers that give its bid and ask rates.
  private static func guideAccount(_ example: WorkedExample) throws -> ExampleAccount {
    var account = pool()
    for row in try example.inputs.member("assets").list() {
      let asset = try row.member("a").text()
      let (bid, ask) = (try row.number("bid"), try row.number("ask"))
      let index = (bid + ask) / 2
      account.index[asset] = index
      account.balances[asset] = try row.number("equity")
      account.overrides["assets.\(asset).bid_buffer"] = "\(1 - bid / index)"
      account.overrides["assets.\(asset).ask_buffer"] = "\(ask / index - 1)"
    }
    return account
  }

  @Sendable private static func poolEquity(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    let answer = try bench.check(try guideAccount(example))
    let rows = try answer.member("collateral")
    return [
      "account_equity": try answer.member("account_equity"),
      "usdt_available": try rows.item("asset", "USDT").member("available"),
      "usdc_available": try rows.item("asset", "USDC").member("available"),
    ]
  }

  /// The same account with two positions at their marks.
  @Sendable private static func poolRatio(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    var account = try guideAccount(try .named("MA-EQ-0"))
    for (key, base) in [("btc", "BTC"), ("eth", "ETH")] {
      let row = try example.inputs.member(key)
      let (symbol, mark) = (base + (try row.member("asset").text()), try row.number("mark"))
      account.marks[symbol] = mark
      account.brackets[symbol] = (try row.number("mmr"), 0)
      account.positions.append(
        .init(
          instrument: symbol, quantity: try row.number("q"), entry: mark,
          leverage: 1 / (try row.number("imr"))))
    }
    let answer = try bench.check(account)
    let (rows, pool) = (try answer.member("collateral"), try answer.member("pools").only())
    return [
      "uni_available": try answer.member("available"),
      "usdt_available": try rows.item("asset", "USDT").member("available"),
      "usdc_available": try rows.item("asset", "USDC").member("available"),
      "maint_margin": try pool.member("maintenance_margin"), "margin_ratio": try pool.member("margin_ratio"),
    ]
  }

  /// BNB stands for the asset. One unit of it is held against half a USD, or owed.
  @Sendable private static func indexRates(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    let price = ["BNB": try example.input("index")]
    var (held, owed) = (
      pool(["BNB": 1, "USDT": -0.5], index: price), pool(["BNB": -1, "USDT": 1], index: price)
    )
    for key in ["bid_buffer", "ask_buffer", "auto_bid_buffer", "auto_ask_buffer"] {
      held.overrides["assets.BNB.\(key)"] = "\(try example.input(key))"
    }
    owed.overrides = held.overrides
    let (long, short) = (try bench.check(held), try bench.check(owed))
    let deficit = try short.member("auto_exchange").member("deficits").only()
    return [
      "bid_rate": try long.member("collateral").item("asset", "BNB").member("value"),
      "ask_rate": .number(-(try short.member("collateral").item("asset", "BNB").number("value"))),
      "auto_bid_rate": .number(0.5 / (try long.member("auto_exchange").number("ltv"))),
      "auto_ask_rate": try deficit.member("value"),
    ]
  }

  /// The examples differ in what they call their inputs, and so in the name of the total.
  @Sendable private static func haircut(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    var account = pool()
    func hold(_ asset: String, _ units: Double, at price: Double, haircut: Double) {
      account.index[asset] = price
      account.balances[asset] = units
      account.overrides["assets.\(asset).bid_buffer"] = "\(haircut)"
    }
    if let value = try example.optionalInput("market_value") {
      hold(
        try example.inputs.member("asset").text(), value, at: 1,
        haircut: 1 - (try example.input("collateral_ratio")))
    } else if let units = try example.optionalInput("bch") {
      hold("BCH", units, at: try example.input("price"), haircut: try example.input("haircut"))
    } else {
      for asset in ["btc", "eth"] {
        let price = try example.optionalInput("\(asset)_price") ?? example.input("\(asset)_px")
        let ratio = try example.optionalInput("ratio")
        hold(
          asset.uppercased(), try example.input(asset), at: price,
          haircut: try ratio.map { 1 - $0 } ?? example.input("\(asset)_haircut"))
      }
      hold("USDT", try example.optionalInput("usdt") ?? example.input("usd"), at: 1, haircut: 0)
    }
    let equity = try bench.check(account).member("account_equity")
    return ["collateral_value": equity, "collateral": equity, "total": equity]
  }

  /// Tiers are in USD; those in units of a coin are worth what its price makes of them.
  @Sendable private static func tieredHaircut(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    let asset = try example.optionalInput("usdt") == nil ? "BTC" : "USDT"
    let price = try example.optionalInput("price") ?? (asset == "BTC" ? 50_000 : 1)
    var tiers: [(floor: Double, rate: Double)] = []
    if let rows = try example.inputs["tiers"]?.list() {
      var floor = 0.0
      for row in try rows.map({ try $0.list() }) {
        tiers.append((floor, try row[1].number()))
        floor = try row[0].number()
      }
    } else {
      tiers = try #require(assumedTiers[example.id]).map { ($0.floor * price, $0.rate) }
    }
    let rows = tiers.map { "{\"floor\": \($0.floor), \"rate\": \($0.rate)}" }.joined(separator: ", ")
    var account = pool([asset: try example.input(asset.lowercased())], index: [asset: price])
    account.overrides["assets.\(asset)"] = "{\"tiers\": [\(rows)]}"
    let equity = try bench.check(account).number("account_equity")
    return [
      "collateral_value": .number(equity), "total": .number(equity), "margin_btc": .number(equity / price),
    ]
  }

  // MARK: Auto-exchange

  @Sendable private static func exchangeAmount(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    let deficit = try example.input("deficit")
    var account = pool(["USDT": -deficit, "BTC": 1], index: ["BTC": 50_000])
    account.overrides = [
      "assets.USDT.auto_threshold": "\(1 - deficit)",
      "assets.BTC.auto_bid_buffer": "\(try example.input("auto_bid_buffer"))",
    ]
    let preview = try bench.check(account).member("auto_exchange")
    #expect(try preview.member("triggered").flag())
    return ["sold_value": try preview.member("sales").only().member("value")]
  }

  @Sendable private static func exchangeTrigger(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    var account = pool(["BNB": 100], index: ["BNB": 500])
    for (asset, units) in try example.inputs.member("balances").record() {
      account.balances[asset] = try units.number()
      account.overrides["assets.\(asset).auto_threshold"] = "\(try example.input("threshold"))"
    }
    let preview = try bench.check(account).member("auto_exchange")
    #expect(try preview.member("sales").list().isEmpty == !preview.member("triggered").flag())
    return ["triggered": try preview.member("triggered")]
  }

  @Sendable private static func loanToValue(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    let owed = try example.inputs.member("neg").only().list()
    let held = try example.inputs.member("pos").only().list()
    var account = pool(["USDT": -(try owed[0].number()), "BNB": try held[0].number()], index: ["BNB": 1])
    account.overrides = [
      "assets.USDT.auto_ask_buffer": "\(try owed[1].number())",
      "assets.BNB.auto_bid_buffer": "\(try held[1].number())",
      "auto_exchange.ltv": "\(try example.input("trigger"))",
    ]
    let preview = try bench.check(account).member("auto_exchange")
    return ["ltv": try preview.member("ltv"), "triggered": try preview.member("triggered")]
  }

  /// Assets at 2 USD, so that units and value differ.
  @Sendable private static func exchangeShares(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    let deficit = try example.input("deficit")
    var account = pool(["USDT": -deficit])
    account.overrides["assets.USDT.auto_threshold"] = "\(1 - deficit)"
    for row in try example.inputs.member("assets").list().map({ try $0.list() }) {
      let asset = try row[0].text()
      account.index[asset] = 2
      account.balances[asset] = try row[1].number() / 2
      account.overrides["assets.\(asset).auto_bid_buffer"] = "\(try row[2].number())"
    }
    var figures: [String: Fact] = [:]
    for sale in try bench.check(account).member("auto_exchange").member("sales").list() {
      figures[try sale.member("asset").text()] = try sale.member("value")
      #expect(abs(try sale.number("units") * 2 - sale.number("value")) < 1e-9)
    }
    return figures
  }
}
