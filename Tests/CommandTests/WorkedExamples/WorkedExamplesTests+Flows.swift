import Testing

extension WorkedExamplesTests {
  /// Examples of what flows or happens, by a study of one account.
  static let flows: [String: Method] = [
    "funding": funding, "trading_fee": tradingFee, "interest": interest,
    "partial_liquidation_futures": partialLiquidation,
  ]

  /// A moment of the studies' day, in minutes after midnight.
  private static func time(_ minutes: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "2021-05-\(19 + minutes / 1440)T\(two(minutes / 60 % 24)):\(two(minutes % 60)):00Z"
  }

  /// Minutes after midnight of `13:20`.
  private static func minutes(_ clock: String) throws -> Int {
    let parts = clock.split(separator: ":").compactMap { Int($0) }
    try #require(parts.count == 2, "\(clock)")
    return parts[0] * 60 + parts[1]
  }

  /// Every eighth hour after the opening pays; the funding of the opening's own instant is not paid.
  @Sendable private static func funding(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    var payments: [(mark: Double, rate: Double)] = []
    if let marks = try example.inputs["marks"]?.list() {
      let rates = try example.inputs.member("rates").list()
      payments = try zip(marks, rates).map { (try $0.number(), try $1.number()) }
    } else {
      let mark = try example.optionalInput("mark") ?? example.input("notional")
      let count = Int(try example.optionalInput("payments") ?? 1)
      payments = Array(repeating: (mark, try example.input("rate")), count: count)
    }
    let first = try #require(payments.first).mark
    let quantity = try example.optionalInput("qty") ?? 1
    let side = try example.optionalInput("side") ?? 1
    var study = ExampleStudy(name: example.id, account: ExampleAccount(balances: ["USDT": first * quantity]))
    study.account?.positions = [.init(instrument: "BTCUSDT", quantity: quantity * side, entry: first)]
    study.records = [(time(0), "BTCUSDT", "mark", first), (time(0), "BTCUSDT", "funding", 0.5)]
    for (place, payment) in payments.enumerated() {
      study.records.append((time(480 * (place + 1)), "BTCUSDT", "mark", payment.mark))
      study.records.append((time(480 * (place + 1)), "BTCUSDT", "funding", payment.rate))
    }
    let row = try #require(try bench.run(study).accounts.rows.first)
    return ["payment": .number(-number(row, "funding")), "fee": .number(number(row, "funding"))]
  }

  /// One venue charges the taker fee, another the maker fee: an opening pays what the venue says, out
  /// of an equity that is as large as the position.
  @Sendable private static func tradingFee(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    let notional = try example.input("notional")
    var study = ExampleStudy(name: example.id)
    study.cohort = [
      "mode: cross", "equity: \(notional)", "collateral: {USDT: 1}", "leverage: 1",
      "positions: {BTCUSDT: 1}", "open_fee: true",
    ]
    study.axes = [
      "venue.instruments.BTCUSDT.taker_fee: [\(try example.input("taker")), \(try example.input("maker"))]"
    ]
    study.records = [(time(0), "BTCUSDT", "mark", 100), (time(1), "BTCUSDT", "mark", 100)]
    let rows = try bench.run(study).accounts.rows
    try #require(rows.count == 2)
    let paid = rows.map { Fact.number(notional - number($0, "start_equity")) }
    return ["taker_fee": paid[0], "maker_fee": paid[1]]
  }

  /// A debt in USDT against a bitcoin that is worth enough.
  @Sendable private static func interest(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    let principal = try example.input("principal")
    let rate = try example.input("daily_rate") / 24
    var study = ExampleStudy(name: example.id)
    study.account = ExampleAccount(
      venue: "binance-cross-classic-2019", mode: "loan",
      overrides: ["loan.assets.USDT.rate": "\(rate)", "loan.interest": "hourly"], balances: ["BTC": 1],
      debts: ["USDT": principal])
    let (from, to) = (try example.inputs.member("from_").text(), try example.inputs.member("to").text())
    study.records = [
      (time(try minutes(from)), "BTCUSDT", "mark", 10 * principal),
      (time(try minutes(to)), "BTCUSDT", "mark", 10 * principal),
    ]
    let row = try #require(try bench.run(study).accounts.rows.first)
    let charged = number(row, "interest")
    #expect(abs(charged - (try example.input("hours")) * principal * rate) < 1e-12)
    return ["interest": .number(charged)]
  }

  /// `check` at the mark; then a study in which the account comes there from its entry, and the least number
  /// of lots is closed.
  @Sendable private static func partialLiquidation(_ example: WorkedExample, _ bench: Workbench) throws
    -> [String: Fact]
  {
    let (mark, entry) = (try example.input("mark"), try example.input("entry"))
    var account = ExampleAccount(balances: ["USDT": try example.input("wallet")])
    account.marks["BTCUSDT"] = mark
    account.positions = [.init(instrument: "BTCUSDT", quantity: try example.input("qty"), entry: entry)]
    let (rate, amount) = (try example.input("mmr"), try example.input("cum"))
    account.overrides = [
      "instruments.BTCUSDT.brackets":
        "[{\"floor\": 0, \"rate\": \(rate), \"amount\": \(amount), \"max_leverage\": 50}]",
      "instruments.BTCUSDT.liquidation_fee": "\(try example.input("fee"))",
      "liquidation.rule": "minimal", "liquidation.target_equity_over_mm": "1",
    ]
    let answer = try bench.check(account)
    let (pool, position) = (try answer.member("pools").only(), try answer.member("positions").only())
    #expect(try pool.member("liquidates").flag())
    var study = ExampleStudy(name: example.id, account: account)
    study.records = [(time(0), "BTCUSDT", "mark", entry), (time(1), "BTCUSDT", "mark", mark)]
    let rows = try bench.run(study).liquidations.rows
    try #require(rows.count == 1)
    return [
      "liq_price": try position.member("liquidation_price"),
      "bankruptcy_price": try position.member("bankruptcy_price"), "equity": try pool.member("equity"),
      "maint_margin": try pool.member("maintenance_margin"),
      "close_qty": .number(number(rows[0], "quantity")),
      "margin_ratio_after": .number(number(rows[0], "ratio_after")),
    ]
  }
}
