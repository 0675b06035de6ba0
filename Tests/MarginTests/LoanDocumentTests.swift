import Market
import Platform
import Testing

@testable import Margin

/// A venue that lends USDT, BTC and ADA, and knows XYZ beside them.
let lenderText = """
  name: lender
  source: made for tests
  assets:
    USDT: {stable: true}
    BTC: {index_from: BTCUSDT}
    ADA: {}
    XYZ: {}
  instruments:
    BTCUSDT: {base: BTC, margin_asset: USDT, lot: 0.001, taker_fee: 0, liquidation_fee: 0,
      brackets: [{floor: 0, rate: 0.004, max_leverage: 125}]}
  loan:
    formula: haircut_gross
    call: 1.3
    liquidate: 1.1
    stop: 1.5
    fee: 0.02
    order: highest_factor_first
    interest: hourly
    assets:
      USDT: {factor: 1, rate: 0.00001}
      BTC: {factor: 0.9, rate: 0.00002}
      ADA: {factor: 0.5, rate: 0.00003}
  """

/// Reading and writing of loan accounts and their actions.
struct LoanDocumentTests {
  /// What is wrong with an account that begins with `mode: loan` on its second line, and the message.
  static let faults: [(text: String, message: String)] = [
    (
      "positions: [{instrument: BTCUSDT, quantity: 1, entry: 5}]",
      "3:13: positions[0] stands in a loan account, expected no positions"
    ),
    ("balances: {BTC: 1, USDT: -5}", "3:26: balances.USDT is -5, expected 0 or more: what a loan"),
    ("balances: {XYZ: 1}", "3:12: the loan section of lender has no terms for XYZ, expected one of"),
    ("balances: {BTX: 1}", "3:12: lender has no asset BTX, expected one of: USDT, BTC, ADA"),
    ("debts: {XYZ: {principal: 1}}", "3:9: the loan section of lender has no terms for XYZ"),
    ("debts: {USDT: {principal: -1}}", "3:27: debts.USDT.principal is -1, expected a number, 0 to"),
    ("debts: {USDT: {interest: -1}}", "3:26: debts.USDT.interest is -1, expected a number, 0 to"),
    ("debts: {USDT: {principle: 1}}", "3:16: unknown key principle in debts.USDT, expected one of"),
    ("debts: {USDT: 5}", "3:15: debts.USDT is 5, expected a mapping with the keys: principal, interest"),
    ("behaviour: {stop_loss: 0.1}", "3:24: behaviour.stop_loss is set for a loan account, expected no stop"),
    (
      "actions: [{at: 2021-05-19, do: add_margin, instrument: BTCUSDT, amount: 1}]",
      "3:32: actions[0].do is add_margin, expected one of: transfer, borrow, repay"
    ),
    (
      "actions: [{at: 2021-05-19, do: switch_mode, mode: cross}]",
      "3:32: actions[0].do is switch_mode, expected one of: transfer, borrow, repay"
    ),
    (
      "actions: [{at: 2021-05-19, do: borrow, asset: USDT, amount: 0}]",
      "3:61: actions[0].amount is 0, expected a number, above 0"
    ),
    (
      "actions: [{at: 2021-05-19, do: repay, asset: USDT, amount: -1}]",
      "3:60: actions[0].amount is -1, expected a number, above 0"
    ),
    (
      "actions: [{at: 2021-05-19, do: borrow, asset: XYZ, amount: 1}]",
      "3:47: the loan section of lender has no terms for XYZ"
    ),
    (
      "actions: [{at: 2021-05-19, do: transfer, asset: XYZ, amount: 1}]",
      "3:49: the loan section of lender has no terms for XYZ"
    ),
    (
      "actions: [{at: 2021-05-19, do: borrow, instrument: BTCUSDT, amount: 1}]",
      "3:40: unknown key instrument in actions[0], expected one of: at, do, asset, amount"
    ),
    ("debts: {ADA: {principal: 1}}", "1:1: nothing prices ADA, expected its index price in USD"),
    ("balances: {BTC: 1}", "1:1: nothing prices BTC, expected its index price in USD"),
  ]

  @Test(arguments: faults.indices)
  func namesWhatIsWrong(_ place: Int) throws {
    let fault = Self.faults[place]
    do {
      _ = try checkInput("venue: lender\nmode: loan\n" + fault.text, venue: lenderText)
      Issue.record("accepted: \(fault.text)")
    } catch let error as InputError {
      #expect(error.description.contains("account.yaml:" + fault.message), "\(error)")
    }
  }

  /// What other accounts may not say about loans.
  static let othersFaults: [(text: String, message: String)] = [
    ("debts: {USDT: {principal: 5}}", "3:27: debts.USDT.principal is 5, expected 0: only accounts in loan"),
    (
      "actions: [{at: 2021-05-19, do: repay, asset: USDT, amount: 1}]",
      "3:32: actions[0].do is repay, expected one of: transfer, add_margin, switch_mode (only accounts"
    ),
    (
      "actions: [{at: 2021-05-19, do: switch_mode, mode: loan}]",
      "3:51: actions[0].mode is loan, expected one of: isolated, cross, multi-asset (loans stand"
    ),
    (
      "actions: [{at: 2021-05-19, do: switch_mode, amount: 1}]",
      "3:45: unknown key amount in actions[0], expected one of: at, do, mode"
    ),
    ("actions: [{at: 2021-05-19, do: switch_mode}]", "3:11: actions[0] has no mode, expected the key mode"),
    ("behaviour: {top_up: {amount: 0.2}}", "3:21: behaviour.top_up has no at_ratio"),
  ]

  @Test(arguments: othersFaults.indices)
  func namesWhatIsWrongWithOthers(_ place: Int) throws {
    let fault = Self.othersFaults[place]
    do {
      _ = try checkInput("venue: lender\nmode: cross\n" + fault.text, venue: lenderText)
      Issue.record("accepted: \(fault.text)")
    } catch let error as InputError {
      #expect(error.description.contains("account.yaml:" + fault.message), "\(error)")
    }
  }

  @Test func aVenueWithoutLoansHasNoLoanAccounts() throws {
    do {
      _ = try checkInput("venue: plain\nmode: loan")
      Issue.record("accepted")
    } catch let error as InputError {
      #expect(error.description.contains("account.yaml:2:7: mode is loan, expected another mode, or a venue"))
    }
  }

  private static let text = """
    venue: lender
    account: l-1
    mode: loan
    user_level: vip1
    marks: {BTCUSDT: 30000}
    index: {ADA: 2}
    balances: {BTC: 1.1, ADA: 0.30000000000000004}
    debts: {USDT: {principal: 20000.1, interest: 0.1}, ADA: {interest: 1e-9}, XYZ: {principal: 0}}
    behaviour: {top_up: {amount: 0.2, times: 3}}
    actions:
      - {at: 2021-05-19T10:00:00Z, do: transfer, asset: USDT, amount: -500}
      - {at: 2021-05-19T11:00:00Z, do: repay, asset: USDT, amount: 7}
      - {at: 2021-05-19T09:00:00Z, do: borrow, asset: ADA, amount: 5}
    """

  @Test func readsDebtsAndActions() throws {
    let input = try checkInput(Self.text, venue: lenderText)
    let account = input.document.account
    #expect(account.mode == .loan && account.balances == [0, 1.1, 0.30000000000000004, 0])
    #expect(
      account.debts == [
        Debt(principal: 20000.1, interest: 0.1), Debt(), Debt(principal: 0, interest: 1e-9), Debt(),
      ])
    #expect(
      account.actions.map(\.kind) == [
        .borrow(asset: AssetIndex(2), amount: 5), .transfer(asset: AssetIndex(0), amount: -500),
        .repay(asset: AssetIndex(0), amount: 7),
      ])
    #expect(account.behaviour.topUp?.amount == 0.2 && account.behaviour.topUp?.times == 3)
  }

  @Test func readsBackTheSameAccount() throws {
    let first = try checkInput(Self.text, venue: lenderText)
    let line = first.document.json(venue: first.rules.venue)
    let second = try AccountDocument(try Document.parse(line, path: "line").root, venue: first.rules.venue)
    let (a, b) = (first.document.account, second.account)
    #expect(a.debts.map(\.principal.bitPattern) == b.debts.map(\.principal.bitPattern))
    #expect(a.debts.map(\.interest.bitPattern) == b.debts.map(\.interest.bitPattern))
    #expect(a.balances.map(\.bitPattern) == b.balances.map(\.bitPattern) && a.mode == b.mode)
    #expect(a.behaviour == b.behaviour && a.actions == b.actions && a.actions.count == 3)
    #expect(second.json(venue: first.rules.venue) == line)
  }

  @Test func whoOwesNothingHasNoDebts() throws {
    let input = try checkInput(
      "venue: lender\nmode: loan\nbalances: {USDT: 5}\ndebts: {USDT: {principal: 0, interest: 0}}",
      venue: lenderText)
    #expect(input.document.account.debts.isEmpty && !input.document.account.owes)
    #expect(!input.document.json(venue: input.rules.venue).contains("debts"))
  }

  @Test func othersMaySwitchTheirMode() throws {
    let input = try checkInput(
      "venue: lender\nmode: cross\nactions: [{at: 2021-05-19, do: switch_mode, mode: multi-asset}]",
      venue: lenderText)
    #expect(input.document.account.actions.map(\.kind) == [.switchMode(.multiAsset)])
    let line = input.document.json(venue: input.rules.venue)
    let again = try AccountDocument(try Document.parse(line, path: "line").root, venue: input.rules.venue)
    #expect(again.account.actions == input.document.account.actions)
  }
}
