import Foundation
import Market
import Platform
import Testing

/// A wrong value of a loan: where it stands in the file, its path, and what the error must say.
private struct WrongValue: Sendable, CustomTestStringConvertible {
  var part: String
  var replacement: String
  var path: String
  var value: String
  var says: String

  init(_ part: String, _ replacement: String, _ path: String, _ value: String, _ says: String) {
    self.part = part
    self.replacement = replacement
    self.path = path
    self.value = value
    self.says = says
  }

  var testDescription: String { "\(path)=\(value)" }
}

/// Every wrong value is refused in the file, as an override and as a dated change, where the value stands.
@Suite struct LoanErrorTests {
  private static let all = levels + terms + brackets + buffers

  private static let levels: [WrongValue] = [
    WrongValue(
      "formula: pro", "formula: net", "loan.formula", "net", "one of: gross, haircut_gross, haircut_net"),
    WrongValue(
      "call: 1.2", "call: 0.9", "loan.call", "0.9", "1 or more: the level of loan.liquidate is not above it"),
    WrongValue("stop: 2", "stop: 0.5", "loan.stop", "0.5", "more than 1: a liquidation must end above"),
    WrongValue("stop: 2", "stop: 1", "loan.stop", "1", "more than 1: a liquidation must end above"),
    WrongValue("stop: 2", "stop: -2", "loan.stop", "-2", "loan.stop is -2, expected a number, above 0"),
    WrongValue(
      "call: 1.2", "call: high", "loan.call", "high", "loan.call is high, expected a number, above 0"),
    WrongValue("liquidate: 1", "liquidate: 0", "loan.liquidate", "0", "above 0"),
    WrongValue("borrow_above: 3", "borrow_above: 0", "loan.borrow_above", "0", "above 0"),
    WrongValue("fee: 0.02", "fee: 1", "loan.fee", "1", "0 to below 1"),
    WrongValue("order: pro_rata", "order: best", "loan.order", "best", "one of: pro_rata, stable_first"),
    WrongValue("interest: daily", "interest: weekly", "loan.interest", "weekly", "one of: hourly, daily"),
    WrongValue(
      "interest_from: collateral", "interest_from: assets", "loan.interest_from", "assets",
      "one of: debt, collateral"),
    WrongValue(
      "debt_asset: USDT", "debt_asset: EUR", "loan.debt_asset", "EUR",
      "an asset of the loan: one of: USDT, BTC"),
  ]

  private static let terms: [WrongValue] = [
    WrongValue("factor: 1", "factor: 1.1", "loan.assets.USDT.factor", "1.1", "a number, 0 to 1"),
    WrongValue("factor: 1", "factor: -0.1", "loan.assets.USDT.factor", "-0.1", "a number, 0 to 1"),
    WrongValue("rate: 0.00001\n", "rate: -1\n", "loan.assets.USDT.rate", "-1", "a number, 0 to 1"),
    WrongValue("{floor: 0, rate: 1}", "{floor: 5, rate: 1}", "loan.assets.BTC.tiers[0].floor", "5", "0 to 0"),
    WrongValue(
      "{floor: 0, rate: 1}", "{floor: 0, rate: 1.5}", "loan.assets.BTC.tiers[0].rate", "1.5", "0 to 1"),
    WrongValue(
      "floor: 1000, rate: 0.9", "floor: 0, rate: 0.9", "loan.assets.BTC.tiers[1].floor", "0", "above 0"),
    WrongValue(
      "rate: 0.9, amount: 100", "rate: 1, amount: 100", "loan.assets.BTC.tiers[1].rate", "1", "0 to below 1"),
    WrongValue(
      "rate: 0.9, amount: 100", "rate: -0.9, amount: 100", "loan.assets.BTC.tiers[1].rate", "-0.9",
      "0 to below 1"),
    WrongValue(
      "amount: 100}", "amount: 99}", "loan.assets.BTC.tiers[1].amount", "99", "100, which continues"),
  ]

  private static let brackets: [WrongValue] = [
    WrongValue(
      "floor: 10000, rate", "floor: 0, rate", "loan.assets.USDT.brackets[1].floor", "0", "above 0"),
    WrongValue("rate: 0.05", "rate: 0.02", "loan.assets.USDT.brackets[1].rate", "0.02", "above 0.02 to 1"),
    WrongValue("rate: 0.05", "rate: 1.05", "loan.assets.USDT.brackets[1].rate", "1.05", "above 0.02 to 1"),
    WrongValue(
      "amount: 300", "amount: 301", "loan.assets.USDT.brackets[1].amount", "301",
      "expected 300, which continues"),
    WrongValue(
      "max_leverage: 5,", "max_leverage: 11,", "loan.assets.USDT.brackets[1].max_leverage", "11", "1 to 10"),
    WrongValue(
      "max_leverage: 5,", "max_leverage: 1,", "loan.assets.USDT.brackets[1].max_leverage", "1",
      "above 1: the initial rate"),
    WrongValue(
      "brackets: [{floor: 0, rate: 0.04, max_leverage: 3}]", "brackets: []", "loan.assets.BTC.brackets", "[]",
      "has 0 rows"),
  ]

  /// Haircuts and tables beside the loan go through the same reader.
  private static let buffers: [WrongValue] = [
    WrongValue("bid_buffer: 0.1", "bid_buffer: 1.5", "assets.BTC.bid_buffer", "1.5", "a number, 0 to 1"),
    WrongValue("bid_buffer: 0.1", "bid_buffer: -0.5", "assets.BTC.bid_buffer", "-0.5", "a number, 0 to 1"),
    WrongValue(
      "rate: 0.8, amount: 10", "rate: 1, amount: 10", "assets.ETH.tiers[1].rate", "1", "0 to below 0.9"),
    WrongValue("amount: 10}", "amount: 11}", "assets.ETH.tiers[1].amount", "11", "which continues"),
    WrongValue("rate: 0.03", "rate: 0.01", "instruments.BTCUSDT.brackets[1].rate", "0.01", "above 0.01 to 1"),
    WrongValue(
      "amount: 20}", "amount: 21}", "instruments.BTCUSDT.brackets[1].amount", "21",
      "expected 20, which continues"),
  ]

  private static let venue = """
    name: lender
    source: made up for these tests
    assets:
      USDT: {stable: true}
      BTC: {bid_buffer: 0.1}
      ETH: {tiers: [{floor: 0, rate: 0.9}, {floor: 100, rate: 0.8, amount: 10}]}
    instruments:
      BTCUSDT:
        base: BTC
        margin_asset: USDT
        lot: 0.001
        taker_fee: 0
        liquidation_fee: 0
        brackets:
          - {floor: 0, rate: 0.01, max_leverage: 50}
          - {floor: 1000, rate: 0.03, max_leverage: 20, amount: 20}
    loan:
      formula: pro
      call: 1.2
      liquidate: 1
      stop: 2
      borrow_above: 3
      fee: 0.02
      order: pro_rata
      interest: daily
      interest_from: collateral
      debt_asset: USDT
      assets:
        USDT:
          factor: 1
          rate: 0.00001
          brackets:
            - {floor: 0, rate: 0.02, max_leverage: 10}
            - {floor: 10000, rate: 0.05, max_leverage: 5, amount: 300}
        BTC:
          tiers: [{floor: 0, rate: 1}, {floor: 1000, rate: 0.9, amount: 100}]
          rate: 0.00002
          brackets: [{floor: 0, rate: 0.04, max_leverage: 3}]

    """

  private func error(_ text: String, overriding overrides: [Override] = []) -> InputError? {
    inputError { _ = try VenueFile(text: text, path: "lender.yaml").venue(overriding: overrides) }
  }

  @Test func theFileItselfIsRight() throws {
    let venue = try VenueFile(text: Self.venue, path: "lender.yaml").venue()
    #expect(venue.loan?.formula == .pro)
  }

  @Test(arguments: all)
  fileprivate func isRefusedInTheFile(wrong: WrongValue) throws {
    let range = try #require(Self.venue.range(of: wrong.part))
    let source = Self.venue.replacingCharacters(in: range, with: wrong.replacement)
    let found = try #require(error(source))
    #expect(found.description.contains(wrong.says), "\(found)")
    let rest = try #require(text(source, from: found.location))
    #expect(found.location.path == "lender.yaml" && rest.hasPrefix(wrong.value), "\(found)")
  }

  @Test(arguments: all)
  fileprivate func isRefusedAsAnOverride(wrong: WrongValue) throws {
    let study = "overrides:\n  venue.\(wrong.path): \(wrong.value)\n"
    let section = try #require(try Document.parse(study, path: "study.yaml").root["overrides"])
    let overrides = try section.entries("overrides").map { Override(path: $0.key, value: $0.value) }
    let found = try #require(error(Self.venue, overriding: overrides))
    #expect(found.description.contains(wrong.says), "\(found)")
    let column = "  venue.\(wrong.path): ".count + 1
    let place = Platform.SourceLocation(path: "study.yaml", line: 2, column: column)
    #expect(found.location == place, "\(found)")
  }

  @Test(arguments: all)
  fileprivate func isRefusedAsADatedChange(wrong: WrongValue) throws {
    let source =
      Self.venue + "changes:\n  - {at: 2021-05-19, set: {\"\(wrong.path)\": \(wrong.value)}}\n"
    let found = try #require(error(source))
    #expect(found.description.contains(wrong.says), "\(found)")
    let rest = try #require(text(source, from: found.location))
    #expect(rest.hasPrefix(wrong.value + "}}"), "\(found)")
  }
}

/// Errors that are not about one value.
@Suite struct LoanSectionErrorTests {
  /// The venue with settings as overrides, or as a dated change.
  @discardableResult
  private func venue(_ settings: [(String, String)], changing: Bool = false) throws -> Venue {
    if changing {
      let set = settings.map { "\"\($0)\": \($1)" }.joined(separator: ", ")
      let text = proVenue + "changes:\n  - {at: 2021-05-19, set: {\(set)}}\n"
      return try VenueFile(text: text, path: "lender.yaml").venue()
    }
    let overrides = try settings.map { path, text in
      let root = try Document.parse("v: \(text)", path: "study.yaml").root
      return Override(path: path, value: root["v"] ?? root)
    }
    return try VenueFile(text: proVenue, path: "lender.yaml").venue(overriding: overrides)
  }

  private func refused(_ settings: [(String, String)], changing: Bool = false) -> InputError? {
    inputError { try venue(settings, changing: changing) }
  }

  @Test(arguments: [false, true])
  func namesTheAssetWithoutBrackets(changing: Bool) throws {
    let found = try #require(refused([("loan.assets.BTC.brackets", "null")], changing: changing))
    #expect(found.description.contains("loan.assets.BTC has no brackets, expected the key brackets"))
    #expect(found.description.contains("formula pro"))
    #expect(found.location.path == "lender.yaml")
  }

  @Test(arguments: [false, true])
  func refusesBracketsThatNothingLooksAt(changing: Bool) throws {
    let found = try #require(refused([("loan.formula", "gross")], changing: changing))
    let says = "loan.assets.USDT has brackets, which formula gross does not use, expected formula pro"
    #expect(found.description.contains(says))
    let fixed = [
      ("loan.formula", "gross"), ("loan.assets.USDT.brackets", "null"), ("loan.assets.BTC.brackets", "null"),
    ]
    let repaired = try venue(fixed, changing: changing)
    #expect((repaired.changes.last?.venue ?? repaired).loan?.formula == .gross)
  }

  /// A liquidation level above the call: the call is named, with the level that it lies under.
  @Test(arguments: [false, true])
  func refusesALiquidationAboveTheCall(changing: Bool) throws {
    let found = try #require(refused([("loan.liquidate", "1.4")], changing: changing))
    #expect(found.description.contains("loan.call is 1.2, expected 1.4 or more"))
    let repaired = try venue([("loan.liquidate", "1.4"), ("loan.call", "1.5")], changing: changing)
    #expect((repaired.changes.last?.venue ?? repaired).loan?.liquidate == 1.4)
  }

  /// Debts live through a change.
  @Test(arguments: [
    ("loan", "null"), ("loan.debt_asset", "BTC"),
    ("loan.assets", "{USDT: {factor: 1, rate: 0, brackets: [{floor: 0, rate: 0.1, max_leverage: 2}]}}"),
  ])
  func keepsWhatIsLent(path: String, value: String) throws {
    let found = try #require(refused([(path, value)], changing: true))
    #expect(
      found.description.contains("changes[0] changes what debts are counted in, expected a loan section"))
    // From the beginning it may be so.
    #expect(throws: Never.self) { try venue([(path, value)]) }
  }

  @Test func changesLevelsRatesAndTables() throws {
    let text =
      proVenue + """
        changes:
          - {at: 2021-05-19, set: {loan.call: 1.5, loan.interest: daily, loan.assets.USDT.rate: 0.5}}
          - at: 2021-05-20
            set: {"loan.assets.USDT.brackets[1].rate": 0.06, "loan.assets.BTC.tiers[1].rate": 0.5}

        """
    let venue = try VenueFile(text: text, path: "lender.yaml").venue()
    let loans = venue.changes.compactMap(\.venue.loan)
    #expect(loans.map(\.call) == [1.5, 1.5] && loans.map(\.interest) == [.daily, .daily])
    #expect(loans.map { $0.terms[0]?.rate } == [0.5, 0.5])
    // 10,000 · (0.06 − 0.02) = 400; 1,000 · (1 − 0.5) = 500.
    #expect(loans.map { $0.terms[0]?.brackets[1].amount } == [300, 400])
    #expect(loans.last?.terms[1]?.tiers[1].amount == 500)
  }
}
