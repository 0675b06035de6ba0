import Margin
import Market
import Platform
import Testing

@testable import Engine
@testable import Report

/// Figures of a point, by hand.
@Suite struct FigureTests {
  @Test(arguments: [
    (50, [10.0, 20, 30, 40, 50], 30.0), (90, [10, 20, 30, 40, 50], 50), (20, [10, 20, 30, 40, 50], 10),
    (90, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 9), (99, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 10),
    (91, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 10), (1, [4], 4), (99, [0, .infinity], .infinity),
  ])
  func nearestRank(percent: Int, sorted: [Double], expected: Double) {
    #expect(NearestRank.percentile(percent, ofSorted: sorted) == expected)
  }

  @Test func nearestRankOfNothing() { #expect(NearestRank.percentile(50, ofSorted: []) == nil) }

  @Test func fundFollowsItsEvents() {
    // 100, +20 = 120, −90 = 30, −40 = −10 at 12:00:03, +50 = 40, −41 = −1.
    let entries = [
      HandMade.step(0, 1, notional: 10, fee: 20), HandMade.payment(0, 2, 90), HandMade.payment(1, 3, 40),
      HandMade.sale(1, 3), HandMade.step(2, 4, notional: 10, fee: 50), HandMade.payment(2, 5, 41),
    ]
    let path = FundPath(size: 100, entries: entries)
    #expect((path.start, path.lowest, path.end) == (100, -10, -1))
    #expect(path.depleted == HandMade.time(3))
    // Without a size it starts at 0, pays what is needed and is never called depleted.
    let endless = FundPath(size: nil, entries: entries)
    #expect((endless.start, endless.lowest, endless.end) == (0, -110, -101))
    #expect(endless.depleted == nil)
    #expect(FundPath(size: 5, entries: []).lowest == 5)
    // Two instants of one time: the payment of 130 came in the first, though its account is the second.
    let twice = [
      HandMade.step(0, 1, notional: 10, fee: 90, instant: 8), HandMade.payment(1, 1, 130, instant: 7),
    ]
    #expect(FundPath(size: 100, entries: twice).lowest == -30)
    // Exactly 0 is depleted.
    #expect(FundPath(size: 5, entries: [HandMade.payment(0, 9, 5)]).depleted == HandMade.time(9))
  }

  @Test func peakMinute() {
    // 12:00 has 5 + 6, 12:01 has 11 (an equal, later), 12:03 has a stop-loss of 99.
    let entries = [
      HandMade.step(0, 0, notional: 5), HandMade.step(1, 59.999, notional: 6),
      HandMade.step(2, 60, notional: 11), HandMade.step(3, 180, notional: 99, cause: .stopLoss),
    ]
    let peak = PeakMinute(entries: entries)
    #expect(peak?.start == HandMade.time(0))
    #expect(peak?.notional == 11)
    #expect(PeakMinute(entries: [entries[3]]) == nil)
    // Before 1970 a minute still begins before its events.
    #expect(Timestamp(nanoseconds: -1).floor(to: 60_000_000_000).nanoseconds == -60_000_000_000)
  }

  @Test func statuses() {
    func status(_ change: (inout Account) -> Void, open: Bool = false) -> AccountStatus? {
      var account = HandMade.account(0, start: 100, open: open)
      change(&account)
      return AccountStatus(HandMade.outcome(account))
    }
    #expect(status { _ in } == .open)
    #expect(status({ $0.tally.liquidationSteps = 1 }) == .liquidated)
    #expect(status({ $0.tally.liquidationSteps = 1 }, open: true) == .reduced)
    #expect(status({ $0.tally.fundPayment = 1 }) == .bankrupt)
    let owing = [Debt(principal: 0, interest: 0.5), Debt()]
    #expect(status({ ($0.tally.liquidationSteps, $0.debts) = (1, owing) }) == .reduced)
    #expect(status({ ($0.tally.liquidationSteps, $0.debts) = (1, [Debt(), Debt()]) }) == .liquidated)
    #expect(status({ $0.debts = owing }) == .open)
    #expect(AccountStatus(HandMade.outcome(nil, rejection: .trigger)) == .rejected)
    let account = HandMade.account(0, start: 100)
    #expect(AccountStatus(HandMade.outcome(account, rejection: .initialMargin)) == .rejected)
    #expect(AccountStatus(HandMade.outcome(nil, opened: nil)) == nil)
  }

  @Test func sumsLeaveOutWhoTookNoPart() {
    var hit = HandMade.account(1, start: 200, pnl: -50, open: true)
    hit.tally.liquidationSteps = 2
    hit.tally.liquidatedNotional = 300
    hit.tally.firstLiquidation = HandMade.time(4)
    hit.tally.worstRatio = 1.5
    var rejected = HandMade.account(2, start: 1_000)
    rejected.tally.worstRatio = 9
    let summary = PointSummary(
      HandMade.point([
        HandMade.outcome(HandMade.account(0, start: 100, pnl: 7)), HandMade.outcome(hit),
        HandMade.outcome(rejected, rejection: .initialMargin), HandMade.outcome(nil, opened: nil),
      ]), recordsWorstRatio: true)
    #expect(summary.accounts == 4)
    #expect(summary.rejectedAccounts == 1)
    #expect((summary.startEquity, summary.endEquity, summary.pnl) == (300, 257, -43))
    #expect((summary.liquidatedAccounts, summary.liquidationSteps, summary.partialSurvivors) == (1, 2, 1))
    #expect(summary.liquidatedShare == 0.25)
    #expect(summary.firstLiquidation == HandMade.time(4))
    #expect(summary.worstRatios?.p50 == 0)
    #expect(summary.worstRatios?.p90 == 1.5)
  }

  @Test func loansAddUp() throws {
    var cut = HandMade.account(0, start: 100)
    cut.tally.liquidationSteps = 1
    cut.tally.marginCalls = 2
    cut.debts = [Debt(principal: 30, interest: 1), Debt()]
    cut.balances[0] += 31
    var repaid = HandMade.account(1, start: 100)
    (repaid.tally.marginCalls, repaid.tally.refusedActions) = (1, 3)
    repaid.debts = [Debt(), Debt()]
    let point = HandMade.point([HandMade.outcome(cut), HandMade.outcome(repaid)])
    let summary = PointSummary(point, recordsWorstRatio: false)
    #expect((summary.marginCalls, summary.refusedActions, summary.partialSurvivors) == (3, 3, 1))
    // What is owed is subtracted from what is held, of each account and in sum.
    var check = ConservationCheck()
    try check.check(point)
    #expect(check.worstOverTolerance == 0)
    cut.debts[0].interest = 2
    #expect(throws: RunError.self) { try check.check(HandMade.point([HandMade.outcome(cut)])) }
  }

  @Test func conservationNamesPointAndAccount() throws {
    var check = ConservationCheck()
    let whole = HandMade.outcome(HandMade.account(0, start: 100, pnl: 7))
    try check.check(HandMade.point([whole]))
    #expect(check.worstOverTolerance == 0)
    var broken = HandMade.account(1, start: 100, pnl: 7)
    broken.balances[0] += 0.01
    let point = HandMade.point([whole, HandMade.outcome(broken)], number: 3)
    let error = try #require(throws: RunError.self) { try check.check(point) }
    #expect(error.description.hasPrefix("point 3, account 1: value is not conserved in USDT"))
    var money = HandMade.account(1, start: 100, pnl: 7)
    money.tally.endEquity = .nan
    #expect(throws: RunError.self) { try check.check(HandMade.point([HandMade.outcome(money)])) }
    // One that took no part is not looked at.
    try check.check(HandMade.point([HandMade.outcome(broken, rejection: .trigger)]))
  }

  @Test func conservationInSum() throws {
    // Each is inside its own tolerance of 1e-9, and so are all together.
    var check = ConservationCheck()
    let outcomes = (0..<50).map { number in
      var account = HandMade.account(number, start: 100)
      account.balances[0] += 100 * 0.5e-9
      return HandMade.outcome(account)
    }
    try check.check(HandMade.point(outcomes))
    #expect(check.worstOverTolerance > 0.49 && check.worstOverTolerance < 0.51)
  }
}
