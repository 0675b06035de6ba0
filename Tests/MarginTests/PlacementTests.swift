import Foundation
import Market
import Synchronization
import Testing

@testable import Margin

/// Accounts that stand exactly on a trigger: the reference finds that it holds, and at the next Double that
/// it does not. Whatever the engines do with the lines must nominate them.
@Suite struct PlacementTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let seed: UInt64 = 211
  /// Placements of one world.
  private static let perWorld = 40

  /// How many accounts are placed on each trigger; `MARGINSWEEP_PLACED` says how many instead.
  private static var count: Int {
    var usual = 4_000
    assert(
      {
        usual = 400
        return true
      }())
    return environment["MARGINSWEEP_PLACED"].flatMap(Int.init) ?? usual
  }

  @Test(arguments: PlacedTrigger.allCases) func isNominatedByEveryKernelAndBound(trigger: PlacedTrigger)
    throws
  {
    var (placed, equal, flaws, number) = (0, 0, 0, 0)
    while placed < Self.count && number < 100 + Self.count / 4 {
      if var placement = try Placement(trigger, number, seed: Self.seed) {
        var nomination = Nomination(placement.layout)
        for turn in 0..<min(Self.perWorld, Self.count - placed) {
          guard let (figure, away) = placement.place() else { continue }
          placed += 1
          // Just where it still holds; now and then also one Double further in; then where it does not hold.
          var hasEqualSides = false
          for step in turn % 4 == 0 ? [0, -away, 2 * away] : [0, away] where placement.step(figure, by: step)
          {
            hasEqualSides = hasEqualSides || placement.slack() == 0
            guard placement.holds(), let flaw = nomination.flaw(&placement) else { continue }
            flaws += 1
            if flaws > 5 { continue }
            Issue.record("\(trigger), world \(number), turn \(turn), \(figure), step \(step): \(flaw)")
          }
          if hasEqualSides { equal += 1 }
        }
      }
      number += 1
    }
    #expect(placed == Self.count, "\(placed) of \(Self.count) were placed, in \(number) worlds")
    #expect(flaws == 0)
    #expect(equal > 0, "both sides must come to be equal")
    guard Self.environment["MARGINSWEEP_PROGRESS"] != nil else { return }
    let line =
      "\(trigger): \(placed) placed in \(number) worlds, \(equal) with equal sides, \(flaws) missed\n"
    try FileHandle.standardError.write(contentsOf: Data(line.utf8))
  }
}
