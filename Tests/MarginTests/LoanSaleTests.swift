import Market
import Testing

@testable import Margin

@Suite struct LoanSaleTests {
  private func sold(_ journal: Journal) -> [[Double]] {
    journal.closings.map { row in
      if case .asset(let asset) = row.subject { [Double(asset.rawValue), row.notional] } else { [] }
    }
  }

  private func agrees(_ actual: [[Double]], _ expected: [[Double]]) -> Bool {
    actual.count == expected.count
      && zip(actual, expected).allSatisfy { a, b in a[0] == b[0] && near(a[1], b[1]) }
  }

  @Test func theLeastSaleRestoresTheStopLevel() throws {
    // (1.5 · 25,000 − 27,000) / (1.5 · 0.98 − 0.9)
    let value = 10_500 / 0.57
    let venue = lendingVenue { $0.fee = 0.02 }
    let held = borrower([Place.btc: 1], owing: [Place.usdt: 24_900], interest: [Place.usdt: 100])
    let after = afterLoanTest(held, venue, openedAt: quotes(btc: 40_000), testedAt: quotes())
    let row = try #require(after.journal.closings.first)
    #expect(agrees(sold(after.journal), [[Double(Place.btc), value]]))
    #expect(near(row.quantity, value / 30_000) && near(row.fee, value * 0.02) && row.cause == .level)
    #expect(near(row.ratioBefore, 25_000.0 / 27_000) && near(row.ratioAfter, 1 / 1.5))
    #expect(row.outcome == .partial && row.pool == .account && row.step == 1)
    #expect(near(row.equityAfter, 0.5 * (25_000 - 0.98 * value)) && row.fundFeeUSD == row.fee)
    // Interest first, then principal.
    #expect(after.account.debts[Place.usdt].interest == 0)
    #expect(near(after.account.debts[Place.usdt].principal, 25_000 - 0.98 * value))
    let paid = try #require(after.journal.conversions.first)
    #expect(paid.cause == .repayment && paid.step == 2 && near(paid.coveredUnits, 0.98 * value))
    #expect(near(paid.cost, 0, scale: value) && after.account.tally.autoExchanges == 0)
    #expect(after.account.tally.marginCalls == 1 && !after.account.isCalled)
  }

  @Test func whatOneAssetCannotRestoreGoesOnToTheNext() {
    // 950 + 9,500 over 9,800; the stables bring 1,000, then (1.2 · 8,800 − 9,500) / (1.2 − 0.5) of BNB
    let venue = lendingVenue {
      $0.stop = 1.2
      $0.call = 1.1
    }
    let held = borrower([Place.usdc: 1_000, Place.bnb: 50], owing: [Place.usdt: 9_800])
    let after = afterLoanTest(held, venue, testedAt: quotes(bnb: 380))
    #expect(
      agrees(sold(after.journal), [[Double(Place.usdc), 1_000], [Double(Place.bnb), 1_060 / 0.7]]))
    #expect(after.journal.closings.map(\.outcome) == [.full, .partial])
    #expect(after.account.balances[Place.usdc] == 0)
  }

  @Test(arguments: [
    (AutoExchangeRules.Order.stableFirst, [Place.usdt, Place.usdc, Place.btc]),
    (.highestFactorFirst, [Place.btc, Place.usdt, Place.usdc]),
    (.ascendingHaircut, [Place.btc, Place.usdt, Place.usdc]),
  ])
  func ordersDiffer(order: AutoExchangeRules.Order, expected: [Int]) {
    let venue = lendingVenue {
      $0.order = order
      $0.terms[Place.usdt]?.factor = 0.6
      $0.terms[Place.usdc]?.factor = 0.5
    }
    let held = borrower([Place.usdt: 10, Place.usdc: 10, Place.btc: 0.1], owing: [:])
    #expect(Rules(venue).saleOrder(held, quotes()) == expected.map { [$0] })
  }

  @Test func proRataSellsAllTogether() {
    // C = 2,510·(1 − s/2,950) = 1.2·(2,300 − s)
    let venue = lendingVenue {
      $0.order = .proRata
      $0.stop = 1.2
      $0.call = 1.1
    }
    let held = borrower([Place.usdc: 1_000, Place.eth: 1], owing: [Place.usdt: 2_300])
    let after = afterLoanTest(held, venue, testedAt: quotes(eth: 1_950))
    let value = 250 / (1.2 - 2_510.0 / 2_950)
    #expect(
      agrees(
        sold(after.journal),
        [[Double(Place.usdc), value * 1_000 / 2_950], [Double(Place.eth), value * 1_950 / 2_950]]))
  }

  @Test func theWayThroughATierIsFollowed() {
    // Above 10,000 BTC counts half. 20,000 of it come from the upper slice, then each USD sold costs a whole:
    // 10,000 − s' = 1.5·(9,000 − s'), s' = 7,000
    let venue = lendingVenue {
      $0.terms[Place.btc]?.tiers = [
        CollateralTier(floor: 0, rate: 1, amount: 0), CollateralTier(floor: 10_000, rate: 0.5, amount: 5_000),
      ]
    }
    let held = borrower([Place.btc: 1], owing: [Place.usdt: 29_000])
    let after = afterLoanTest(held, venue, openedAt: quotes(btc: 90_000), testedAt: quotes())
    #expect(agrees(sold(after.journal), [[Double(Place.btc), 27_000]]))
    #expect(near(Rules(venue).loanValue(after.account, quotes()).level, 1.5, scale: 10))
  }

  @Test func theBorrowedAssetItselfRepaysFirst() {
    // Net form: 22,050 + 5,000 over 25,000. 5,000 USDT leave 22,050 over 20,000; then 7,950 / (1.5 − 0.9).
    let held = borrower([Place.btc: 1, Place.usdt: 5_000], owing: [Place.usdt: 25_000])
    let after = afterLoanTest(held, lendingVenue(.haircutNet), testedAt: quotes(btc: 24_500))
    #expect(agrees(sold(after.journal), [[Double(Place.usdt), 5_000], [Double(Place.btc), 7_950 / 0.6]]))
    #expect(after.account.balances[Place.usdt] == 0)
  }

  @Test func debtsAreRepaidInTableOrder() {
    let held = borrower([Place.btc: 1], owing: [Place.usdt: 10_000, Place.usdc: 5_000, Place.eth: 4])
    // 22,050 over 23,000: s = (34,500 − 22,050) / (1.5 − 0.9) = 20,750: USDT, USDC and 5,750 of ETH
    let after = afterLoanTest(held, lendingVenue(), testedAt: quotes(btc: 24_500))
    #expect(after.journal.conversions.map(\.coveredAsset.rawValue) == [Place.usdt, Place.usdc, Place.eth])
    #expect(after.account.debts[Place.usdt] == Debt() && after.account.debts[Place.usdc] == Debt())
    #expect(near(after.account.debts[Place.eth].principal, 2_250.0 / 2_000))
  }

  @Test func whereSalesWorsenTheLevelAllDebtIsPaid() {
    // 1.2 · 0.7 < 0.9: each sale lowers the level until nothing is owed: 20,000 / 0.7
    let venue = lendingVenue {
      $0.fee = 0.3
      $0.stop = 1.2
      $0.call = 1.15
      $0.liquidate = 1.15
    }
    let held = borrower([Place.btc: 1], owing: [Place.usdt: 20_000])
    let after = afterLoanTest(held, venue, openedAt: quotes(), testedAt: quotes(btc: 25_500))
    #expect(agrees(sold(after.journal), [[Double(Place.btc), 25_500]]))
    // 25,500 · 0.7 = 17,850 of 20,000: the fund pays the rest.
    #expect(near(after.journal.payments[0].usd, 2_150) && after.account.isFlat)
  }

  @Test func theFundPaysWhatCollateralCannot() {
    let held = borrower([Place.btc: 1], owing: [Place.usdt: 20_000, Place.usdc: 5_000])
    let venue = lendingVenue { $0.fee = 0.02 }
    let after = afterLoanTest(held, venue, testedAt: quotes(btc: 20_000))
    // 19,600 pay USDT; 5,400 are missing: 400 USDT, 5,000 USDC.
    #expect(after.journal.payments.map(\.asset.rawValue) == [Place.usdt, Place.usdc])
    #expect(near(after.journal.payments[0].units, 400) && near(after.journal.payments[1].units, 5_000))
    #expect(after.account.isFlat && after.account.debts.allSatisfy { $0 == Debt() })
    #expect(after.journal.closings.map(\.outcome) == [.takeover])
    #expect(after.account.isSettled)
  }

  @Test func aDebtPaidToTheLastCentIsTheLastRow() {
    // 950 + 9,500 over 9,500: the stables bring 1,000 and pay USDT exactly; nothing is left for ETH.
    let venue = lendingVenue {
      $0.stop = 1.2
      $0.call = 1.1
    }
    let held = borrower([Place.usdc: 1_000, Place.bnb: 50], owing: [Place.usdt: 1_000, Place.eth: 4.4])
    let after = afterLoanTest(held, venue, testedAt: quotes(bnb: 380))
    #expect(after.journal.conversions.map(\.coveredAsset.rawValue) == [Place.usdt, Place.eth])
    #expect(after.journal.conversions.allSatisfy { $0.coveredUnits > 0 && $0.soldUnits > 0 })
  }

  /// Wherever the debts' ends lie, no rest of rounding size stays owed.
  @Test func aStopBeyondReachSellsUntilNothingIsOwed() {
    let venue = lendingVenue {
      $0.stop = 1e30
      $0.fee = 0.02
    }
    for share in 1..<200 {
      let first = 22_000 * Double(share) / 200
      let held = borrower([Place.btc: 1], owing: [Place.usdt: first, Place.eth: (22_000 - first) / 2_000])
      let after = afterLoanTest(held, venue, testedAt: quotes(btc: 26_000))
      #expect(after.journal.closings.count == 1 && after.journal.payments.isEmpty)
      #expect(after.account.debts.allSatisfy { $0 == Debt() }, "\(first) of USDT")
      #expect(near(after.account.balances[Place.btc], 1 - 22_000 / 0.98 / 26_000))
    }
  }

  @Test func everySaleConservesValue() {
    for (btc, fee) in [(30_000.0, 0.02), (24_000, 0.0), (20_000, 0.05)] {
      let held = borrower(
        [Place.btc: 1, Place.usdt: 100, Place.bnb: 3], owing: [Place.usdt: 20_000, Place.eth: 3])
      let venue = lendingVenue(.haircutNet) { $0.fee = fee }
      var after = afterLoanTest(held, venue, testedAt: quotes(btc: btc)).account
      let rules = Rules(venue)
      rules.finish(&after, quotes(btc: btc))
      #expect(rules.conservationResidual(after).overTolerance <= 1)
    }
  }
}
