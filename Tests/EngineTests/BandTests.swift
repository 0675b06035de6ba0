import Engine
import Margin
import Market
import Testing

/// Time in the bands of the margin ratio: counted to the nanosecond, the same by every engine.
@Suite struct BandTests {
  private func at(_ nanoseconds: Int64) -> Timestamp { Timestamp(nanoseconds: nanoseconds) }

  @Test func everyNanosecondIsCountedOnce() {
    var times = BandTimes(.red, at: at(10))
    let moved = [
      times.enter(.green, at: at(13)), times.enter(.green, at: at(20)), times.enter(.yellow, at: at(24)),
      times.enter(.red, at: at(24)), times.enter(.yellow, at: at(31)),
    ]
    #expect(moved == [true, false, true, true, true])
    times.end(at: at(33))
    #expect((times.green, times.yellow, times.red, times.longestRed) == (11, 2, 10, 7))
    let movedLater = times.enter(.red, at: at(40))
    times.end(at: at(50))
    #expect(!movedLater)
    #expect((times.green, times.yellow, times.red, times.longestRed) == (11, 2, 10, 7))
  }

  private func run(
    _ world: World, _ kind: EngineKind = .reference, threads: Int = 1, chunk: Int = 16_384, block: Int = 512,
    bands: Bool = true, worstRatio: Bool = false
  ) throws -> [PointResult] {
    var options = EngineOptions()
    options.kind = kind
    options.threads = threads
    options.chunkInstants = chunk
    options.blockAccounts = block
    options.recordsBands = bands
    options.recordsWorstRatio = worstRatio
    options.keepsFlows = true
    let point = EnginePoint(rules: world.rules, accounts: world.people)
    return try Simulation(replay: world.replay, options: options).run([point])
  }

  @Test(arguments: 1...worldCount) func everyEngineThreadAndChunkGivesTheSame(seed: Int) throws {
    let world = try World(seed: UInt64(seed))
    let expected = try dump(run(world))
    for kind in [EngineKind.dense, .pruned] {
      for (threads, chunk, block) in [(1, 16_384, 512), (2, 700, 5), (1, 64, 3), (2, 37, 24)] {
        let actual = try dump(run(world, kind, threads: threads, chunk: chunk, block: block))
        let difference = firstDifference(actual, expected)
        #expect(difference == nil, "\(kind), \(threads) threads, chunks of \(chunk), blocks of \(block)")
      }
    }
    #expect(firstDifference(try dump(run(world, chunk: 100, block: 7)), expected) == nil)
    let both = try dump(run(world, worstRatio: true))
    #expect(firstDifference(try dump(run(world, .dense, chunk: 300, worstRatio: true)), both) == nil)
    #expect(firstDifference(try dump(run(world, .pruned, chunk: 300, worstRatio: true)), both) == nil)
  }

  /// Up to the last thing that happened to an account that is settled, and to the last instant for others.
  @Test(arguments: 1...12) func theBandsFillTheLife(seed: Int) throws {
    let world = try World(seed: UInt64(seed))
    let last = try #require(try world.replay.survey(bucketNanoseconds: nil).0.last)
    let result = try run(world, .dense)[0]
    for (number, outcome) in result.accounts.enumerated() {
      guard let account = outcome.account, let opened = outcome.opened, outcome.rejection == nil else {
        #expect(outcome.bands == nil, "account \(number)")
        continue
      }
      let bands = try #require(outcome.bands)
      let sum = bands.green + bands.yellow + bands.red
      #expect(bands.longestRed <= bands.red && (bands.longestRed > 0) == (bands.red > 0))
      if !account.isSettled {
        #expect(sum == last.nanoseconds - opened.nanoseconds, "account \(number)")
      } else if account.actions.isEmpty {
        let event = result.entries.last { $0.account == number }?.time ?? opened
        #expect(sum == event.nanoseconds - opened.nanoseconds, "account \(number)")
      }
    }
  }

  @Test func theWorldsHoldEveryBandAndEnd() throws {
    var (green, yellow, red, settled, open) = (0, 0, 0, 0, 0)
    for seed in 1...12 {
      for outcome in try run(World(seed: UInt64(seed)), .dense)[0].accounts {
        guard let bands = outcome.bands, let account = outcome.account else { continue }
        green += bands.green > 0 ? 1 : 0
        yellow += bands.yellow > 0 ? 1 : 0
        red += bands.red > bands.longestRed ? 1 : 0
        if account.isSettled && account.actions.isEmpty { settled += 1 }
        if !account.isSettled { open += 1 }
      }
    }
    #expect(green > 50 && yellow > 20 && red > 10 && settled > 10 && open > 10)
  }

  /// Recording looks at accounts more often, and changes nothing that happens to them.
  @Test(arguments: EngineKind.allCases) func nothingElseChanges(kind: EngineKind) throws {
    let world = try World(seed: 4)
    let plain = try run(world, kind, bands: false)
    var recorded = try run(world, kind)
    #expect(plain[0].accounts.allSatisfy { $0.bands == nil })
    for place in recorded[0].accounts.indices { recorded[0].accounts[place].bands = nil }
    #expect(firstDifference(dump(recorded), dump(plain)) == nil)
  }
}
