import Market
import Testing

@testable import Margin

/// The rules that close less than everything.
struct PartialLiquidationTests {
  /// BTCUSDT as of 2024-10-24 up to 70 million, fee 1.25 % + 0.05 %.
  private static func realBrackets(_ venue: inout Venue) {
    venue.instruments[Place.btcusdt].brackets = [
      Bracket(floor: 0, rate: 0.004, maxLeverage: 125, amount: 0),
      Bracket(floor: 50_000, rate: 0.005, maxLeverage: 100, amount: 50),
      Bracket(floor: 600_000, rate: 0.0065, maxLeverage: 75, amount: 950),
      Bracket(floor: 3e6, rate: 0.01, maxLeverage: 50, amount: 11_450),
      Bracket(floor: 12e6, rate: 0.02, maxLeverage: 25, amount: 131_450),
      Bracket(floor: 70e6, rate: 0.025, maxLeverage: 20, amount: 481_450),
    ]
  }

  /// Long 300 BTC at 60,000 on 360,000 USDT, tested at 59,500: equity 210,000 against 225,550.
  private func large(_ mode: MarginMode, _ change: (inout Venue) -> Void) -> (
    account: Account, journal: Journal
  ) {
    let venue = sampleVenue {
      Self.realBrackets(&$0)
      change(&$0)
    }
    let isIsolated = mode == .isolated
    let held = account(
      mode, isIsolated ? [:] : [Place.usdt: 360_000],
      [position(Place.btcusdt, 300_000, at: 60_000, margin: isIsolated ? 360_000 : nil)])
    return afterOneTest(held, venue, openedAt: quotes(btc: 60_000), testedAt: quotes(btc: 59_500))
  }

  @Test(arguments: [MarginMode.isolated, .cross, .multiAsset])
  func minimalClosesTheLeastNumberOfLots(mode: MarginMode) throws {
    let after = large(mode) { $0.liquidation.rule = .minimal }
    let row = try #require(after.journal.closings.first)
    // (225,550 − 210,000) / (0.02 · 59,500 − 0.013 · 59,500) = 37.33493…, in lots 37.335.
    #expect(after.journal.closings.count == 1 && row.quantity == 37.335 && row.outcome == .partial)
    #expect(after.account.positions.map(\.lots) == [262_665])
    // Fee 37.335 · 59,500 · 1.3 % = 28,878.6225; equity 181,121.3775 against 262.665 · 1,190 − 131,450 =
    // 181,121.35.
    #expect(near(row.fee, 28_878.6225) && near(row.equityAfter, 181_121.3775))
    #expect(near(row.ratioAfter, 181_121.35 / 181_121.3775))
    // One lot fewer: fee 28,877.849, equity 181,122.151 < 262.666 · 1,190 − 131,450 = 181,122.54.
    #expect(210_000 - 28_877.849 < 262.666 * 1_190 - 131_450)
  }

  @Test func minimalMeetsAHigherTarget() throws {
    // At 1.5: (338,325 − 210,000) / (1,785 − 773.5) = 126.9 is beyond the end of the tier, where 201.68
    // stay. In the
    // next one a coin frees 1.5 · 595 and costs 773.5: (1.5 · 167,050 − 210,000) / 119 = 340.97 > 300; in
    // the lower
    // ones it frees less than it costs. No number does it, so the position is closed.
    let after = large(.cross) {
      $0.liquidation.rule = .minimal
      $0.liquidation.targetEquityOverMaintenance = 1.5
    }
    #expect(after.journal.closings.map(\.outcome) == [.full])
    // At 1.2: (1.2 · 225,550 − 210,000) / (1.2 · 1,190 − 773.5) = 60,660 / 654.5 = 92.6814…, inside the tier.
    let other = large(.cross) {
      $0.liquidation.rule = .minimal
      $0.liquidation.targetEquityOverMaintenance = 1.2
    }
    #expect(other.journal.closings.map(\.quantity) == [92.682])
  }

  @Test func minimalGoesOnToTheNextPosition() {
    // In the lowest tier a closing costs 1.3 % and frees 0.4 %: no number of lots helps, BTC is closed
    // whole; then
    // ETH, whose 1 % exceeds its fee of 0.1 %, is cut by the least number.
    let venue = sampleVenue {
      $0.liquidation.rule = .minimal
      $0.liquidation.pick = .listed
    }
    let held = account(
      .cross, [Place.usdt: 2_500],
      [position(Place.btcusdt, 1_000, at: 30_000), position(Place.ethusdt, 40_000, at: 2_000)])
    // At 29,000 and 1,985: equity 2,500 − 1,000 − 600 = 900 against 116 + 794 = 910. BTC costs 377: 523
    // against
    // 794. Each ETH then frees 19.85 and costs 1.985: 271 / 17.865 = 15.1693…: 15.170 ETH.
    let after = afterOneTest(held, venue, openedAt: quotes(), testedAt: quotes(btc: 29_000, eth: 1_985))
    #expect(after.journal.closings.map(\.quantity) == [1, 15.17])
    #expect(after.journal.closings.map(\.outcome) == [.full, .partial])
  }

  @Test func minimalUnderALossFraction() {
    // Long 1 BTC at 30,000 on 1,000, half may be lost; at 29,400 the loss is 600. Closing x leaves a loss of
    // 600 − 600·x and a margin of 1,000 − 600·x − 382.2·x. It heals where 600 − 600·x < 500 − 491.1·x,
    // x > 100 / 108.9 = 0.91827…, although equity 400 − 382.2·x falls faster than the maintenance 117.6·(1 −
    // x).
    let venue = sampleVenue {
      $0.liquidation.rule = .minimal
      $0.liquidation.lossFraction = 0.5
    }
    let held = account(.isolated, [:], [position(Place.btcusdt, 1_000, at: 30_000, margin: 1_000)])
    let after = afterOneTest(held, venue, openedAt: quotes(), testedAt: quotes(btc: 29_400))
    #expect(after.journal.closings.map(\.quantity) == [0.919])
    #expect(after.journal.closings.map(\.cause) == [.lossFraction])
  }

  @Test func tierDownKeepsTheCapBelow() throws {
    let after = large(.cross) { $0.liquidation.rule = .tierDown }
    let row = try #require(after.journal.closings.first)
    // 12,000,000 / 59,500 = 201.6806…: 201.680 BTC stay, 98.320 go; fee 98.32 · 59,500 · 1.3 % = 76,050.52;
    // equity 133,949.48 against 11,999,960 · 1 % − 11,450 = 108,549.6.
    #expect(after.journal.closings.count == 1 && row.quantity == 98.32)
    #expect(after.account.positions.map(\.lots) == [201_680])
    #expect(near(row.fee, 76_050.52) && near(row.ratioBefore, 225_550 / 210_000))
    #expect(near(row.ratioAfter, 108_549.6 / 133_949.48))
  }

  @Test func tierDownWalksToTheLowestTierAndClosesIt() {
    // 2 BTC are 59,000 in the second tier; fees are too high for any tier to heal.
    let held = account(.cross, [Place.usdt: 1_200], [position(Place.btcusdt, 2_000, at: 30_000)])
    let venue = sampleVenue { $0.liquidation.rule = .tierDown }
    let after = afterOneTest(held, venue, openedAt: quotes(), testedAt: quotes(btc: 29_500))
    // 50,000 / 29,500 = 1.6949…: 1.694 stay; fee of 0.306: 117.351 of 200; then 1.694 · 29,500 · 0.4 % =
    // 199.9.
    #expect(after.journal.closings.map(\.quantity) == [0.306, 1.694])
    #expect(after.journal.closings.map(\.outcome) == [.partial, .full])
    #expect(near(after.journal.closings[1].ratioBefore, 199.892 / 82.649))
  }

  @Test(arguments: [
    // lots, mark: the notional is just above the 100,000 of the lower tier
    (Int64(50_001), 2_000.0),
    // here by rounding alone: 100,000 / mark / 0.001 gives 32,779 lots, all there are
    (32_779, 3_050.7337014552),
  ])
  func tierDownClosesAtLeastOneLot(lots: Int64, mark: Double) {
    #expect(Double(lots) / 1_000 * mark > 100_000)
    let held = account(.cross, [Place.usdt: 990], [position(Place.ethusdt, lots, at: mark)])
    let venue = sampleVenue { $0.liquidation.rule = .tierDown }
    let after = afterOneTest(held, venue, openedAt: quotes(eth: mark), testedAt: quotes(eth: mark))
    #expect(after.journal.closings.map(\.quantity) == [0.001, Double(lots - 1) / 1_000])
  }

  @Test(arguments: [
    // fraction, open lots, closed lots
    ("0.2", Int64(11), 0.003),  // 2.2 rounds up
    ("0.07", 100, 0.007),  // exactly 7, though 0.07 · 100 is 7.000000000000001 in Double
    ("1", 5, 0.005), ("0.000001", 5, 0.001),
    ("0.0000009000000000000001", 10_000_000, 0.01),  // 9.000000000000001 lots
  ])
  func fixedFractionRoundsTheExactProductUp(fraction: String, lots: Int64, closed: Double) throws {
    let share = try #require(ExactDecimal(fraction))
    let venue = sampleVenue {
      $0.liquidation.rule = .fixedFraction
      $0.liquidation.fraction = share
      $0.liquidation.cooldownNanoseconds = 1
      $0.instruments[Place.ethusdc].brackets[0].rate = 0.5
    }
    // Equity is a fiftieth of the notional, half of it is needed, nothing costs anything.
    let notional = Double(lots) * 2
    let held = account(.cross, [Place.usdc: notional / 50], [position(Place.ethusdc, lots, at: 2_000)])
    let after = afterOneTest(held, venue, openedAt: quotes(), testedAt: quotes())
    #expect(after.journal.closings.map(\.quantity) == [closed])
  }

  /// 1 BTC on 1,100 USDT with a fifth closed at a time and a rest of 30 s, without fees.
  private func sleepy(_ mode: MarginMode) -> (rules: Rules, account: Account) {
    let venue = sampleVenue {
      $0.liquidation.rule = .fixedFraction
      $0.liquidation.cooldownNanoseconds = 30_000_000_000
      $0.instruments[Place.btcusdt].liquidationFee = 0
      $0.instruments[Place.btcusdt].takerFee = 0
    }
    let isIsolated = mode == .isolated
    let held = account(
      mode, isIsolated ? [:] : [Place.usdt: 1_100],
      [position(Place.btcusdt, 1_000, at: 30_000, margin: isIsolated ? 1_100 : nil)])
    return (Rules(venue), held)
  }

  @Test(arguments: [MarginMode.isolated, .cross, .multiAsset])
  func cooldownHoldsTheNextStepBack(mode: MarginMode) {
    var (rules, held) = sleepy(mode)
    var journal = Journal()
    // At 28,950: equity 50 against 115.8; 0.2 BTC go, 92.64 are needed: still not enough, but it sleeps.
    rules.test(&held, quotes(btc: 28_950, seconds: 1_000), &journal)
    #expect(held.positions.map(\.lots) == [800])
    #expect(!rules.test(&held, quotes(btc: 28_950, seconds: 1_029), &journal))
    // At the end of the sleep the next fifth of what is left goes: 0.16.
    #expect(rules.test(&held, quotes(btc: 28_950, seconds: 1_030), &journal))
    #expect(held.positions.map(\.lots) == [640])
    #expect(journal.closings.map(\.quantity) == [0.2, 0.16])
  }

  @Test(arguments: [MarginMode.isolated, .cross, .multiAsset])
  func lostEquityWakesAPool(mode: MarginMode) {
    var (rules, held) = sleepy(mode)
    var journal = Journal()
    rules.test(&held, quotes(btc: 28_950, seconds: 1_000), &journal)
    // 50 − 0.8 · 62.5 is exactly 0: the rest goes whole, at once.
    #expect(rules.test(&held, quotes(btc: 28_887.5, seconds: 1_001), &journal))
    #expect(held.positions.isEmpty && journal.closings.map(\.quantity) == [0.2, 0.8])
    #expect(held.balances[Place.usdt] == 0 && journal.payments.isEmpty)
  }

  @Test func cooldownOfNothingStepsUntilHealthy() {
    var (rules, held) = sleepy(.cross)
    var venue = rules.venue
    venue.liquidation.cooldownNanoseconds = 0
    rules = Rules(venue)
    var journal = Journal()
    rules.test(&held, quotes(btc: 28_950), &journal)
    // 115.8 · 0.8^k < 50 from k = 4 on: lots 800, 640, 512, 409 (a fifth of 512 is 102.4, so 103).
    #expect(journal.closings.map(\.quantity) == [0.2, 0.16, 0.128, 0.103])
    #expect(held.positions.map(\.lots) == [409])
  }

  @Test func aBrokePoolIsClosedWholeWithoutSteps() {
    var (rules, held) = sleepy(.cross)
    var journal = Journal()
    rules.test(&held, quotes(btc: 28_000), &journal)
    #expect(journal.closings.map(\.quantity) == [1] && journal.closings[0].outcome == .takeover)
    #expect(journal.payments.map(\.units) == [900])
  }
}
