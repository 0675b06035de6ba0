import Market
import Testing

@testable import Margin

/// The owner's stop-loss: once, whole, with taker fee and slippage, and no liquidation.
struct StopLossTests {
  @Test func closesEverythingWithTakerFee() throws {
    // 10,000 may lose a tenth. At 29,000 the long has lost 1,000: 9,000 ≤ 9,000.
    let venue = sampleVenue { $0.liquidation.slippageBasisPoints = 10 }
    let held = account(
      .cross, [Place.usdt: 10_000],
      [position(Place.btcusdt, 1_000, at: 30_000), position(Place.ethusdc, 1_000, at: 2_000)],
      behaviour: Behaviour(stopLoss: 0.1))
    let after = afterOneTest(held, venue, openedAt: quotes(), testedAt: quotes(btc: 29_000))
    let rows = after.journal.closings
    #expect(rows.map(\.cause) == [.stopLoss, .stopLoss] && rows.map(\.outcome) == [.full, .takeover])
    #expect(rows.map(\.pool) == [.cross(AssetIndex(Place.usdt)), .cross(AssetIndex(Place.usdc))])
    // 29,000 · 0.999 = 28,971, taker fee 0.05 % of it: 14.4855; ETH 2,000 · 0.999 loses 2, out of 0 USDC.
    #expect(near(rows[0].price, 28_971) && near(rows[0].fee, 14.4855))
    #expect(rows[0].fundFeeUSD == 0 && after.account.tally.fundFees == 0)
    #expect(near(after.account.balances[Place.usdt], 10_000 - 1_029 - 14.4855))
    // No liquidation, but costs and the fund count.
    let tally = after.account.tally
    #expect(tally.liquidationSteps == 0 && tally.liquidatedNotional == 0 && tally.firstLiquidation == nil)
    #expect(near(tally.slippage, 31, scale: 3e4) && near(tally.fees, 14.4855))
    #expect(rows[1].fee == 0 && near(tally.fundPayment, 2, scale: 2_000))
    #expect(after.account.balances[Place.usdc] == 0 && after.account.positions.isEmpty)
  }

  @Test(arguments: [(29_000.0, true), (29_000.0.nextUp, false)])
  func firesAtItsLimit(btc: Double, fires: Bool) {
    let held = account(
      .cross, [Place.usdt: 10_000], [position(Place.btcusdt, 1_000, at: 30_000)],
      behaviour: Behaviour(stopLoss: 0.1))
    let after = afterOneTest(held, sampleVenue(), openedAt: quotes(), testedAt: quotes(btc: btc))
    #expect(after.account.stopLossFired == fires && after.account.positions.isEmpty == fires)
  }

  @Test func comesBeforeTheMarginTest() {
    // The pool is below its maintenance margin too, but the owner is first: no clearance fee.
    let held = account(
      .isolated, [:], [position(Place.btcusdt, 1_000, at: 30_000, margin: 1_000)],
      behaviour: Behaviour(stopLoss: 0.5))
    let after = afterOneTest(held, sampleVenue(), openedAt: quotes(), testedAt: quotes(btc: 29_100))
    #expect(after.journal.closings.map(\.cause) == [.stopLoss])
    // 1,000 − 900 − 29,100 · 0.05 % = 85.45
    #expect(near(after.account.balances[Place.usdt], 85.45, scale: 1_000))
  }

  @Test func multiAssetEndsInConversions() {
    // 1,000 USDT and 1 ETH: 3,000; at 28,000 it is 1,000. The deficit of 1,000 + 14 is covered by ETH.
    let held = account(
      .multiAsset, [Place.usdt: 1_000, Place.eth: 1], [position(Place.btcusdt, 1_000, at: 30_000)],
      behaviour: Behaviour(stopLoss: 0.5))
    let after = afterOneTest(held, sampleVenue(), openedAt: quotes(), testedAt: quotes(btc: 28_000))
    #expect(after.journal.closings.map(\.cause) == [.stopLoss])
    #expect(after.journal.conversions.map(\.cause) == [.liquidation])
    #expect(near(after.account.balances[Place.eth], 1 - 1_014 / 0.975 / 2_000))
    #expect(after.account.balances[Place.usdt] == 0)
  }
}
