import Market
import Platform
import Support
import Testing

@testable import TickFile

struct RoundTripTests {
  @Test(arguments: [1, 2, 7, 100, 4_095, 4_096, 4_097, 10_000], [1_000, 65_536])
  func ticksComeBack(count: Int, ticksPerBlock: Int) throws {
    let folder = try TemporaryDirectory()
    let sample = Samples.random(count, seed: UInt64(count))
    let summary = try Samples.write(
      sample, to: folder.file("a"), ticksPerBlock: ticksPerBlock, dropped: ["duplicate": 3, "zero price": 0])
    let reader = try TickFileReader(path: folder.file("a"))
    #expect(summary.tickCount == count)
    #expect(reader.tickCount == count)
    #expect(reader.digest == summary.digest)
    #expect(reader.blocks.allSatisfy { $0.count <= ticksPerBlock })
    #expect(reader.firstTime == sample.ticks.first?.time)
    #expect(reader.lastTime == sample.ticks.last?.time)
    #expect(reader.series == sample.series)
    #expect(reader.metadata.source == "made by a test")
    #expect(reader.metadata.notes == Samples.metadata.notes)
    #expect(reader.metadata.dropped == ["duplicate": 3, "zero price": 0])
    #expect(try Samples.read(folder.file("a")).canonical == sample.canonical)
  }

  @Test func aFileWithoutTicksIsValid() throws {
    let folder = try TemporaryDirectory()
    try Samples.write(Sample(series: [], ticks: []), to: folder.file("none"))
    let reader = try TickFileReader(path: folder.file("none"))
    #expect(reader.tickCount == 0)
    #expect(reader.blocks.isEmpty)
    #expect(reader.firstTime == nil)
  }

  @Test func doublesAreTheNearestToTheDecimals() throws {
    let folder = try TemporaryDirectory()
    let texts = ["0.1", "31967.27", "0.00000001", "9007199254740991", "1e-22", "28722.50", "-0.00375", "0"]
    let prices = [
      (1, 1), (3_196_727, 2), (1, 8), (9_007_199_254_740_991, 0), (1, 22), (2_872_250, 2), (-375, 5), (0, 22),
    ]
    let ticks = prices.enumerated().map { index, price in
      Tick(
        time: Timestamp(nanoseconds: Int64(index)), series: 0,
        price: ExactDecimal(mantissa: Int64(price.0), scale: price.1))
    }
    try Samples.write(Sample(series: [Samples.keys[0]], ticks: ticks), to: folder.file("a"))
    let merged = try MergedTicks(readers: [TickFileReader(path: folder.file("a"))], columns: [.prices])
    #expect(try Self.prices(merged) == texts.compactMap { Double($0) })
  }

  static func prices(_ merged: MergedTicks) throws -> [Double] {
    var merged = merged
    var columns = TickColumns()
    var prices: [Double] = []
    while try merged.next(into: &columns) { prices += columns.prices }
    return prices
  }

  @Test func oneColumnAloneEqualsTheSameColumnAmongAll() throws {
    let folder = try TemporaryDirectory()
    try Samples.write(Samples.random(3_000, seed: 5), to: folder.file("a"))
    let reader = try TickFileReader(path: folder.file("a"))
    var all = TickColumns()
    var one = TickColumns()
    try reader.decode(block: 0, columns: .all, into: &all)
    try reader.decode(block: 0, columns: .times, into: &one)
    #expect(one.times == all.times && one.prices.isEmpty && one.series.isEmpty)
    try reader.decode(block: 0, columns: [.prices, .series], into: &one)
    #expect(one.prices == all.prices && one.series == all.series && one.times.isEmpty && one.sizes.isEmpty)
    try reader.decode(block: 0, columns: .flags, into: &one)
    #expect(one.flags == all.flags && one.prices.isEmpty)
    try reader.decode(block: 0, columns: .sizes, into: &one)
    #expect(zip(one.sizes, all.sizes).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) })
    #expect(one.sizeScales.isEmpty)
  }
}
