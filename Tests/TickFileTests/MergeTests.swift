import Market
import Platform
import Support
import Testing

@testable import TickFile

struct MergeTests {
  /// A file of one series; times and prices are given, flags where named.
  static func file(
    _ folder: TemporaryDirectory, _ name: String, _ key: SeriesKey, _ ticks: [(time: Int64, price: Int64)],
    flagged: Set<Int> = [], ticksPerBlock: Int = 3
  ) throws -> TickFileReader {
    let ticks = ticks.enumerated().map { index, tick in
      Tick(
        time: Timestamp(nanoseconds: tick.time), series: 0,
        price: ExactDecimal(mantissa: tick.price, scale: 0),
        flags: flagged.contains(index) ? [.notMarketTrade] : [])
    }
    try Samples.write(
      Sample(series: [key], ticks: ticks), to: folder.file(name), ticksPerBlock: ticksPerBlock)
    return try TickFileReader(path: folder.file(name))
  }

  static func window(_ from: Int64, _ to: Int64) -> Range<Timestamp> {
    Timestamp(nanoseconds: from)..<Timestamp(nanoseconds: to)
  }

  static let btc = SeriesKey(symbol: "BTCUSDT", kind: .trade)
  static let eth = SeriesKey(symbol: "ETHUSDT", kind: .trade)

  @Test func equalTimesComeInTheOrderOfTheFilesThenOfTheRecords() throws {
    let folder = try TemporaryDirectory()
    let a = try Self.file(folder, "a", Self.btc, [(1, 10), (5, 11), (5, 12), (5, 13), (5, 14), (9, 15)])
    let b = try Self.file(folder, "b", Self.eth, [(0, 20), (5, 21), (5, 22), (9, 23), (9, 24)])
    let forward = try MergedTicks(readers: [a, b], columns: .all)
    #expect(try RoundTripTests.prices(forward) == [20, 10, 11, 12, 13, 14, 21, 22, 15, 23, 24])
    #expect(forward.series == [Self.btc, Self.eth])
    let backward = try MergedTicks(readers: [b, a], columns: [.prices])
    #expect(try RoundTripTests.prices(backward) == [20, 10, 21, 22, 11, 12, 13, 14, 23, 24, 15])
    #expect(backward.series == [Self.eth, Self.btc])
  }

  @Test func aSeriesOfSeveralFilesIsOneAndKeepsAllRecords() throws {
    let folder = try TemporaryDirectory()
    let a = try Self.file(folder, "a", Self.btc, [(1, 10), (5, 11)])
    let b = try Self.file(folder, "b", Self.btc, [(5, 11), (6, 12)])
    var merged = try MergedTicks(readers: [a, b], columns: .replay)
    var columns = TickColumns()
    #expect(try merged.next(into: &columns))
    #expect(merged.series == [Self.btc])
    #expect(columns.prices == [10, 11, 11, 12])
    #expect(columns.series == [0, 0, 0, 0])
    #expect(columns.times == [1, 5, 5, 6])
    #expect(try !merged.next(into: &columns))
    #expect(columns.count == 0)
  }

  @Test func aMergeEqualsASortByTimeAndFile() throws {
    let folder = try TemporaryDirectory()
    let samples = try (0..<4).map { index in
      var sample = Samples.random(2_500, seed: UInt64(index + 40))
      if index == 3 { sample.ticks = sample.ticks.map { tick in Tick(tick, later: 2_000_000_000_000) } }
      try Samples.write(sample, to: folder.file("\(index)"), ticksPerBlock: 300 + 7 * index)
      return sample
    }
    let readers = try (0..<4).map { try TickFileReader(path: folder.file("\($0)")) }
    var expected: [(Int64, Int, Int, String)] = []
    for (file, sample) in samples.enumerated() {
      for (record, line) in sample.canonical.enumerated() {
        expected.append((sample.ticks[record].time.nanoseconds, file, record, line))
      }
    }
    expected.sort { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }
    #expect(try Self.lines(MergedTicks(readers: readers, columns: .all)) == expected.map(\.3))
    let from = expected[1_700].0
    let to = expected[8_200].0
    let window = try MergedTicks(readers: readers, columns: .all, window: Self.window(from, to))
    #expect(try Self.lines(window) == expected.filter { $0.0 >= from && $0.0 < to }.map(\.3))
  }

  static func lines(_ merged: MergedTicks) throws -> [String] {
    var merged = merged
    var columns = TickColumns()
    var ticks: [Tick] = []
    while try merged.next(into: &columns) { ticks += (0..<columns.count).map { columns.tick($0) } }
    return Sample(series: merged.series, ticks: ticks).canonical
  }

  @Test func theLastUnflaggedPriceBeforeTheWindowCarriesIn() throws {
    let folder = try TemporaryDirectory()
    // Blocks of three: times 1 2 3 | 4 5 6 | 7 8.
    let a = try Self.file(
      folder, "a", Self.btc, [(1, 10), (2, 11), (3, 12), (4, 13), (5, 14), (6, 15), (7, 16), (8, 17)],
      flagged: [4])
    let b = try Self.file(folder, "b", Self.eth, [(4, 20), (9, 21)])
    func carried(_ from: Int64) throws -> [Double?] {
      try MergedTicks(readers: [a, b], columns: .prices, window: Self.window(from, 100)).carriedIn
    }
    #expect(try carried(0) == [nil, nil])
    #expect(try carried(1) == [nil, nil])
    #expect(try carried(2) == [10, nil])
    #expect(try carried(4) == [12, nil])
    #expect(try carried(5) == [13, 20])
    #expect(try carried(6) == [13, 20])
    #expect(try carried(7) == [15, 20])
    #expect(try carried(8) == [16, 20])
    #expect(try carried(99) == [17, 21])
    #expect(try MergedTicks(readers: [a, b], columns: .prices).carriedIn == [nil, nil])
  }

  @Test func theLaterOfTwoFilesDecidesWhatCarriesIn() throws {
    let folder = try TemporaryDirectory()
    let a = try Self.file(folder, "a", Self.btc, [(1, 10), (5, 11), (8, 12)])
    let b = try Self.file(folder, "b", Self.btc, [(2, 20), (5, 21), (6, 22)])
    func carried(_ readers: [TickFileReader], _ from: Int64) throws -> [Double?] {
      try MergedTicks(readers: readers, columns: .prices, window: Self.window(from, 100)).carriedIn
    }
    #expect(try carried([a, b], 2) == [10])
    #expect(try carried([a, b], 5) == [20])
    #expect(try carried([a, b], 6) == [21])
    #expect(try carried([b, a], 6) == [11])
    #expect(try carried([b, a], 7) == [22])
    #expect(try carried([b, a], 9) == [12])
  }

  @Test func aWindowEndsBeforeItsUpperBound() throws {
    let folder = try TemporaryDirectory()
    let a = try Self.file(folder, "a", Self.btc, [(1, 10), (2, 11), (3, 12), (3, 13), (4, 14)])
    func prices(_ from: Int64, _ to: Int64) throws -> [Double] {
      try RoundTripTests.prices(MergedTicks(readers: [a], columns: [.prices], window: Self.window(from, to)))
    }
    #expect(try prices(2, 3) == [11])
    #expect(try prices(3, 4) == [12, 13])
    #expect(try prices(3, 5) == [12, 13, 14])
    #expect(try prices(5, 9) == [])
    #expect(try prices(2, 2) == [])
    #expect(try prices(-5, 1) == [])
  }

  @Test func aMergedFileSaysTheSame() throws {
    let folder = try TemporaryDirectory()
    for (index, name) in ["a", "b", "none"].enumerated() {
      var sample = name == "none" ? Sample(series: [], ticks: []) : Samples.random(1_500, seed: UInt64(index))
      // Only one file may hold the funding of an instrument at a time.
      if name == "b" { sample.series[3] = SeriesKey(symbol: "BNBUSDT", kind: .funding) }
      try Samples.write(sample, to: folder.file(name), ticksPerBlock: 400, dropped: ["gap": index + 1])
    }
    let readers = try ["a", "none", "b"].map { try TickFileReader(path: folder.file($0)) }
    let summary = try TickMerge.merge(readers, to: folder.file("m"), force: false, tool: "tests 2")
    #expect(summary.tickCount == 3_000)
    let report = try TickFileVerifier(path: folder.file("m")).verify()
    var merged = try MergedTicks(readers: readers, columns: .all)
    #expect(try merged.contentDigest() == report.contentDigest)
    let reader = try TickFileReader(path: folder.file("m"))
    #expect(reader.metadata.dropped == ["gap": 6])
    #expect(reader.metadata.tool == "tests 2")
    #expect(reader.metadata.source == "made by a test")
    #expect(reader.metadata.notes == Samples.metadata.notes)
  }

  @Test func whatWouldCountTwiceIsRefused() throws {
    let folder = try TemporaryDirectory()
    let key = SeriesKey(symbol: "ETHUSDT", kind: .funding)
    let early = try Self.file(folder, "early", key, [(10, 1), (20, 2)])
    let late = try Self.file(folder, "late", key, [(21, 3), (30, 4)])
    let across = try Self.file(folder, "across", key, [(20, 2), (25, 9)])
    let prices = try Self.file(folder, "prices", Self.eth, [(10, 5), (30, 6)])
    #expect(TickFileOverlap.find(in: [early, late, prices], names: ["a", "b", "c"]) == nil)
    let twice = try #require(
      TickFileOverlap.find(in: [early, late, prices, early], names: ["a", "b", "c", "d"]))
    #expect(twice.files == (0, 3) && twice.problem == "the tick file d has the same content as a")
    let common = try #require(TickFileOverlap.find(in: [prices, across, late], names: ["a", "b", "c"]))
    #expect(common.files == (1, 2))
    #expect(common.problem == "the tick files b and c both hold the funding of ETHUSDT, over common times")
    #expect(throws: InputError.self) {
      try TickMerge.merge([early, across], to: folder.file("m"), force: false, tool: "tests")
    }
    #expect(!(try folder.names().contains("m")))
  }
}

extension Tick {
  init(_ tick: Tick, later nanoseconds: Int64) {
    self = tick
    time.nanoseconds += nanoseconds
  }
}
