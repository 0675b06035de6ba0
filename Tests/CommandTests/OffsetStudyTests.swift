import Support
import Testing

/// `offset.yaml`: a loss of 300 and a gain of 500, evaluated apart or together.
struct OffsetStudyTests {
  static let book = "offset-book.jsonl"

  /// What a pool has and what it needs, in its unit.
  struct Pool {
    var equity: Double
    var maintenance: Double
  }

  /// 0.4 % of 29,700 is 118.80; 0.4 % of 20,500 is 82.
  static let pools: [String: [Pool]] = [
    "isolated-usdt": [Pool(equity: 900, maintenance: 82), Pool(equity: 100, maintenance: 118.8)],
    "cross-usdt": [Pool(equity: 1000, maintenance: 200.8)],
    "cross-usdc-usdt": [Pool(equity: 900, maintenance: 82), Pool(equity: 100, maintenance: 118.8)],
    // 99.99 % of 100 and of 900; requirements at 100.01 %.
    "multi-asset-usdc-usdt": [Pool(equity: 999.9, maintenance: 200.82008)],
  ]

  @Test(arguments: pools.keys.sorted())
  func poolsAtTheLoss(_ account: String) throws {
    let expected = try #require(Self.pools[account])
    let sandbox = try Sandbox()
    let lines = try StudyFolder.text(Self.book).split(separator: "\n")
    let line = try #require(lines.first { $0.contains("\"\(account)\"") })
    let marks = "{BTCUSDT: 29700, BTCUSDC: 29700, ETHUSDT: 2050}"
    try sandbox.write("a.yaml", "{venue: binance-usdm-multi-2024, marks: \(marks), \(line.dropFirst())")
    let result = try sandbox.run("check", "a.yaml", "--json")
    try succeed(result)
    let pools = try result.json()["pools"] as? [[String: Any]] ?? []
    try #require(pools.count == expected.count)
    func value(_ pool: [String: Any], _ key: String) -> Double { pool[key] as? Double ?? .nan }
    let found = pools.sorted { value($0, "maintenance_margin") < value($1, "maintenance_margin") }
    for (pool, right) in zip(found, expected) {
      #expect(abs(value(pool, "equity") - right.equity) < 1e-9)
      #expect(abs(value(pool, "maintenance_margin") - right.maintenance) < 1e-9)
      #expect(pool["liquidates"] as? Bool == (right.equity <= right.maintenance))
    }
  }

  @Test func whatIsEvaluatedApartIsLiquidated() throws {
    let sandbox = try StudyFolder.run("offset", files: [Self.book, "offset-ticks.csv"])
    let rows = Table(try sandbox.text("offset-run/liquidations.csv")).rows
    let columns = ["account", "time", "pool", "instrument", "realized_pnl", "fee", "equity_after", "outcome"]
    let time = "2024-11-04T12:01:00.000000000Z"
    // The fee of 1.3 % of 29,700 would be 386.10: it takes what is left.
    #expect(
      rows.map { row in columns.map { row[$0] ?? "" } } == [
        ["isolated-usdt", time, "BTCUSDT", "BTCUSDT", "-300", "100", "0", "full"],
        ["cross-usdc-usdt", time, "USDC", "BTCUSDC", "-300", "100", "0", "full"],
      ])
    let accounts = Table(try sandbox.text("offset-run/accounts.csv")).rows
    #expect(
      accounts.map { [$0["account"], $0["start_equity"], $0["end_equity"], $0["status"]] } == [
        ["isolated-usdt", "800", "900", "reduced"], ["cross-usdt", "800", "1300", "open"],
        ["cross-usdc-usdt", "800", "900", "reduced"], ["multi-asset-usdc-usdt", "800", "1300", "open"],
      ])
  }
}
