import Engine
import Margin
import Market
import Platform
import Testing

/// Measured runs of the engines over accounts that are open already.
struct TrialTests {
  /// The people of a world, all from its first moment on.
  private struct EarlyPeople: AccountSource {
    let people: People
    var count: Int { people.count }

    func need(_ number: Int, into needs: inout AccountNeeds) {
      people.need(number, into: &needs)
      let (assets, instruments) = (needs.assets, needs.instruments)
      needs.begin(notBefore: nil)
      for asset in assets { needs.insert(asset) }
      for instrument in instruments {
        needs.insert(instrument, settledIn: people.venue.instruments[instrument.rawValue].marginAsset)
      }
    }

    func open(_ number: Int, _ rules: Rules, _ quotes: Quotes, into account: inout Account) -> Rejection? {
      people.open(number, rules, quotes, into: &account)
    }
  }

  private func point(_ world: World) -> EnginePoint {
    EnginePoint(rules: world.rules, accounts: EarlyPeople(people: world.people))
  }

  /// What a simulation from the beginning says, by the reference: the same events, to accounts that open
  /// where a trial opens them.
  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func everyEngineFindsWhatASimulationFinds(seed: UInt64) throws {
    let world = try World(seed: seed, accounts: 40, ticks: 4_000)
    var options = EngineOptions()
    options.kind = .reference
    let whole = try Simulation(replay: world.replay, options: options).run([point(world)])
    var events: Set<[Int64]> = []
    for case .liquidation(let step) in whole[0].entries where step.cause != .stopLoss {
      events.insert([Int64(step.account), step.time.nanoseconds])
    }
    #expect(!events.isEmpty)

    let trial = try EngineTrial(world.replay, kernel: .best)
    let expected = try trial.run(.reference, point(world), threads: 1)
    #expect(expected.accounts == 40)
    #expect(expected.events == events.count)
    #expect(expected.liquidated == Set(events.map { $0[0] }).count)
    #expect(expected.rejected == whole[0].accounts.count { $0.rejection != nil })
    #expect(expected.checks == whole[0].checks)
    for kind in EngineKind.allCases {
      for threads in 1...2 {
        let run = try trial.run(kind, point(world), threads: threads)
        #expect(run.fingerprint == expected.fingerprint, "\(kind) on \(threads) threads")
        #expect(run.checks == expected.checks)
        #expect(run.events == expected.events)
        #expect(run.exactChecks >= run.events)
        #expect(run.scanned == 0)
        if kind != .reference { #expect(run.exactChecks < expected.exactChecks) }
      }
    }
  }

  /// The reference tests every account at every instant that it takes part in.
  @Test func exactChecksOfTheReferenceAreAllChecks() throws {
    let world = try World(seed: 5)
    let run = try EngineTrial(world.replay, kernel: .baseline).run(.reference, point(world), threads: 1)
    #expect(run.exactChecks == run.checks)
  }

  @Test func otherResultsHaveAnotherFingerprint() throws {
    let worlds = try [6, 7].map { try World(seed: $0) }
    let prints = try worlds.map { world in
      try EngineTrial(world.replay, kernel: .best).run(.pruned, point(world), threads: 1).fingerprint
    }
    #expect(prints[0] != prints[1])
    // One rule that is a little different shows, too.
    var venue = worlds[0].venue
    venue.instruments[0].takerFee += 1e-9
    let changed = EnginePoint(
      rules: [(Timestamp(nanoseconds: .min), Rules(venue))], accounts: EarlyPeople(people: worlds[0].people))
    let same = EnginePoint(
      rules: [(Timestamp(nanoseconds: .min), Rules(worlds[0].venue))],
      accounts: EarlyPeople(people: worlds[0].people))
    let trial = try EngineTrial(worlds[0].replay, kernel: .best)
    let first = try trial.run(.pruned, same, threads: 1).fingerprint
    #expect(try trial.run(.pruned, same, threads: 2).fingerprint == first)
    #expect(try trial.run(.pruned, changed, threads: 1).fingerprint != first)
  }
}
