import Margin
import Market
import Platform
import Support
import Testing

@testable import Population

/// Openings worked out by hand: equity 10,000, leverage 5, so a notional of 50,000; bitcoin 30,000, ether
/// 2,000.
struct OpeningTests {
  /// Shares 3 and −1: 37,500 of bitcoin is 1.25; 12,500 of ether is 6.25, which is 6.2 in lots of 0.1.
  private static let lines = [
    "collateral": "{USDT: 0.6, BTC: 0.4}", "leverage": "5", "positions": "{BTCUSDT: 3, ETHUSDT: -1}",
    "spot": "{ETH: 3}", "user_level": "vip2",
  ]

  private static func open(
    _ lines: [String: String], context: PopulationContext = PopulationContext()
  ) throws -> (account: Account, rejection: Rejection?) {
    let venue = try makeVenue()
    return try population(cohort(Self.lines.merging(lines) { $1 }), context: context)
      .open(3, Rules(venue), makeQuotes(venue))
  }

  @Test func crossKeepsItsBalances() throws {
    let (account, rejection) = try Self.open([:])
    #expect(rejection == nil && account.number == 3 && account.userLevel == .vip2)
    #expect(account.balances == [6000, 0, 4000.0 / 30_000, 0] && account.spot == [0, 0, 0, 3])
    #expect(account.positions.map(\.quantity) == [1.25, -6.2])
    #expect(account.positions.map(\.lots) == [1250, -62])
    #expect(account.positions.map(\.entry) == [30_000, 2_000])
    #expect(account.positions.allSatisfy { !$0.isIsolated && $0.margin == 0 })
    #expect(abs(account.startEquity - 10_000) < 1e-8)
  }

  /// 37,500 and 12,400 of notional share the 6,000 USDT; the bitcoin sits idle.
  @Test func isolatedSplitsTheMarginAsset() throws {
    let (account, rejection) = try Self.open(["mode": "isolated"])
    #expect(rejection == nil)
    #expect(account.balances == [0, 0, 4000.0 / 30_000, 0])
    #expect(account.positions.allSatisfy { $0.isIsolated })
    #expect(abs(account.positions[0].margin - 6000 * 37_500 / 49_900) < 1e-9)
    #expect(abs(account.positions[1].margin - 6000 * 12_400 / 49_900) < 1e-9)
    #expect(abs(account.startEquity - 10_000) < 1e-8)
  }

  @Test func multiAssetIsTheSamePerson() throws {
    let (cross, _) = try Self.open([:])
    let (multi, rejection) = try Self.open([:], context: PopulationContext(mode: .multiAsset))
    #expect(rejection == nil && multi.mode == .multiAsset)
    #expect(multi.balances == cross.balances && multi.positions == cross.positions)
    #expect(multi.startEquity == cross.startEquity)
  }

  /// A thousandth of 37,500 and of 12,400.
  @Test func theOpeningFeeIsTakenOnRequest() throws {
    let (account, _) = try Self.open(["open_fee": "true"])
    #expect(abs(account.balances[0] - (6000 - 37.5 - 12.4)) < 1e-9)
    let (isolated, _) = try Self.open(["open_fee": "true", "mode": "isolated"])
    #expect(isolated.balances[0] == 0)
    #expect(abs(isolated.positions.reduce(0) { $0 + $1.margin } - 5950.1) < 1e-9)
  }

  /// A long of 20,000 and a short of 30,000 in one instrument.
  @Test func bothLegsOfAHedge() throws {
    let (account, rejection) = try Self.open([
      "positions": "[{instrument: BTCUSDT, share: -0.6}, {instrument: BTCUSDT, share: 0.4}]"
    ])
    #expect(rejection == nil)
    #expect(account.positions.map(\.lots) == [666, -1000])
  }

  /// At most leverage 20 on the 6,000 USDT that back the positions: 120,000; the bitcoin does not help.
  @Test(arguments: [(11.9, false), (12.1, true)])
  func exposureBeyondTheBracketIsRejected(_ leverage: Double, _ isRejected: Bool) throws {
    let (account, rejection) = try Self.open([
      "leverage": "\(leverage)", "positions": "{BTCUSDT: 1}",
    ])
    #expect(rejection == (isRejected ? .initialMargin : nil))
    #expect(abs(account.startEquity - 10_000) < 1e-8)
  }

  /// 0.2 of notional 10 is less than a lot of 0.1 ether.
  @Test func whatRoundsToNothingIsNotThere() throws {
    let (account, rejection) = try Self.open(["equity": "10", "leverage": "1"])
    #expect(rejection == nil && account.positions.isEmpty)
    #expect(abs(account.balances[0] - 6) < 1e-12)
  }

  @Test func moreLotsThanCanBeCountedAreRejected() throws {
    let (_, rejection) = try Self.open([
      "equity": "{lognormal: {median: 1e13, sigma: 10}}", "leverage": "10000",
    ])
    let outcomes = try (0..<200).map { number in
      let venue = try makeVenue()
      return try population(
        cohort(["equity": "{lognormal: {median: 1e13, sigma: 10}}", "leverage": "10"], accounts: 200)
      ).open(number, Rules(venue), makeQuotes(venue)).rejection
    }
    #expect(outcomes.contains(.quantity) && outcomes.contains(nil))
    #expect(rejection != nil)
  }

  /// What `accounts` writes opens again as the same account.
  @Test(arguments: ["isolated", "cross", "multi-asset"])
  func aBookOfThePopulationIsThePopulation(_ mode: String) throws {
    let venue = try makeVenue()
    let (rules, quotes) = (Rules(venue), makeQuotes(venue))
    let people = try population(
      cohort(
        [
          "mode": mode, "equity": "{lognormal: {median: 20000, sigma: 1.2}}",
          "collateral": "{dirichlet: {USDT: 5, BTC: 1, USDC: 2}}",
          "leverage": "{uniform: {low: 0.1, high: 3}}",
          "positions": "{random: 2}", "spot": "{ETH: 0.1}",
          "behaviour": "{stop_loss: 0.3, top_up: {at_ratio: 0.7, amount: 0.1}}",
          "actions": "[{at: 2021-05-19, do: transfer, asset: USDT, amount: 0.3}]",
        ], accounts: 60))
    let opened = (0..<60).map { people.open($0, rules, quotes) }
    let kept = (0..<60).filter { opened[$0].rejection == nil }
    #expect(kept.count > 20)
    let lines = kept.map {
      people.document(of: $0, as: opened[$0].account, openedAt: quotes.time).json(venue: venue) + "\n"
    }
    let folder = try TemporaryDirectory()
    try folder.write("book.jsonl", lines.joined())
    let book = try population(
      "book: book.jsonl", context: PopulationContext(folder: folder.path))
    #expect(book.count == kept.count && book.cohortNames == ["a"])
    for (place, number) in kept.enumerated() {
      #expect(book.profile(of: place).name == String(number))
      #expect(book.number(named: String(number)) == place)
      #expect(book.need(of: place).notBefore == quotes.time)
      let (again, rejection) = book.open(place, rules, quotes)
      let first = opened[number].account
      #expect(rejection == nil)
      #expect(again.balances.map(\.bitPattern) == first.balances.map(\.bitPattern), "account \(number)")
      #expect(again.positions == first.positions && again.spot == first.spot, "account \(number)")
      #expect(again.startEquity == first.startEquity && again.mode == first.mode, "account \(number)")
      #expect(again.behaviour == first.behaviour && again.actions == first.actions, "account \(number)")
    }
  }
}
