import Market
import Testing

@testable import Margin

/// What an isolated position can cost its owner: its margin, and not a cent more.
struct IsolatedLossPropertyTests {
  /// What the owner put behind the positions of one asset, what came back, and what happened between.
  private struct Stake {
    var putIn = 0.0
    var returned = 0.0
    var flows = 0.0
    /// Σ of all their sizes: what rounding is measured against.
    var size = 0.0

    mutating func put(_ units: Double) {
      putIn += units
      size += abs(units)
    }
  }

  /// Slippage, fees, funding, both legs of hedges, top-ups and moves of margin: the flows of an asset whose
  /// positions are all closed add up to a loss of at most what was put in.
  @Test func noLossExceedsTheMargin() throws {
    var (closed, ruined, hedged) = (0, 0, 0)
    for number in 0..<propertyRuns(600) {
      guard var life = try PresetLife(.isolated, seed: 109, number: number) else { continue }
      let venue = life.world.venue
      func asset(_ instrument: InstrumentIndex) -> Int {
        venue.instruments[instrument.rawValue].marginAsset.rawValue
      }
      var stakes = [Stake](repeating: Stake(), count: venue.assets.count)
      for held in life.start.positions { stakes[asset(held.instrument)].put(held.margin) }
      for _ in 0..<40 {
        let instant = life.step()
        for move in instant.actions.moves { stakes[asset(move.instrument)].put(move.units) }
        for move in instant.test.moves { stakes[asset(move.instrument)].returned -= move.units }
        for flow in instant.funding.flows + instant.test.flows {
          if flow.flow == .topUp {
            stakes[flow.asset.rawValue].put(flow.units)
          } else {
            stakes[flow.asset.rawValue].flows += flow.units
            stakes[flow.asset.rawValue].size += abs(flow.units)
          }
        }
      }
      for (place, stake) in stakes.enumerated() where stake.size > 0 {
        if life.account.positions.contains(where: { asset($0.instrument) == place }) { continue }
        closed += 1
        let legs = life.start.positions.filter { asset($0.instrument) == place }
        if Set(legs.map(\.instrument)).count < legs.count { hedged += 1 }
        if stake.returned == 0 { ruined += 1 }
        let tolerance = 1e-12 * stake.size
        #expect(stake.flows >= -stake.putIn - tolerance, "life \(number): \(stake)")
        #expect(abs(stake.putIn + stake.flows - stake.returned) <= tolerance, "life \(number): \(stake)")
        #expect(stake.returned >= 0, "life \(number): \(stake)")
      }
    }
    let least = propertyRuns(24)
    #expect(closed > 4 * least && ruined > least && hedged > least, "\(closed), \(ruined), \(hedged)")
  }
}
