import Market
import Platform
import Testing

@testable import Margin

/// `check` on loan accounts: published figures, and others worked out by hand.
struct LoanCheckTests {
  /// The report on a loan account of ``lenderText``; `rules` overrides values of its loan section.
  private static func report(
    _ balances: String, debts: String, index: String, rules: [String] = []
  ) throws -> CheckReport {
    let overrides = rules.map { "  venue.loan." + $0 }.joined(separator: "\n")
    return try check(
      """
      venue: lender
      mode: loan
      index: {\(index)}
      balances: {\(balances)}
      debts: {\(debts)}
      overrides:\(overrides.isEmpty ? " {}" : "\n" + overrides)
      """, venue: lenderText)
  }

  private static func price(_ asset: String, _ report: CheckReport) throws -> Double? {
    let row = try #require(report.loan?.liquidationPrices.first { $0.asset == asset })
    return row.price
  }

  private static let gross = ["formula: gross", "stop: 1.25", "call: 1.25", "fee: 0"]

  /// Source: Binance, margin level and liquidation price: one bitcoin against 20,000 USDT goes at 22,000.
  @Test func oneBitcoinAgainstTwentyThousand() throws {
    let report = try Self.report(
      "BTC: 1", debts: "USDT: {principal: 20000}", index: "BTC: 30000", rules: Self.gross)
    #expect(isNear(try Self.price("BTC", report), 22_000, 1e-6))
    // 30,000 = 1.1 · 20,000 · p.
    #expect(isNear(try Self.price("USDT", report), 30_000 / 22_000, 1e-12))
    #expect(report.loan?.level == 1.5 && report.loan?.isCalled == false && report.loan?.liquidates == false)
  }

  /// Source: Binance, margin level 1.25 of ten bitcoin at 50,000 against 400,000 USDT; liquidated at 44,000.
  @Test func tenBitcoinAgainstFourHundredThousand() throws {
    let report = try Self.report(
      "BTC: 10", debts: "USDT: {principal: 400000}", index: "BTC: 50000", rules: Self.gross)
    #expect(report.loan?.level == 1.25 && report.loan?.isCalled == true)
    #expect(isNear(try Self.price("BTC", report), 44_000, 1e-9))
  }

  /// At 44,000 it sells 240,000 USD, after which 200,000 stand against 160,000: 1.25 again.
  @Test func aFivefoldLoanSellsUntilItIsFivefoldAgain() throws {
    let report = try Self.report(
      "BTC: 10", debts: "USDT: {principal: 400000}", index: "BTC: 44000", rules: Self.gross)
    let sale = try #require(report.loan?.sales.first)
    #expect(report.loan?.liquidates == true && report.loan?.sales.count == 1 && sale.asset == "BTC")
    #expect(isNear(sale.value, 240_000, 1e-6) && isNear(sale.units, 240_000 / 44_000, 1e-9))
  }

  private static let guide = ["call: 1.1", "liquidate: 1.05", "stop: 1.1", "fee: 0"]
  private static let guideDebts = "USDT: {principal: 85000, interest: 500}"

  /// Source: a guide to multi-asset collateral with borrowing: 95,000 of collateral value against 85,500.
  @Test func collateralCountsAtItsFactors() throws {
    let report = try Self.report(
      "BTC: 1, ADA: 10000", debts: Self.guideDebts, index: "BTC: 100000, ADA: 1", rules: Self.guide)
    #expect(isNear(report.loan?.level, 1.111111, 1e-6))
    #expect(report.collateral.map(\.asset) == ["USDT", "BTC", "ADA"])
    #expect(report.collateral.map(\.value) == [0, 90_000, 5_000])
    #expect(report.collateral.map(\.rate) == [1, 0.9, 0.5])
    #expect(report.collateral.map(\.equity) == [-85_500, 1, 10_000])
    #expect(report.accountEquity == 24_500)
    // 0.9·p + 5,000 = 1.05 · 85,500, and 90,000 + 5,000·p falls to that at no price above 0.
    #expect(isNear(try Self.price("BTC", report), 84_775 / 0.9, 1e-6))
    #expect(try Self.price("ADA", report) == nil)
    let pool = try #require(report.pools.first)
    #expect(report.pools.count == 1 && pool.pool == "account" && pool.unit == "USD" && pool.band == .red)
    #expect(pool.value.equity == 9_500 && isNear(pool.value.maintenanceMargin, 4_275, 1e-9))
    #expect(isNear(pool.ratio, 0.9, 1e-12) && !pool.liquidates)
    #expect(report.loan?.debts.map(\.value) == [85_500])
    #expect(isNear(report.loan?.debts.first?.nextInterest, 0.85, 1e-12))
  }

  /// Bitcoin at 94,000: 89,600 against 85,500 is 1.047953. (1.1 · 85,500 − 89,600) / (1.1 − 0.9) = 22,250.
  @Test func theGuideSellsBitcoinFirst() throws {
    let report = try Self.report(
      "BTC: 1, ADA: 10000", debts: Self.guideDebts, index: "BTC: 94000, ADA: 1", rules: Self.guide)
    #expect(isNear(report.loan?.level, 1.047953, 1e-6))
    #expect(report.loan?.liquidates == true && report.loan?.isCalled == true)
    #expect(report.pools[0].liquidates && report.pools[0].value.equity <= 0.05 * 85_500)
    let sale = try #require(report.loan?.sales.first)
    #expect(report.loan?.sales.count == 1 && sale.asset == "BTC" && isNear(sale.value, 22_250, 1e-4))
  }

  private static func pro(_ leverage: Double) -> [String] {
    let brackets = "[{floor: 0, rate: 0.02, max_leverage: \(leverage), amount: 0}]"
    return ["formula: pro", "liquidate: 1.0", "call: 1.2", "stop: 1.5"]
      + ["USDT", "BTC", "ADA"].map {
        "assets.\($0): {factor: 1, rate: 0.00001, brackets: \(brackets)}"
      }
  }

  /// Source: Binance, Cross Margin Pro: 20,000 of an asset, 10,000 owed at 2 %: 10,000 / 200 = 50. At an
  /// initial rate of 0.1112 the debt takes 1,112, and (10,000 − 1,112) / 0.1112 = 79,928 may be borrowed.
  @Test func proDividesNetEquityByMaintenance() throws {
    let report = try Self.report(
      "BTC: 1", debts: "USDT: {principal: 10000}", index: "BTC: 20000", rules: Self.pro(1 + 1 / 0.1112))
    #expect(isNear(report.loan?.level, 50, 1e-9))
    let pool = try #require(report.pools.first)
    #expect(pool.value.equity == 10_000 && isNear(pool.value.maintenanceMargin, 200, 1e-9))
    #expect(isNear(pool.ratio, 0.02, 1e-12) && pool.band == .green)
    #expect(report.collateral.map(\.value) == [-10_000, 20_000] && report.collateral.map(\.rate) == [1, 1])
    #expect(isNear(report.loan?.maxBorrow.first { $0.asset == "USDT" }?.units, 79_928, 1))
    #expect(isNear(try Self.price("BTC", report), 10_200, 1e-9))
  }

  /// 20,000 USDT against 10,000 ADA, whose debt passes a bracket on the way:
  /// 20,000 − 10,000·p = 500·p − 300, so p = 20,300 / 10,500.
  @Test func aRiseOfWhatIsOwedPassesABracket() throws {
    let brackets =
      "[{floor: 0, rate: 0.02, max_leverage: 5, amount: 0}, "
      + "{floor: 10000, rate: 0.05, max_leverage: 3, amount: 300}]"
    let report = try Self.report(
      "USDT: 20000", debts: "ADA: {principal: 10000}", index: "ADA: 1",
      rules: Self.pro(5) + ["assets.ADA.brackets: \(brackets)"])
    #expect(isNear(try Self.price("ADA", report), 20_300 / 10_500, 1e-12))
  }

  /// Two bitcoin held and one owed: (0.5 + 1)·p against 1.1·(p + 40), so p = 44 / 0.4.
  @Test func theNetOfAnAssetCounts() throws {
    let report = try Self.report(
      "BTC: 2", debts: "BTC: {principal: 1}, USDT: {principal: 40}", index: "BTC: 200",
      rules: ["formula: haircut_net", "assets.BTC.factor: 0.5"])
    #expect(isNear(report.loan?.level, 300.0 / 240, 1e-12))
    #expect(isNear(try Self.price("BTC", report), 110, 1e-9))
    #expect(report.collateral.first { $0.asset == "BTC" }?.value == 300)
  }

  /// Half a bitcoin against one owed counts whole: 0.5·p + 250 against 1.1·p, so p = 250 / 0.6.
  @Test func aShortOfAnAssetCountsItsBalanceWhole() throws {
    let report = try Self.report(
      "BTC: 0.5, USDT: 250", debts: "BTC: {principal: 1}", index: "BTC: 200",
      rules: ["formula: haircut_net", "assets.BTC.factor: 0.5"])
    #expect(isNear(try Self.price("BTC", report), 250 / 0.6, 1e-9))
  }

  /// Above 1,000 USD a half counts: 0.5·x + 400. 3,000 owed at 1.1: x = 5,800, at 0.58 the unit.
  @Test func aTierHasItsOwnRoot() throws {
    let report = try Self.report(
      "ADA: 10000", debts: "USDT: {principal: 3000}", index: "ADA: 1",
      rules: ["assets.ADA: {rate: 0, tiers: [{floor: 0, rate: 0.9}, {floor: 1000, rate: 0.5}]}"])
    #expect(isNear(try Self.price("ADA", report), 0.58, 1e-12))
    #expect(report.collateral.first { $0.asset == "ADA" }?.value == 5_400)
    #expect(isNear(report.collateral.first { $0.asset == "ADA" }?.rate, 0.54, 1e-12))
  }

  /// 90,000 of collateral value against 40,000. Borrowing b at factor f: 90,000 + f·b >= 1.5·(40,000 + b).
  /// Taking away t at 0.9: 90,000 − 0.9·t >= 80,000.
  @Test func saysWhatMayBeBorrowedAndTakenAway() throws {
    let limits = ["borrow_above: 1.5", "transfer_above: 2"]
    let report = try Self.report(
      "BTC: 1", debts: "USDT: {principal: 40000}", index: "BTC: 100000, ADA: 1", rules: limits)
    let most = try #require(report.loan?.maxBorrow)
    #expect(most.map(\.asset) == ["USDT", "BTC", "ADA"])
    for (amount, value) in zip(most, [60_000, 50_000, 30_000.0]) {
      #expect(isNear(amount.value, value, 1e-6), "\(amount.asset)")
    }
    #expect(isNear(most[1].units, 0.5, 1e-9))
    let out = try #require(report.loan?.maxTransferOut)
    #expect(out.map(\.asset) == ["BTC"] && isNear(out[0].value, 10_000 / 0.9, 1e-6))
    #expect(isNear(report.available, 10_000 / 0.9, 1e-6))
    #expect(report.collateral.map(\.available) == [0, out[0].units])
  }

  /// 10,000 ADA at 0.5 first, then what still may go of bitcoin: 95,000 − 5,000 − 0.9·t >= 2 · 40,000.
  @Test func whatCountsLeastLeavesFirst() throws {
    let report = try Self.report(
      "BTC: 1, ADA: 10000", debts: "USDT: {principal: 40000}", index: "BTC: 100000, ADA: 1",
      rules: ["transfer_above: 2"])
    #expect(isNear(report.available, 10_000 + 10_000 / 0.9, 1e-6))
  }

  @Test func withoutDebtThereIsNoLevel() throws {
    let report = try Self.report("BTC: 1, USDT: 5", debts: "", index: "BTC: 30000")
    #expect(report.pools.isEmpty && report.loan?.level == .infinity && report.available == 30_005)
    let root = try Document.parse(report.json, path: "json").root
    #expect(root["margin_level"]?.isNull == true)
    #expect(root["liquidation_prices"]?["BTC"]?.isNull == true)
    #expect(try root["margin_call"]?.boolean() == false && root["liquidates"]?.boolean() == false)
    #expect(report.text.contains("margin level without debt: no margin call"))
  }

  /// A top-up that the owner would make does not hide what a liquidation sells.
  @Test func theSalesAreThoseOfTheVenueAlone() throws {
    let report = try check(
      """
      venue: lender
      mode: loan
      index: {BTC: 44000}
      balances: {BTC: 1}
      debts: {USDT: {principal: 40000}}
      behaviour: {top_up: {amount: 5}}
      """, venue: lenderText)
    #expect(report.loan?.liquidates == true && report.loan?.sales.count == 1)
  }

  @Test func jsonAndTablesShowTheSame() throws {
    let report = try Self.report(
      "BTC: 1, ADA: 10000", debts: Self.guideDebts, index: "BTC: 94000, ADA: 1",
      rules: Self.guide + ["transfer_above: 2"])
    let root = try Document.parse(report.json, path: "json").root
    #expect(try root["mode"]?.text() == "loan" && root["auto_exchange"]?.isNull == true)
    #expect(try isNear(root["margin_level"]?.double(), 89_600 / 85_500, 1e-12))
    #expect(try isNear(root["liquidation_prices"]?["BTC"]?.double(), 84_775 / 0.9, 1e-6))
    #expect(try root["margin_call"]?.boolean() == true && root["liquidates"]?.boolean() == true)
    let sale = try #require(try root["sales"]?.items().first)
    #expect(try sale["asset"]?.text() == "BTC" && isNear(sale["units"]?.double(), 22_250 / 94_000, 1e-9))
    let debt = try #require(try root["debts"]?.items().first)
    #expect(try debt["asset"]?.text() == "USDT" && debt["principal"]?.double() == 85_000)
    #expect(try debt["interest"]?.double() == 500 && debt["value"]?.double() == 85_500)
    #expect(try isNear(debt["interest_next"]?.double(), 0.85, 1e-12))
    let borrow = try #require(try root["max_borrow"]?.items().first)
    #expect(borrow["units"]?.isNull == true && borrow["value"]?.isNull == true)
    let out = try #require(try root["max_transfer_out"]?.items().first)
    #expect(try out["asset"]?.text() == "BTC" && out["units"]?.double() == 0)
    #expect(try root["levels"]?["stop"]?.double() == 1.1 && root["levels"]?["borrow_above"]?.isNull == true)
    for part in ["margin level 1.047953: liquidation", "22250.00", "94194.44", "no limit", "1.05"] {
      #expect(report.text.contains(part), "\(report.text)")
    }
  }
}
