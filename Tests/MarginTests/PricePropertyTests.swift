import Market
import Testing

@testable import Margin

/// Liquidation and bankruptcy prices of random accounts: what `check` says there, against what it prints.
struct PricePropertyTests {
  /// One random account and one of its positions, whose mark is moved.
  private struct Subject {
    var account: Account
    var place: Int
    var pool: PoolPlace
    var rules: Rules
    var quotes: Quotes

    var mark: Double { quotes.marks[account.positions[place].instrument.rawValue] }

    /// The prices when the position's mark is `price`; multi-asset: its base goes with it.
    func moved(to price: Double) -> Quotes {
      var moved = quotes
      let instrument = account.positions[place].instrument.rawValue
      moved.marks[instrument] = price
      if account.mode == .multiAsset, let base = rules.venue.instruments[instrument].base {
        moved.index[base.rawValue] *= price / mark
      }
      return moved
    }

    /// What `check` says of the position's pool at a price.
    func liquidates(at price: Double) -> Bool {
      let report = rules.check(account, moved(to: price))
      let row = rules.pools(account).firstIndex(of: pool) ?? 0
      return report.pools[row].liquidates
    }

    /// The same by the second calculation; nil where its rounding may decide.
    func naivelyLiquidates(at price: Double) -> Bool? {
      let naive = NaiveMargin(rules.venue, moved(to: price))
      let slack = naive.slack(pool, account)
      return abs(slack) <= 1e-12 * naive.size(pool, account) ? nil : slack < 0
    }

    /// Equity less maintenance at a price, as a share of the sizes of its terms.
    func slack(at price: Double) -> Double {
      let naive = NaiveMargin(rules.venue, moved(to: price))
      return naive.slack(pool, account) / naive.size(pool, account)
    }

    /// What is left for the owner at a price, as a share of the sizes of its terms.
    func bankruptcyValue(at price: Double) -> Double {
      let naive = NaiveMargin(rules.venue, moved(to: price))
      return naive.bankruptcyValue(pool, account) / naive.size(pool, account)
    }
  }

  /// Prices all around a mark at which nothing is expected to change: on the way to `price` and as far to
  /// the other side; without a price from a millionth to a million times the mark.
  private static func quiet(_ mark: Double, upTo price: Double?) -> [Double] {
    guard let price else { return [1e-6, 0.01, 0.5, 0.9, 1.1, 2, 100, 1e6].map { mark * $0 } }
    return [0.2, 0.6, 0.9, 0.999].flatMap { share in
      let way = (price - mark) * share
      return [mark + way, mark - way]
    }.filter { $0 > 0 }
  }

  private static func subjects(_ mode: MarginMode, _ count: Int, _ body: (Subject, String) throws -> Void)
    throws
  {
    for number in 0..<propertyRuns(count) {
      var world = try PresetWorld(seed: 101, number: number)
      let account = world.account(mode)
      let rules = Rules(world.venue)
      let naive = NaiveMargin(world.venue, world.quotes)
      for place in account.positions.indices {
        let pool = naive.pool(of: place, account)
        let subject = Subject(
          account: account, place: place, pool: pool, rules: rules, quotes: world.quotes)
        try body(subject, "\(world.venue.name), world \(number), position \(place)")
      }
    }
  }

  @Test(arguments: [MarginMode.isolated, .cross, .multiAsset])
  func theTriggerFiresAtTheLiquidationPrice(mode: MarginMode) throws {
    var (found, none, flat) = (0, 0, 0)
    try Self.subjects(mode, 400) { subject, name in
      let (mark, now) = (subject.mark, subject.liquidates(at: subject.mark))
      if let verdict = subject.naivelyLiquidates(at: mark) { #expect(verdict == now, "\(name)") }
      let report = subject.rules.check(subject.account, subject.quotes)
      let price = report.positions[subject.place].liquidationPrice
      for other in Self.quiet(mark, upTo: price) {
        guard let verdict = subject.naivelyLiquidates(at: other) else { continue }
        #expect(verdict == now, "\(name): changes at \(other), before \(price ?? .nan)")
      }
      guard let price else {
        none += 1
        return
      }
      // One step of price towards the mark nothing has happened; one step on, it has.
      let step = price < mark ? 1e-9 : -1e-9
      let (before, after) = (price * (1 + step), price * (1 - step))
      if abs(subject.slack(at: before) - subject.slack(at: after)) < 1e-14 {
        flat += 1
        return
      }
      found += 1
      #expect(subject.liquidates(at: before) == now, "\(name): fires before \(price)")
      #expect(subject.liquidates(at: after) != now, "\(name): does not fire at \(price)")
    }
    #expect(found > propertyRuns(400) / 2 && flat * 50 < found, "\(found) found, \(none) none, \(flat) flat")
  }

  @Test(arguments: [MarginMode.isolated, .cross, .multiAsset])
  func nothingIsLeftAtTheBankruptcyPrice(mode: MarginMode) throws {
    var (found, none) = (0, 0)
    try Self.subjects(mode, 400) { subject, name in
      let mark = subject.mark
      let report = subject.rules.check(subject.account, subject.quotes)
      let price = report.positions[subject.place].bankruptcyPrice
      let now = subject.bankruptcyValue(at: mark)
      for other in Self.quiet(mark, upTo: price) {
        let value = subject.bankruptcyValue(at: other)
        let isSame = (value > 0) == (now > 0) || abs(value) < 1e-12
        #expect(isSame, "\(name): changes at \(other), before \(price ?? .nan)")
      }
      guard let price else {
        none += 1
        return
      }
      found += 1
      #expect(abs(subject.bankruptcyValue(at: price)) < 1e-11, "\(name): something is left at \(price)")
    }
    #expect(found > propertyRuns(400) / 2, "\(found) found, \(none) none")
  }

  /// The rows of `check` against a second calculation.
  @Test(arguments: [MarginMode.isolated, .cross, .multiAsset])
  func poolsAreWorthWhatASecondCalculationSays(mode: MarginMode) throws {
    for number in 0..<propertyRuns(400) {
      var world = try PresetWorld(seed: 102, number: number)
      let account = world.account(mode)
      let rules = Rules(world.venue)
      let naive = NaiveMargin(world.venue, world.quotes)
      let rows = rules.check(account, world.quotes).pools
      for (row, pool) in zip(rows, rules.pools(account)) {
        let tolerance = 1e-12 * naive.size(pool, account)
        #expect(abs(row.value.equity - naive.equity(pool, account)) <= tolerance, "world \(number)")
        let margin = naive.maintenance(pool, account)
        #expect(abs(row.value.maintenanceMargin - margin) <= tolerance, "world \(number)")
        let slack = naive.slack(pool, account)
        if abs(slack) > tolerance { #expect(row.liquidates == (slack < 0), "world \(number)") }
      }
    }
  }
}
