import Market
import Testing

@testable import Margin

@Suite struct SwitchModeTests {
  private func refusal(_ held: Account, to mode: MarginMode) -> SwitchRefusal? {
    Rules(sampleVenue()).refusal(ofSwitchTo: mode, held, quotes())
  }

  @Test func openIsolatedPositionsAndPendingRepaymentsRefuse() {
    let alone = position(Place.btcusdt, 100, at: 30_000, margin: 500)
    let shared = position(Place.btcusdt, 100, at: 30_000)
    #expect(refusal(account(.cross, [Place.usdt: 900], [alone]), to: .multiAsset) == .isolatedPositions)
    #expect(refusal(account(.isolated, [:], [alone]), to: .cross) == .isolatedPositions)
    #expect(refusal(account(.cross, [Place.usdt: 900], [shared]), to: .isolated) == .openPositions)
    #expect(refusal(account(.cross, [Place.usdt: 900], [shared]), to: .multiAsset) == nil)
    #expect(refusal(account(.multiAsset, [Place.usdt: -1, Place.btc: 1]), to: .cross) == .pendingRepayment)
    // The initial margin of 3,000 at 125 times is 24; BTC counts nothing there.
    #expect(refusal(account(.multiAsset, [Place.usdt: 24], [shared]), to: .cross) == nil)
    #expect(refusal(account(.multiAsset, [Place.usdt: 23.99], [shared]), to: .cross) == .insufficientMargin)
    #expect(refusal(account(.multiAsset, [Place.btc: 1], [shared]), to: .cross) == .insufficientMargin)
    #expect(refusal(account(.isolated, [Place.usdt: 1]), to: .cross) == nil)
    #expect(refusal(borrower([Place.btc: 1], owing: [:]), to: .cross) == .otherWallet)
  }

  @Test func aSwitchChangesWhatBacksThePositions() {
    // −10,000 in USDT; BTC backs it only in multi-asset mode.
    let at = Timestamp(nanoseconds: 5)
    func run(_ units: [Int: Double], to mode: MarginMode) -> (Account, Journal) {
      var held = account(
        .cross, units, [position(Place.btcusdt, 1_000, at: 40_000)],
        actions: [Action(at: at, kind: .switchMode(mode))])
      var journal = Journal(keepsFlows: true)
      let book = RuleBook(Rules(sampleVenue()))
      book.runClock(&held, dueAt: at, quotes(), &journal)
      return (held, journal)
    }
    let rules = Rules(sampleVenue())
    let (shared, journal) = run([Place.usdt: 1_000, Place.btc: 1], to: .multiAsset)
    #expect(shared.mode == .multiAsset && !rules.fires(.account, shared, quotes()))
    guard case .action(let note)? = journal.entries.first,
      note.kind == .switched(from: .cross, to: .multiAsset)
    else {
      Issue.record("the switch is not noted")
      return
    }
    let (kept, refusal) = run([Place.usdt: 1_000, Place.btc: -1], to: .multiAsset)
    #expect(kept.mode == .cross && kept.tally.refusedActions == 1)
    guard case .action(let refused)? = refusal.entries.first,
      refused.kind == .refusedSwitch(to: .multiAsset, .pendingRepayment)
    else {
      Issue.record("the refusal is not noted")
      return
    }
  }
}
