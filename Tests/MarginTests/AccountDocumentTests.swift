import Market
import Platform
import Support
import Testing

@testable import Margin

struct AccountDocumentTests {
  /// What is wrong with an account, and what the message must name.
  static let faults: [(text: String, line: Int, names: String)] = [
    ("mode: cross\nposition: []", 3, "did you mean positions"),
    ("mode: loan", 2, "lends nothing"),
    ("mode: cross\nbalances: {USTD: 5}", 3, "did you mean USDT"),
    ("mode: cross\npositions: [{instrument: BTCUSD, quantity: 1, entry: 5}]", 3, "did you mean BTCUSDT"),
    ("mode: cross\npositions: [{instrument: BTCUSDT, quantity: 0, entry: 5}]", 3, "not 0"),
    ("mode: cross\npositions: [{instrument: BTCUSDT, quantity: 0.0000015, entry: 5}]", 3, "0.000001"),
    ("mode: cross\npositions: [{instrument: BTCUSDT, quantity: 9007199254740991, entry: 5}]", 3, "2^53"),
    ("mode: cross\npositions: [{instrument: BTCUSDT, quantity: 1, entry: 0}]", 3, "above 0"),
    ("mode: cross\npositions: [{instrument: BTCUSDT, quantity: 1, entry: 1e300}]", 3, "to 1000000000000000"),
    ("mode: cross\nbalances: {USDT: 1e308}", 3, "to 1000000000000000"),
    ("mode: cross\nmarks: {BTCUSDT: 1e300}", 3, "to 1000000000000000"),
    ("mode: cross\nspot: {USDT: 1e300}", 3, "to 1000000000000000"),
    (
      "mode: cross\npositions:\n- {instrument: BTCUSDT, quantity: 1, entry: 5}\n"
        + "- {instrument: BTCUSDT, quantity: 2, entry: 5}", 5, "one long and one short"
    ),
    ("mode: isolated\npositions: [{instrument: BTCUSDT, quantity: 1, entry: 5}]", 3, "the key margin"),
    (
      "mode: multi-asset\npositions: [{instrument: BTCUSDT, quantity: 1, entry: 5, margin: 1}]", 3,
      "no margin"
    ),
    ("mode: cross\ndebts: {USDT: {principal: 5, interest: 0}}", 3, "only accounts in loan mode have debts"),
    ("mode: cross\nuser_level: vip10", 3, "vip9"),
    ("mode: cross\nbehaviour: {stop_loss: 1.5}", 3, "0 to 1"),
    (
      "mode: cross\nactions: [{at: 2021-05-19, do: borrow, asset: USDT, amount: 1}]", 3,
      "transfer, add_margin"
    ),
    ("mode: cross\nactions: [{at: 2021-05-19, do: transfer, asset: USDT, amount: 0}]", 3, "not 0"),
    (
      "mode: cross\nactions: [{at: 2021-05-19, do: add_margin, instrument: BTCUSDT, amount: 1}]", 3,
      "isolated position"
    ),
    ("mode: cross\nmarks: {BTCUSDT: 5}\nbalances: {BNB: 5}", 3, "index price"),
    (
      "mode: cross\nbalances: {USDT: 1}\npositions: [{instrument: BTCUSDT, quantity: 1, entry: 5}]", 4,
      "its mark"
    ),
  ]

  @Test(arguments: faults.indices)
  func namesWhatIsWrong(_ place: Int) throws {
    let fault = Self.faults[place]
    do {
      _ = try checkInput("venue: plain\n" + fault.text)
      Issue.record("accepted: \(fault.text)")
    } catch let error as InputError {
      #expect(error.location.line == fault.line, "\(error)")
      #expect(error.description.contains(fault.names), "\(error)")
    }
  }

  @Test func readsBackTheSameAccount() throws {
    let text = """
      venue: plain
      account: a-1
      cohort: hedged
      mode: cross
      user_level: vip3
      open: 2021-05-18T01:02:03.000000004Z
      marks: {BTCUSDT: 30000, ETHUSDT: 2000}
      index: {BNB: 300}
      balances: {USDT: 0.1, BNB: -0.30000000000000004}
      spot: {ETH: 3}
      positions:
        - {instrument: BTCUSDT, quantity: -123456.000001, entry: 31000.7, leverage: 20}
        - {instrument: ETHUSDT, quantity: 0.3, entry: 1999.9, margin: 33.333333333333336}
        - {instrument: BTCUSDT, quantity: 7, entry: 30000.1}
      behaviour: {stop_loss: 0.1, top_up: {at_ratio: 0.8, amount: 0.2, times: 3}}
      actions:
        - {at: 2021-05-19T10:00:00Z, do: transfer, asset: USDT, amount: -500}
        - {at: 2021-05-19T09:00:00Z, do: add_margin, instrument: ETHUSDT, amount: 5}
      """
    let first = try checkInput(text)
    let line = first.document.json(venue: first.rules.venue)
    #expect(!line.contains("\n"))
    let node = try Document.parse(line, path: "line").root
    let second = try AccountDocument(node, venue: first.rules.venue)
    #expect(second.name == "a-1" && second.cohort == "hedged")
    #expect(second.opensAt == first.document.opensAt && second.opensAt != nil)
    let (a, b) = (first.document.account, second.account)
    #expect(a.balances.map(\.bitPattern) == b.balances.map(\.bitPattern))
    #expect(a.positions == b.positions && a.positions.count == 3)
    #expect(a.positions.map(\.isIsolated) == [false, false, true])
    #expect(a.mode == b.mode && a.userLevel == b.userLevel && a.spot == b.spot)
    #expect(a.behaviour == b.behaviour && a.actions == b.actions && a.actions.count == 2)
    #expect(second.json(venue: first.rules.venue) == line)
  }

  @Test func writesNullForWhatIsInfinite() throws {
    let report = try check(
      """
      venue: plain
      mode: cross
      marks: {ETHUSDT: 100}
      balances: {USDT: 5}
      positions: [{instrument: ETHUSDT, quantity: 1, entry: 200}]
      """)
    let root = try Document.parse(report.json, path: "json").root
    let pool = try #require(root["pools"]).items()[0]
    #expect(pool["margin_ratio"]?.isNull == true)
    #expect(try pool["band"]?.text() == "red")
    #expect(try pool["liquidates"]?.boolean() == true)
    #expect(root["auto_exchange"]?.isNull == true)
    #expect(report.text.contains("over 100 %"))
  }

  /// BTC's index follows from its mark and USDT's index; BTC counts at 95 %.
  @Test func indexPricesFollowFromMarks() throws {
    let report = try checkMultiAsset(
      overrides: ["assets.BTC.bid_buffer": "0.05"], index: "USDT: 0.5", balances: "BTC: 2, USDT: 10",
      marks: "BTCUSDT: 100")
    #expect(report.collateral.map(\.index) == [0.5, 50])
    #expect(report.collateral.map(\.rate) == [1, 0.95])
    #expect(report.collateral.map(\.value) == [5, 95])
    #expect(report.accountEquity == 100 && report.pools.isEmpty)
  }
}
