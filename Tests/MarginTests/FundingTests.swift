import Market
import Testing

@testable import Margin

/// Funding: who pays, out of which purse.
struct FundingTests {
  private func settled(_ account: Account, _ instrument: Int, _ rate: Double, _ now: Quotes) -> Account {
    var (account, journal) = (account, Journal())
    Rules(sampleVenue()).settleFunding(&account, InstrumentIndex(instrument), rate: rate, now, &journal)
    return account
  }

  @Test(arguments: [
    // lots, rate, change of the USDT balance at a mark of 30,000: −q · mark · rate
    (Int64(2_000), 0.0001, -6.0), (-2_000, 0.0001, 6), (2_000, -0.0001, 6), (-2_000, -0.0001, -6),
    (2_000, 0, 0),
  ])
  func longsPayPositiveRates(lots: Int64, rate: Double, change: Double) {
    let held = account(.cross, [Place.usdt: 1_000], [position(Place.btcusdt, lots, at: 20_000)])
    let after = settled(held, Place.btcusdt, rate, quotes())
    #expect(near(after.balances[Place.usdt], 1_000 + change))
    #expect(near(after.tally.funding, -change, scale: 1_000))
  }

  @Test func publishedPayments() {
    // A short of 30 at 2.77 with rates of −0.0008 % and −0.0003 % pays 0.00091409999.
    var held = account(.cross, [:], [position(Place.btcusdt, -30_000, at: 2.77)])
    for rate in [-8e-6, -3e-6] { held = settled(held, Place.btcusdt, rate, quotes(btc: 2.77)) }
    #expect(abs(held.balances[Place.usdt] + 0.00091409999) < 1e-8)
    // A short of 10 at 2.0 and 0.01 % receives 0.002, at 2.5 and 0.02 % 0.005.
    let short = account(.cross, [:], [position(Place.btcusdt, -10_000, at: 2)])
    #expect(near(settled(short, Place.btcusdt, 0.0001, quotes(btc: 2)).balances[Place.usdt], 0.002))
    #expect(near(settled(short, Place.btcusdt, 0.0002, quotes(btc: 2.5)).balances[Place.usdt], 0.005))
  }

  @Test func isolatedFundingGoesIntoTheMargin() {
    let held = account(
      .isolated, [Place.usdt: 1_000], [position(Place.btcusdt, 1_000, at: 30_000, margin: 300)])
    let after = settled(held, Place.btcusdt, 0.001, quotes())
    #expect(near(after.positions[0].margin, 270) && after.balances[Place.usdt] == 1_000)
  }

  @Test func fundingIsInTheMarginAsset() {
    // −10 · 0.0625 · 0.01 = −0.00625 BTC, which is 187.5 USD.
    let held = account(.multiAsset, [Place.btc: 1], [position(Place.ethbtc, 10_000, at: 0.0625)])
    let after = settled(held, Place.ethbtc, 0.01, quotes())
    #expect(near(after.balances[Place.btc], 0.99375) && near(after.tally.funding, 187.5))
  }

  @Test func bothLegsOfAHedgeSettleAndOthersDoNot() {
    let held = account(
      .cross, [:],
      [
        position(Place.btcusdt, 1_000, at: 30_000), position(Place.btcusdt, -3_000, at: 30_000),
        position(Place.ethusdt, 1_000, at: 2_000),
      ])
    // −30 + 90; ETH is not asked.
    #expect(near(settled(held, Place.btcusdt, 0.001, quotes()).balances[Place.usdt], 60))
  }
}
