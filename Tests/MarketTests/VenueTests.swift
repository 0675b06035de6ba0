import Foundation
import Market
import Platform
import Testing

/// A small venue of our own, with something of every section.
let toyVenue = """
  name: toy
  source: made up for these tests
  assets:
    USDT: {stable: true, auto_threshold: {regular: -5000, vip2: -10000}}
    BTC: {bid_buffer: 0.05, ask_buffer: 0.06, auto_bid_buffer: 0.025, auto_ask_buffer: 0.03}
    ETH: {index_from: ETHUSDT, tiers: [{floor: 0, rate: 1}, {floor: 1000, rate: 0.9, amount: 100}]}
  instruments:
    BTCUSDT:
      base: BTC
      margin_asset: USDT
      lot: 0.001
      taker_fee: 0.0005
      liquidation_fee: 0.0125
      brackets:
        - {floor: 0, rate: 0.004, max_leverage: 125, amount: 0}
        - {floor: 50000, rate: 0.005, max_leverage: 100, amount: 50}
        - {floor: 250000, rate: 0.01, max_leverage: 50}
    ETHUSDT:
      base: ETH
      margin_asset: USDT
      lot: 0.01
      taker_fee: 0.0004
      liquidation_fee: 0
      brackets: [{floor: 0, rate: 0.02, max_leverage: 25}]
    DOGEUSDT:
      {base: DOGE, margin_asset: USDT, lot: 1, taker_fee: 0, liquidation_fee: 0,
       brackets: [{floor: 0, rate: 0.1, max_leverage: 5}]}
  liquidation: {rule: fixed_fraction, comparator: "<", fraction: 0.25, cooldown: 30s, slippage_bps: 5}
  auto_exchange: {order: stable_first, ltv: 0.995, ltv_scope: always}
  loan: {formula: haircut_gross, call: 1.3, liquidate: 1.1, stop: 1.5, fee: 0.02,
         assets: {BTC: {factor: 0.9, rate: 0.00001}, USDT: {factor: 1, rate: 0.00002}}}
  fund: {size: 1000}
  funding: {rate: 0.0001, every: 8h}
  changes:
    - {at: 2021-05-19T12:00:00Z, set: {assets.BTC.bid_buffer: 0.1}}
    - {at: 2021-05-20, set: {"instruments.BTCUSDT.brackets[1].rate": 0.006}}

  """

@Suite struct VenueTests {
  @Test func readsEveryField() throws {
    let venue = try VenueFile(text: toyVenue, path: "toy.yaml").venue()
    #expect(venue.name == "toy")
    #expect(venue.assets.map(\.name) == ["USDT", "BTC", "ETH"])
    #expect(
      venue.assets[0].autoThreshold
        == [-5000, -5000, -10000, -10000, -10000, -10000, -10000, -10000, -10000, -10000])
    let btc = venue.assets[1]
    #expect(btc.indexFrom == InstrumentIndex(0) && btc.autoThreshold == nil && !btc.isStable)
    #expect(
      [btc.bidBuffer, btc.askBuffer, btc.autoBidBuffer, btc.autoAskBuffer] == [0.05, 0.06, 0.025, 0.03])
    #expect(venue.assets[2].tiers.map(\.amount) == [0, 100])
    #expect(venue.assets[2].bidBuffer == 0)
    let perpetual = venue.instruments[0]
    #expect(perpetual.base == AssetIndex(1) && perpetual.marginAsset == AssetIndex(0))
    #expect(perpetual.lot == ExactDecimal(mantissa: 1, scale: 3))
    #expect(perpetual.takerFee == 0.0005 && perpetual.liquidationFee == 0.0125)
    // 250,000 · (0.01 − 0.005) + 50 = 1,300, as the exchange published it in 2021.
    #expect(perpetual.brackets.map(\.amount) == [0, 50, 1300])
    #expect(venue.instruments[2].base == nil && venue.instruments[2].baseName == "DOGE")
    #expect(venue.liquidation.rule == .fixedFraction && venue.liquidation.comparator == .less)
    #expect(venue.liquidation.fraction == ExactDecimal(mantissa: 25, scale: 2))
    #expect(venue.liquidation.cooldownNanoseconds == 30_000_000_000)
    #expect(venue.liquidation.slippageBasisPoints == 5)
    #expect(venue.autoExchange.order == .stableFirst && venue.autoExchange.ltvScope == .always)
    #expect(venue.loan?.debtAsset == AssetIndex(0) && venue.loan?.interest == .hourly)
    #expect(venue.loan?.terms.map { $0?.factor } == [1, 0.9, nil])
    #expect(venue.fundSize == 1000 && venue.funding?.everyNanoseconds == 28_800_000_000_000)
  }

  @Test func changesAddUp() throws {
    let venue = try VenueFile(text: toyVenue, path: "toy.yaml").venue()
    #expect(venue.changes.count == 2)
    #expect(venue.changes[0].at == Timestamp("2021-05-19T12:00:00Z"))
    #expect(venue.changes.map(\.venue.assets[1].bidBuffer) == [0.1, 0.1])
    #expect(venue.changes[0].venue.instruments[0].brackets.map(\.amount) == [0, 50, 1300])
    // 50,000 · (0.006 − 0.004) = 100; 100 + 250,000 · (0.01 − 0.006) = 1,100.
    #expect(venue.changes[1].venue.instruments[0].brackets.map(\.amount) == [0, 100, 1100])
    #expect(venue.changes.allSatisfy { $0.venue.changes.isEmpty })
  }

  /// What is replaced by what, where the error points, and words of it.
  @Test(
    arguments: [
      ("name: toy", "name: to y", "to y", "name is to y"),
      ("name: toy\n", "", "source", "the document has no name"),
      ("fund:", "fnd:", "fnd", "did you mean fund?"),
      ("bid_buffer: 0.05", "bid_bufer: 0.05", "bid_bufer", "unknown key bid_bufer in assets.BTC"),
      (
        "bid_buffer: 0.05", "bid_buffer: 1.5", "1.5",
        "assets.BTC.bid_buffer is 1.5, expected a number, 0 to 1"
      ),
      ("ask_buffer: 0.06", "ask_buffer: -0.1", "-0.1", "a number, 0 to 1000"),
      ("auto_bid_buffer: 0.025", "auto_bid_buffer: 1", "1", "a number, 0 to below 1"),
      ("stable: true", "stable: yes", "yes", "true or false"),
      ("regular: -5000", "regular: 5000", "5000", "0 or less"),
      ("regular: -5000, ", "", "{vip2", "has no regular"),
      ("vip2: -10000", "vip10: -10000", "vip10", "unknown key vip10"),
      ("index_from: ETHUSDT", "index_from: ETHUSD", "ETHUSD", "did you mean ETHUSDT?"),
      ("index_from: ETHUSDT", "index_from: BTCUSDT", "BTCUSDT", "this asset as its base"),
      ("tiers: [{floor: 0, rate: 1}", "tiers: [{floor: 1, rate: 1}", "1, rate", "0 to 0"),
      ("{floor: 1000, rate: 0.9", "{floor: 1000, rate: 1", "1, amount", "0 to below 1"),
      ("{floor: 1000, rate", "{floor: 0, rate", "0, rate: 0.9", "above 0"),
      ("amount: 100}", "amount: 99}", "99", "expected 100, which continues"),
      ("ETH: {index", "ETH: {bid_buffer: 0.1, index", "0.1", "both bid_buffer and tiers"),
      ("  BTC: {bid", "  B TC: {bid", "B TC", "no name"),
      ("base: BTC", "base: USDT", "USDT", "the contract is linear"),
      (
        "margin_asset: USDT\n    lot: 0.001", "margin_asset: USDC\n    lot: 0.001", "USDC",
        "did you mean USDT?"
      ),
      ("lot: 0.001", "lot: 0", "0", "above 0"),
      ("lot: 0.001", "lot: 1e-30", "1e-30", "22 decimal places"),
      ("taker_fee: 0.0005", "taker_fee: 2", "2", "0 to 1"),
      ("    taker_fee: 0.0005\n", "", "base: BTC", "instruments.BTCUSDT has no taker_fee"),
      ("brackets: [{floor: 0, rate: 0.02, max_leverage: 25}]", "brackets: []", "[]", "has 0 rows"),
      ("rate: 0.004", "rate: -0.1", "-0.1", "0 to 1"),
      ("floor: 50000", "floor: 0", "0, rate: 0.005", "above 0"),
      ("rate: 0.005", "rate: 0.004", "0.004, max_leverage: 100", "above 0.004 to 1"),
      ("max_leverage: 100", "max_leverage: 126", "126", "1 to 125"),
      ("max_leverage: 50}", "max_leverage: 0.5}", "0.5", "1 to 100"),
      ("max_leverage: 50}", "max_leverage: 50, amount: 1301}", "1301", "expected 1300, which continues"),
      ("max_leverage: 100, amount: 50", "amount: 50", "{floor: 50000", "has no max_leverage"),
      ("rule: fixed_fraction", "rule: partial", "partial", "none, tier_down, minimal, fixed_fraction"),
      ("comparator: \"<\"", "comparator: \"=\"", "\"=\"", "one of: <=, <"),
      ("fraction: 0.25", "fraction: 0", "0, cool", "above 0 to 1"),
      ("cooldown: 30s", "cooldown: 30", "30", "a duration"),
      ("slippage_bps: 5", "slippage_bps: 10000", "10000", "below 10000"),
      ("ltv: 0.995", "ltv: 0", "0, ltv", "above 0"),
      ("call: 1.3", "call: 1.05", "1.05", "1.1 or more"),
      ("stop: 1.5", "stop: 1", "1, fee", "more than 1.1"),
      ("liquidate: 1.1", "liquidate: 0", "0, stop", "above 0"),
      ("formula: haircut_gross", "formula: haircut", "haircut, call", "one of: gross, haircut_gross"),
      ("formula: haircut_gross", "formula: pro", "{factor: 0.9", "loan.assets.BTC has no brackets"),
      (
        "factor: 0.9, rate: 0.00001", "factor: 0.9, brackets: [{floor: 0}], rate: 0.00001", "[{floor: 0}]",
        "loan.assets.BTC has brackets, which formula haircut_gross does not use, expected formula pro"
      ),
      ("fee: 0.02,", "fee: 0.02, interest_from: assets,", "assets,", "one of: debt, collateral"),
      ("factor: 0.9", "factor: 1.1", "1.1", "0 to 1"),
      ("{BTC: {factor", "{BCT: {factor", "BCT", "did you mean BTC?"),
      (", USDT: {factor: 1, rate: 0.00002}", "", "{formula", "no stable asset to borrow"),
      ("fee: 0.02,", "fee: 0.02, debt_asset: ETH,", "ETH", "an asset of the loan"),
      ("size: 1000", "size: -1", "-1", "0 or more"),
      ("every: 8h", "every: 0s", "0s", "above zero"),
      ("every: 8h", "every: 1ns", "1ns", "at least 1m"),
      ("2021-05-20,", "2021-05-19,", "2021-05-19,", "after the change before it"),
      ("assets.BTC.bid_buffer: 0.1", "assets.BTC.bid_buffer: 2", "2}", "assets.BTC.bid_buffer is 2"),
      ("assets.BTC.bid_buffer: 0.1", "assets.BCT.bid_buffer: 0.1", "0.1", "did you mean BTC?"),
      ("assets.BTC.bid_buffer: 0.1", "instruments.BTCUSDT.lot: 0.1", "{at", "counted in"),
      ("assets.BTC.bid_buffer: 0.1", "changes: []", "[]", "unknown key changes"),
      ("  DOGEUSDT:", "  BTC:", "BTC:", "an asset and an instrument"),
    ] as [(String, String, String, String)])
  func refuses(part: String, replacement: String, pointsAt: String, says: String) throws {
    let start = try #require(toyVenue.range(of: part))
    let source = toyVenue.replacingCharacters(in: start, with: replacement)
    let found = try #require(inputError { _ = try VenueFile(text: source, path: "toy.yaml").venue() })
    #expect(found.description.contains(says), "\(found)")
    let rest = try #require(text(source, from: found.location))
    #expect(rest.hasPrefix(pointsAt), "\(found)")
  }
}

@Suite struct VenueOverrideTests {
  private let place = Platform.SourceLocation(path: "study.yaml", line: 9, column: 5)

  private func venue(_ settings: (String, String)...) throws -> Venue {
    let overrides = try settings.map { path, text in
      let node = try Document.parse("v: \(text)", path: "study.yaml").root["v"]
      var value = try #require(node)
      value.location = place
      return Override(path: path, value: value)
    }
    return try VenueFile(text: toyVenue, path: "toy.yaml").venue(overriding: overrides)
  }

  @Test func replacesValues() throws {
    #expect(try venue(("venue.assets.BTC.bid_buffer", "0.2")).assets[1].bidBuffer == 0.2)
    #expect(try venue(("instruments.BTCUSDT.lot", "1e-22")).instruments[0].lot.scale == 22)
    #expect(
      try venue(("liquidation.target_equity_over_mm", "1.5")).liquidation.targetEquityOverMaintenance == 1.5)
    #expect(try venue(("assets.BTC.auto_threshold", "-0.1")).assets[1].autoThreshold?.last == -0.1)
  }

  @Test func opensMissingSections() throws {
    let bare = toyVenue.split(separator: "\n").filter { !$0.hasPrefix("fund:") }.joined(separator: "\n")
    let file = try VenueFile(text: bare, path: "toy.yaml")
    #expect(try file.venue().fundSize == nil)
    let value = Document.Node.scalar("5", at: place)
    #expect(try file.venue(overriding: [Override(path: "fund.size", value: value)]).fundSize == 5)
  }

  @Test func recomputesAmounts() throws {
    // 50,000 · 0.002 = 100; + 250,000 · 0.004 = 1,100.
    let byRate = try venue(("instruments.BTCUSDT.brackets[1].rate", "0.006"))
    #expect(byRate.instruments[0].brackets.map(\.amount) == [0, 100, 1100])
    // 100,000 · 0.001 = 100; + 250,000 · 0.005 = 1,350.
    let byFloor = try venue(("venue.instruments.BTCUSDT.brackets.1.floor", "100000"))
    #expect(byFloor.instruments[0].brackets.map(\.amount) == [0, 100, 1350])
    let byRow = try venue(
      ("instruments.BTCUSDT.brackets[1]", "{floor: 100000, rate: 0.006, max_leverage: 90, amount: 200}"))
    #expect(byRow.instruments[0].brackets.map(\.amount) == [0, 200, 1200])
    // 1,000 · (1 − 0.8) = 200.
    #expect(try venue(("assets.ETH.tiers[1].rate", "0.8")).assets[2].tiers.map(\.amount) == [0, 200])
    let whole = try venue(
      ("instruments.ETHUSDT.brackets", "[{floor: 0, rate: 0.1, max_leverage: 2, amount: 135365}]"))
    #expect(whole.instruments[1].brackets == [Bracket(floor: 0, rate: 0.1, maxLeverage: 2, amount: 135_365)])
  }

  @Test func keepsAmountsThatWereSet() throws {
    let good = try venue(
      ("instruments.BTCUSDT.brackets[1].rate", "0.006"), ("instruments.BTCUSDT.brackets[1].amount", "100"))
    #expect(good.instruments[0].brackets.map(\.amount) == [0, 100, 1100])
    let error = inputError {
      _ = try venue(
        ("instruments.BTCUSDT.brackets[1].amount", "99"), ("instruments.BTCUSDT.brackets[1].rate", "0.006"))
    }
    #expect(error?.location == place)
    #expect(error?.expected.hasPrefix("100, which continues") == true)
  }

  @Test(arguments: [
    (
      "assets.BTX.bid_buffer", "0.1", "assets has no BTX, expected one of: USDT, BTC, ETH (did you mean BTC?)"
    ),
    ("assets.BTC.bid_bufer", "0.1", "unknown key bid_bufer in assets.BTC"),
    ("assets.BTC.bid_buffer", "x", "assets.BTC.bid_buffer is x, expected a number, 0 to 1"),
    ("instruments.BTCUSDT.brackets[3].rate", "0.1", "has no such item, expected an item's number, 0 to 2"),
    ("liquidation.ruel", "none", "did you mean rule?"),
    ("levrage", "3", "unknown key levrage"),
  ])
  func pointsAtTheOverride(path: String, text: String, says: String) {
    let error = inputError { _ = try venue((path, text)) }
    #expect(error?.location == place)
    #expect(error?.description.contains(says) == true, "\(String(describing: error))")
  }

  @Test func readsLooseTables() throws {
    let node = try Document.parse("[{floor: 0, rate: 0.10, amount: 135365}]", path: "f").root
    let table = try Bracket.table(from: node, requiresLeverage: false)
    #expect(table == [Bracket(floor: 0, rate: 0.1, maxLeverage: 10, amount: 135_365)])
    #expect(throws: InputError.self) { try Bracket.table(from: node) }
  }
}
