import Market
import Testing

@testable import Margin

/// Full liquidations step by step: what closes first, what it realises, what it costs.
struct ClosingTests {
  /// Long 1 BTC at 30,000 with a margin of 300, tested at 29,810: pnl −190, equity 110, maintenance 119.24.
  private func isolatedAt29810(_ venue: Venue) -> (account: Account, journal: Journal) {
    let held = account(
      .isolated, [Place.usdt: 5_000], [position(Place.btcusdt, 1_000, at: 30_000, margin: 300)])
    return afterOneTest(held, venue, openedAt: quotes(), testedAt: quotes(btc: 29_810))
  }

  @Test func isolatedFeeIsCappedByWhatIsLeft() throws {
    // The fee would be 29,810 · 1.3 % = 387.53, but 110 are left.
    let after = isolatedAt29810(sampleVenue())
    let row = try #require(after.journal.closings.first)
    #expect(after.journal.closings.count == 1 && after.journal.payments.isEmpty)
    #expect(row.cause == .margin && row.pool == .isolated(InstrumentIndex(Place.btcusdt)))
    #expect(row.outcome == .full && row.side == .long && row.step == 1)
    #expect(row.quantity == 1 && row.mark == 29_810 && row.price == 29_810 && row.notional == 29_810)
    #expect(row.realizedPnL == -190 && row.fee == 110)
    // 1.25 of 1.3 parts are the fund's: 110 · 1.25 / 1.3 = 105.769…
    #expect(near(row.fundFeeUSD, 137.5 / 1.3))
    // 119.24 / 110; after the closing there is no maintenance, which prints as 0.
    #expect(near(row.ratioBefore, 1.084) && row.ratioAfter == 0 && row.equityAfter == 0)
    #expect(after.account.positions.isEmpty && after.account.balances[Place.usdt] == 5_000)
    #expect(after.account.tally.fees == 110 && after.account.tally.realizedPnL == -190)
  }

  @Test func leftoverMarginReturnsToTheBalance() throws {
    let venue = sampleVenue { $0.instruments[Place.btcusdt].liquidationFee = 0.001 }
    let after = isolatedAt29810(venue)
    let row = try #require(after.journal.closings.first)
    // 29,810 · 0.15 % = 44.715; 110 − 44.715 = 65.285 come back.
    #expect(near(row.fee, 44.715) && near(row.equityAfter, 65.285))
    #expect(near(after.account.balances[Place.usdt], 5_065.285))
  }

  @Test func slippageIsInsideTheRealisedLoss() throws {
    let venue = sampleVenue {
      $0.liquidation.slippageBasisPoints = 10
      $0.instruments[Place.btcusdt].takerFee = 0
      $0.instruments[Place.btcusdt].liquidationFee = 0
    }
    let after = isolatedAt29810(venue)
    let row = try #require(after.journal.closings.first)
    // 29,810 · 0.999 = 29,780.19: realised −219.81, of which 29.81 is slippage.
    #expect(near(row.price, 29_780.19) && near(row.realizedPnL, -219.81, scale: 3e4))
    #expect(near(after.account.tally.slippage, 29.81, scale: 3e4))
    #expect(near(after.account.balances[Place.usdt], 5_080.19))
    // A short is bought back above the mark: 30,190 · 1.001 = 30,220.19, the same loss.
    let short = account(
      .isolated, [:], [position(Place.btcusdt, -1_000, at: 30_000, margin: 300)])
    let other = afterOneTest(short, venue, openedAt: quotes(), testedAt: quotes(btc: 30_190))
    let bought = try #require(other.journal.closings.first)
    #expect(near(bought.price, 30_220.19) && near(bought.realizedPnL, -220.19, scale: 3e4))
    #expect(bought.side == .short)
  }

  @Test func oneIsolatedPositionLeavesTheOther() {
    let held = account(
      .isolated, [:],
      [
        position(Place.btcusdt, 1_000, at: 30_000, margin: 300),
        position(Place.ethusdt, 1_000, at: 2_000, margin: 200),
      ])
    let after = afterOneTest(held, sampleVenue(), openedAt: quotes(), testedAt: quotes(btc: 29_810))
    #expect(after.account.positions == [held.positions[1]])
    #expect(after.account.balances[Place.usdt] == 0)
  }

  /// Long 1 BTC at 30,000 and 10 ETH at 2,000 on 2,000 USDT, tested at 29,000 and 1,910: equity
  /// 2,000 − 1,000 − 900 = 100, maintenance 116 + 191 = 307.
  private func crossPair(_ change: (inout Venue) -> Void) -> (account: Account, journal: Journal) {
    let held = account(
      .cross, [Place.usdt: 2_000],
      [position(Place.btcusdt, 1_000, at: 30_000), position(Place.ethusdt, 10_000, at: 2_000)])
    return afterOneTest(
      held, sampleVenue(change), openedAt: quotes(), testedAt: quotes(btc: 29_000, eth: 1_910))
  }

  @Test func crossPoolClosesInPickOrderAndPaysFeesInThatOrder() {
    let after = crossPair { _ in }
    let rows = after.journal.closings
    // ETH needs 191, BTC 116, so ETH goes first. Its fee of 19.1 is paid in full, BTC's 377 only as far as
    // 80.9.
    #expect(rows.compactMap(\.instrumentPlace) == [Place.ethusdt, Place.btcusdt])
    #expect(near(rows[0].fee, 19.1) && near(rows[1].fee, 80.9))
    #expect(rows.map(\.realizedPnL) == [-900, -1_000])
    // Rows show the pool after all PnL and their own fee: 100 − 19.1, then nothing.
    #expect(near(rows[0].equityAfter, 80.9) && rows[1].equityAfter == 0)
    #expect(rows.allSatisfy { near($0.ratioBefore, 3.07) && $0.ratioAfter == 0 && $0.outcome == .full })
    #expect(rows.map(\.step) == [1, 2])
    #expect(after.account.balances[Place.usdt] == 0 && after.journal.payments.isEmpty)
    #expect(near(after.account.tally.fees, 100) && after.account.tally.liquidationSteps == 2)
    // 29,000 + 19,100
    #expect(after.account.tally.liquidatedNotional == 48_100)
    // 19.1 whole, and 80.9 · 1.25 / 1.3
    #expect(near(after.account.tally.fundFees, 19.1 + 101.125 / 1.3))
  }

  @Test func anEarlyFeeMayUseUpThePool() {
    let after = crossPair {
      $0.liquidation.pick = .listed
      $0.instruments[Place.btcusdt].liquidationFee = 0.004
      $0.instruments[Place.btcusdt].takerFee = 0
    }
    // BTC first: 29,000 · 0.4 % = 116 > 100; nothing is left for ETH.
    #expect(after.journal.closings.compactMap(\.instrumentPlace) == [Place.btcusdt, Place.ethusdt])
    #expect(after.journal.closings.map(\.fee) == [100, 0])
  }

  @Test(arguments: [
    // maintenance 116 and 191, pnl −1,000 and −900, notional 29,000 and 19,100
    (LiquidationRules.Pick.largestMaintenance, Place.ethusdt), (.largestLoss, Place.btcusdt),
    (.largestNotional, Place.btcusdt), (.listed, Place.btcusdt),
  ])
  func pickDecidesWhatGoesFirst(pick: LiquidationRules.Pick, first: Int) {
    let after = crossPair { $0.liquidation.pick = pick }
    #expect(after.journal.closings.first?.instrumentPlace == first)
  }

  @Test(arguments: LiquidationRules.Pick.allCases)
  func tiesGoInTableOrder(pick: LiquidationRules.Pick) {
    // A long and a short of the same size, entry and so loss 0: the long stands first.
    let held = account(
      .cross, [Place.usdt: 200],
      [position(Place.btcusdt, -1_000, at: 28_000), position(Place.btcusdt, 1_000, at: 28_000)])
    let venue = sampleVenue { $0.liquidation.pick = pick }
    let after = afterOneTest(held, venue, openedAt: quotes(), testedAt: quotes(btc: 28_000))
    #expect(after.journal.closings.map(\.side) == [.long, .short])
  }

  @Test func hedgeLegsBothClose() {
    // 1,200 − 2,000 + 1,000 = 200 against 2 · 112; fees 28,000 · 1.3 % = 364, of which 200 are there.
    let held = account(
      .cross, [Place.usdt: 1_200],
      [position(Place.btcusdt, 1_000, at: 30_000), position(Place.btcusdt, -1_000, at: 29_000)])
    let after = afterOneTest(held, sampleVenue(), openedAt: quotes(), testedAt: quotes(btc: 28_000))
    #expect(after.journal.closings.map(\.realizedPnL) == [-2_000, 1_000])
    #expect(after.journal.closings.map(\.fee) == [200, 0])
    #expect(after.account.balances[Place.usdt] == 0 && after.journal.payments.isEmpty)
  }

  @Test func oneCrossPoolLeavesTheOther() {
    let held = account(
      .cross, [Place.usdt: 1_100, Place.usdc: 500],
      [position(Place.btcusdt, 1_000, at: 30_000), position(Place.ethusdc, 1_000, at: 2_000)])
    let after = afterOneTest(held, sampleVenue(), openedAt: quotes(), testedAt: quotes(btc: 29_000))
    #expect(after.account.positions.map(\.instrument.rawValue) == [Place.ethusdc])
    #expect(after.account.balances[Place.usdc] == 500)
    #expect(after.journal.closings.map(\.pool) == [.cross(AssetIndex(Place.usdt))])
  }

  @Test(arguments: [LiquidationRules.Pick.largestMaintenance, .largestLoss, .largestNotional])
  func multiAssetSizesCompareInUSD(pick: LiquidationRules.Pick) {
    // At 28,000 and 0.06 BTC: ETHBTC has 1.2 BTC (33,600 USD), loses 0.05 BTC (1,400 USD) and needs 0.028
    // BTC (784 USD
    // at index, 823.2 at the ask rate); BTCUSDT has 28,000, loses 1,000 and needs 112. In units of the
    // margin asset
    // the order would be the other one each time.
    let held = account(
      .multiAsset, [Place.usdt: 1_000],
      [position(Place.btcusdt, 1_000, at: 29_000), position(Place.ethbtc, 20_000, at: 0.0625)])
    let venue = sampleVenue { $0.liquidation.pick = pick }
    let after = afterOneTest(
      held, venue, openedAt: quotes(), testedAt: quotes(btc: 28_000, ethbtc: 0.06))
    #expect(after.journal.closings.compactMap(\.instrumentPlace) == [Place.ethbtc, Place.btcusdt])
    #expect(after.journal.closings.first?.pool == .account)
    // Rows are in USD.
    #expect(near(after.journal.closings.first?.notional ?? 0, 33_600))
    #expect(near(after.journal.closings.first?.realizedPnL ?? 0, -1_400, scale: 3e4))
  }
}
