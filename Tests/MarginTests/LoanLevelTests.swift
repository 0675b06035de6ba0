import Market
import Testing

@testable import Margin

@Suite struct LoanLevelTests {
  /// 1 BTC of 30,000, 500 USDC, 0.5 ETH of 2,000 against 15,000 USDT, 100 of them interest, and 1 ETH.
  private let held = borrower(
    [Place.btc: 1, Place.usdc: 500, Place.eth: 0.5],
    owing: [Place.usdt: 14_900, Place.eth: 1], interest: [Place.usdt: 100])

  @Test(arguments: [
    // 30,000 + 500 + 1,000
    (LoanRules.Formula.gross, 31_500.0, 17_000.0, 14_500.0),
    // 27,000 + 475 + 800
    (.haircutGross, 28_275, 17_000, 11_275),
    // ETH is net negative, so its 1,000 count whole
    (.haircutNet, 28_475, 17_000, 11_475),
    // 27,000 + 475 − 1,000 − 15,000; 15,000 · 5 % − 300 + 2,000 · 2 %
    (.pro, 11_475, 490, 11_475),
  ])
  func levelDividesByFormula(
    formula: LoanRules.Formula, collateral: Double, required: Double, equity: Double
  ) {
    let value = Rules(lendingVenue(formula)).loanValue(held, quotes())
    #expect(near(value.collateral, collateral) && near(value.required, required))
    #expect(near(value.equity, equity) && near(value.level, collateral / required))
  }

  @Test func netOfADebtInTheSameAssetIsHaircutAndTheDebtCountsWhole() {
    let held = borrower([Place.eth: 2], owing: [Place.eth: 1])
    // 1 ETH of 2,000 at 0.8 and the borrowed one whole, over 2,000
    let net = Rules(lendingVenue(.haircutNet)).loanValue(held, quotes())
    #expect(net.collateral == 3_600 && net.required == 2_000)
    // Net 1,600 over 2 % of 2,000
    let pro = Rules(lendingVenue(.pro)).loanValue(held, quotes())
    #expect(pro.collateral == 1_600 && pro.required == 40)
  }

  @Test func borrowingIsGovernedByHaircutsEvenWhereTheLevelHasNone() {
    let rules = Rules(lendingVenue(.gross))
    #expect(near(rules.borrowValue(held, quotes()).collateral, 28_275))
  }

  @Test func limitsAreMetAtTheVeryLevel() {
    let rules = Rules(lendingVenue())
    func level(_ debt: Double) -> LoanValue {
      rules.loanValue(borrower([Place.usdt: 11_000], owing: [Place.usdc: debt]), quotes())
    }
    #expect(level(10_000).isAtOrUnder(1.1) && !level(9_999.99).isAtOrUnder(1.1))
    #expect(level(0).level == .infinity && !level(0).isAtOrUnder(1.1))
  }

  @Test func tiersCountByTheirSlices() {
    // 100 % up to 10,000, 50 % above: 30,000 count 10,000 + 10,000
    let rules = Rules(
      lendingVenue {
        $0.terms[Place.btc]?.tiers = [
          CollateralTier(floor: 0, rate: 1, amount: 0),
          CollateralTier(floor: 10_000, rate: 0.5, amount: 5_000),
        ]
      })
    #expect(rules.loanValue(borrower([Place.btc: 1], owing: [:]), quotes()).collateral == 20_000)
  }

  // MARK: Borrowing and transfers

  /// 1 BTC of 30,000 at 0.9 against 10,000 USDT.
  private let half = borrower([Place.btc: 1], owing: [Place.usdt: 10_000])

  @Test func borrowingStopsAtItsLevel() throws {
    let rules = Rules(lendingVenue())
    // (27,000 − 1.5 · 10,000) / (1.5 − 1): 51,000 over 34,000 is 1.5
    let usdt = try #require(rules.maxBorrow(AssetIndex(Place.usdt), half, quotes()))
    #expect(near(usdt, 24_000))
    // 12,000 / (1.5 − 0.9) = 20,000 USD
    let btc = try #require(rules.maxBorrow(AssetIndex(Place.btc), half, quotes()))
    #expect(near(btc, 20_000 / 30_000))
    let free = Rules(lendingVenue { $0.borrowAbove = nil })
    #expect(free.maxBorrow(AssetIndex(Place.usdt), half, quotes()) == nil)
    let full = borrower([Place.btc: 1], owing: [Place.usdt: 20_000])
    #expect(rules.maxBorrow(AssetIndex(Place.usdt), full, quotes()) == 0)
  }

  @Test func borrowingPastATierCountsTheTier() throws {
    // USDT counts whole up to 20,000, then half: 27,000 + 20,000 + (b − 20,000)/2 = 1.5·(10,000 + b), so
    // b = 22,000.
    let rules = Rules(
      lendingVenue {
        $0.terms[Place.usdt]?.tiers = [
          CollateralTier(floor: 0, rate: 1, amount: 0),
          CollateralTier(floor: 20_000, rate: 0.5, amount: 10_000),
        ]
      })
    let usdt = try #require(rules.maxBorrow(AssetIndex(Place.usdt), half, quotes()))
    #expect(near(usdt, 22_000))
  }

  @Test func publishedMaxBorrowFollows() throws {
    // net assets · (3 − 1) − outstanding, at the level 3 / (3 − 1): (30,000 − 10,000) · 2 − 10,000
    let rules = Rules(lendingVenue(.gross) { loan in for place in 0..<5 { loan.terms[place]?.factor = 1 } })
    let usdt = try #require(rules.maxBorrow(AssetIndex(Place.usdt), half, quotes()))
    #expect(near(usdt, 30_000))
  }

  @Test func proBorrowsWhatItsInitialMarginLeaves() throws {
    let rules = Rules(lendingVenue(.pro))
    // Net 27,000 − 10,000 = 17,000; ETH of 9,000 takes 9,000 / 9 = 1,000 at 10 times.
    let held = borrower([Place.btc: 1], owing: [Place.usdt: 1_000, Place.eth: 4.5])
    // 27,000 − 1,000 − 9,000 − 1,000 = 16,000. The first 10,000 owed take 10,000 / 9, what is left of the
    // 16,000 allows four times as much.
    let usdt = try #require(rules.maxBorrow(AssetIndex(Place.usdt), held, quotes()))
    #expect(near(usdt, 10_000 + 4 * (16_000 - 10_000.0 / 9) - 1_000))
    // Net 600: 600 · 9 = 5,400 owed in the first bracket, 1,000 of it already
    let poor = borrower([Place.usdc: 1_600 / 0.95], owing: [Place.usdt: 1_000])
    let little = try #require(rules.maxBorrow(AssetIndex(Place.usdt), poor, quotes()))
    #expect(near(little, 4_400))
  }

  @Test func transfersOutStopAtTheirLevel() {
    let rules = Rules(lendingVenue())
    // 27,000 − 0.9·x = 2 · 10,000: x = 7,777.78 USD
    let btc = rules.maxTransferOut(AssetIndex(Place.btc), half, quotes())
    #expect(near(btc, 7_000 / 0.9 / 30_000))
    #expect(rules.maxTransferOut(AssetIndex(Place.btc), borrower([Place.btc: 1], owing: [:]), quotes()) == 1)
    let low = borrower([Place.btc: 1], owing: [Place.usdt: 14_000])
    #expect(rules.maxTransferOut(AssetIndex(Place.btc), low, quotes()) == 0)
    let rich = borrower([Place.btc: 9, Place.bnb: 1], owing: [Place.usdt: 10_000])
    #expect(rules.maxTransferOut(AssetIndex(Place.bnb), rich, quotes()) == 1)
  }
}
