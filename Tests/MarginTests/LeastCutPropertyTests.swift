import Market
import Random
import Testing

@testable import Margin

/// Every step of random `minimal` liquidations, against a second calculation of what a cut leaves.
struct LeastCutPropertyTests {
  /// How often each kind of step was seen.
  private struct Reached {
    var partial = 0
    var closed = 0
    var capped = 0
    var wide = 0
    var slipped = 0
    var lossFraction = 0
  }

  /// Nearer to the trigger than this share of the terms, rounding may decide.
  private static let doubt = 1e-11

  @Test(arguments: [MarginMode.isolated, .cross, .multiAsset])
  func aCutHealsAndOneLotFewerWouldNot(mode: MarginMode) throws {
    var reached = Reached()
    for number in 0..<propertyRuns(1_600) {
      var world = try PresetWorld(seed: 105, number: number)
      world.change { venue in
        venue.liquidation.rule = .minimal
        venue.autoExchange.ltv = nil
        for place in venue.assets.indices { venue.assets[place].autoThreshold = nil }
      }
      let rules = Rules(world.venue)
      let account = world.account(mode, health: (0.3, 1.1))
      let naive = NaiveMargin(world.venue, world.quotes)
      for pool in rules.pools(account) where rules.fires(pool, account, world.quotes) {
        var (after, journal) = (account, Journal())
        let isLossFraction = rules.venue.liquidation.lossFraction != nil && pool.isIsolated
        rules.liquidate(pool, &after, isLossFraction ? .lossFraction : .margin, world.quotes, &journal)
        if isLossFraction { reached.lossFraction += 1 }
        follow(journal.closings, pool, account, naive, "world \(number), \(pool)", &reached)
      }
    }
    let least = propertyRuns(24)
    #expect(
      reached.partial > 4 * least && reached.closed > 4 * least && reached.slipped > least, "\(reached)")
    #expect(reached.wide > least && reached.capped > least, "\(reached)")
    #expect(mode == .multiAsset || reached.lossFraction > least, "\(reached)")
  }

  /// Goes through the rows of one event, each from the state that the one before left.
  private func follow(
    _ rows: [LiquidationStep], _ pool: PoolPlace, _ account: Account, _ naive: NaiveMargin, _ name: String,
    _ reached: inout Reached
  ) {
    var before = account
    for (number, row) in rows.enumerated() {
      let held = before.positions.firstIndex {
        $0.instrument.rawValue == row.instrumentPlace && $0.isLong == (row.side == .long) && $0.lots != 0
          && (pool == .account || $0.isIsolated == pool.isIsolated)
      }
      guard let place = held else {
        Issue.record("\(name): row \(number) closes what is not there")
        return
      }
      let terms = naive.venue.instruments[before.positions[place].instrument.rawValue]
      let lots = UInt64((row.quantity / terms.lot.double).rounded())
      let all = before.positions[place].lots.magnitude
      let cut = naive.closing(lots, place, pool, before)
      count(cut, row, terms, naive.venue, &reached)
      if lots < all {
        reached.partial += 1
        #expect(row.outcome == .partial && number == rows.count - 1, "\(name): a cut that does not end it")
        #expect(cut.surplus >= -Self.doubt, "\(name): not healthy after \(lots) of \(all)")
      } else {
        reached.closed += 1
        #expect(row.outcome != .partial, "\(name): closed, and called a cut")
      }
      for fewer in Self.fewer(lots, isWhole: lots == all) {
        let surplus = naive.closing(fewer, place, pool, before).surplus
        #expect(surplus <= Self.doubt, "\(name): \(fewer) of \(all) would do, \(lots) are closed")
      }
      before = cut.account
    }
  }

  /// The numbers of lots that must not do: one fewer; where the whole position went also others, as no
  /// number does it.
  private static func fewer(_ lots: UInt64, isWhole: Bool) -> Set<UInt64> {
    guard lots > 1 else { return [] }
    if !isWhole { return [lots - 1, 1 + (lots - 2) / 2] }
    return Set((1...16).map { 1 + (lots - 2) * $0 / 16 })
  }

  private func count(
    _ cut: NaiveMargin.Cut, _ row: LiquidationStep, _ terms: Instrument, _ venue: Venue,
    _ reached: inout Reached
  ) {
    let full = row.price * row.quantity * (terms.liquidationFee + terms.takerFee)
    if cut.fee < full * 0.999 { reached.capped += 1 }
    if row.outcome == .partial && venue.liquidation.targetEquityOverMaintenance > 1 { reached.wide += 1 }
    if row.outcome == .partial && row.price != row.mark { reached.slipped += 1 }
  }
}

extension PoolPlace {
  /// Whether this is the pool of one position.
  var isIsolated: Bool { if case .position = self { true } else { false } }
}
