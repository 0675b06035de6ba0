import Engine
import Foundation
import Margin
import Market
import Platform
import Testing
import TickFile

/// Ticks that are decoded where somebody looks give what ticks in memory give.
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

  /// A replay of a world that uses all of its ticks, or only those of two instruments, or no funding.
  private func replay(_ world: World, _ use: Int, _ window: Range<Timestamp>? = nil) -> Replay {
    var replay = world.replay
    replay.window = window
    if use == 1 { replay.prices.funding = replay.prices.funding.map { _ in nil } }
    return replay
  }

  @Test(arguments: 1...6, [64, 700, 4_096, 10_000]) func blocksOfEverySizeGiveTheSame(
    seed: Int, ticksPerBlock: Int
  ) throws {
    let ticks = ticksPerBlock > 4_096 ? 21_000 : 2_500
    let world = try World(seed: UInt64(seed), ticks: ticks, ticksPerBlock: ticksPerBlock)
    let expected = try run(world) { $0.kind = .reference }
    #expect(expected.count > 10)
    for kept in [1, 3, 100] {
      let actual = try run(world) {
        $0.keptPages = kept
        $0.threads = 2
        $0.blockAccounts = 3
      }
      #expect(firstDifference(actual, expected) == nil, "\(kept) pages kept")
    }
  }

  @Test(arguments: 1...4) func worstRatiosAgree(seed: Int) throws {
    let world = try World(seed: UInt64(seed), accounts: 12, ticks: 2_500, ticksPerBlock: 64)
    func all(_ keptPages: Int?, _ kind: EngineKind) throws -> [String] {
      try run(world) {
        $0.kind = kind
        $0.recordsWorstRatio = true
        $0.recordsBands = true
        $0.keptPages = keptPages
      }
    }
    #expect(firstDifference(try all(2, .pruned), try all(nil, .reference)) == nil)
  }

  /// The window begins and ends within blocks, and a study uses some of the series only.
  @Test(arguments: 1...4, [0, 1]) func windowsAndUnusedSeriesAgree(seed: Int, use: Int) throws {
    for ticksPerBlock in [64, 1_000, 10_000] {
      let world = try World(seed: UInt64(seed), ticks: 14_000, ticksPerBlock: ticksPerBlock)
      for (from, to) in [(403, 1_801), (0, 2_000), (1_207, 90_000)] {
        let start = Timestamp(nanoseconds: World.start + Int64(from) * World.second)
        let end = Timestamp(nanoseconds: World.start + Int64(to) * World.second)
        let replay = replay(world, use, start..<end)
        let expected = try run(world, replay) { $0.kind = .reference }
        #expect(expected.count > 10)
        for kept in [1, 40] {
          let actual = try run(world, replay) { $0.keptPages = kept }
          #expect(firstDifference(actual, expected) == nil, "\(from) to \(to), \(kept) pages kept")
        }
      }
    }
  }

  /// What is counted and sampled is the same whether the ticks are in memory or not.
  @Test(arguments: 1...4, [0, 1]) func theSurveyIsTheSame(seed: Int, use: Int) throws {
    let world = try World(seed: UInt64(seed), ticks: 9_000, ticksPerBlock: 5_000)
    let start = Timestamp(nanoseconds: World.start + 333 * World.second)
    let end = Timestamp(nanoseconds: World.start + 2_222 * World.second)
    for window in [nil, start..<end, end..<end, start..<Timestamp(nanoseconds: start.nanoseconds + 1)] {
      let replay = replay(world, use, window)
      var paged = EngineOptions()
      paged.keptPages = 2
      let width = 60 * World.second
      let expected = try ReplayTicks(replay).survey(bucketNanoseconds: width)
      let actual = try ReplayTicks(replay, options: paged).survey(bucketNanoseconds: width)
      #expect("\(actual.0)" == "\(expected.0)")
      #expect(actual.1.buckets == expected.1.buckets)
      #expect(actual.1.marks.map { $0.map(\.bitPattern) } == expected.1.marks.map { $0.map(\.bitPattern) })
    }
  }

  /// A price of zero is refused in the same words whether its span would have been looked at or not.
  @Test(arguments: [0, 7_000, 13_999]) func aPriceOfZeroIsRefused(place: Int) throws {
    let world = try World(seed: 2, ticks: 14_000, ticksPerBlock: 10_000, funding: 0)
    let old = world.replay.files[0]
    let path = old.path + ".zero"
    let writer = try TickFileWriter(
      path: path, force: false, metadata: TickFileMetadata(source: "world", tool: "test"))
    let numbers = try old.series.map { try writer.series($0) }
    var (columns, record) = (TickColumns(), 0)
    for block in old.blocks.indices {
      try old.decode(block: block, columns: .all, into: &columns)
      for index in 0..<columns.count {
        var tick = columns.tick(index)
        tick.series = numbers[tick.series]
        if record == place { tick.price = ExactDecimal(mantissa: 0, scale: 0) }
        try writer.append(tick)
        record += 1
      }
    }
    _ = try writer.finish()
    var replay = world.replay
    replay.files = [try TickFileReader(path: path)]
    func problem(_ kept: Int?) -> InputError? {
      #expect(throws: InputError.self) { _ = try run(world, replay) { $0.keptPages = kept } }
    }
    let expected = try #require(problem(nil))
    #expect(expected.problem.contains("is not above 0"))
    #expect(problem(3) == expected)
  }

  /// Copies a world's file with one byte changed in every column of some spans.
  private func damage(_ world: World, _ spans: (_ block: Int, _ span: Int) -> Bool) throws {
    let file = world.replay.files[0]
    let url = URL(fileURLWithPath: file.path)
    var bytes = try Data(contentsOf: url)
    for (number, block) in file.blocks.enumerated() {
      for (place, frame) in block.columnFrames.enumerated()
      where frame.size > 0 && spans(number, place % block.spanCount) {
        bytes[frame.offset + frame.size / 2] ^= 0x10
      }
    }
    let handle = try FileHandle(forWritingTo: url)
    try handle.write(contentsOf: bytes)
    try handle.close()
  }

  /// A file that is damaged after its pages were made known is an error, not a wrong result.
  @Test func damageBetweenReadingsIsAnError() throws {
    let world = try World(seed: 3, ticks: 2_500)
    var options = EngineOptions()
    options.keptPages = 1
    let ticks = try ReplayTicks(world.replay, options: options)
    _ = try ticks.survey(bucketNanoseconds: nil)
    try damage(world) { _, _ in true }
    let point = EnginePoint(rules: world.rules, accounts: world.people)
    #expect(throws: CorruptDataError.self) {
      try Simulation(ticks: ticks, options: options).run([point])
    }
  }

  /// Only what a search needs is inflated: damage in the midst of ticks at which nothing can happen to anyone
  /// is never met.
  @Test func spansThatDecideNothingAreNotInflated() throws {
    let world = try World(seed: 5, ticks: 30_000, ticksPerBlock: 10_000, funding: 0)
    var replay = world.replay
    replay.funding = nil
    var options = EngineOptions()
    options.keptPages = 100
    let nobody = EnginePoint(rules: [world.rules[0]], accounts: Rich(venue: world.venue))
    let expected = try Simulation(replay: replay, options: options).run([nobody])
    #expect(expected[0].checks > 0)
    // The first and the last span are looked at, and their neighbours where an instant may go on.
    let blocks = world.replay.files[0].blocks
    let spans = blocks.indices.flatMap { block in blocks[block].spans.indices.map { [block, $0] } }
    let untouched = spans.dropFirst(2).dropLast(2)
    #expect(untouched.count >= 5)
    try damage(world) { untouched.contains([$0, $1]) }
    let actual = try Simulation(replay: replay, options: options).run([nobody])
    #expect(dump(actual) == dump(expected))
  }
}

/// People whom no price of the world ruins.
private struct Rich: AccountSource {
  let venue: Venue
  let count = 20

  func need(_ number: Int, into needs: inout AccountNeeds) {
    needs.begin(notBefore: Timestamp(nanoseconds: World.start))
    needs.insert(AssetIndex(3))
    for place in 0..<2 {
      needs.insert(InstrumentIndex(place), settledIn: venue.instruments[place].marginAsset)
    }
  }

  func open(_ number: Int, _ rules: Rules, _ quotes: Quotes, into account: inout Account) -> Rejection? {
    let positions = (0..<2).map { place in
      Position(
        instrument: InstrumentIndex(place), lots: number % 2 == 0 ? 10 : -10,
        lot: venue.instruments[place].lot, entry: quotes.marks[place], margin: 0, isIsolated: false)
    }
    account = Account(number: number, mode: .cross, balances: [0, 0, 0, 1e7, 0], positions: positions)
    return rules.open(&account, testsInitialMargin: false, quotes)
  }
}
