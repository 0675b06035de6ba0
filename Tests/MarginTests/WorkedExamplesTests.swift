import Market
import Platform
import Support
import Testing

@testable import Margin

/// The worked examples that come beside the repository, through the same code as `check`.
struct WorkedExamplesTests {
  /// One case of the file.
  struct Example: Sendable, CustomStringConvertible {
    let id: String
    let kind: String
    let inputs: Document.Node
    let expected: Document.Node
    let tolerance: Double
    var description: String { "\(id) (\(kind))" }

    func input(_ key: String) throws -> Double { try #require(inputs[key], "\(id) has no \(key)").double() }
    func want(_ key: String) throws -> Double {
      try #require(expected[key], "\(id) wants no \(key)").double()
    }
    func isNear(_ value: Double?, _ key: String) throws -> Bool {
      MarginTests.isNear(value, try want(key), tolerance)
    }
  }

  static let path = sharedData("examples/worked_examples.json")

  static let kinds: [String: @Sendable (Example) throws -> Void] = [
    "liq_price_isolated": isolatedPrice, "liq_price_hyperliquid": hyperliquidPrice,
    "liq_price_cross_two_positions": crossPrice, "margin_ratio_cross": crossRatio,
    "bankruptcy_price": bankruptcyPrice, "maintenance_margin": maintenanceMargin,
    "maintenance_amount": maintenanceAmounts, "cross_liquidation_trigger": crossTrigger,
    "partial_liquidation_futures": liquidationState, "pnl_offset": offset,
    "multi_asset_equity": multiAssetEquity, "multi_asset_margin_ratio": multiAssetRatio,
    "asset_index_rates": indexRates, "collateral_haircut": haircut, "collateral_tiered": tieredHaircut,
    "auto_exchange_amount": exchangeAmount, "auto_exchange_trigger": exchangeTrigger, "ltv": loanToValue,
    "auto_exchange_prorata": exchangeShares,
  ]

  static func examples() throws -> [Example] {
    guard let path else { return [] }
    let bytes = try ByteSource(path: path).readAll(limit: 1 << 20)
    let document = try Document.parse(String(decoding: bytes, as: UTF8.self), path: path)
    return try document.root.items().compactMap { node in
      let kind = try #require(node["kind"]).text()
      guard try #require(node["required"]).boolean(), kinds[kind] != nil else { return nil }
      return Example(
        id: try #require(node["id"]).text(), kind: kind, inputs: try #require(node["inputs"]),
        expected: try #require(node["expected"]), tolerance: try #require(node["tolerance"]).double())
    }
  }

  @Test(.enabled(if: path != nil, "the shared examples are absent"))
  func agreesWithEveryRequiredExample() throws {
    let examples = try Self.examples()
    try withEvery("example", in: examples) { example in
      let compare = try #require(Self.kinds[example.kind])
      try compare(example)
    }
    // Every kind that is listed must have been met, or the table above tests nothing.
    #expect(Set(examples.map(\.kind)) == Set(Self.kinds.keys))
  }
}

// MARK: - Isolated and cross

extension WorkedExamplesTests {
  private static func isolated(_ example: Example, margin: Double, rate: Double, amount: Double) throws
    -> CheckReport
  {
    let (entry, side) = (try example.input("entry"), try example.input("side"))
    let quantity = try example.input("qty") * side
    return try check(
      """
      venue: plain
      mode: isolated
      marks: {ETHUSDT: \(entry)}
      positions: [{instrument: ETHUSDT, quantity: \(quantity), entry: \(entry), margin: \(margin)}]
      brackets: {ETHUSDT: [{floor: 0, rate: \(rate), amount: \(amount)}]}
      """)
  }

  @Sendable private static func isolatedPrice(_ example: Example) throws {
    let report = try isolated(
      example, margin: try example.input("wallet_balance"), rate: try example.input("mmr"),
      amount: try example.input("cum"))
    #expect(try example.isNear(report.positions[0].liquidationPrice, "liq_price"), "\(example.id)")
  }

  @Sendable private static func hyperliquidPrice(_ example: Example) throws {
    let report = try check(
      """
      venue: plain
      mode: isolated
      marks: {BTCUSDT: \(try example.input("price"))}
      positions:
        - {instrument: BTCUSDT, quantity: \(try example.input("size") * (try example.input("side"))),
           entry: \(try example.input("price")), margin: \(try example.input("isolated_margin"))}
      brackets: {BTCUSDT: [{floor: 0, rate: \(1 / (try example.input("maintenance_leverage")))}]}
      """)
    #expect(try example.isNear(report.positions[0].liquidationPrice, "liq_price"), "\(example.id)")
  }

  @Sendable private static func bankruptcyPrice(_ example: Example) throws {
    let (entry, side) = (try example.input("entry"), try example.input("side"))
    let report = try check(
      """
      venue: plain
      mode: isolated
      marks: {BTCUSDT: \(entry)}
      positions:
        - {instrument: BTCUSDT, quantity: \(side),
           entry: \(entry), margin: \(entry / (try example.input("leverage")))}
      """)
    #expect(try example.isNear(report.positions[0].bankruptcyPrice, "bankruptcy_price"), "\(example.id)")
  }

  private static func twoPositions(_ example: Example) throws -> CheckReport {
    var (marks, positions, brackets): ([String], [String], [String]) = ([], [], [])
    for node in try #require(example.inputs["positions"]).items() {
      func number(_ key: String) throws -> Double { try #require(node[key]).double() }
      let symbol = try #require(node["symbol"]).text()
      marks.append("\(symbol): \(try number("mark"))")
      positions.append(
        "{instrument: \(symbol), quantity: \(try number("q") * number("side")), entry: \(try number("ep"))}")
      brackets.append("\(symbol): [{floor: 0, rate: \(try number("mmr")), amount: \(try number("cum"))}]")
    }
    return try check(
      """
      venue: plain
      mode: cross
      marks: {\(marks.joined(separator: ", "))}
      balances: {USDT: \(try example.input("wallet_balance"))}
      positions: [\(positions.joined(separator: ", "))]
      brackets: {\(brackets.joined(separator: ", "))}
      """)
  }

  @Sendable private static func crossPrice(_ example: Example) throws {
    let report = try twoPositions(example)
    let target = try #require(example.inputs["target"]).text()
    let (held, other) = (
      try #require(report.positions.first { $0.instrument == target }),
      try #require(report.positions.first { $0.instrument != target })
    )
    #expect(try example.isNear(held.liquidationPrice, "liq_price"), "\(example.id)")
    #expect(try example.isNear(other.maintenanceMargin, "tmm_other"), "\(example.id)")
    #expect(try example.isNear(other.unrealizedPnL, "upnl_other"), "\(example.id)")
  }

  @Sendable private static func crossRatio(_ example: Example) throws {
    let pool = try #require(try twoPositions(example).pools.first)
    #expect(try example.isNear(pool.value.maintenanceMargin, "maint_margin"), "\(example.id)")
    #expect(try example.isNear(pool.value.equity, "margin_balance"), "\(example.id)")
    #expect(try example.isNear(pool.value.ratio, "margin_ratio"), "\(example.id)")
    #expect(pool.band == .green && !pool.liquidates)
  }

  @Sendable private static func crossTrigger(_ example: Example) throws {
    func position(_ key: String, _ symbol: String) throws -> (text: String, mark: Double) {
      let node = try #require(example.inputs[key])
      func number(_ key: String) throws -> Double { try #require(node[key]).double() }
      let text = "{instrument: \(symbol), quantity: \(try number("q")), entry: \(try number("ep"))}"
      return (text, try number("mark"))
    }
    let (btc, eth) = (try position("btc", "BTCUSDT"), try position("eth", "ETHUSDT"))
    let bracket = "[{floor: 0, rate: \(try example.input("mmr"))}]"
    let report = try check(
      """
      venue: plain
      mode: cross
      marks: {BTCUSDT: \(btc.mark), ETHUSDT: \(eth.mark)}
      balances: {USDT: \(try example.input("wallet"))}
      positions: [\(btc.text), \(eth.text)]
      brackets: {BTCUSDT: \(bracket), ETHUSDT: \(bracket)}
      """)
    #expect(try example.isNear(report.pools[0].value.equity, "equity"), "\(example.id)")
    #expect(try example.isNear(report.pools[0].value.maintenanceMargin, "maint"), "\(example.id)")
    #expect(report.pools[0].liquidates == (try #require(example.expected["liquidated"]).boolean()))
  }

  @Sendable private static func liquidationState(_ example: Example) throws {
    let report = try check(
      """
      venue: plain
      mode: cross
      marks: {BTCUSDT: \(try example.input("mark"))}
      balances: {USDT: \(try example.input("wallet"))}
      positions:
        - {instrument: BTCUSDT, quantity: \(try example.input("qty")), entry: \(try example.input("entry"))}
      brackets:
        BTCUSDT: [{floor: 0, rate: \(try example.input("mmr")), amount: \(try example.input("cum"))}]
      """)
    #expect(try example.isNear(report.positions[0].liquidationPrice, "liq_price"), "\(example.id)")
    #expect(try example.isNear(report.positions[0].bankruptcyPrice, "bankruptcy_price"), "\(example.id)")
    #expect(try example.isNear(report.pools[0].value.equity, "equity"), "\(example.id)")
    #expect(try example.isNear(report.pools[0].value.maintenanceMargin, "maint_margin"), "\(example.id)")
    #expect(report.pools[0].liquidates)
  }

  @Sendable private static func offset(_ example: Example) throws {
    let pnl = try #require(example.inputs["upnl"]).items().map { try $0.double() }
    try #require(pnl.count == 2)
    let report = try check(
      """
      venue: plain
      mode: cross
      marks: {BTCUSDT: \(1000 + pnl[0]), ETHUSDT: \(1000 + pnl[1])}
      positions:
        - {instrument: BTCUSDT, quantity: 1, entry: 1000}
        - {instrument: ETHUSDT, quantity: 1, entry: 1000}
      """)
    #expect(try example.isNear(report.pools[0].value.equity, "net"), "\(example.id)")
  }
}

// MARK: - Brackets

extension WorkedExamplesTests {
  private static func margin(at notional: Double, brackets: String) throws -> Double {
    let report = try check(
      """
      venue: plain
      mode: cross
      marks: {BTCUSDT: \(notional)}
      balances: {USDT: 1}
      positions: [{instrument: BTCUSDT, quantity: 1, entry: \(notional)}]
      brackets: {BTCUSDT: \(brackets)}
      """)
    return report.positions[0].maintenanceMargin
  }

  /// The table of 2024-10-24 without its amounts, which are worked out.
  private static let bitcoin2024 = """
    [{floor: 0, rate: 0.004}, {floor: 50000, rate: 0.005}, {floor: 600000, rate: 0.0065},
      {floor: 3000000, rate: 0.01}, {floor: 12000000, rate: 0.02}, {floor: 70000000, rate: 0.025}]
    """

  @Sendable private static func maintenanceMargin(_ example: Example) throws {
    let notional = try example.input("notional")
    guard example.inputs["mmr"] != nil else {
      let margin = try margin(at: notional, brackets: bitcoin2024)
      #expect(try example.isNear(margin, "mm_tier4") && example.isNear(margin, "mm_tier5"), "\(example.id)")
      return
    }
    let bracket = "[{floor: 0, rate: \(try example.input("mmr")), amount: \(try example.input("cum"))}]"
    #expect(try example.isNear(try margin(at: notional, brackets: bracket), "mm"), "\(example.id)")
  }

  @Sendable private static func maintenanceAmounts(_ example: Example) throws {
    let tiers = try #require(example.inputs["tiers"]).items()
    let rows = try tiers.map { (try #require($0["floor"]).double(), try #require($0["mmr"]).double()) }
    let brackets = "[" + rows.map { "{floor: \($0.0), rate: \($0.1)}" }.joined(separator: ", ") + "]"
    for (place, row) in rows.enumerated() {
      // An eighth above its floor every row's own line holds.
      let notional = max(1, row.0 * 1.125)
      try #require(place + 1 == rows.count || notional < rows[place + 1].0)
      let amount = notional * row.1 - (try margin(at: notional, brackets: brackets))
      #expect(try example.isNear(amount, "cum_\(place + 1)"), "\(example.id)")
    }
  }
}
