import Market
import Testing

@testable import Margin

/// Auto-exchange: what is sold, how much of it, in which order.
struct ConversionTests {
  /// Tests an account without positions whose USDT are below a threshold of −1.
  private func cover(
    _ units: [Int: Double], _ order: AutoExchangeRules.Order, _ change: (inout Venue) -> Void = { _ in }
  ) -> (account: Account, journal: Journal) {
    let venue = sampleVenue {
      $0.autoExchange.order = order
      $0.assets[Place.usdt].autoThreshold = [Double](repeating: -1, count: 10)
      change(&$0)
    }
    return afterOneTest(account(.multiAsset, units), venue, openedAt: quotes(), testedAt: quotes())
  }

  @Test func oneAssetAsPublished() throws {
    // 5,000 / 97.5 % = 5,128.20 USD of BTC.
    let after = cover([Place.usdt: -5_000, Place.btc: 1], .proRata)
    let sale = try #require(after.journal.conversions.first)
    #expect(sale.cause == .threshold && sale.coveredUnits == 5_000 && sale.soldAsset.rawValue == Place.btc)
    #expect(near(sale.soldUSD, 5_000 / 0.975) && near(sale.soldUnits, 5_000 / 0.975 / 30_000))
    #expect(near(sale.cost, 5_000 / 0.975 - 5_000, scale: 5_000))
    #expect(after.account.balances[Place.usdt] == 0)
    #expect(near(after.account.balances[Place.btc], 1 - 5_000 / 0.975 / 30_000))
    #expect(
      after.account.tally.autoExchanges == 1 && near(after.account.tally.autoExchangeValue, 5_000 / 0.975))
  }

  @Test func proRataByIndexValue() {
    // 6,000 USD of BTC, 2,000 of ETH, 2,000 of BNB: 3,000 / 0.975, 1,000 / 0.975 and 1,000 / 0.95 are sold.
    let after = cover([Place.usdt: -5_000, Place.btc: 0.2, Place.eth: 1, Place.bnb: 5], .proRata)
    let sold = after.journal.conversions.map(\.soldUSD)
    #expect(after.journal.conversions.map(\.soldAsset.rawValue) == [Place.btc, Place.eth, Place.bnb])
    #expect(near(sold[0], 3_076.923076923077) && near(sold[1], 1_025.641025641026))
    #expect(near(sold[2], 1_052.631578947368))
    #expect(
      zip(after.journal.conversions.map(\.coveredUnits), [3_000, 1_000, 1_000]).allSatisfy { near($0, $1) })
    #expect(after.account.balances[Place.usdt] == 0)
    #expect(after.account.tally.autoExchanges == 1, "one deficit, three rows")
  }

  @Test func whatOneAssetCannotGiveIsSharedOutAgain() {
    // BTC 6,000 and BNB 4,000 USD, BNB sells for half. Of 7,000, BTC's share is 4,200, BNB's 2,800; BNB
    // brings
    // 2,000 and is gone; the open 800 go to BTC: (4,200 + 800) / 0.975.
    let after = cover([Place.usdt: -7_000, Place.btc: 0.2, Place.bnb: 10], .proRata) {
      $0.assets[Place.bnb].autoBidBuffer = 0.5
    }
    let rows = after.journal.conversions
    #expect(rows.map(\.soldAsset.rawValue) == [Place.btc, Place.bnb])
    #expect(near(rows[0].soldUSD, 5_000 / 0.975) && near(rows[0].coveredUnits, 5_000))
    #expect(rows[1].soldUnits == 10 && near(rows[1].coveredUnits, 2_000))
    #expect(after.account.balances[Place.usdt] == 0 && after.account.balances[Place.bnb] == 0)
  }

  @Test func stablesFirst() {
    // USDC covers 1,000; of the coins BTC stands first: 4,000 / 0.975 / 30,000 units.
    let after = cover(
      [Place.usdt: -5_000, Place.usdc: 1_000, Place.btc: 1, Place.eth: 1], .stableFirst)
    let rows = after.journal.conversions
    #expect(rows.map(\.soldAsset.rawValue) == [Place.usdc, Place.btc])
    #expect(rows[0].soldUnits == 1_000 && near(rows[1].soldUnits, 4_000 / 0.975 / 30_000))
    #expect(after.account.balances[Place.usdc] == 0 && after.account.balances[Place.eth] == 1)
  }

  @Test(arguments: [AutoExchangeRules.Order.ascendingHaircut, .highestFactorFirst])
  func byHaircut(order: AutoExchangeRules.Order) {
    // Haircuts rise from BTC to ETH to BNB. All 0.2 BTC bring 5,850; ETH covers 1,150.
    let after = cover([Place.usdt: -7_000, Place.btc: 0.2, Place.eth: 1, Place.bnb: 5], order)
    let rows = after.journal.conversions
    #expect(rows.map(\.soldAsset.rawValue) == [Place.btc, Place.eth])
    #expect(rows[0].soldUnits == 0.2 && near(rows[0].coveredUnits, 5_850))
    #expect(near(rows[1].soldUnits, 1_150 / 0.975 / 2_000) && after.account.balances[Place.bnb] == 5)
    // The other way round where BNB has the lowest: 5 BNB bring 1,900, then BTC.
    let other = cover([Place.usdt: -7_000, Place.btc: 0.2, Place.eth: 1, Place.bnb: 5], order) {
      $0.assets[Place.bnb].bidBuffer = 0.01
    }
    #expect(other.journal.conversions.map(\.soldAsset.rawValue) == [Place.bnb, Place.btc])
  }

  @Test func whatNothingCanCoverStays() {
    let after = cover([Place.usdt: -5_000, Place.eth: 1], .proRata)
    #expect(after.account.balances[Place.eth] == 0 && near(after.account.balances[Place.usdt], -3_050))
    #expect(after.journal.payments.isEmpty, "a threshold alone calls no fund")
    // Nothing is left to sell: the next instant changes nothing.
    var (again, journal) = (after.account, Journal())
    let venue = sampleVenue { $0.assets[Place.usdt].autoThreshold = [Double](repeating: -1, count: 10) }
    #expect(!Rules(venue).test(&again, quotes(), &journal) && journal.entries.isEmpty)
  }

  @Test func aThresholdCoversItsAssetAlone() {
    // USDC are negative too, but have no threshold.
    let after = cover([Place.usdt: -1_000, Place.usdc: -500, Place.btc: 1], .proRata)
    #expect(after.account.balances[Place.usdt] == 0 && after.account.balances[Place.usdc] == -500)
  }

  @Test func aLimitOfLTVCoversAllInTableOrder() {
    let venue = sampleVenue {
      $0.autoExchange.ltv = 0.5
      $0.autoExchange.ltvScope = .always
    }
    // 1,000 USDT, 500 USDC against 0.1 BTC · 0.975: 1,500 / 2,925 ≥ 0.5. Long ETH stays untouched.
    let held = account(
      .multiAsset, [Place.usdt: -1_000, Place.usdc: -500, Place.btc: 0.1],
      [position(Place.ethusdt, 1_000, at: 2_000)])
    let after = afterOneTest(held, venue, openedAt: quotes(), testedAt: quotes())
    #expect(after.journal.conversions.map(\.coveredAsset.rawValue) == [Place.usdt, Place.usdc])
    #expect(after.journal.conversions.map(\.cause) == [.ltv, .ltv])
    #expect(after.account.balances[Place.usdt] == 0 && after.account.balances[Place.usdc] == 0)
    #expect(near(after.account.balances[Place.btc], 0.1 - 1_500 / 0.975 / 30_000))
    #expect(after.account.positions.count == 1 && after.journal.closings.isEmpty)
  }

  @Test func theThresholdLooksAtTheWalletWithoutGains() {
    // The open gain of 2,000 would cover the 1,500, but the wallet is what counts.
    let venue = sampleVenue { $0.assets[Place.usdt].autoThreshold = [Double](repeating: -1_000, count: 10) }
    let held = account(
      .multiAsset, [Place.usdt: -1_500, Place.btc: 0.1], [position(Place.btcusdt, 1_000, at: 28_000)])
    let after = afterOneTest(held, venue, openedAt: quotes(), testedAt: quotes())
    #expect(after.account.balances[Place.usdt] == 0 && after.journal.conversions.count == 1)
    // And an open loss of 2,000 does not count either.
    let loser = account(
      .multiAsset, [Place.usdt: 0, Place.btc: 1], [position(Place.btcusdt, 1_000, at: 32_000)])
    let other = afterOneTest(loser, venue, openedAt: quotes(), testedAt: quotes())
    #expect(other.journal.entries.isEmpty)
  }
}
