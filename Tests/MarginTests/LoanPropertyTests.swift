import Market
import Random
import Testing

@testable import Margin

/// Random loans on the built-in venues: levels, calls, lines and sales against a second calculation.
struct LoanPropertyTests {
  private static func world(_ seed: UInt64, _ number: Int) throws -> PresetWorld {
    var world = try PresetWorld(seed: seed, number: number, of: PresetWorld.lenders)
    if world.draws.bernoulli(0.6) { world.perturbLoan() }
    return world
  }

  @Test func levelsAreWhatASecondCalculationSays() throws {
    var (fired, rested) = (0, 0)
    for number in 0..<propertyRuns(800) {
      var world = try Self.world(110, number)
      let account = world.borrower()
      let (rules, naive) = (Rules(world.venue), NaiveMargin(world.venue, world.quotes))
      let value = rules.loanValue(account, world.quotes)
      let tolerance = 1e-12 * naive.size(.loan, account)
      #expect(abs(value.collateral - naive.loanCollateral(account)) <= tolerance, "world \(number)")
      #expect(abs(value.required - naive.loanRequired(account)) <= tolerance, "world \(number)")
      guard let limit = world.venue.loan?.liquidate, let verdict = naive.isAtOrUnder(limit, account) else {
        continue
      }
      if verdict { fired += 1 } else { rested += 1 }
      // An account that owes nothing has no pool.
      let liquidates = rules.check(account, world.quotes).pools.first?.liquidates ?? false
      #expect(liquidates == verdict, "world \(number)")
    }
    #expect(fired > propertyRuns(50) && rested > propertyRuns(50), "\(fired), \(rested)")
  }

  // MARK: Lines

  /// What the lines of a loan stand for, by the reference's arithmetic, and the size of the terms.
  private static func slacks(
    _ account: Account, _ rules: Rules, _ now: Quotes, _ ratios: [Double?]
  ) -> [(value: Double, size: Double)] {
    guard let loan = rules.venue.loan, account.owes else { return [] }
    let value = rules.loanValue(account, now)
    let size = NaiveMargin(rules.venue, now).size(.loan, account)
    func slack(_ weight: Double, _ level: Double) -> (value: Double, size: Double) {
      (weight * value.collateral - level * value.required, size * max(1, weight, level))
    }
    var slacks = account.isCalled ? [slack(1, loan.liquidate), slack(-1, -loan.call)] : [slack(1, loan.call)]
    slacks[slacks.count - 1].size *= max(1, loan.call)
    for case let ratio? in ratios { slacks.append(slack(ratio, 1)) }
    return slacks
  }

  private static func columns(_ layout: FactorLayout, _ venue: Venue, _ now: Quotes) -> [Double] {
    layout.factors.map { factor in
      switch factor {
      case .mark(let instrument): now.marks[instrument.rawValue]
      case .markUSD(let instrument):
        now.marks[instrument.rawValue]
          * now.index[venue.instruments[instrument.rawValue].marginAsset.rawValue]
      case .index(let asset): now.index[asset.rawValue]
      }
    }
  }

  /// In a box no line is above its slack; in a point they touch.
  @Test func linesAreNeverAboveTheirSlackAndTouchItInAPoint() throws {
    var (lines, called) = (0, 0)
    for number in 0..<propertyRuns(500) {
      var world = try Self.world(111, number)
      var account = world.borrower()
      account.isCalled = world.draws.bernoulli(0.5)
      if account.isCalled { called += 1 }
      let (rules, layout) = (Rules(world.venue), FactorLayout(world.venue, world.prices))
      let ratios = [0.3, CheckReport.Band.yellowRatio].map { world.draws.bernoulli(0.5) ? $0 : nil }
      let spread = world.pick([0, 1e-6, 0.05, 0.5])
      let points = (0..<12).map { world.quotes(within: spread, isCorner: $0 < 7) }
      let factors = points.map { Self.columns(layout, world.venue, $0) }
      let places = layout.factors.indices
      let box = FactorBox(
        low: places.map { column in factors.map { $0[column] }.min() ?? 0 },
        high: places.map { column in factors.map { $0[column] }.max() ?? 0 })
      var compiler = LineCompiler(layout)
      compiler.compile(account, rules, box, above: ratios[0], reaching: ratios[1])
      for (now, columns) in zip(points, factors) {
        let slacks = Self.slacks(account, rules, now, ratios)
        try #require(compiler.lines.count == slacks.count * compiler.stride, "world \(number)")
        for (line, slack) in slacks.enumerated() {
          let start = line * compiler.stride
          let value = places.reduce(compiler.lines[start]) {
            $0 + compiler.lines[start + 1 + $1] * columns[$1]
          }
          lines += 1
          #expect(value <= slack.value, "line \(line), world \(number)")
          if spread == 0 {
            let isNear = slack.value - value <= 16 * 0x1p-44 * slack.size
            #expect(isNear, "line \(line), world \(number): \(value) under \(slack.value)")
          }
        }
      }
    }
    #expect(lines > propertyRuns(6_000) && called > propertyRuns(100))
  }

  // MARK: Sales

  /// How often the sales reached each end.
  private struct Ends {
    var restored = 0
    var paid = 0
    var takenOver = 0
  }

  /// A liquidation restores the stop level with the least value, or pays all debts, or sells everything and
  /// the fund pays the rest; it repays what it sells less its fee.
  @Test func theLeastIsSold() throws {
    var ends = Ends()
    for number in 0..<propertyRuns(1_500) {
      var world = try Self.world(112, number)
      let account = world.borrower(health: (0.4, 0.95))
      let rules = Rules(world.venue)
      guard let loan = world.venue.loan, rules.firesLiquidationLevel(account, world.quotes) else { continue }
      var (after, journal) = (account, Journal(keepsFlows: true))
      rules.test(&after, world.quotes, &journal)
      let naive = NaiveMargin(world.venue, world.quotes)
      checkRepayments(journal, loan, naive, "world \(number)")
      checkEnd(account, after, journal, naive, "world \(number)", &ends)
    }
    let least = propertyRuns(30)
    #expect(ends.restored > least && ends.paid * 4 > least && ends.takenOver > least, "\(ends)")
  }

  /// What the sales bring less the fee is what they repay, at index prices and without another cost.
  private func checkRepayments(_ journal: Journal, _ loan: LoanRules, _ naive: NaiveMargin, _ name: String) {
    var (sold, fees, used, repaid) = (0.0, 0.0, 0.0, 0.0)
    for row in journal.closings {
      sold += row.notional
      fees += row.fee
      #expect(row.quantity > 0 && row.cause == .level, "\(name)")
    }
    for row in journal.conversions {
      used += row.soldUnits * naive.quotes.index[row.soldAsset.rawValue]
      repaid += row.coveredUnits * naive.quotes.index[row.coveredAsset.rawValue]
      #expect(row.cause == .repayment && row.coveredUnits >= 0, "\(name)")
    }
    #expect(abs(used - repaid) <= 1e-11 * sold, "\(name): \(used) sold, \(repaid) repaid")
    #expect(abs(sold - fees - used) <= 1e-9 * max(1, sold), "\(name): \(sold) − \(fees) − \(used)")
    #expect(abs(fees - sold * loan.fee) <= 1e-9 * max(1, sold), "\(name): a fee of \(fees)")
  }

  private func checkEnd(
    _ before: Account, _ after: Account, _ journal: Journal, _ naive: NaiveMargin, _ name: String,
    _ ends: inout Ends
  ) {
    #expect(after.balances.allSatisfy { $0 >= 0 }, "\(name)")
    #expect(after.debts.allSatisfy { $0.principal >= 0 && $0.interest >= 0 }, "\(name)")
    if !journal.payments.isEmpty {
      ends.takenOver += 1
      #expect(!after.owes && after.balances.allSatisfy { $0 == 0 }, "\(name): taken over, not flat")
      #expect(journal.closings.isEmpty || journal.closings.last?.outcome == .takeover, "\(name)")
      return
    }
    let sales = journal.closings.compactMap { row -> (asset: Int, usd: Double)? in
      if case .asset(let asset) = row.subject { (asset.rawValue, row.notional) } else { nil }
    }
    if after.owes {
      ends.restored += 1
      #expect(naive.distanceToStop(after) >= -1e-11, "\(name): the stop level is not restored")
    } else {
      ends.paid += 1
    }
    // Together under pro rata, else one after the other, of which the last is the one that was enough.
    let isTogether = naive.venue.loan?.order == .proRata
    for share in [0.05, 0.3, 0.6, 0.9, 1 - 1e-6] {
      var fewer = sales
      for place in fewer.indices where isTogether || place == fewer.count - 1 { fewer[place].usd *= share }
      let less = naive.selling(fewer, before)
      #expect(naive.distanceToStop(less) <= 1e-11, "\(name): \(share) of the last sale would do")
    }
  }
}
