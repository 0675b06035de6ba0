import Market
import Testing

@testable import Margin

/// Money from outside when a pool gets close.
struct TopUpTests {
  private func behaviour(_ atRatio: Double, _ amount: Double, _ times: Int) -> Behaviour {
    Behaviour(topUp: Behaviour.TopUp(atRatio: atRatio, amount: amount, times: times))
  }

  @Test func isolatedMarginGrowsByAShareOfItself() {
    // At 29,000: equity 1,145 − 1,000 = 145 against 116: 116 ≥ 0.8 · 145 exactly. A fifth of 1,145 comes.
    #expect(0.8 * 145 == 116)
    let held = account(
      .isolated, [Place.usdt: 7], [position(Place.btcusdt, 1_000, at: 30_000, margin: 1_145)],
      behaviour: behaviour(0.8, 0.2, 1))
    let after = afterOneTest(held, sampleVenue(), openedAt: quotes(), testedAt: quotes(btc: 29_000))
    #expect(near(after.account.positions[0].margin, 1_374) && after.account.balances[Place.usdt] == 7)
    #expect(after.account.topUps == 1 && near(after.account.tally.topUps, 229))
    #expect(after.journal.closings.isEmpty)
    let above = account(
      .isolated, [:], [position(Place.btcusdt, 1_000, at: 30_000, margin: 1_145.0.nextUp)],
      behaviour: behaviour(0.8, 0.2, 1))
    let none = afterOneTest(above, sampleVenue(), openedAt: quotes(), testedAt: quotes(btc: 29_000))
    #expect(none.account.topUps == 0)
  }

  @Test func crossPoolGetsAShareOfTheStartEquity() {
    // Start: 1,100 USDT at 1 and 400 USDC. At an index of 0.5 a tenth of 1,500 USD is 300 USDT.
    let held = account(
      .cross, [Place.usdt: 1_100, Place.usdc: 400], [position(Place.btcusdt, 1_000, at: 30_000)],
      behaviour: behaviour(0.8, 0.1, 3))
    let after = afterOneTest(
      held, sampleVenue(), openedAt: quotes(), testedAt: quotes(btc: 29_000, usdt: 0.5))
    #expect(near(after.account.balances[Place.usdt], 1_400) && near(after.account.tally.topUps, 150))
    #expect(after.account.topUps == 1, "once per pool and instant, however often it would help")
    #expect(after.journal.closings.isEmpty, "it came before the margin test")
  }

  @Test func multiAssetMoneyGoesToTheFirstPositionsAsset() {
    let held = account(
      .multiAsset, [Place.usdt: 1_150],
      [position(Place.ethusdc, 1_000, at: 2_000), position(Place.btcusdt, 1_000, at: 30_000)],
      behaviour: behaviour(0.8, 0.5, 1))
    // Table order puts BTCUSDT first, so half of 1,150 comes in USDT: 150 left, 116 + 20 needed.
    let after = afterOneTest(held, sampleVenue(), openedAt: quotes(), testedAt: quotes(btc: 29_000))
    #expect(near(after.account.balances[Place.usdt], 1_725) && after.account.balances[Place.usdc] == 0)
  }

  @Test func timesCountForAllPoolsTogether() {
    // Two isolated positions at their limit, one top-up left: table order decides. BTC: 140 against 116;
    // ETH: 120 − 85
    // against 19.15.
    let held = account(
      .isolated, [:],
      [
        position(Place.btcusdt, 1_000, at: 30_000, margin: 1_140),
        position(Place.ethusdt, 1_000, at: 2_000, margin: 120),
      ], behaviour: behaviour(0.5, 1, 1))
    let after = afterOneTest(
      held, sampleVenue(), openedAt: quotes(), testedAt: quotes(btc: 29_000, eth: 1_915))
    #expect(after.account.positions.map(\.margin) == [2_280, 120])
    // With two, both get theirs; a third is never paid.
    var twice = held
    twice.behaviour = behaviour(0.5, 1, 2)
    let both = afterOneTest(
      twice, sampleVenue(), openedAt: quotes(), testedAt: quotes(btc: 29_000, eth: 1_915))
    #expect(both.account.positions.map(\.margin) == [2_280, 240] && both.account.topUps == 2)
    var (again, journal) = (both.account, Journal())
    Rules(sampleVenue()).test(&again, quotes(btc: 27_850, eth: 1_915), &journal)
    #expect(again.topUps == 2 && again.tally.topUps == 1_260)
  }

  @Test func usedUpMarginBringsNothing() {
    // Funding has turned the margin negative; a share of it would be a payment out.
    let held = account(
      .isolated, [:], [position(Place.btcusdt, 1_000, at: 29_800, margin: -20)],
      behaviour: behaviour(0.5, 1, 1))
    let after = afterOneTest(held, sampleVenue(), openedAt: quotes(), testedAt: quotes(btc: 30_000))
    // 180 against 120: the ratio is reached, the position stays, nothing moves.
    #expect(after.account.positions[0].margin == -20 && after.account.topUps == 0)
    #expect(after.journal.entries.isEmpty)
  }
}
