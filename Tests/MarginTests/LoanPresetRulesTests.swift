import Market
import Platform
import Support
import Testing

@testable import Margin

/// What the rules make of loan accounts under built-in venues, against published figures.
struct LoanPresetRulesTests {
  private static let library = VenueLibrary(folder: repositoryRoot + "/data/venues")

  /// A loan account of a built-in venue at given prices; stables are worth 1, other assets nothing.
  private struct World {
    var rules: Rules
    var account: Account
    var quotes: Quotes
    var journal = Journal()

    init(
      _ name: String, prices: [String: Double], holds: [String: Double], owes: [String: Double],
      overriding values: [String: Double] = [:]
    ) throws {
      let place = Platform.SourceLocation(path: "study.yaml")
      let overrides = values.sorted { $0.key < $1.key }.map {
        Override(path: $0.key, value: .number($0.value, at: place))
      }
      let venue = try library.load(name, at: place).venue(overriding: overrides)
      rules = Rules(venue)
      account = Account(
        number: 0, mode: .loan, balances: venue.assets.map { holds[$0.name] ?? 0 },
        debts: venue.assets.map { Debt(principal: owes[$0.name] ?? 0) }, positions: [])
      quotes = Quotes(
        time: Timestamp(nanoseconds: 0), marks: venue.instruments.map { prices[$0.baseName] ?? 1 },
        index: venue.assets.map { prices[$0.name] ?? 1 })
    }

    var level: LoanValue { rules.loanValue(account, quotes) }
    mutating func test() { _ = rules.testLoan(&account, quotes, &journal) }
    func place(_ asset: String) throws -> Int {
      try #require(rules.venue.asset(named: asset)).rawValue
    }
  }

  /// 1 BTC at 100,000·0.9 and 10,000 ADA at 1·0.5 against 85,500.
  @Test func guideRatio() throws {
    let world = try World(
      "guide-collateral-loan", prices: ["BTC": 100_000, "ADA": 1], holds: ["BTC": 1, "ADA": 10_000],
      owes: ["USDT": 85_500])
    #expect(abs(world.level.level - 1.111111) < 1e-5)
    #expect(!world.rules.firesMarginCall(world.account, world.quotes))
  }

  /// BTC at 94,000: 89,600 / 85,500 is called and liquidated; 22,250 USD of BTC restore 1.1.
  @Test func guideSale() throws {
    var world = try World(
      "guide-collateral-loan", prices: ["BTC": 94_000, "ADA": 1], holds: ["BTC": 1, "ADA": 10_000],
      owes: ["USDT": 85_500])
    #expect(abs(world.level.level - 1.047953) < 1e-6)
    world.test()
    #expect(world.account.tally.marginCalls == 1)
    #expect(world.journal.closings.count == 1)
    #expect(abs(world.account.tally.liquidatedNotional - 22_250) < 1e-6)
    #expect(abs(world.level.level - 1.1) < 1e-9)
    #expect(world.account.balances[try world.place("ADA")] == 10_000)
  }

  /// The exchange's example: 1 BTC against 20,000 USDT at a level of 1.1 is liquidated at 22,000.
  @Test(arguments: ["binance-cross-classic-2019", "binance-cross-classic-2023", "binance-cross-classic-2026"])
  func classicLiquidationPrice(name: String) throws {
    func fires(_ price: Double) throws -> Bool {
      let world = try World(name, prices: ["BTC": price], holds: ["BTC": 1], owes: ["USDT": 20_000])
      return world.rules.firesLiquidationLevel(world.account, world.quotes)
    }
    #expect(try fires(22_000))
    #expect(try !fires(22_000.01))
  }

  /// 2019: everything is sold until nothing is owed, whatever is owed and held. With a fee of 2 %, debts of
  /// 20,000 need 20,408.16 USD.
  @Test(arguments: [
    ["USDT": 20_000], ["USDT": 12_345.678, "ETH": 7_654.322 / 1_999.3],
    ["USDT": 3_333.3, "ETH": 16_666.7 / 1_999.3 / 2, "BNB": 16_666.7 / 312.7 / 2],
  ])
  func firstClassicModeSellsUntilNothingIsOwed(owes: [String: Double]) throws {
    var world = try World(
      "binance-cross-classic-2019", prices: ["BTC": 21_900, "ETH": 1_999.3, "BNB": 312.7], holds: ["BTC": 1],
      owes: owes)
    world.test()
    #expect(!world.account.owes && world.account.debts.allSatisfy { $0 == Debt() })
    #expect(world.journal.payments.isEmpty)
    #expect(abs(world.account.tally.liquidatedNotional - 20_000 / 0.98) < 1e-6)
    let left = world.account.balances[try world.place("BTC")] * 21_900
    #expect(abs(left - (21_900 - 20_000 / 0.98)) < 1e-6)
  }

  /// The exchange's example of the 5x mode: 10 BTC against 400,000 USDC have a level of 1.25 at 50,000; at
  /// 44,000, without a fee, 240,000 USD are sold to be there again.
  @Test func laterClassicModeStopsEarly() throws {
    var world = try World(
      "binance-cross-classic-2023", prices: ["BTC": 44_000], holds: ["BTC": 10], owes: ["USDC": 400_000],
      overriding: ["loan.call": 1.16, "loan.stop": 1.25, "loan.fee": 0])
    #expect(abs(world.level.level - 1.1) < 1e-12)
    world.test()
    #expect(abs(world.account.tally.liquidatedNotional - 240_000) < 1e-6)
    #expect(abs(world.level.level - 1.25) < 1e-9)
  }

  /// 6,000 BTC at 20,000 count for 119,500,000: for borrowing before 2026-06-15, for the level itself after.
  @Test func classicHaircuts() throws {
    func world(_ name: String) throws -> World {
      try World(name, prices: ["BTC": 20_000], holds: ["BTC": 6_000], owes: ["USDT": 50_000_000])
    }
    let before = try world("binance-cross-classic-2023")
    #expect(before.level.collateral == 120_000_000)
    #expect(before.rules.borrowValue(before.account, before.quotes).collateral == 119_500_000)
    #expect(try world("binance-cross-classic-2026").level.collateral == 119_500_000)
  }

  /// 20,000 against 10,000 at 2 %: net equity 10,000 over 200, and 79,928 more may be borrowed.
  @Test func proLevelAndBorrowing() throws {
    let world = try World("binance-cross-pro", prices: [:], holds: ["USDC": 20_000], owes: ["USDT": 10_000])
    #expect(world.level.collateral == 10_000 && world.level.required == 200 && world.level.level == 50)
    let most = world.rules.maxBorrow(AssetIndex(try world.place("USDT")), world.account, world.quotes)
    #expect(abs(try #require(most) - 79_928) < 1)
  }

  /// The margin data page: 13 BTC at 30,000 and 13 ETH at 3,000 need 31,330 USDT.
  @Test func proMaintenance() throws {
    let world = try World(
      "binance-cross-pro", prices: ["BTC": 30_000, "ETH": 3_000], holds: ["USDT": 500_000],
      owes: ["BTC": 13, "ETH": 13])
    #expect(abs(world.level.required - 31_330) < 1e-9)
    #expect(abs(world.level.collateral - 71_000) < 1e-9)
  }
}
