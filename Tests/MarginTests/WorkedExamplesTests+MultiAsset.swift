import Market
import Support
import Testing

@testable import Margin

extension WorkedExamplesTests {
  /// A multi-asset account on the plain venue with other buffers.
  static func multiAsset(
    overrides: [String: String], index: String, balances: String, marks: String = "", positions: String = "",
    brackets: String = ""
  ) throws -> CheckReport {
    let set = overrides.sorted { $0.key < $1.key }.map { "  venue.\($0.key): \($0.value)" }
    return try check(
      """
      venue: plain
      mode: multi-asset
      overrides:
        venue.name: plain
      \(set.joined(separator: "\n"))
      index: {\(index)}
      marks: {\(marks)}
      balances: {\(balances)}
      positions: [\(positions)]
      brackets: {\(brackets)}
      """)
  }

  private static func row(_ report: CheckReport, _ asset: String) throws -> CheckReport.CollateralRow {
    try #require(report.collateral.first { $0.asset == asset })
  }

  /// Index 0.99 with buffers of 1 % and 0.5 % gives the rates of the example, 0.9801 and 0.99495.
  private static let stableBuffers = ["assets.USDT.bid_buffer": "0.01", "assets.USDT.ask_buffer": "0.005"]

  @Sendable static func multiAssetEquity(_ example: Example) throws {
    let assets = try #require(example.inputs["assets"]).items()
    let equities = try assets.map { try #require($0["equity"]).double() }
    #expect(try assets.map { try #require($0["bid"]).double() } == [0.9801, 1])
    #expect(try assets.map { try #require($0["ask"]).double() } == [0.99495, 1])
    let report = try multiAsset(
      overrides: stableBuffers, index: "USDT: 0.99", balances: "USDT: \(equities[0]), USDC: \(equities[1])")
    #expect(try example.isNear(report.accountEquity, "account_equity"))
    #expect(try example.isNear(try row(report, "USDT").available, "usdt_available"))
    #expect(try example.isNear(try row(report, "USDC").available, "usdc_available"))
  }

  @Sendable static func multiAssetRatio(_ example: Example) throws {
    func leg(_ key: String, _ symbol: String) throws -> (position: String, mark: String, bracket: String) {
      let node = try #require(example.inputs[key])
      func number(_ key: String) throws -> Double { try #require(node[key]).double() }
      let (mark, quantity, leverage) = (try number("mark"), try number("q"), 1 / (try number("imr")))
      return (
        "{instrument: \(symbol), quantity: \(quantity), entry: \(mark), leverage: \(leverage)}",
        "\(symbol): \(mark)", "\(symbol): [{floor: 0, rate: \(try number("mmr"))}]"
      )
    }
    let (btc, eth) = (try leg("btc", "BTCUSDT"), try leg("eth", "ETHUSDC"))
    let report = try multiAsset(
      overrides: stableBuffers, index: "USDT: 0.99", balances: "USDT: 200, USDC: 220",
      marks: "\(btc.mark), \(eth.mark)", positions: "\(btc.position), \(eth.position)",
      brackets: "\(btc.bracket), \(eth.bracket)")
    #expect(try example.isNear(report.available, "uni_available"))
    #expect(try example.isNear(try row(report, "USDT").available, "usdt_available"))
    #expect(try example.isNear(try row(report, "USDC").available, "usdc_available"))
    #expect(try example.isNear(report.pools[0].value.maintenanceMargin, "maint_margin"))
    #expect(try example.isNear(report.pools[0].value.ratio, "margin_ratio"))
  }

  @Sendable static func indexRates(_ example: Example) throws {
    var buffers: [String: String] = [:]
    for key in ["bid_buffer", "ask_buffer", "auto_bid_buffer", "auto_ask_buffer"] {
      buffers["assets.BNB.\(key)"] = String(try example.input(key))
    }
    let index = "BNB: \(try example.input("index"))"
    let held = try multiAsset(overrides: buffers, index: index, balances: "BNB: 1, USDT: -0.5")
    let owed = try multiAsset(overrides: buffers, index: index, balances: "BNB: -1, USDT: 1")
    #expect(try example.isNear(try row(held, "BNB").value, "bid_rate"), "\(example.id)")
    #expect(try example.isNear(-(try row(owed, "BNB").value), "ask_rate"), "\(example.id)")
    let (ltv, deficit) = (held.autoExchange?.ltv, owed.autoExchange?.deficits.first?.value)
    #expect(try example.isNear(ltv.map { 0.5 / $0 }, "auto_bid_rate"), "\(example.id)")
    #expect(try example.isNear(deficit, "auto_ask_rate"), "\(example.id)")
  }

  /// The five cases differ in what they call their inputs.
  @Sendable static func haircut(_ example: Example) throws {
    func value(_ key: String) -> Double? { try? example.inputs[key]?.double() }
    var buffers: [String: String] = [:]
    var (index, balances): ([String], [String]) = ([], [])
    func hold(_ asset: String, _ units: Double, at price: Double, haircut: Double) {
      buffers["assets.\(asset).bid_buffer"] = String(haircut)
      index.append("\(asset): \(price)")
      balances.append("\(asset): \(units)")
    }
    if let worth = value("market_value"), let ratio = value("collateral_ratio") {
      hold("BNB", worth, at: 1, haircut: 1 - ratio)
    } else if let units = value("bch"), let price = value("price"), let haircut = value("haircut") {
      hold("BNB", units, at: price, haircut: haircut)
    } else {
      let ratio = value("ratio")
      hold("USDT", try value("usdt") ?? example.input("usd"), at: 1, haircut: 0)
      hold(
        "BTC", try example.input("btc"), at: try value("btc_price") ?? example.input("btc_px"),
        haircut: try ratio.map { 1 - $0 } ?? example.input("btc_haircut"))
      hold(
        "ETH", try example.input("eth"), at: try value("eth_price") ?? example.input("eth_px"),
        haircut: try ratio.map { 1 - $0 } ?? example.input("eth_haircut"))
    }
    let report = try multiAsset(
      overrides: buffers, index: index.joined(separator: ", "), balances: balances.joined(separator: ", "))
    let key = try #require(["collateral_value", "collateral", "total"].first { example.expected[$0] != nil })
    #expect(try example.isNear(report.accountEquity, key), "\(example.id)")
  }

  /// Only the first case gives its tiers; the others name a table that their source keeps.
  @Sendable static func tieredHaircut(_ example: Example) throws {
    guard let tiers = try example.inputs["tiers"]?.items() else { return }
    var rows: [String] = []
    var floor = 0.0
    for tier in tiers {
      let (cap, rate) = (try tier.items()[0].double(), try tier.items()[1].double())
      rows.append("{floor: \(floor), rate: \(rate)}")
      floor = cap
    }
    let report = try multiAsset(
      overrides: ["assets.BNB": "{tiers: [\(rows.joined(separator: ", "))]}"],
      index: "BNB: \(try example.input("price"))", balances: "BNB: \(try example.input("btc"))")
    #expect(try example.isNear(report.accountEquity, "collateral_value"), "\(example.id)")
  }
}

// MARK: - Auto-exchange

extension WorkedExamplesTests {
  @Sendable static func exchangeAmount(_ example: Example) throws {
    let report = try multiAsset(
      overrides: [
        "assets.USDT.auto_threshold": "-1000",
        "assets.BNB.auto_bid_buffer": String(try example.input("auto_bid_buffer")),
      ], index: "BNB: 500", balances: "USDT: \(-(try example.input("deficit"))), BNB: 100")
    let preview = try #require(report.autoExchange)
    #expect(preview.triggered && preview.sales.count == 1)
    #expect(try example.isNear(preview.sales.first?.value, "sold_value"), "\(example.id)")
  }

  @Sendable static func exchangeTrigger(_ example: Example) throws {
    let owed = try #require(example.inputs["balances"]).entries().map { try $0.value.double() }
    let threshold = String(try example.input("threshold"))
    let report = try multiAsset(
      overrides: ["assets.USDT.auto_threshold": threshold, "assets.USDC.auto_threshold": threshold],
      index: "BNB: 500", balances: "USDT: \(owed[0]), USDC: \(owed[1]), BNB: 100")
    let preview = try #require(report.autoExchange)
    #expect(preview.triggered == (try #require(example.expected["triggered"]).boolean()), "\(example.id)")
    #expect(preview.sales.isEmpty)
  }

  @Sendable static func loanToValue(_ example: Example) throws {
    func pair(_ key: String) throws -> (value: Double, buffer: Double) {
      let items = try #require(example.inputs[key]).items()[0].items()
      return (try items[0].double(), try items[1].double())
    }
    let (owed, held) = (try pair("neg"), try pair("pos"))
    let report = try multiAsset(
      overrides: [
        "assets.USDT.auto_ask_buffer": String(owed.buffer), "assets.BNB.auto_bid_buffer": String(held.buffer),
        "auto_exchange.ltv": String(try example.input("trigger")),
      ], index: "BNB: 1", balances: "USDT: \(-owed.value), BNB: \(held.value)")
    let preview = try #require(report.autoExchange)
    #expect(try example.isNear(preview.ltv, "ltv"), "\(example.id)")
    #expect(preview.triggered == (try #require(example.expected["triggered"]).boolean()), "\(example.id)")
  }

  @Sendable static func exchangeShares(_ example: Example) throws {
    var overrides = ["assets.USDT.auto_threshold": "-1000"]
    var (index, balances): ([String], [String]) = ([], ["USDT: \(-(try example.input("deficit")))"])
    for item in try #require(example.inputs["assets"]).items() {
      let parts = try item.items()
      let name = try parts[0].name()
      overrides["assets.\(name).auto_bid_buffer"] = String(try parts[2].double())
      index.append("\(name): 2")
      balances.append("\(name): \(try parts[1].double() / 2)")
    }
    let report = try multiAsset(
      overrides: overrides, index: index.joined(separator: ", "), balances: balances.joined(separator: ", "))
    for sale in try #require(report.autoExchange).sales {
      #expect(try example.isNear(sale.value, sale.asset), "\(example.id) \(sale.asset)")
      #expect(isNear(sale.units * 2, sale.value, 1e-9))
    }
    #expect(report.autoExchange?.sales.count == 3)
  }
}
