import Market
import Testing

@testable import Margin

@Suite struct LoanClockTests {
  private let hour: Int64 = 3_600

  private func at(_ seconds: Int64) -> Timestamp { Timestamp(nanoseconds: seconds * 1_000_000_000) }

  /// A borrower opened at `start` seconds, after its clock has run until `end`.
  private func run(
    _ held: Account, _ book: RuleBook, from start: Int64, to end: Int64
  ) -> (account: Account, journal: Journal) {
    var (held, journal) = (held, Journal(keepsFlows: true))
    let rules = book.rules(at: at(start))
    _ = rules.open(&held, testsInitialMargin: false, quotes(seconds: start))
    rules.beginLoans(&held, quotes(seconds: start), &journal)
    book.runClock(&held, dueAt: at(end), quotes(seconds: end), &journal)
    return (held, journal)
  }

  private func interest(_ journal: Journal) -> [(seconds: Int64, units: Double)] {
    journal.flows.filter { $0.flow == .interest }.map { ($0.time.nanoseconds / 1_000_000_000, -$0.units) }
  }

  @Test func oneHourAtOnceThenEveryFullHour() {
    // Published: borrowed at 13:20, paid back at 14:15, two hours: at 13:20 and 14:00.
    let held = borrower([Place.btc: 1], owing: [Place.usdt: 1_000])
    let book = RuleBook(
      Rules(lendingVenue { $0.terms[Place.usdt]?.rate = 0.0002 / 24 }))
    let after = run(held, book, from: 13 * hour + 1_200, to: 14 * hour + 900)
    let charged = interest(after.journal)
    #expect(charged.map(\.seconds) == [13 * hour + 1_200, 14 * hour])
    #expect(near(charged.reduce(0) { $0 + $1.units }, 1_000 * 0.0002 / 24 * 2))
    #expect(after.account.debts[Place.usdt].principal == 1_000)
  }

  @Test func interestBearsNone() {
    let held = borrower([Place.btc: 1], owing: [Place.usdt: 1_000], interest: [Place.usdt: 500])
    let after = run(held, RuleBook(Rules(lendingVenue())), from: 0, to: 3 * hour)
    // At 0, then at 1, 2 and 3 o'clock, 0.1 each.
    #expect(interest(after.journal).map(\.seconds) == [0, hour, 2 * hour, 3 * hour])
    #expect(near(after.account.debts[Place.usdt].interest, 500.4))
  }

  @Test func dailyInterestHasNoFirstHour() {
    let held = borrower([Place.btc: 1], owing: [Place.usdt: 1_000])
    let book = RuleBook(Rules(lendingVenue { $0.interest = .daily }))
    #expect(interest(run(held, book, from: 24 * hour, to: 48 * hour - 1).journal).isEmpty)
    #expect(
      interest(run(held, book, from: 24 * hour, to: 72 * hour).journal).map(\.seconds) == [
        48 * hour, 72 * hour,
      ])
  }

  @Test func eachEventFollowsTheRulesOfItsTime() {
    // The rate doubles at 2 o'clock: interest of that time still follows the former rules, a loan of that
    // time the new ones.
    let dear = Rules(lendingVenue { $0.terms[Place.usdt]?.rate = 0.0002 })
    let book = RuleBook([
      (from: Timestamp(nanoseconds: .min), rules: Rules(lendingVenue())), (from: at(2 * hour), rules: dear),
    ])
    let borrowing = Action(at: at(2 * hour), kind: .borrow(asset: AssetIndex(Place.usdt), amount: 1_000))
    let held = borrower([Place.btc: 1], owing: [Place.usdt: 1_000], actions: [borrowing])
    let charged = interest(run(held, book, from: hour, to: 3 * hour).journal)
    #expect(charged.map(\.seconds) == [hour, 2 * hour, 2 * hour, 3 * hour])
    for (actual, expected) in zip(charged, [0.1, 0.1, 0.2, 0.4]) { #expect(near(actual.units, expected)) }
  }

  @Test func borrowingAndRepayingAreLimited() {
    // 27,000 at 0.9 allow 54,000 at 1.5; what is paid back is at most what is owed.
    let actions = [
      Action(at: at(10), kind: .borrow(asset: AssetIndex(Place.usdt), amount: 100_000)),
      Action(at: at(20), kind: .repay(asset: AssetIndex(Place.usdt), amount: 1_000_000)),
      Action(at: at(30), kind: .repay(asset: AssetIndex(Place.usdt), amount: 1)),
    ]
    let after = run(
      borrower([Place.btc: 1], owing: [:], actions: actions), RuleBook(Rules(lendingVenue())), from: 0,
      to: 100)
    let notes = after.journal.entries.compactMap { entry -> ActionNote.Kind? in
      if case .action(let note) = entry { note.kind } else { nil }
    }
    guard case .borrowed(_, let borrowed, 100_000) = notes[0], case .repaid(_, let repaid, _) = notes[1],
      case .repaid(_, 0, 1) = notes[2]
    else {
      Issue.record("unexpected notes \(notes)")
      return
    }
    // The first hour of 5.4 stays owed: the balance pays no more than it has.
    #expect(near(borrowed, 54_000) && repaid == borrowed)
    #expect(near(after.account.debts[Place.usdt].principal, 5.4) && after.account.tally.refusedActions == 1)
  }

  @Test func shortAccountsPayInterestFromTheirAssets() {
    // Level 27,000 / 20,000 is under 1.5: interest of 2 an hour comes from the balance of 3 USDT, then from
    // BTC.
    let venue = lendingVenue { $0.interestFrom = .collateral }
    let held = borrower([Place.btc: 1, Place.usdt: 3], owing: [Place.usdt: 20_000])
    let after = run(held, RuleBook(Rules(venue)), from: 0, to: hour)
    #expect(after.account.debts[Place.usdt] == Debt(principal: 20_000))
    #expect(after.account.balances[Place.usdt] == 0)
    #expect(near(after.account.balances[Place.btc], 1 - 1.0 / 30_000))
    #expect(after.journal.conversions.map(\.cause) == [.repayment])
    // An account with room keeps owing it.
    let rich = run(
      borrower([Place.btc: 10], owing: [Place.usdt: 20_000]), RuleBook(Rules(venue)), from: 0, to: hour)
    #expect(near(rich.account.debts[Place.usdt].interest, 4))
  }

  @Test func anOpeningChargesAllDebtsBeforeItCollects() {
    // 2 of USDT and 0.5 of USDC are charged first; then 27,000 over 25,007.5 is short, and all of it is paid,
    // the older interest of 5 too.
    let venue = lendingVenue { $0.interestFrom = .collateral }
    let held = borrower(
      [Place.btc: 1], owing: [Place.usdt: 20_000, Place.usdc: 5_000], interest: [Place.usdc: 5])
    let after = run(held, RuleBook(Rules(venue)), from: 0, to: 1)
    #expect(after.account.debts[Place.usdc] == Debt(principal: 5_000))
    #expect(near(after.account.balances[Place.btc], 1 - 7.5 / 30_000))
  }

  @Test func interestComesFromAllAssetsWhereTheyAreSoldTogether() {
    // 2 USDT of 1,000 USDC and 29,000 USD of BTC: a thirtieth and the rest.
    let venue = lendingVenue {
      $0.interestFrom = .collateral
      $0.order = .proRata
    }
    let held = borrower([Place.usdc: 1_000, Place.btc: 1], owing: [Place.usdt: 20_000])
    var (account, journal) = (held, Journal())
    let rules = Rules(venue)
    _ = rules.open(&account, testsInitialMargin: false, quotes(btc: 29_000))
    rules.beginLoans(&account, quotes(btc: 29_000), &journal)
    #expect(near(account.balances[Place.usdc], 1_000 - 2.0 / 30))
    #expect(near(account.balances[Place.btc], 1 - 2.0 / 30_000))
    #expect(account.debts[Place.usdt] == Debt(principal: 20_000) && journal.conversions.count == 2)
  }

  @Test func aLoanOverDustIsConserved() {
    let borrowing = Action(at: at(10), kind: .borrow(asset: AssetIndex(Place.usdt), amount: 12_345))
    let book = RuleBook(Rules(lendingVenue()))
    let held = borrower([Place.btc: 1, Place.usdt: 1e-8], owing: [:], actions: [borrowing])
    var after = run(held, book, from: 0, to: 100).account
    book.rules(at: at(0)).finish(&after, quotes())
    #expect(book.rules(at: at(0)).conservationResidual(after).overTolerance <= 1)
  }

  @Test func aCallCountsOncePerCrossing() {
    let rules = Rules(lendingVenue())
    var (held, journal) = (borrower([Place.btc: 1], owing: [Place.usdt: 20_000]), Journal())
    _ = rules.open(&held, testsInitialMargin: false, quotes(btc: 40_000))
    // Called at or under 28,888.89.
    for (btc, calls) in [
      (29_000.0, 0), (28_800, 1), (27_000, 1), (28_800, 1), (30_000, 1), (28_000, 2), (28_000, 2),
    ] {
      rules.test(&held, quotes(btc: btc), &journal)
      #expect(held.tally.marginCalls == calls, "at \(btc)")
    }
  }

  @Test func aCallBringsMoneyFromOutside() {
    // 20 % of 40,000 − 20,000 into USDT, which lifts 25,200 to 29,200 over 20,000; the next crossing counts.
    let rules = Rules(lendingVenue())
    let topUp = Behaviour.TopUp(atRatio: 0.8, amount: 0.2, times: 1)
    var held = borrower([Place.btc: 1], owing: [Place.usdt: 20_000], topUp: topUp)
    var journal = Journal()
    _ = rules.open(&held, testsInitialMargin: false, quotes(btc: 40_000))
    rules.test(&held, quotes(btc: 28_000), &journal)
    #expect(held.balances[Place.usdt] == 4_000 && held.topUps == 1 && !held.isCalled)
    rules.test(&held, quotes(btc: 24_000), &journal)
    #expect(held.tally.marginCalls == 2 && held.topUps == 1 && held.isCalled)
  }
}
