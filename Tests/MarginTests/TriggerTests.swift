import Market
import Testing

@testable import Margin

/// When each trigger holds, exactly on it and one step beside it.
struct TriggerTests {
  /// Long 1 BTC at 30,000; at 29,000 it has lost 1,000 and needs 116.
  private static let long = position(Place.btcusdt, 1_000, at: 30_000)
  private static let now = quotes(btc: 29_000)

  private static func fires(
    _ mode: MarginMode, _ money: Double, _ comparator: LiquidationRules.Comparator
  ) -> Bool {
    let rules = Rules(sampleVenue { $0.liquidation.comparator = comparator })
    switch mode {
    case .isolated:
      let held = account(.isolated, [:], [position(Place.btcusdt, 1_000, at: 30_000, margin: money)])
      return rules.fires(.position(0), held, now)
    case .cross:
      return rules.fires(.asset(Place.usdt), account(.cross, [Place.usdt: money], [long]), now)
    default:
      return rules.fires(.account, account(.multiAsset, [Place.usdt: money], [long]), now)
    }
  }

  @Test(arguments: [MarginMode.isolated, .cross, .multiAsset])
  func marginTestAtTheComparator(mode: MarginMode) {
    // 29,000 · 0.004 is exactly 116 in Double, so 1,116 is exactly on the trigger.
    #expect(29_000 * 0.004 == 116)
    #expect(Self.fires(mode, 1_116, .lessOrEqual))
    #expect(!Self.fires(mode, 1_116, .less))
    #expect(!Self.fires(mode, 1_116.0.nextUp, .lessOrEqual))
    #expect(Self.fires(mode, 1_116.0.nextDown, .less))
  }

  @Test func poolWithoutPositionsHasNoTest() {
    let rules = Rules(sampleVenue())
    let broke = account(.cross, [Place.usdt: -5])
    #expect(!rules.fires(.asset(Place.usdt), broke, Self.now))
    #expect(!rules.fires(.account, account(.multiAsset, [Place.usdt: -5]), Self.now))
    #expect(rules.pools(broke).isEmpty)
  }

  @Test(arguments: [(2_000.0, true), (2_000.0.nextUp, false), (1_999, true)])
  func lossFractionReplacesTheMarginTest(margin: Double, fires: Bool) {
    // Half of 2,000 is the loss of 1,000; maintenance is far away, and irrelevant.
    let rules = Rules(sampleVenue { $0.liquidation.lossFraction = 0.5 })
    let held = account(.isolated, [:], [position(Place.btcusdt, 1_000, at: 30_000, margin: margin)])
    #expect(rules.fires(.position(0), held, Self.now) == fires)
  }

  @Test func lossFractionSparesWhatTheMarginTestWouldTake() {
    let rules = Rules(sampleVenue { $0.liquidation.lossFraction = 1 })
    // Equity 50 is below the maintenance margin of 116, but not all of the margin is lost.
    let held = account(.isolated, [:], [position(Place.btcusdt, 1_000, at: 30_000, margin: 1_050)])
    #expect(!rules.fires(.position(0), held, Self.now))
  }

  @Test(arguments: [
    // start equity, money added, fires: gross equity is 9,000 and a tenth may be lost
    (10_000.0, 0.0, true), (9_999, 0, false), (9_000, 1_000, true), (11_000, -1_000, true),
    (11_000, -1_001, false),
  ])
  func stopLossCountsMoneyAdded(start: Double, added: Double, fires: Bool) {
    var held = account(.cross, [Place.usdt: 10_000], [Self.long], behaviour: Behaviour(stopLoss: 0.1))
    held.startEquity = start
    held.tally.actions = added
    #expect(Rules(sampleVenue()).firesStopLoss(held, Self.now) == fires)
    held.stopLossFired = true
    #expect(!Rules(sampleVenue()).firesStopLoss(held, Self.now))
  }

  @Test(arguments: [(UserLevel.regular, true), (.vip1, true), (.vip2, false), (.vip9, false)])
  func thresholdGoesByUserLevel(level: UserLevel, fires: Bool) {
    let venue = sampleVenue {
      $0.assets[Place.usdt].autoThreshold = [-5_000, -5_000] + [Double](repeating: -10_000, count: 8)
    }
    let rules = Rules(venue)
    func below(_ units: Double) -> Bool {
      rules.isBelowThreshold(account(.multiAsset, [Place.usdt: units], level: level), Place.usdt)
    }
    #expect(below((-5_000.0).nextDown) == fires)
    #expect(!below(-5_000), "on the threshold is not below it")
    #expect(below(-10_001))
  }

  @Test func thresholdsAreNotSummed() {
    let venue = sampleVenue {
      for asset in [Place.usdt, Place.usdc] {
        $0.assets[asset].autoThreshold = [Double](repeating: -10_000, count: 10)
      }
    }
    let held = account(.multiAsset, [Place.usdt: -9_000, Place.usdc: -9_000, Place.btc: 1])
    let after = afterOneTest(held, venue, openedAt: quotes(), testedAt: quotes())
    #expect(after.journal.entries.isEmpty && after.account.balances == held.balances)
  }

  @Test(arguments: [
    // USDT balance, limit, scope, has positions, fires; 1,000 USD of ETH count for 975
    (-975.0, 1.0, AutoExchangeRules.Scope.flat, false, true), (-974.9, 1, .flat, false, false),
    (-975, 1, .flat, true, false), (-975, 1, .always, true, true), (-780, 0.8, .always, true, true),
    (-779, 0.8, .always, true, false), (0, 0.5, .always, false, false),
  ])
  func loanToValue(
    usdt: Double, limit: Double, scope: AutoExchangeRules.Scope, hasPosition: Bool, fires: Bool
  ) {
    let venue = sampleVenue {
      $0.autoExchange.ltv = limit
      $0.autoExchange.ltvScope = scope
    }
    let held = account(
      .multiAsset, [Place.usdt: usdt, Place.eth: 0.5], hasPosition ? [Self.long] : [])
    #expect(Rules(venue).firesLoanToValue(held, Self.now) == fires)
    let inCross = account(.cross, [Place.usdt: usdt, Place.eth: 0.5])
    #expect(!Rules(venue).firesLoanToValue(inCross, Self.now), "only multi-asset accounts convert")
  }

  @Test func cooldownSleepsUntilItsEnd() {
    var held = account(.isolated, [:], [position(Place.btcusdt, 1_000, at: 30_000, margin: 1_050)])
    held.positions[0].cooldownUntil = 1_001_000_000_000
    let rules = Rules(sampleVenue())
    #expect(rules.isCoolingDown(.position(0), held, quotes(seconds: 1_000).time))
    #expect(!rules.isCoolingDown(.position(0), held, quotes(seconds: 1_001).time))
    // Equity 50 sleeps; equity −50 does not.
    #expect(rules.sleeps(.position(0), held, Self.now))
    #expect(!rules.sleeps(.position(0), held, quotes(btc: 28_900)))
  }
}
