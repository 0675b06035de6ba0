import Market
import Platform
import Testing

/// A venue that lends by maintenance margin, made up for these tests.
let proVenue = """
  name: lender
  source: made up for these tests
  assets:
    USDT: {stable: true}
    BTC: {}
  instruments:
    BTCUSDT:
      {base: BTC, margin_asset: USDT, lot: 0.001, taker_fee: 0, liquidation_fee: 0,
       brackets: [{floor: 0, rate: 0.01, max_leverage: 50}]}
  loan:
    formula: pro
    call: 1.2
    liquidate: 1
    stop: 2
    interest_from: collateral
    assets:
      USDT:
        factor: 1
        rate: 0.00001
        brackets: [{floor: 0, rate: 0.02, max_leverage: 10}, {floor: 10000, rate: 0.05, max_leverage: 5}]
      BTC:
        tiers: [{floor: 0, rate: 1}, {floor: 1000, rate: 0.9}]
        rate: 0.00002
        brackets: [{floor: 0, rate: 0.04, max_leverage: 3, amount: 0}]

  """

@Suite struct LoanRulesTests {
  private let place = Platform.SourceLocation(path: "study.yaml", line: 9, column: 5)

  private func loan(_ settings: (String, String)...) throws -> LoanRules {
    let overrides = try settings.map { path, text in
      var value = try #require(try Document.parse("v: \(text)", path: "study.yaml").root["v"])
      value.location = place
      return Override(path: path, value: value)
    }
    let venue = try VenueFile(text: proVenue, path: "lender.yaml").venue(overriding: overrides)
    return try #require(venue.loan)
  }

  @Test func readsMaintenanceTablesOfDebts() throws {
    let loan = try loan()
    #expect(loan.formula == .pro && loan.interestFrom == .collateral && loan.order == .highestFactorFirst)
    // 10,000 · (0.05 − 0.02) = 300.
    #expect(
      loan.terms[0]?.brackets == [
        Bracket(floor: 0, rate: 0.02, maxLeverage: 10, amount: 0),
        Bracket(floor: 10_000, rate: 0.05, maxLeverage: 5, amount: 300),
      ])
    #expect(loan.terms[1]?.brackets == [Bracket(floor: 0, rate: 0.04, maxLeverage: 3, amount: 0)])
    // 1,000 · (1 − 0.9) = 100.
    #expect(loan.terms[1]?.tiers.map { $0.amount.rounded() } == [0, 100])
    #expect(try VenueFile(text: toyVenue, path: "toy.yaml").venue().loan?.interestFrom == .debt)
  }

  /// 10,000 · (0.06 − 0.02) = 400, and by floor 20,000 · 0.03 = 600.
  @Test func recomputesAmountsUnderOverrides() throws {
    let byRate = try loan(("venue.loan.assets.USDT.brackets[1].rate", "0.06"))
    #expect(byRate.terms[0]?.brackets[1].amount == 400)
    let byFloor = try loan(("loan.assets.USDT.brackets.1.floor", "20000"))
    #expect(byFloor.terms[0]?.brackets[1].amount == 600)
    #expect(try loan(("loan.order", "pro_rata")).order == .proRata)
    #expect(try loan(("loan.call", "1.5"), ("loan.stop", "3")).stop == 3)
  }

  /// Scaling doubles 1 − rate: 0.8 above 1,000, so that the amount is 200. It leaves maintenance alone.
  @Test func scalesCollateralNotMaintenance() throws {
    let venue = try VenueFile(text: proVenue, path: "lender.yaml").venue()
    let scaled = try #require(venue.scalingHaircuts(by: 2).loan?.terms[1])
    #expect(abs(scaled.tiers[1].rate - 0.8) < 1e-15 && abs(scaled.tiers[1].amount - 200) < 1e-9)
    #expect(scaled.brackets == venue.loan?.terms[1]?.brackets && scaled.rate == 0.00002)
    let capped = try #require(venue.scalingHaircuts(by: 1e6).loan?.terms[1])
    #expect(abs(capped.tiers[1].rate - 0.0001) < 1e-12 && abs(capped.tiers[1].amount - 999.9) < 1e-6)
  }
}
