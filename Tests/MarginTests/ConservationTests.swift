import Market
import Random
import Testing

@testable import Margin

/// Value is conserved: recomputed from the single flows and the prices, without a look at the tallies.
struct ConservationTests {
  /// What the flows and the prices say of one account.
  private struct Book {
    /// Units held by asset, isolated margins included.
    var units: [Double]
    /// |start| + Σ |flows| by asset.
    var scale: [Double]
    /// Σ flows in USD at their time, by kind.
    var usd: [Flow: Double] = [:]
    var revaluation = 0.0
    var now: Quotes

    init(_ account: Account, _ now: Quotes) {
      units = ConservationTests.units(account)
      scale = units.map { abs($0) }
      self.now = now
    }

    mutating func move(to next: Quotes) {
      for asset in units.indices { revaluation += units[asset] * (next.index[asset] - now.index[asset]) }
      now = next
    }

    mutating func add(_ flows: [FlowRecord]) {
      for flow in flows {
        units[flow.asset.rawValue] += flow.units
        scale[flow.asset.rawValue] += abs(flow.units)
        usd[flow.flow, default: 0] += flow.units * now.index[flow.asset.rawValue]
      }
    }

    /// What conservation is measured against, USD.
    var scaleUSD: Double {
      zip(scale, now.index).reduce(abs(revaluation)) { $0 + $1.0 * $1.1 } + abs(usd[.realizedPnL] ?? 0)
    }
  }

  /// Margin asset by instrument.
  private static let marginAsset = [Place.usdt, Place.usdt, Place.usdc, Place.btc]

  private static func units(_ account: Account) -> [Double] {
    account.positions.reduce(into: account.balances) { units, held in
      units[marginAsset[held.instrument.rawValue]] += held.margin
    }
  }

  private static func unrealized(_ account: Account, _ now: Quotes) -> Double {
    account.positions.reduce(0) { sum, held in
      let instrument = held.instrument.rawValue
      return sum + held.quantity * (now.marks[instrument] - held.entry) * now.index[marginAsset[instrument]]
    }
  }

  /// How often the random lives reached each rule.
  private struct Reached {
    var liquidations = 0
    var partials = 0
    var takeovers = 0
    var stops = 0
    var topUps = 0
    var conversions = 0
  }

  @Test(arguments: [MarginMode.isolated, .cross, .multiAsset])
  func randomLives(mode: MarginMode) throws {
    var reached = Reached()
    for number in 0..<600 { Self.live(mode, number, &reached) }
    let counts = [reached.liquidations, reached.partials, reached.takeovers, reached.stops, reached.topUps]
    #expect(counts.allSatisfy { $0 > 20 }, "the lives must reach every rule: \(reached)")
    #expect(mode != .multiAsset || reached.conversions > 100)
  }

  private static func live(_ mode: MarginMode, _ number: Int, _ reached: inout Reached) {
    var world = RandomWorld(seed: 11, number: number)
    let rules = Rules(world.venue())
    var now = world.quotes(spread: 0.05)
    var held = world.account(mode, now)
    guard rules.open(&held, testsInitialMargin: false, now) == nil else { return }
    var book = Book(held, now)
    var rows = Journal()
    let (start, startPnL, spot, eth) = (
      held.startEquity, unrealized(held, now), held.spot, now.index[Place.eth]
    )
    for _ in 0..<40 {
      var step = Journal(keepsFlows: true)
      let due = Timestamp(nanoseconds: now.time.nanoseconds + 1_000_000_000)
      RuleBook(rules).runClock(&held, dueAt: due, now, &step)
      book.add(step.flows)
      let before = held
      now = world.next(now)
      book.move(to: now)
      step = Journal(keepsFlows: true)
      if world.draws.bernoulli(0.1) {
        let instrument = InstrumentIndex(world.draws.choice(count: 4))
        let rate = world.draws.uniform(from: -0.004, to: 0.005)
        rules.settleFunding(&held, instrument, rate: rate, now, &step)
      }
      let isSettled = step.entries.isEmpty
      let happened = rules.test(&held, now, &step)
      #expect(!isSettled || happened == !step.entries.isEmpty, "account \(number)")
      book.add(step.flows)
      checkRows(step, before, held, mode, number)
      step.entries.removeAll { if case .flow = $0 { true } else { false } }
      rows.entries += step.entries
    }
    rules.finish(&held, now)
    checkEnd(held, book, rules, start: start, pnl: unrealized(held, now) - startPnL, number)
    checkTotals(held, rows, book, number)
    #expect(held.spot == spot && near(held.tally.spotChange, 3 * (now.index[Place.eth] - eth), scale: 1e4))
    reached.liquidations += rows.closings.count { $0.cause != .stopLoss }
    reached.partials += rows.closings.count { $0.outcome == .partial }
    reached.stops += rows.closings.count { $0.cause == .stopLoss }
    reached.takeovers += rows.payments.count
    reached.topUps += held.topUps
    reached.conversions += rows.conversions.count
  }

  /// What holds after every single instant.
  private static func checkRows(
    _ step: Journal, _ before: Account, _ after: Account, _ mode: MarginMode, _ number: Int
  ) {
    let emptied = Set(before.positions.map { marginAsset[$0.instrument.rawValue] })
      .subtracting(after.positions.map { marginAsset[$0.instrument.rawValue] })
    switch mode {
    case .isolated:
      // A loss never exceeds the margin: funding and closings leave the balances alone, leftovers add to
      // them.
      #expect(zip(after.balances, before.balances).allSatisfy { $0 >= $1 }, "account \(number)")
    case .cross:
      #expect(emptied.allSatisfy { after.balances[$0] >= 0 }, "account \(number)")
      #expect(step.payments.allSatisfy { after.balances[$0.asset.rawValue] == 0 }, "account \(number)")
    default:
      if after.positions.isEmpty && !before.positions.isEmpty {
        #expect(after.balances.allSatisfy { $0 >= 0 }, "account \(number)")
      }
      #expect(step.payments.allSatisfy { after.balances[$0.asset.rawValue] == 0 }, "account \(number)")
    }
    for row in step.closings {
      #expect(row.quantity > 0 && row.fee >= -1e-6, "account \(number)")
      // A fee never takes a pool below nothing at auto-exchange rates, so only a pool without value pays
      // none.
      #expect((row.fundFeeUSD >= 0) == (row.fee >= 0), "account \(number)")
    }
    let takeovers = step.closings.count { $0.outcome == .takeover }
    #expect(takeovers <= step.payments.count, "account \(number)")
    for sale in step.conversions {
      #expect(sale.soldUnits > 0 && sale.cost >= -1e-9 * max(1, sale.soldUSD), "account \(number)")
      #expect(after.balances[sale.soldAsset.rawValue] >= 0, "account \(number)")
    }
  }

  /// The identities at the end, per asset and in USD.
  private static func checkEnd(
    _ end: Account, _ book: Book, _ rules: Rules, start: Double, pnl: Double, _ number: Int
  ) {
    for (asset, held) in units(end).enumerated() {
      #expect(abs(held - book.units[asset]) <= 1e-9 * book.scale[asset], "account \(number)")
    }
    let gross = zip(units(end), book.now.index).reduce(0) { $0 + $1.0 * $1.1 } + unrealized(end, book.now)
    let expected = start + pnl + book.revaluation + book.usd.values.reduce(0, +)
    #expect(abs(gross - expected) <= 1e-9 * (abs(start) + book.scaleUSD), "account \(number)")
    #expect(abs(end.tally.endEquity - gross) <= 1e-9 * (abs(start) + book.scaleUSD), "account \(number)")
    #expect(rules.conservationResidual(end).overTolerance <= 1, "account \(number)")
  }

  /// The tallies and the rows against the flows.
  private static func checkTotals(_ end: Account, _ rows: Journal, _ book: Book, _ number: Int) {
    let tally = end.tally
    let tolerance = 1e-9 * max(1, book.scaleUSD)
    func same(_ a: Double, _ b: Double, _ what: String) {
      #expect(abs(a - b) <= tolerance, "\(what) of account \(number)")
    }
    let flow = { (kind: Flow) in book.usd[kind] ?? 0 }
    same(tally.realizedPnL, flow(.realizedPnL), "realised PnL")
    same(tally.fees, -flow(.fee), "fees")
    same(tally.funding, -flow(.funding), "funding")
    same(tally.conversionCost, -flow(.conversion), "conversion cost")
    same(tally.fundPayment, flow(.fund), "fund payment")
    same(tally.topUps, flow(.topUp), "top-ups")
    same(tally.actions, flow(.action), "actions")
    same(tally.revaluation, book.revaluation, "revaluation")
    same(rows.payments.reduce(0) { $0 + $1.usd }, tally.fundPayment, "payments")
    same(rows.conversions.reduce(0) { $0 + $1.cost }, tally.conversionCost, "sales")
    same(rows.closings.reduce(0) { $0 + $1.fundFeeUSD }, tally.fundFees, "the fund's fees")
    let slippage = rows.closings.reduce(0) { $0 + $1.notionalUSD * abs($1.mark - $1.price) / $1.mark }
    same(slippage, tally.slippage, "slippage")
    let liquidations = rows.closings.filter { $0.cause != .stopLoss }
    same(liquidations.reduce(0) { $0 + $1.notionalUSD }, tally.liquidatedNotional, "notional")
    #expect(
      tally.liquidationSteps == liquidations.count && tally.firstLiquidation == liquidations.first?.time)
    let steps = rows.entries.compactMap { entry -> Int? in
      switch entry {
      case .liquidation(let row): row.step
      case .conversion(let row): row.step
      default: nil
      }
    }
    #expect(steps == Array(0..<tally.rows).map { $0 + 1 }, "account \(number)")
  }
}
