import Market
import Testing

@testable import Margin

/// Who pays when an emptied pool is short, and when it is rounding.
struct TakeoverTests {
  @Test func theFundPaysWhatAnIsolatedMarginLacks() throws {
    // Long 1 BTC at 30,000 on 300: at 29,600 it has lost 400; the fund pays 100, there is no fee.
    let held = account(
      .isolated, [Place.usdt: 5_000], [position(Place.btcusdt, 1_000, at: 30_000, margin: 300)])
    let after = afterOneTest(held, sampleVenue(), openedAt: quotes(), testedAt: quotes(btc: 29_600))
    let row = try #require(after.journal.closings.first)
    #expect(row.outcome == .takeover && row.fee == 0 && row.equityAfter == -100)
    #expect(row.ratioBefore == .infinity && row.ratioAfter == 0)
    let payment = try #require(after.journal.payments.first)
    #expect(payment.units == 100 && payment.usd == 100 && payment.asset.rawValue == Place.usdt)
    #expect(payment.step == row.step && payment.account == 7 && payment.time == quotes().time)
    #expect(after.account.balances[Place.usdt] == 5_000, "the loss is the margin and no more")
    #expect(after.account.tally.fundPayment == 100)
  }

  @Test func theFundPaysACrossPoolOnceAndNamesItsLastRow() {
    // 1,500 − 1,000 − 900 = −400 in USDT worth 0.99; idle USDC stay out of it.
    let held = account(
      .cross, [Place.usdt: 1_500, Place.usdc: 800],
      [position(Place.btcusdt, 1_000, at: 30_000), position(Place.ethusdt, 10_000, at: 2_000)])
    let after = afterOneTest(
      held, sampleVenue(), openedAt: quotes(), testedAt: quotes(btc: 29_000, eth: 1_910, usdt: 0.99))
    #expect(after.journal.closings.map(\.outcome) == [.full, .takeover])
    #expect(after.journal.closings.map(\.fee) == [0, 0])
    #expect(after.journal.payments.map(\.units) == [400] && near(after.journal.payments[0].usd, 396))
    #expect(after.account.balances[Place.usdt] == 0 && after.account.balances[Place.usdc] == 800)
  }

  /// Long 1 BTC at 30,000 on 1,000 USDT and 1 ETH of 2,000, which sells for 1,950.
  private func multiAsset(
    at btc: Double, _ change: (inout Venue) -> Void = { _ in }
  ) -> (account: Account, journal: Journal) {
    let held = account(
      .multiAsset, [Place.usdt: 1_000, Place.eth: 1], [position(Place.btcusdt, 1_000, at: 30_000)])
    return afterOneTest(held, sampleVenue(change), openedAt: quotes(), testedAt: quotes(btc: btc))
  }

  @Test func conversionComesFirstThenTheFund() {
    // At 26,000: USDT 1,000 − 4,000 = −3,000; ETH brings 1,950; the fund pays 1,050.
    let after = multiAsset(at: 26_000)
    #expect(after.journal.closings.map(\.outcome) == [.takeover] && after.journal.closings[0].fee == 0)
    let sale = after.journal.conversions
    #expect(sale.map(\.cause) == [.liquidation] && sale.map(\.soldUnits) == [1])
    #expect(near(sale[0].coveredUnits, 1_950) && near(sale[0].cost, 50, scale: 2_000))
    #expect(after.journal.payments.count == 1 && near(after.journal.payments[0].units, 1_050))
    #expect(after.account.balances == [0, 0, 0, 0, 0])
    #expect(near(after.account.tally.conversionCost, 50, scale: 2_000))
    #expect(after.journal.closings[0].step == 1 && sale[0].step == 2)
  }

  @Test func aDeficitIsCoveredAtItsAskRate() {
    // With 1 % on the ask of USDT, 1,950 USD cover 1,950 / 1.01 units; 3,000 − 1,930.69… are missing.
    let after = multiAsset(at: 26_000) { $0.assets[Place.usdt].autoAskBuffer = 0.01 }
    #expect(near(after.journal.conversions[0].coveredUnits, 1_950 / 1.01))
    #expect(near(after.journal.payments[0].units, 3_000 - 1_950 / 1.01))
    #expect(after.account.balances[Place.usdt] == 0)
  }

  @Test func theFeeIsCappedAtAutoExchangeRates() {
    // At 27,300: haircut equity −1,700 + 2,000 · 0.9 = 100 against 109.2. At auto-exchange rates 250 are left
    // of the 354.9 that the fee would be. It is paid in USDT; then all ETH covers exactly the 1,950.
    let after = multiAsset(at: 27_300)
    let row = after.journal.closings[0]
    #expect(near(row.fee, 250) && row.outcome == .full && near(row.ratioBefore, 1.092))
    // After PnL and fee, before conversions: −1,950 + 1,800.
    #expect(near(row.equityAfter, -150, scale: 2_000))
    #expect(after.account.balances == [0, 0, 0, 0, 0] && after.journal.payments.isEmpty)
    #expect(near(after.journal.conversions[0].coveredUnits, 1_950))
  }

  @Test func theFeeCapSeesBothSidesOfABalance() {
    let rules = Rules(
      sampleVenue {
        $0.assets[Place.usdt].autoBidBuffer = 0.2
        $0.assets[Place.usdt].autoAskBuffer = 0.25
      })
    func largest(usdt: Double, eth: Double) -> Double {
      rules.largestFee(
        .account, account(.multiAsset, [Place.usdt: usdt, Place.eth: eth]), Place.usdt, quotes())
    }
    // 1,000 USDT at 0.8; ETH 1,950. A fee first takes 1,000 USDT (worth 800), then 1,950 / 1.25 = 1,560 more.
    #expect(near(largest(usdt: 1_000, eth: 1), 2_560))
    // ETH owes 1 · 2,000 · 1.025 = 2,050; 3,000 USDT are worth 2,400; 350 are left: 350 / 0.8.
    #expect(near(largest(usdt: 3_000, eth: -1), 437.5))
    // Owing 1,000 USDT costs 1,250; 700 are left: 700 / 1.25.
    #expect(near(largest(usdt: -1_000, eth: 1), 560))
    #expect(largest(usdt: -2_000, eth: 1) == 0)
  }

  @Test func aSurvivorKeepsWhatNothingCanCover() throws {
    let venue = sampleVenue {
      $0.liquidation.rule = .fixedFraction
      $0.liquidation.fraction = ExactDecimal(mantissa: 5, scale: 1)
      $0.instruments[Place.btcusdt].liquidationFee = 0.001
      $0.instruments[Place.btcusdt].takerFee = 0
    }
    let held = account(
      .multiAsset, [Place.usdt: -9_000],
      [position(Place.btcusdt, 2_000, at: 30_000), position(Place.ethusdc, 4_500, at: 1_000)])
    // At 30,010 and 3,080: USDT −9,000 + 20, USDC an open gain of 4.5 · 2,080 = 9,360: equity 380 against
    // 60,020 · 0.5 % − 50 = 250.1 and 13,860 · 1 % = 138.6. Half the BTC goes: +10, fee 30.01: 349.99
    // against 258.64.
    let after = afterOneTest(held, venue, openedAt: quotes(), testedAt: quotes(btc: 30_010, eth: 3_080))
    let row = try #require(after.journal.closings.first)
    #expect(after.journal.closings.count == 1 && row.outcome == .partial)
    #expect(near(row.ratioBefore, 388.7 / 380) && near(row.ratioAfter, 258.64 / 349.99))
    #expect(near(row.equityAfter, 349.99, scale: 1e4))
    // No wallet has anything to sell: −9,000 + 10 − 30.01 stays, and nobody pays.
    #expect(near(after.account.balances[Place.usdt], -9_020.01))
    #expect(after.account.positions.count == 2 && after.journal.payments.isEmpty)
    #expect(after.journal.conversions.isEmpty)
  }

  @Test(arguments: [
    // money missing, start equity, does the fund pay: the limit is 1e-9 · max(1, start equity)
    (0.9e-9, 0.0, false), (1.1e-9, 0, true), (0.9e-6, 1_000, false), (1.1e-6, 1_000, true),
  ])
  func aTinyShortfallIsRounding(missing: Double, start: Double, pays: Bool) throws {
    let rules = Rules(sampleVenue())
    var held = account(
      .cross, [Place.usdt: 1_000 - missing], [position(Place.btcusdt, 1_000, at: 30_000)])
    held.startEquity = start
    var journal = Journal()
    rules.test(&held, quotes(btc: 29_000), &journal)
    let short = 1_000 - (1_000 - missing)
    #expect(held.balances[Place.usdt] == 0)
    let row = try #require(journal.closings.first)
    #expect(row.outcome == (pays ? .takeover : .full))
    #expect(row.fee == (pays ? 0 : -short) && held.tally.fees == row.fee)
    #expect(journal.payments.map(\.units) == (pays ? [short] : []))
    #expect(near(row.fundFeeUSD, pays ? 0 : -short * 1.25 / 1.3, scale: 1e-6))
  }

  @Test func roundingOfAnIsolatedMarginToo() throws {
    var held = account(
      .isolated, [:], [position(Place.btcusdt, 1_000, at: 30_000, margin: 1_000 - 1e-10)])
    var journal = Journal()
    Rules(sampleVenue()).test(&held, quotes(btc: 29_000), &journal)
    #expect(journal.payments.isEmpty && held.balances[Place.usdt] == 0)
    #expect(try #require(journal.closings.first).fee == -(1_000 - (1_000 - 1e-10)))
  }

  @Test func aFlatAccountThatCannotConvertIsPaidFor() {
    let venue = sampleVenue { $0.autoExchange.ltv = 0.995 }
    let held = account(.multiAsset, [Place.usdt: -1_000, Place.eth: 0.5])
    // 0.5 ETH bring 975; 25 are missing.
    let after = afterOneTest(held, venue, openedAt: quotes(), testedAt: quotes())
    #expect(after.journal.conversions.map(\.cause) == [.ltv] && after.journal.closings.isEmpty)
    #expect(near(after.account.tally.fundPayment, 25, scale: 1_000))
    #expect(after.account.balances == [0, 0, 0, 0, 0])
  }
}
