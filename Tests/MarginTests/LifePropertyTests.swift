import Market
import Testing

@testable import Margin

/// What must hold after every instant and at the end of any life.
struct LifePropertyTests {
  /// How often the lives reached each rule.
  private struct Reached {
    var lives = 0
    var liquidations = 0
    var partials = 0
    var takeovers = 0
    var stops = 0
    var topUps = 0
    var actions = 0
    var funding = 0
    var conversions = 0
    var returns = 0
  }

  @Test(arguments: [MarginMode.isolated, .cross, .multiAsset])
  func randomLives(mode: MarginMode) throws {
    var reached = Reached()
    for number in 0..<propertyRuns(500) {
      guard var life = try PresetLife(mode, seed: 107, number: number) else { continue }
      reached.lives += 1
      var flows: [FlowRecord] = []
      for _ in 0..<30 {
        let instant = life.step()
        let name = "\(life.world.venue.name), \(mode) life \(number)"
        checkInstant(instant, name)
        checkTakeovers(instant, life, name)
        checkIsolated(instant, life, name)
        for journal in [instant.actions, instant.funding, instant.test] { flows += journal.flows }
        count(instant, &reached)
      }
      life.finish()
      checkEnd(life, flows, "\(life.world.venue.name), \(mode) life \(number)")
    }
    let least = propertyRuns(12)
    let counts = [
      reached.liquidations, reached.partials, reached.takeovers, reached.stops, reached.topUps,
      reached.actions, reached.funding,
    ]
    #expect(counts.allSatisfy { $0 > least }, "\(reached)")
    #expect(mode == .multiAsset ? reached.conversions > 4 * least : reached.returns > least, "\(reached)")
  }

  private func count(_ instant: PresetLife.Instant, _ reached: inout Reached) {
    reached.liquidations += instant.test.closings.count { $0.cause != .stopLoss }
    reached.partials += instant.test.closings.count { $0.outcome == .partial }
    reached.stops += instant.test.closings.count { $0.cause == .stopLoss }
    reached.takeovers += instant.test.payments.count
    reached.topUps += instant.after.topUps - instant.beforeTest.topUps
    reached.actions += instant.actions.entries.count
    reached.funding += instant.funding.flows.count
    reached.conversions += instant.test.conversions.count
    reached.returns += instant.test.moves.count
  }

  // MARK: An instant

  /// The spot wallet stays; a test in which nothing happened changes nothing, one in which something did
  /// says so.
  private func checkInstant(_ instant: PresetLife.Instant, _ name: String) {
    let (before, after) = (instant.beforeTest, instant.after)
    #expect(after.spot == instant.beforeActions.spot, "\(name): the spot wallet")
    #expect(instant.happened == !instant.test.entries.isEmpty, "\(name)")
    if !instant.happened {
      #expect(after.balances == before.balances && after.positions == before.positions, "\(name)")
      #expect(
        after.tally.units.map(\.netFlow) == before.tally.units.map(\.netFlow)
          && after.topUps == before.topUps, "\(name)")
    }
    for row in instant.test.closings {
      let terms = instant.venue.instruments[row.instrumentPlace ?? 0]
      let rate = terms.takerFee + (row.cause == .stopLoss ? 0 : terms.liquidationFee)
      let unit = row.notional == 0 ? 1 : row.notional / (row.quantity * row.mark)
      let most = row.price * row.quantity * rate * unit
      #expect(row.quantity > 0 && row.fee <= most * (1 + 1e-12), "\(name): a fee of \(row.fee)")
    }
  }

  /// No balance below zero survives an event that emptied its pool, and none that the fund paid for leaves
  /// its pool open; whoever is paid for has paid no fee for it.
  private func checkTakeovers(_ instant: PresetLife.Instant, _ life: PresetLife, _ name: String) {
    let (before, after) = (instant.beforeTest, instant.after)
    let rounding = 1e-9 * max(1, life.start.startEquity)
    if after.mode == .multiAsset {
      if after.positions.isEmpty && !(before.positions.isEmpty && instant.test.payments.isEmpty) {
        #expect(after.balances.allSatisfy { $0 >= 0 }, "\(name): \(after.balances) after a takeover")
      }
      #expect(instant.test.payments.isEmpty || after.positions.isEmpty, "\(name): paid for an open pool")
    } else {
      for asset in after.balances.indices where hasCross(before, asset, instant) {
        if !hasCross(after, asset, instant) { #expect(after.balances[asset] >= 0, "\(name)") }
      }
    }
    for payment in instant.test.payments { #expect(payment.units > 0, "\(name)") }
    #expect(
      instant.test.payments.isEmpty || instant.test.payments.reduce(0) { $0 + $1.usd } > rounding, "\(name)")
    for row in instant.test.closings where row.outcome == .takeover {
      let unit =
        after.mode == .multiAsset
        ? 1 : life.quotes.index[asset(InstrumentIndex(row.instrumentPlace ?? 0), instant)]
      #expect(row.fee * unit <= rounding, "\(name): a fee of \(row.fee) beside the fund's payment")
      if case .cross(let asset) = row.pool { #expect(after.balances[asset.rawValue] == 0, "\(name)") }
      let isLeft = after.positions.contains {
        $0.instrument.rawValue == row.instrumentPlace && $0.isLong == (row.side == .long)
      }
      #expect(!isLeft, "\(name): taken over, and still open")
    }
  }

  /// Nothing but the owner takes money from a balance that backs no cross position, and no isolated position
  /// pays for another.
  private func checkIsolated(_ instant: PresetLife.Instant, _ life: PresetLife, _ name: String) {
    let (funded, before, after) = (instant.beforeFunding, instant.beforeTest, instant.after)
    if after.mode == .multiAsset { return }
    for asset in after.balances.indices where !hasCross(funded, asset, instant) {
      #expect(before.balances[asset] == funded.balances[asset], "\(name): funding from the balance")
      #expect(after.balances[asset] >= before.balances[asset], "\(name): lost more than the margin")
    }
    let isToppedUp = after.topUps != before.topUps
    for held in after.positions where held.isIsolated && !isToppedUp {
      let same = before.positions.first {
        $0.isIsolated && $0.instrument == held.instrument && $0.isLong == held.isLong
      }
      guard let same, same.lots == held.lots else { continue }
      #expect(same.margin == held.margin, "\(name): a position pays for another")
    }
    for move in instant.test.moves { #expect(move.units <= 0, "\(name): margin taken at a close") }
  }

  private func asset(_ instrument: InstrumentIndex, _ instant: PresetLife.Instant) -> Int {
    instant.venue.instruments[instrument.rawValue].marginAsset.rawValue
  }

  private func hasCross(_ account: Account, _ asset: Int, _ instant: PresetLife.Instant) -> Bool {
    account.positions.contains { !$0.isIsolated && self.asset($0.instrument, instant) == asset }
  }

  // MARK: The end

  /// Value is conserved by the product's own residual and by the flows; the spot wallet gains what its units
  /// gained.
  private func checkEnd(_ life: PresetLife, _ flows: [FlowRecord], _ name: String) {
    let (start, end) = (life.start, life.account)
    #expect(life.rules.conservationResidual(end).overTolerance <= 1, "\(name)")
    func units(_ account: Account, _ asset: Int) -> Double {
      account.positions.reduce(account.balances[asset]) { sum, held in
        let isHere = life.world.venue.instruments[held.instrument.rawValue].marginAsset.rawValue == asset
        return sum + (isHere ? held.margin : 0)
      }
    }
    var (gross, scale) = (0.0, 1.0)
    for asset in end.balances.indices {
      let own = flows.filter { $0.asset.rawValue == asset }
      let expected = own.reduce(units(start, asset)) { $0 + $1.units }
      let size = own.reduce(abs(units(start, asset))) { $0 + abs($1.units) }
      #expect(abs(units(end, asset) - expected) <= 1e-9 * size, "\(name): asset \(asset)")
      gross += units(end, asset) * life.quotes.index[asset]
      scale += size * life.quotes.index[asset]
    }
    let naive = NaiveMargin(life.world.venue, life.quotes)
    for held in end.positions { gross += naive.pnl(held) * life.quotes.index[naive.marginAsset(held)] }
    for held in end.positions {
      scale += naive.notional(held) * life.quotes.index[naive.marginAsset(held)]
    }
    #expect(abs(end.tally.endEquity - gross) <= 1e-9 * scale, "\(name): end equity")
    let gain = end.spot.indices.reduce(0) {
      $0 + start.spot[$1] * (life.quotes.index[$1] - life.startQuotes.index[$1])
    }
    let wallet = end.spot.indices.reduce(1) { $0 + start.spot[$1] * life.startQuotes.index[$1] }
    #expect(abs(end.tally.spotChange - gain) <= 1e-9 * wallet, "\(name): spot")
  }

  /// A residual that sees nothing would prove nothing: a millionth of any sum must show.
  @Test func aLeakShows() throws {
    var seen = 0
    for number in 0..<propertyRuns(100) {
      guard var life = try PresetLife(.multiAsset, seed: 108, number: number) else { continue }
      for _ in 0..<10 { _ = life.step() }
      life.finish()
      let honest = life.account
      for asset in honest.balances.indices where honest.balances[asset] != 0 {
        var leaking = honest
        let scale = honest.tally.units[asset].absoluteFlow + abs(honest.tally.units[asset].start)
        leaking.balances[asset] += 1e-6 * scale
        #expect(life.rules.conservationResidual(leaking).overTolerance > 1, "life \(number)")
        seen += 1
      }
      var cheated = honest
      cheated.tally.endEquity += 1e-5 * (abs(honest.startEquity) + abs(honest.tally.revaluation))
      if cheated.tally.units.allSatisfy({ $0.absoluteFlow == 0 }) {
        #expect(life.rules.conservationResidual(cheated).overTolerance > 1, "life \(number)")
      }
    }
    #expect(seen > propertyRuns(50))
  }
}

extension Journal {
  /// The moves of margin, in order.
  var moves: [MarginMove] {
    entries.compactMap { if case .marginMove(let move) = $0 { move } else { nil } }
  }
}
