import Engine
import Margin
import Market
import Support
import Testing

@testable import Sweep

/// What becomes of the borrowers of ``LoanWorld``, reckoned on paper.
///
/// **0** owes 1,024, and 1 more at 12:30, at once, at 13:00 and at 14:00: 1,027. At 108 the collateral of
/// 1,512 is under 1.5 · 1,027: a margin call. At 80 it is 1,120, under 1.25 · 1,027: 2 · 1,027 − 1,120 = 934
/// USD are sold, 11.675 BTC; 58.375 are the fee, 875.625 pay the interest of 3 and 872.625 of the principal.
/// 151.375 stay, against 4.325 BTC that count for 302.75: a level of 2. An hour of it costs
/// 0.1478271484375. At 20 the 86.5 USD that are left count for 75.6875: a second call and the end. The fee is
/// 5.40625, the payment 81.09375, the fund pays 70.4290771484375.
///
/// **1** adds a quarter of his 1,536 at the first call, 384 USDT. At 80 his level is 1,504 / 1,027: a second
/// call, no liquidation. At 20 it is 664 / 1,028. The USDT go first, at factor 1: all 384, fee 24, payment
/// 360. 668 are left against 280, so the BTC go too: fee 20, payment 300, and the fund pays 368.
///
/// **2** has 256 USDT beside 16 BTC and no debt. His collateral of 2,496 lends 2,496 at a level of 2; 5,000
/// were asked for. An hour of it costs 2.4375: at 12:40 and at 13:00. Then his level is under 2.
@Suite struct LoanByHandTests {
  static let usdt = AssetIndex(0)
  static let accounts = [
    LoanWorld.borrower(0),
    LoanWorld.borrower(1, behaviour: Behaviour(topUp: .init(atRatio: 0.5, amount: 0.25, times: 1))),
    LoanWorld.borrower(
      2, usdt: 256, debt: 0,
      actions: [
        (2_400, .borrow(asset: usdt, amount: 5_000)), (3_000, .borrow(asset: usdt, amount: 10)),
        (3_300, .transfer(asset: usdt, amount: -100)), (5_400, .switchMode(.cross)),
        (6_300, .repay(asset: usdt, amount: 10_000)), (8_100, .repay(asset: usdt, amount: 1)),
        (8_160, .transfer(asset: usdt, amount: -100)),
      ]),
  ]

  private func table(_ world: LoanWorld, _ name: String) throws -> [[String: String]] {
    let lines = try world.tiny.folder.text("reference/\(name)").split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  private func expect(
    _ row: [String: String], _ expected: KeyValuePairs<String, Double>,
    at location: SourceLocation = #_sourceLocation
  ) {
    for (name, value) in expected {
      let found = row[name].flatMap { Double($0) } ?? .nan
      #expect(
        abs(found - value) <= 1e-9 * max(1, abs(value)), "\(name): \(found), not \(value)",
        sourceLocation: location)
    }
  }

  @Test func enginesWriteTheSameBytes() throws {
    let world = try LoanWorld()
    for kind in EngineKind.allCases { try world.write(Self.accounts, kind) }
    for name in ["points.csv", "liquidations.csv", "conversions.csv", "timeline.csv", "accounts.csv"] {
      let reference = try world.tiny.folder.text("reference/\(name)")
      #expect(try world.tiny.folder.text("dense/\(name)") == reference, "\(name)")
    }
  }

  @Test func pointsHoldWhatPaperSays() throws {
    let world = try LoanWorld()
    try world.write(Self.accounts, .reference)
    let row = try #require(try table(world, "points.csv").first)
    expect(
      row,
      [
        "accounts": 3, "ticks": 7, "liquidated_accounts": 2, "liquidation_steps": 4,
        "liquidated_notional": 934 + 86.5 + 384 + 320, "partial_survivors": 0, "bankrupt_accounts": 2,
        "fund_payment": 70.4290771484375 + 368, "liquidation_fees": 58.375 + 5.40625 + 24 + 20,
        "auto_exchanges": 0, "auto_exchange_value": 0, "conversion_cost": 0, "funding": 0,
        "interest": 3.1478271484375 + 4 + 4.875, "margin_calls": 4, "start_equity": 1_536 * 2 + 2_816,
        "end_equity": 471.125, "pnl": 0, "revaluation": -1_539.5 - 2_240 - 2_240, "rejected_accounts": 0,
        "fund_start": 0, "peak_minute_notional": 934,
      ])
    #expect(row["first_liquidation"] == "2021-05-19T14:40:00.000000000Z")
    let timeline = try table(world, "timeline.csv")
    #expect(timeline.map { $0["open_accounts"] } == ["3", "3", "3", "2", "2", "0"])
    #expect(timeline.map { $0["liquidations"] } == ["0", "0", "0", "0", "1", "3"])
  }

  @Test func salesAndRepaymentsHoldWhatPaperSays() throws {
    let world = try LoanWorld()
    try world.write(Self.accounts, .reference)
    let sales = try table(world, "liquidations.csv")
    #expect(sales.map { $0["account"] } == ["0", "0", "1", "1"])
    #expect(sales.map { $0["instrument"] } == ["BTC", "BTC", "USDT", "BTC"])
    #expect(sales.map { $0["outcome"] } == ["partial", "takeover", "full", "takeover"])
    #expect(sales.allSatisfy { $0["cause"] == "level" && $0["pool"] == "account" && $0["side"] == "long" })
    expect(
      sales[0],
      [
        "step": 1, "quantity": 11.675, "mark": 80, "price": 80, "notional": 934, "fee": 58.375,
        "realized_pnl": 0, "ratio_before": 1_027.0 / 1_120, "ratio_after": 0.5, "equity_after": 151.375,
      ])
    expect(
      sales[1],
      ["step": 3, "quantity": 4.325, "notional": 86.5, "fee": 5.40625, "equity_after": -70.4290771484375])
    #expect(sales[1]["ratio_after"] == "inf")
    expect(
      sales[2],
      ["step": 1, "quantity": 384, "mark": 1, "ratio_before": 1_028.0 / 664, "ratio_after": 668.0 / 280])
    expect(sales[3], ["step": 3, "quantity": 16, "fee": 20, "equity_after": -368])
    let payments = try table(world, "conversions.csv")
    #expect(payments.allSatisfy { $0["cause"] == "repayment" && $0["covered_asset"] == "USDT" })
    #expect(payments.map { $0["sold_asset"] } == ["BTC", "BTC", "USDT", "BTC"])
    for (payment, paid) in zip(payments, [875.625, 81.09375, 360, 300]) {
      expect(payment, ["covered_units": paid, "cost": 0])
    }
    expect(payments[0], ["step": 2, "sold_units": 10.9453125])
  }

  @Test func accountsHoldWhatPaperSays() throws {
    let world = try LoanWorld()
    try world.write(Self.accounts, .reference)
    let rows = try table(world, "accounts.csv")
    #expect(rows.map { $0["status"] } == ["bankrupt", "bankrupt", "open"])
    expect(
      rows[0],
      [
        "start_equity": 1_536, "end_equity": 0, "revaluation": -1_539.5, "fees": 63.78125,
        "interest": 3.1478271484375, "fund_payment": 70.4290771484375, "top_ups": 0,
      ])
    expect(rows[1], ["end_equity": 0, "interest": 4, "fees": 44, "fund_payment": 368, "top_ups": 384])
    expect(rows[2], ["start_equity": 2_816, "end_equity": 471.125, "interest": 4.875, "fees": 0])
    let busy = try #require(try world.run(Self.accounts).accounts[2].account)
    #expect(busy.tally.refusedActions == 4 && busy.tally.actions == -100 && busy.isFlat)
    #expect(busy.balances == [151.125, 16])
  }

  /// Up to 14:40 the first borrower has been cut, the others stand.
  @Test func aLoanThatIsCutIsReduced() throws {
    let world = try LoanWorld(Array(LoanWorld.prices.prefix(5)))
    try world.write(Self.accounts, .reference)
    #expect(try table(world, "accounts.csv").map { $0["status"] } == ["reduced", "open", "open"])
    let row = try #require(try table(world, "points.csv").first)
    expect(
      row,
      [
        "liquidated_accounts": 1, "partial_survivors": 1, "bankrupt_accounts": 0, "fund_payment": 0,
        "end_equity": (4.325 * 80 - 151.375) + (1_280 + 384 - 1_027) + (1_280 + 151.125),
      ])
  }

  @Test func hoursAreChargedAtOnceAndStrictlyAfter() throws {
    let prices: [(Int64, String)] = [(0, "160"), (1, "160"), (3_600, "160"), (3_601, "160"), (12_600, "160")]
    try withEvery("engine", in: EngineKind.allCases) { kind in
      for (count, interest) in [(1, 1.0), (2, 1), (3, 2), (4, 2), (5, 4)] {
        let world = try LoanWorld(Array(prices.prefix(count)))
        let account = try #require(try world.run([LoanWorld.borrower()], kind).accounts[0].account)
        #expect(account.debts[0] == Debt(principal: 1_024, interest: interest), "\(count) ticks")
        #expect(account.tally.interest == interest)
      }
    }
  }

  @Test func daysAreChargedAtMidnightAlone() throws {
    let midnight: Int64 = 12 * 3_600
    let prices = [0, 3_600, midnight - 1, midnight, midnight + 1, midnight + 2 * 86_400 + 5].map {
      ($0, "160")
    }
    try withEvery("engine", in: EngineKind.allCases) { kind in
      for (count, interest) in [(1, 0.0), (2, 0), (3, 0), (4, 1), (5, 1), (6, 3)] {
        let world = try LoanWorld(Array(prices.prefix(count)), interest: .daily)
        let account = try #require(try world.run([LoanWorld.borrower()], kind).accounts[0].account)
        #expect(account.debts[0] == Debt(principal: 1_024, interest: interest), "\(count) ticks")
      }
    }
  }

  /// An action dated before the opening is made up for, its hours before are not.
  @Test func whoOpensLateIsChargedFromThenOn() throws {
    let world = try LoanWorld()
    let early = LoanWorld.borrower(actions: [(-7_200, .borrow(asset: Self.usdt, amount: 64))])
    let account = try #require(try world.run([early]).accounts[0].account)
    // 1 at 12:30 on 1,024; 1/16 on 64 at once; then 1,088 / 1,024 at 13:00 and 14:00, before the sale.
    let first = try #require(
      try LoanWorld(Array(LoanWorld.prices.prefix(3))).run([early]).accounts[0].account)
    #expect(first.debts[0] == Debt(principal: 1_088, interest: 1 + 0.0625 + 2 * 1.0625))
    #expect(account.tally.fundPayment > 0)
  }
}
