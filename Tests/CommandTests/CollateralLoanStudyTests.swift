import Support
import Testing

/// `collateral-loan.yaml`: call at 110 %, liquidation at 105 %, the least sale that restores 110 %.
struct CollateralLoanStudyTests {
  /// A sale of collateral: USD, and debt / collateral before and after it.
  struct Sale {
    var value, before, after: Double
  }

  /// An account's equity at both ends, interest and top-ups, USD.
  struct End {
    var start, end, interest, added: Double
  }

  private func run() throws -> Sandbox {
    try StudyFolder.run(
      "collateral-loan", files: ["collateral-loan-book.jsonl", "collateral-loan-ticks.csv"])
  }

  /// 1 BTC · 0.9 + 10,000 ADA · 0.5 against 85,500: at 100,000, 98,500 and 94,000 USD.
  @Test(arguments: [
    (100_000, 1.111111, false, false), (98_500, 1.095322, true, false), (94_000, 1.047953, true, true),
  ])
  func levelsOfTheHolder(_ price: Int, _ level: Double, _ isCalled: Bool, _ liquidates: Bool) throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      "a.yaml",
      """
      venue: guide-collateral-loan
      mode: loan
      marks: {BTCUSDT: \(price), ADAUSDT: 1}
      balances: {BTC: 1, ADA: 10000}
      debts: {USDT: {principal: 85000, interest: 500}}

      """)
    let result = try sandbox.run("check", "a.yaml", "--json")
    try succeed(result)
    let json = try result.json()
    #expect(abs((json["margin_level"] as? Double ?? .nan) - level) < 1e-6)
    #expect(json["margin_call"] as? Bool == isCalled)
    #expect(json["liquidates"] as? Bool == liquidates)
  }

  /// Holder: (1.1 · 85,500 − 89,600) / (1.1 − 0.9) = 22,250 USD. Mostly ADA: 0.1 BTC is all sold, then
  /// (1.1 · 42,500 − 46,000) / (1.1 − 0.5) = 1,250 USD of ADA.
  @Test func theLeastIsSold() throws {
    let sandbox = try run()
    let rows = Table(try sandbox.text("collateral-loan-run/liquidations.csv")).rows
    try #require(rows.map { $0["account"] } == ["holder", "mostly-ada", "mostly-ada"])
    #expect(rows.map { $0["instrument"] } == ["BTC", "BTC", "ADA"])
    #expect(rows.map { $0["outcome"] } == ["partial", "full", "partial"])
    #expect(rows.allSatisfy { $0["cause"] == "level" && $0["fee"] == "0" })
    #expect(
      rows.map { $0["time"] } == [
        "2026-02-28T00:02:00.000000000Z", "2026-02-28T00:03:00.000000000Z", "2026-02-28T00:03:00.000000000Z",
      ])
    let sales = [
      Sale(value: 22_250, before: 85_500 / 89_600, after: 1 / 1.1),
      Sale(value: 9_500, before: 52_000 / 54_550, after: 42_500 / 46_000),
      Sale(value: 1_250, before: 42_500 / 46_000, after: 1 / 1.1),
    ]
    for (row, sale) in zip(rows, sales) {
      #expect(abs(number(row, "notional") - sale.value) < 1e-5, "\(row)")
      #expect(abs(number(row, "quantity") * number(row, "mark") - sale.value) < 1e-5, "\(row)")
      #expect(abs(number(row, "ratio_before") - sale.before) < 1e-9, "\(row)")
      #expect(abs(number(row, "ratio_after") - sale.after) < 1e-9, "\(row)")
    }
    let repayments = Table(try sandbox.text("collateral-loan-run/conversions.csv")).rows
    #expect(repayments.map { $0["cause"] } == ["repayment", "repayment", "repayment"])
    for (row, paid) in zip(repayments, [22_250.0, 9_500, 1_250]) {
      #expect(row["covered_asset"] == "USDT" && abs(number(row, "covered_units") - paid) < 1e-5)
    }
  }

  /// A top-up of 20 % of 24,517 at the call keeps the second account whole. At the end BTC is at 95,000 and
  /// ADA at 0.92, and the holder has 1 − 22,250 / 94,000 BTC.
  @Test func theTopUpKeepsTheBitcoin() throws {
    let sandbox = try run()
    let rows = Table(try sandbox.text("collateral-loan-run/accounts.csv")).rows
    try #require(rows.map { $0["account"] } == ["holder", "tops-up", "mostly-ada"])
    let ends = [
      End(start: 24_517, end: 18_463.297872, interest: 17, added: 0),
      End(start: 24_517, end: 23_603.4, interest: 17, added: 4_903.4),
      End(start: 58_010, end: 49_500, interest: 10, added: 0),
    ]
    for (row, right) in zip(rows, ends) {
      #expect(abs(number(row, "start_equity") - right.start) < 1e-6, "\(row)")
      #expect(abs(number(row, "end_equity") - right.end) < 1e-6, "\(row)")
      #expect(abs(number(row, "interest") - right.interest) < 1e-9, "\(row)")
      #expect(abs(number(row, "top_ups") - right.added) < 1e-9, "\(row)")
    }
    let point = try #require(Table(try sandbox.text("collateral-loan-run/points.csv")).rows.first)
    // Each account is called once.
    #expect(point["margin_calls"] == "3")
    #expect(point["liquidated_accounts"] == "2" && point["partial_survivors"] == "2")
  }
}
