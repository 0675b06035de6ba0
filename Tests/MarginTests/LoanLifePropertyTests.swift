import Market
import Random
import Testing

@testable import Margin

/// What must hold after every instant and at the end of the life of any loan.
struct LoanLifePropertyTests {
  /// How often the lives reached each rule.
  private struct Reached {
    var calls = 0
    var sales = 0
    var takeovers = 0
    var topUps = 0
    var interest = 0
    var borrowed = 0
    var transfers = 0
    var repaid = 0
  }

  private static func actions(_ account: Account, _ world: inout PresetWorld) -> [Action] {
    let start = world.quotes.time.nanoseconds
    let lent = world.venue.assets.indices.filter { world.venue.loan?.terms[$0] != nil }
    let money = account.balances.indices.reduce(0) { $0 + account.balances[$1] * world.quotes.index[$1] }
    return (0..<world.draws.choice(count: 6)).map { _ in
      let at = Timestamp(nanoseconds: start + Int64(world.draws.choice(count: 40)) * 1_000_000_000_000)
      let asset = world.pick(lent)
      let units = money * world.draws.uniform(from: 0.01, to: 0.5) / world.quotes.index[asset]
      let place = AssetIndex(asset)
      let kinds: [Action.Kind] = [
        .borrow(asset: place, amount: units), .repay(asset: place, amount: units),
        .transfer(asset: place, amount: units), .transfer(asset: place, amount: -units),
      ]
      return Action(at: at, kind: world.pick(kinds))
    }
  }

  @Test func randomLives() throws {
    var reached = Reached()
    for number in 0..<propertyRuns(400) {
      var world = try PresetWorld(seed: 113, number: number, of: PresetWorld.lenders)
      if world.draws.bernoulli(0.6) { world.perturbLoan() }
      let drawn = world.borrower(health: (0.95, 2))
      var account = Account(
        number: 0, mode: .loan, balances: drawn.balances, debts: drawn.debts, spot: drawn.spot,
        positions: [], actions: Self.actions(drawn, &world))
      if world.draws.bernoulli(0.4) {
        let amount = world.draws.uniform(from: 0.01, to: 0.5)
        account.behaviour.topUp = Behaviour.TopUp(atRatio: 1, amount: amount, times: 2)
      }
      try live(account, &world, "\(world.venue.name), life \(number)", &reached)
    }
    let least = propertyRuns(12)
    let counts = [
      reached.calls, reached.sales, reached.takeovers, reached.topUps, reached.interest, reached.borrowed,
      reached.transfers, reached.repaid,
    ]
    #expect(counts.allSatisfy { $0 > least }, "\(reached)")
  }

  private func live(
    _ opened: Account, _ world: inout PresetWorld, _ name: String, _ reached: inout Reached
  ) throws {
    var (rules, account) = (Rules(world.venue), opened)
    guard rules.open(&account, testsInitialMargin: false, world.quotes) == nil else { return }
    let start = account
    var flows = Journal(keepsFlows: true)
    rules.beginLoans(&account, world.quotes, &flows)
    for instant in 0..<30 {
      if instant == 12 && world.draws.bernoulli(0.5) {
        world.perturbLoan()
        rules = Rules(world.venue)
      }
      // Minutes to hours pass, so that interest falls due.
      let due = Timestamp(nanoseconds: world.quotes.time.nanoseconds + 1_300_000_000_000)
      runClock(&account, rules, due, world.quotes, &flows, name, &reached)
      world.advance()
      var later = world.quotes
      later.time = due
      world.setTime(due)
      let before = account
      var test = Journal(keepsFlows: true)
      let happened = rules.test(&account, later, &test)
      check(before, account, happened, test, rules, later, name)
      reached.calls += account.tally.marginCalls - before.tally.marginCalls
      reached.sales += test.closings.count
      reached.takeovers += test.payments.count
      reached.topUps += account.topUps - before.topUps
      flows.entries += test.entries
    }
    rules.finish(&account, world.quotes)
    #expect(account.spot == opened.spot, "\(name): the spot wallet")
    #expect(rules.conservationResidual(account).overTolerance <= 1, "\(name)")
    checkUnits(start, account, flows.flows, name)
    reached.interest += flows.flows.count { $0.flow == .interest }
  }

  // MARK: The clock

  /// One event after the other; what an owner takes or borrows leaves the level that the venue asks for.
  private func runClock(
    _ account: inout Account, _ rules: Rules, _ due: Timestamp, _ quotes: Quotes, _ flows: inout Journal,
    _ name: String, _ reached: inout Reached
  ) {
    let book = RuleBook(rules)
    var now = quotes
    while true {
      let before = account
      guard let event = book.runNext(&account, dueAt: due, &now, &flows) else { return }
      guard case .action = event, let loan = rules.venue.loan else { continue }
      var venue = rules.venue
      if loan.formula == .gross { venue.loan?.formula = .haircutGross }
      let naive = NaiveMargin(venue, now)
      switch before.actions[before.actionsDone].kind {
      case .borrow(let asset, _):
        let principal = account.debts[asset.rawValue].principal
        guard before.debts.isEmpty || principal > before.debts[asset.rawValue].principal else { continue }
        reached.borrowed += 1
        // The first hour is charged afterwards.
        var undone = account
        undone.debts = before.debts
        undone.debts[asset.rawValue].principal = principal
        guard let limit = loan.borrowAbove, loan.formula != .pro, loan.interestFrom == .debt else { continue }
        #expect(naive.distance(to: limit, undone) >= -1e-10, "\(name): borrowed too much")
      case .transfer(let asset, _):
        guard account.balances[asset.rawValue] < before.balances[asset.rawValue] else { continue }
        reached.transfers += 1
        #expect(account.balances[asset.rawValue] >= 0, "\(name)")
        guard let limit = loan.transferAbove, before.owes else { continue }
        #expect(naive.distance(to: limit, account) >= -1e-10, "\(name): took too much")
      case .repay(let asset, _):
        let (was, left) = (before.debts[asset.rawValue], account.debts[asset.rawValue])
        if left.total < was.total { reached.repaid += 1 }
        #expect(left.interest == 0 || left.principal == was.principal, "\(name): principal before interest")
      default: break
      }
    }
  }

  // MARK: An instant

  private func check(
    _ before: Account, _ after: Account, _ happened: Bool, _ test: Journal, _ rules: Rules, _ now: Quotes,
    _ name: String
  ) {
    guard let loan = rules.venue.loan else { return }
    let naive = NaiveMargin(rules.venue, now)
    if !happened {
      #expect(after.balances == before.balances && after.debts == before.debts, "\(name)")
      #expect(after.isCalled == before.isCalled && test.entries.isEmpty, "\(name)")
    }
    #expect(after.balances.allSatisfy { $0 >= 0 }, "\(name): \(after.balances)")
    #expect(after.debts.allSatisfy { $0.principal >= 0 && $0.interest >= 0 }, "\(name)")
    if !test.payments.isEmpty {
      #expect(!after.owes && after.balances.allSatisfy { $0 == 0 }, "\(name): a debt survives a takeover")
    }
    // A call is counted at the crossing, and armed again by the time the level is above it.
    if let isUnder = naive.isAtOrUnder(loan.call, before) {
      let counted = after.tally.marginCalls - before.tally.marginCalls
      #expect(counted == (isUnder && !before.isCalled ? 1 : 0), "\(name): \(counted) calls")
    }
    if let isUnder = naive.isAtOrUnder(loan.call, after) {
      #expect(after.isCalled == isUnder, "\(name): called \(after.isCalled)")
    }
    if after.topUps == before.topUps, let fires = naive.isAtOrUnder(loan.liquidate, before) {
      let hasSold = !test.closings.isEmpty || !test.payments.isEmpty
      #expect(hasSold == fires, "\(name): liquidated \(hasSold)")
    }
  }

  private func checkUnits(_ start: Account, _ end: Account, _ flows: [FlowRecord], _ name: String) {
    for asset in end.balances.indices {
      let own = flows.filter { $0.asset.rawValue == asset }
      let (debt, left) = (start.debts[asset].total, end.debts[asset].total)
      let expected = own.reduce(start.balances[asset] - debt) { $0 + $1.units }
      let size = own.reduce(start.balances[asset] + debt) { $0 + abs($1.units) }
      let held = end.balances[asset] - left
      #expect(abs(held - expected) <= 1e-9 * size, "\(name): asset \(asset)")
    }
  }
}

extension NaiveMargin {
  /// `C − limit·R` as a share of the sizes of its terms.
  fileprivate func distance(to limit: Double, _ account: Account) -> Double {
    let left = loanCollateral(account) - limit * loanRequired(account)
    return left / (size(.loan, account) * max(1, limit))
  }
}
