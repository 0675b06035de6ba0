import Market
import Platform
import Support
import Testing

/// Figures of the venues that lend, typed here by hand from the sources that they name.
@Suite struct LoanPresetTests {
  static let names = [
    "binance-cross-classic-2019", "binance-cross-classic-2023", "binance-cross-classic-2026",
    "binance-cross-pro", "guide-collateral-loan",
  ]
  private let library = VenueLibrary(folder: repositoryRoot + "/data/venues")
  private let place = Platform.SourceLocation(path: "study.yaml", line: 2)

  private func venue(_ name: String) throws -> Venue { try library.load(name, at: place).venue() }

  private func terms(_ venue: Venue, _ asset: String) throws -> LoanRules.Terms {
    let (loan, place) = (try #require(venue.loan), try #require(venue.asset(named: asset)))
    return try #require(loan.terms[place.rawValue])
  }

  /// What `value` USD count for, tier by tier: the published rule for slices.
  private func collateral(_ tiers: [CollateralTier], of value: Double) -> Double {
    var sum = 0.0
    for (place, tier) in tiers.enumerated() {
      let end = place + 1 < tiers.count ? tiers[place + 1].floor : .infinity
      sum += max(0, min(value, end) - tier.floor) * tier.rate
    }
    return sum
  }

  /// Every asset of a loan has a price, and debts are in USDT.
  @Test(arguments: names)
  func canBePriced(name: String) throws {
    let venue = try venue(name)
    let loan = try #require(venue.loan)
    #expect(venue.assets[loan.debtAsset.rawValue].name == "USDT")
    for (asset, terms) in zip(venue.assets, loan.terms) where terms != nil {
      #expect(asset.isStable || asset.indexFrom != nil, "\(asset.name)")
    }
    #expect(venue.source.contains("assumption"))
  }

  @Test func guideOfCollateralLoans() throws {
    let venue = try venue("guide-collateral-loan")
    let loan = try #require(venue.loan)
    #expect(loan.formula == .haircutGross && loan.interest == .daily && loan.order == .highestFactorFirst)
    #expect([loan.call, loan.liquidate, loan.stop, loan.fee] == [1.10, 1.05, 1.10, 0])
    #expect(try terms(venue, "BTC").factor == 0.9)
    #expect(try terms(venue, "ADA").factor == 0.5)
    let collateral = zip(venue.assets, loan.terms).filter { ($1?.factor ?? 0) > 0 }.map(\.0.name)
    #expect(collateral.count == 38 && Set(collateral).isSuperset(of: ["BUSD", "FDUSD"]))
    #expect(venue.asset(named: "USDC") != nil && venue.asset(named: "DAI") != nil)
    #expect(Set(collateral).isDisjoint(with: ["USDC", "DAI"]))
  }

  @Test func firstClassicMode() throws {
    let venue = try venue("binance-cross-classic-2019")
    let loan = try #require(venue.loan)
    #expect(loan.formula == .gross && loan.interest == .hourly && venue.changes.isEmpty)
    #expect([loan.call, loan.liquidate, loan.borrowAbove, loan.transferAbove] == [1.3, 1.1, 1.5, 2])
    // No level of an account with a debt comes near it: a liquidation sells until nothing is owed.
    #expect(loan.stop > 1e20)
    // 1,000 USDT from 13:20 to 14:15 are two hours: 0.01666667 USDT at 0.02 % a day.
    #expect(abs(1000 * (try terms(venue, "USDT").rate) * 2 - 0.016_666_67) < 1e-8)
    #expect(loan.terms.allSatisfy { $0?.factor == 1 })
  }

  @Test func laterClassicModes() throws {
    let before = try venue("binance-cross-classic-2023")
    let after = try venue("binance-cross-classic-2026")
    for venue in [before, after] {
      let loan = try #require(venue.loan)
      #expect([loan.call, loan.liquidate, loan.stop, loan.fee] == [1.3, 1.1, 1.5, 0.02])
      #expect(loan.borrowAbove == 1.5 && loan.transferAbove == 2 && loan.interest == .hourly)
      let btc = try terms(venue, "BTC")
      #expect(btc.tiers.map(\.floor) == [0, 100e6, 120e6, 150e6, 180e6, 200e6])
      #expect(btc.tiers.map(\.rate) == [1, 0.975, 0.95, 0.9, 0.85, 0])
      // 6,000 BTC at 20,000 USDT.
      #expect(collateral(btc.tiers, of: 120e6) == 119_500_000)
      let least = btc.tiers.map { 120e6 * $0.rate + $0.amount }.min()
      #expect(least == 119_500_000)
      // Token X: 500,000 + 450,000 + 800,000 of the first 2,000,000 are 1,750,000 in all.
      let coin = try terms(venue, "SOL")
      #expect(coin.tiers.map(\.rate) == [1, 0.9, 0.8, 0.6, 0.3, 0.1])
      #expect(coin.tiers.map { 2e6 * $0.rate + $0.amount }.min() == 1_750_000)
      // The same instruments as in the futures' venue, so that modes can be compared.
      #expect(
        venue.instruments.map(\.name) == (try self.venue("binance-usdm-multi-2024")).instruments.map(\.name))
    }
    #expect(before.loan?.formula == .gross && after.loan?.formula == .haircutNet && after.changes.isEmpty)
    #expect(before.changes.map(\.at) == [Timestamp("2026-06-15T08:00:00Z")])
    #expect(before.changes.first?.venue.loan?.formula == .haircutNet)
  }

  @Test func proMode() throws {
    let venue = try venue("binance-cross-pro")
    let loan = try #require(venue.loan)
    #expect(loan.formula == .pro && loan.liquidate == 1 && loan.stop == 2)
    func maintenance(_ asset: String, _ debt: Double) throws -> Double {
      try terms(venue, asset).brackets.map { debt * $0.rate - $0.amount }.max() ?? 0
    }
    // 13 BTC at 30,000 and 13 ETH at 3,000 USDT: 29,200 and 2,130.
    #expect(abs(try maintenance("BTC", 390_000) - 29_200) < 1e-9)
    #expect(abs(try maintenance("ETH", 39_000) - 2130) < 1e-9)
    // 20,000 of assets against 10,000 owed at 2 %: 10,000 / 200 = 50.
    #expect(10_000 / (try maintenance("USDT", 10_000)) == 50)
    // Initial rates as published: 11.12 %, 14.29 %, 20 %.
    let rates = try terms(venue, "BTC").brackets.map { 1 / ($0.maxLeverage - 1) }
    #expect(zip(rates, [0.1112, 0.1429, 0.2]).allSatisfy { abs($0 - $1) < 1e-12 })
    // 10,000 of net collateral less 1,112 of initial margin lend 79,928 more.
    #expect(abs((10_000 - 10_000 * rates[0]) / rates[0] - 79_928) < 1)
    for entry in loan.terms {
      let brackets = try #require(entry).brackets
      for (lower, upper) in zip(brackets, brackets.dropFirst()) {
        #expect(abs(lower.amount + upper.floor * (upper.rate - lower.rate) - upper.amount) < 1e-6)
      }
    }
  }
}
