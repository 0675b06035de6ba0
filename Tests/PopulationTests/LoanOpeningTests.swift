import Margin
import Market
import Platform
import Support
import Testing

@testable import Population

/// Loans of a population, worked out by hand: equity 10,000; bitcoin 30,000, ether 2,000.
struct LoanOpeningTests {
  private static let venue =
    testVenue + """

      loan:
        formula: haircut_gross
        call: 1.2
        liquidate: 1.1
        stop: 1.25
        assets:
          USDT: {factor: 1, rate: 0.00001}
          BTC: {factor: 0.9, rate: 0.00001}
          USDC: {factor: 1, rate: 0.00001}
      """

  private static let lines = [
    "mode": "loan", "collateral": "{BTC: 0.75, USDT: 0.25}", "leverage": "3",
  ]

  /// The population of one cohort of loans; a line set to `-` is left out.
  private static func people(
    _ lines: [String: String], venue text: String = venue, _ context: PopulationContext = PopulationContext()
  ) throws -> (Population, Venue) {
    let merged = Self.lines.merging(lines) { $1 }
    let text1 = cohort(merged.merging(["positions": merged["positions"] ?? "~"]) { $1 })
    let venue = try VenueFile(text: text, path: "test.yaml").venue()
    return (
      try Population(try Document.parse(text1, path: "study.yaml").root, venue: venue, context: context),
      venue
    )
  }

  private static func open(
    _ lines: [String: String], venue text: String = venue, _ context: PopulationContext = PopulationContext()
  ) throws -> (account: Account, rejection: Rejection?) {
    let (people, venue) = try people(lines, venue: text, context)
    return people.open(3, Rules(venue), makeQuotes(venue))
  }

  /// 3 × 10,000 × 0.75 of bitcoin is 0.75; 3 × 10,000 × 0.25 is 7,500 USDT; 20,000 USDT are owed.
  @Test func leverageIsBorrowed() throws {
    let (account, rejection) = try Self.open([:])
    #expect(rejection == nil && account.mode == .loan && account.positions.isEmpty)
    #expect(account.balances == [7_500, 0, 0.75, 0])
    #expect(account.debts == [Debt(principal: 20_000), Debt(), Debt(), Debt()])
    #expect(account.startEquity == 10_000)
  }

  @Test func leverageOneBorrowsNothing() throws {
    let (account, rejection) = try Self.open(["leverage": "1"])
    #expect(rejection == nil && account.balances == [2_500, 0, 0.25, 0] && !account.owes)
    #expect(account.startEquity == 10_000)
  }

  /// Half of the equity stays in the asset that others borrow: 5,000 beside 5,000 × 0.25.
  @Test func leverageBelowOneKeepsTheRest() throws {
    let (account, rejection) = try Self.open(["leverage": "0.5"])
    #expect(rejection == nil && account.balances == [6_250, 0, 0.125, 0] && !account.owes)
    #expect(account.startEquity == 10_000)
  }

  @Test func theVenueNamesWhatIsBorrowed() throws {
    let text = Self.venue + "\n  debt_asset: BTC"
    let (account, _) = try Self.open(["leverage": "4"], venue: text)
    #expect(account.debts.map(\.principal) == [0, 0, 1, 0] && account.startEquity == 10_000)
  }

  /// 0.9 × 22,500 + 7,500 = 27,750 against 20,000 is 1.3875. All in bitcoin the level is
  /// 0.9·l / (l − 1): 1.105 at leverage 5.4, 1.096 at 5.6.
  @Test(arguments: [("5.4", nil), ("5.6", Rejection.trigger)])
  func aLoanIsRejectedAtItsLiquidationLevel(_ leverage: String, _ expected: Rejection?) throws {
    let (account, rejection) = try Self.open(["leverage": leverage, "collateral": "{BTC: 1}"])
    #expect(rejection == expected, "leverage \(leverage)")
    #expect(abs(account.startEquity - 10_000) < 1e-8)
  }

  @Test func theAxisOfLeverageLeversLoans() throws {
    let (account, _) = try Self.open([:], PopulationContext(leverage: 2, mode: .loan))
    #expect(account.debts[0].principal == 10_000 && account.balances == [5_000, 0, 0.5, 0])
  }

  @Test func needsNameWhatIsBorrowed() throws {
    let actions = "[{at: 2021-05-19, do: borrow, asset: USDC, amount: 5}]"
    let (people, _) = try Self.people(["collateral": "{BTC: 1}", "actions": actions])
    #expect(people.need(of: 3).assets.map(\.rawValue) == [0, 1, 2])
    #expect(people.tables.assets == [AssetIndex(0), AssetIndex(1), AssetIndex(2)])
    #expect(people.tables.instruments.isEmpty)
  }

  @Test func aBookNeedsWhatItOwes() throws {
    let folder = try TemporaryDirectory()
    try folder.write(
      "book.jsonl",
      #"{"mode": "loan", "balances": {"BTC": 1}, "debts": {"USDC": {"principal": 5, "interest": 1}}}"#)
    let venue = try VenueFile(text: Self.venue, path: "test.yaml").venue()
    let book = try Population(
      try Document.parse("book: book.jsonl", path: "study.yaml").root, venue: venue,
      context: PopulationContext(folder: folder.path))
    #expect(book.need(of: 0).assets.map(\.rawValue) == [1, 2])
    #expect(book.tables.assets == [AssetIndex(1), AssetIndex(2)])
    let (account, rejection) = book.open(0, Rules(venue), makeQuotes(venue))
    #expect(rejection == nil && account.debts[1] == Debt(principal: 5, interest: 1))
    #expect(account.startEquity == 29_994)
  }

  /// What `accounts` writes opens again as the same account.
  @Test func aBookOfThePopulationIsThePopulation() throws {
    let (people, venue) = try Self.people([
      "equity": "{lognormal: {median: 20000, sigma: 1.2}}", "leverage": "{uniform: {low: 0.5, high: 3}}",
    ])
    let quotes = makeQuotes(venue)
    for number in 0..<10 {
      let (account, _) = people.open(number, Rules(venue), quotes)
      let line = people.document(of: number, as: account, openedAt: quotes.time).json(venue: venue)
      let node = try Document.parse(line, path: "line").root
      var again = try AccountDocument(node, venue: venue, number: number).account
      _ = Rules(venue).open(&again, testsInitialMargin: false, quotes)
      #expect(again.balances.map(\.bitPattern) == account.balances.map(\.bitPattern), "account \(number)")
      #expect(again.debts == account.debts && again.startEquity == account.startEquity, "account \(number)")
    }
  }

  /// A cohort of loans that is wrong, and what the message must name.
  static let faults: [(lines: [String: String], names: String)] = [
    (
      ["positions": "{BTCUSDT: 1}"],
      "10:16: cohorts[0].positions stands in a cohort of loans, expected no positions"
    ),
    (
      ["collateral": "{ETH: 1}"],
      "5:18: the loan section of test has no terms for ETH, expected one of: USDT, USDC, BTC"
    ),
    (["collateral": "{dirichlet: {ETH: 1, USDT: 1}}"], "5:30: the loan section of test has no terms"),
    (["open_fee": "true"], "10:15: cohorts[0].open_fee is true, expected false"),
    (["behaviour": "{stop_loss: 0.1}"], "5:28: cohorts[0].behaviour.stop_loss is set for a loan account"),
    (
      ["actions": "[{at: 2021-05-19, do: switch_mode, mode: cross}]"],
      "5:36: cohorts[0].actions[0].do is switch_mode, expected one of: transfer, borrow"
    ),
    (
      ["actions": "[{at: 2021-05-19, do: transfer, asset: ETH, amount: 1}]"],
      "5:53: the loan section of test has no terms"
    ),
  ]

  @Test(arguments: faults.indices)
  func namesWhatIsWrong(_ place: Int) throws {
    do {
      _ = try Self.people(Self.faults[place].lines)
      Issue.record("accepted: \(Self.faults[place].lines)")
    } catch let error as InputError {
      #expect(error.description.contains("study.yaml:" + Self.faults[place].names), "\(error)")
    }
  }

  /// Loans have no positions, so an axis cannot make them anything else, nor anything else loans.
  @Test func aModeAxisDoesNotMixLoansAndPositions() throws {
    func problem(_ lines: [String: String], _ mode: MarginMode) throws -> String {
      do {
        _ = try Self.people(lines, PopulationContext(mode: mode))
        return "accepted"
      } catch let error as InputError { return error.description }
    }
    #expect(try problem([:], .cross).contains("mode is loan, expected cross, as the axis mode sets"))
    #expect(
      try problem(["mode": "cross", "positions": "{BTCUSDT: 1}"], .loan)
        .contains("mode is cross, expected loan, as the axis mode sets"))
    #expect(try problem([:], .loan) == "accepted")
  }
}
