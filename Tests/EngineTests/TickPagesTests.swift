import Engine
import Foundation
import Market
import Platform
import Testing
import TickFile

/// Ticks that are let go of and read again give what ticks in memory give.
@Suite struct TickPagesTests {
  private func run(
    _ world: World, _ replay: Replay? = nil, _ change: (inout EngineOptions) -> Void
  ) throws -> [String] {
    var options = EngineOptions()
    options.keepsFlows = true
    change(&options)
    let point = EnginePoint(rules: world.rules, accounts: world.people)
    return dump(try Simulation(replay: replay ?? world.replay, options: options).run([point, point]))
  }

  @Test(arguments: 1...6) func everySizeOfPageGivesTheSame(seed: Int) throws {
    let world = try World(seed: UInt64(seed), ticks: 2_500)
    let expected = try run(world) { $0.kind = .reference }
    for ticks in [64, 192, 1_024, 4_096] {
      let actual = try run(world) {
        $0.pageTicks = ticks
        $0.threads = 2
        $0.blockAccounts = 3
      }
      #expect(firstDifference(actual, expected) == nil, "pages of \(ticks) ticks")
    }
  }

  @Test(arguments: 1...4) func worstRatiosAgree(seed: Int) throws {
    let world = try World(seed: UInt64(seed), accounts: 12, ticks: 2_500)
    func all(_ pageTicks: Int?, _ kind: EngineKind) throws -> [String] {
      try run(world) {
        $0.kind = kind
        $0.recordsWorstRatio = true
        $0.recordsBands = true
        $0.pageTicks = pageTicks
      }
    }
    #expect(firstDifference(try all(64, .pruned), try all(nil, .reference)) == nil)
  }

  /// The window begins and ends within blocks, and a study uses some of the series only.
  @Test(arguments: 1...4) func windowsAndUnusedSeriesAgree(seed: Int) throws {
    let world = try World(seed: UInt64(seed), ticks: 4_000)
    let whole = world.replay
    var prices = whole.prices
    prices.funding = prices.funding.map { _ in nil }
    let start = Timestamp(nanoseconds: World.start + 403 * World.second)
    let end = Timestamp(nanoseconds: World.start + 1_801 * World.second)
    let replay = Replay(
      files: whole.files, window: start..<end, venue: whole.venue, prices: prices, funding: whole.funding)
    let expected = try run(world, replay) { $0.kind = .reference }
    #expect(expected.count > 10)
    for ticks in [64, 320] {
      let actual = try run(world, replay) { $0.pageTicks = ticks }
      #expect(firstDifference(actual, expected) == nil, "pages of \(ticks) ticks")
    }
  }

  /// A file that is damaged after its bounds were made is an error, not a wrong result.
  @Test func damageBetweenReadingsIsAnError() throws {
    let world = try World(seed: 3, ticks: 2_500)
    var options = EngineOptions()
    options.pageTicks = 64
    let ticks = try ReplayTicks(world.replay, options: options)
    _ = try ticks.survey(bucketNanoseconds: nil)
    let file = world.replay.files[0]
    let url = URL(fileURLWithPath: file.path)
    var bytes = try Data(contentsOf: url)
    for block in file.blocks {
      for frame in block.columnFrames where frame.size > 0 { bytes[frame.offset + frame.size / 2] ^= 0x10 }
    }
    let handle = try FileHandle(forWritingTo: url)
    try handle.write(contentsOf: bytes)
    try handle.close()
    let point = EnginePoint(rules: world.rules, accounts: world.people)
    #expect(throws: CorruptDataError.self) {
      try Simulation(ticks: ticks, options: options).run([point])
    }
  }
}
