import Market
import Platform
import Testing

@Suite struct HaircutTests {
  private func toy() throws -> Venue { try VenueFile(text: toyVenue, path: "toy.yaml").venue() }

  @Test func scalesEveryHaircut() throws {
    let venue = try toy().scalingHaircuts(by: 2)
    let btc = venue.assets[1]
    #expect([btc.bidBuffer, btc.askBuffer, btc.autoBidBuffer, btc.autoAskBuffer] == [0.1, 0.12, 0.05, 0.06])
    // 1 − 2·0.1 = 0.8 from 1,000 on: 1,000 · 0.2 = 200.
    let tier = venue.assets[2].tiers[1]
    #expect(abs(tier.rate - 0.8) < 1e-15 && abs(tier.amount - 200) < 1e-9)
    #expect(abs((venue.loan?.terms[1]?.factor ?? 0) - 0.8) < 1e-15)
    #expect(venue.loan?.terms[0]?.factor == 1)
    #expect(venue.changes[0].venue.assets[1].bidBuffer == 0.2)
  }

  @Test func capsAndClears() throws {
    let high = try toy().scalingHaircuts(by: 100).assets
    #expect(high[1].bidBuffer == 0.9999 && high[1].autoAskBuffer == 0.9999)
    #expect(abs(high[2].tiers[1].rate - 0.0001) < 1e-12)
    let none = try toy().scalingHaircuts(by: 0)
    #expect(none.assets.allSatisfy { $0.bidBuffer == 0 && $0.askBuffer == 0 && $0.autoBidBuffer == 0 })
    // Both tiers count whole now, so one is left.
    #expect(none.assets[2].tiers == [CollateralTier(floor: 0, rate: 1, amount: 0)])
    #expect(none.loan?.terms[1]?.factor == 1)
  }

  @Test func oneChangesNothing() throws {
    let venue = try toy()
    #expect(venue.scalingHaircuts(by: 1).assets == venue.assets)
  }
}
