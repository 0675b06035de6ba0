import Market
import Testing

@testable import Margin

/// Who takes part.
struct OpeningTests {
  private func opened(
    _ account: Account, isBook: Bool = false, at now: Quotes = quotes(),
    _ change: (inout Venue) -> Void = { _ in }
  ) -> Rejection? {
    var account = account
    return Rules(sampleVenue(change)).open(&account, testsInitialMargin: !isBook, now)
  }

  @Test(arguments: [
    // margin of 1 BTC at 30,000: 30,000 / 125 = 240 to open, 120 to live
    (240.0, false, nil as Rejection?), (239.99, false, .initialMargin), (239.99, true, nil),
    (120.0.nextUp, true, nil), (120, true, .trigger), (-1, false, .initialMargin),
  ])
  func isolated(margin: Double, isBook: Bool, expected: Rejection?) {
    let held = account(.isolated, [:], [position(Place.btcusdt, 1_000, at: 30_000, margin: margin)])
    #expect(opened(held, isBook: isBook) == expected)
  }

  @Test(arguments: [
    // lots of BTC at 25,000, balance: 50,000 belong to the 125x row (400), 50,025 to the 100x row (500.25)
    (Int64(2_000), 400.0, nil as Rejection?), (2_000, 399, .initialMargin), (2_001, 500.25, nil),
    (2_001, 500, .initialMargin),
  ])
  func theBracketThatHoldsTheNotional(lots: Int64, balance: Double, expected: Rejection?) {
    let held = account(.cross, [Place.usdt: balance], [position(Place.btcusdt, lots, at: 25_000)])
    #expect(opened(held, at: quotes(btc: 25_000)) == expected)
  }

  @Test func crossAddsItsPositionsUp() {
    // 240 and 10 · 2,000 / 50 = 400; the other pool has its own 40.
    func held(_ usdt: Double, _ usdc: Double) -> Account {
      account(
        .cross, [Place.usdt: usdt, Place.usdc: usdc, Place.btc: 5],
        [
          position(Place.btcusdt, 1_000, at: 30_000), position(Place.ethusdt, -10_000, at: 2_000),
          position(Place.ethusdc, 1_000, at: 2_000),
        ])
    }
    #expect(opened(held(640, 40)) == nil)
    #expect(opened(held(639, 40)) == .initialMargin, "other assets do not help")
    #expect(opened(held(640, 39)) == .initialMargin)
  }

  @Test func multiAssetAsksAtTheAskRate() {
    // ETHBTC: 10 · 0.0625 = 0.625 BTC / 25 = 0.025 BTC · 30,000 · 1.05 = 787.5 USD.
    func held(_ usdt: Double) -> Account {
      account(.multiAsset, [Place.usdt: usdt], [position(Place.ethbtc, 10_000, at: 0.0625)])
    }
    #expect(opened(held(787.5)) == nil)
    #expect(opened(held(787)) == .initialMargin)
  }

  @Test func theTriggerMayRejectWhatTheInitialMarginLets() {
    let held = account(.cross, [Place.usdt: 500], [position(Place.btcusdt, 1_000, at: 30_000)])
    #expect(opened(held) == nil)
    // 2 % of 30,000 are 600, more than the 240 of 125x.
    #expect(opened(held) { $0.instruments[Place.btcusdt].brackets[0].rate = 0.02 } == .trigger)
  }

  @Test func nothingOpenIsNoReason() {
    #expect(opened(account(.cross, [Place.usdt: -5])) == nil)
    #expect(opened(account(.multiAsset, [:])) == nil)
  }

  @Test func theStartIsFixedAtTheFirstPrices() {
    var held = account(
      .isolated, [Place.usdt: 100, Place.btc: 0.5], [position(Place.btcusdt, 1_000, at: 29_500, margin: 900)],
      spot: [Place.eth: 3])
    let rules = Rules(sampleVenue())
    #expect(rules.open(&held, testsInitialMargin: false, quotes()) == nil)
    // 100 + 900 + 500 of gain, and 15,000 of BTC; spot is apart.
    #expect(held.startEquity == 16_500 && held.tally.startUnrealizedPnL == 500)
    #expect(held.tally.units.map(\.start) == [1_000, 0, 0.5, 0, 0])
    rules.finish(&held, quotes(btc: 31_000, eth: 2_100))
    // The long gained 1,000 more, BTC 500; 3 ETH of spot gained 300 beside it.
    #expect(held.tally.endEquity == 18_000 && held.tally.pnl == 1_000 && held.tally.revaluation == 500)
    #expect(held.tally.spotChange == 300 && held.spot == [0, 0, 0, 3, 0])
    #expect(rules.conservationResidual(held).overTolerance <= 1)
  }
}
