import Market
import Random
import Testing

@testable import Margin

/// The compiled lines of random accounts against the slack of every single trigger.
struct SlackPropertyTests {
  /// One trigger: what the reference compares with 0, and the sizes of its terms.
  private struct Slack {
    var kind: LineTrial.Trigger
    var value: Double
    var size: Double
  }

  /// Every trigger of an account in the order in which lines are compiled, by the reference's arithmetic.
  private static func slacks(
    _ account: Account, _ rules: Rules, _ now: Quotes, above worstRatio: Double?, reaching band: Double?
  ) -> [Slack] {
    let naive = NaiveMargin(rules.venue, now)
    var slacks: [Slack] = []
    var wallet = abs(rules.paidIn(account))
    for asset in account.balances.indices { wallet += abs(account.balances[asset]) * now.index[asset] }
    if let limit = rules.venue.autoExchange.ltv, account.mode == .multiAsset, watchesLTV(account, rules) {
      let (negative, positive) = rules.loanToValue(account, now)
      slacks.append(Slack(kind: .loanToValue, value: limit * positive - negative, size: wallet))
    }
    if account.positions.isEmpty { return slacks }
    if let share = account.behaviour.stopLoss {
      let value = rules.grossEquity(account, now) - rules.paidIn(account) * (1 - share)
      let held = account.positions.reduce(0) { sum, held in
        let terms = abs(held.quantity) * (naive.mark(held) + held.entry) + abs(held.margin)
        return sum + terms * now.index[naive.marginAsset(held)]
      }
      slacks.append(Slack(kind: .stopLoss, value: value, size: wallet + held))
    }
    let pools = rules.pools(account)
    let share = rules.venue.liquidation.lossFraction
    for pool in pools where share == nil || !isIsolated(pool) {
      let value = rules.value(pool, account, now)
      slacks.append(
        Slack(
          kind: .margin, value: value.equity - value.maintenanceMargin, size: naive.size(pool, account)))
    }
    for case .position(let place) in pools {
      guard let share else { break }
      let held = account.positions[place]
      slacks.append(
        Slack(
          kind: .lossFraction, value: rules.unrealizedPnL(held, mark: naive.mark(held)) + share * held.margin,
          size: naive.size(.position(place), account)))
    }
    let weights: [(LineTrial.Trigger, Double?)] = [
      (.topUp, account.behaviour.topUp?.atRatio), (.worstRatio, worstRatio), (.band, band),
    ]
    for case (let kind, let weight?) in weights {
      for pool in pools {
        let value = rules.value(pool, account, now)
        slacks.append(
          Slack(
            kind: kind, value: weight * value.equity - value.maintenanceMargin,
            size: naive.size(pool, account) * max(1, weight)))
      }
    }
    return slacks
  }

  /// Whether the LTV test can change anything: there is a debt, and the account is flat or the venue's scope
  /// takes in open positions and something can be sold.
  private static func watchesLTV(_ account: Account, _ rules: Rules) -> Bool {
    guard account.balances.contains(where: { $0 < 0 }) else { return false }
    if account.positions.isEmpty { return true }
    return rules.venue.autoExchange.ltvScope == .always && account.balances.contains { $0 > 0 }
  }

  private static func isIsolated(_ pool: PoolPlace) -> Bool {
    if case .position = pool { true } else { false }
  }

  /// The factors of a point, column by column.
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

  private static func value(_ compiler: LineCompiler, _ line: Int, _ factors: [Double]) -> Double {
    let start = line * compiler.stride
    return factors.indices.reduce(compiler.lines[start]) {
      $0 + compiler.lines[start + 1 + $1] * factors[$1]
    }
  }

  /// An account with a behaviour, and thresholds out of the way: their line knows no price.
  private static func subject(_ mode: MarginMode, _ world: inout PresetWorld) -> Account {
    world.change { venue in for place in venue.assets.indices { venue.assets[place].autoThreshold = nil } }
    var account = world.account(mode, health: (0.8, 8))
    if world.draws.bernoulli(0.4) { account.behaviour.stopLoss = world.draws.uniform(from: 0.05, to: 0.9) }
    if world.draws.bernoulli(0.4) {
      account.behaviour.topUp = Behaviour.TopUp(
        atRatio: world.draws.uniform(from: 0.2, to: 1.5), amount: 0.1, times: 1)
    }
    account.startEquity = Rules(world.venue).grossEquity(account, world.quotes)
    return account
  }

  @Test(arguments: [MarginMode.isolated, .cross, .multiAsset])
  func noLineIsAboveItsSlackInABox(mode: MarginMode) throws {
    var reached: [LineTrial.Trigger: Int] = [:]
    for number in 0..<propertyRuns(500) {
      var world = try PresetWorld(seed: 103, number: number)
      let account = Self.subject(mode, &world)
      let rules = Rules(world.venue)
      let layout = FactorLayout(world.venue, world.prices)
      var compiler = LineCompiler(layout)
      let spread = world.pick([1e-6, 0.01, 0.1, 0.5])
      let worst = world.draws.bernoulli(0.3) ? world.draws.uniform(from: 0.01, to: 1.5) : nil
      let band = world.draws.bernoulli(0.3) ? CheckReport.Band.yellowRatio : nil
      var points = (0..<10).map { _ in world.quotes(within: spread, isCorner: true) }
      for _ in 0..<6 { points.append(world.quotes(within: spread)) }
      let factors = points.map { Self.columns(layout, world.venue, $0) }
      let places = layout.factors.indices
      let box = FactorBox(
        low: places.map { column in factors.map { $0[column] }.min() ?? 0 },
        high: places.map { column in factors.map { $0[column] }.max() ?? 0 })
      compiler.compile(account, rules, box, above: worst, reaching: band)
      for (now, columns) in zip(points, factors) {
        let slacks = Self.slacks(account, rules, now, above: worst, reaching: band)
        try #require(compiler.lines.count == slacks.count * compiler.stride, "world \(number)")
        for (line, slack) in slacks.enumerated() {
          reached[slack.kind, default: 0] += 1
          let value = Self.value(compiler, line, columns)
          #expect(value <= slack.value, "\(slack.kind), world \(number)")
        }
      }
    }
    try Self.requireAll(reached, mode)
  }

  @Test(arguments: [MarginMode.isolated, .cross, .multiAsset])
  func aLineTouchesItsSlackInAPoint(mode: MarginMode) throws {
    var reached: [LineTrial.Trigger: Int] = [:]
    for number in 0..<propertyRuns(800) {
      var world = try PresetWorld(seed: 104, number: number)
      let account = Self.subject(mode, &world)
      let rules = Rules(world.venue)
      let layout = FactorLayout(world.venue, world.prices)
      var compiler = LineCompiler(layout)
      let worst = world.draws.bernoulli(0.3) ? world.draws.uniform(from: 0.01, to: 1.5) : nil
      let band = world.draws.bernoulli(0.3) ? CheckReport.Band.yellowRatio : nil
      let columns = Self.columns(layout, world.venue, world.quotes)
      compiler.compile(account, rules, FactorBox(low: columns, high: columns), above: worst, reaching: band)
      let slacks = Self.slacks(account, rules, world.quotes, above: worst, reaching: band)
      try #require(compiler.lines.count == slacks.count * compiler.stride, "world \(number)")
      for (line, slack) in slacks.enumerated() {
        reached[slack.kind, default: 0] += 1
        let gap = slack.value - Self.value(compiler, line, columns)
        // Amounts, buffers and mark-ups make the terms a few times larger than what is counted here.
        #expect(gap >= 0 && gap <= 8 * 0x1p-44 * slack.size, "\(slack.kind), world \(number)")
      }
    }
    try Self.requireAll(reached, mode)
  }

  /// Every kind of trigger that a mode has must have been there.
  private static func requireAll(_ reached: [LineTrial.Trigger: Int], _ mode: MarginMode) throws {
    for kind in LineTrial.Trigger.allCases {
      if kind == .loanToValue && mode != .multiAsset { continue }
      if kind == .lossFraction && mode == .multiAsset { continue }
      #expect((reached[kind] ?? 0) >= propertyRuns(24), "\(kind): \(reached)")
    }
  }
}
