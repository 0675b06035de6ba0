import Market
import Platform
import Support
import Testing

@testable import TickFile

struct WriterTests {
  private func writer(_ path: String, ticksPerBlock: Int = 65_536) throws -> TickFileWriter {
    let options = TickFileOptions(ticksPerBlock: ticksPerBlock)
    return try TickFileWriter(path: path, force: false, metadata: Samples.metadata, options: options)
  }

  private func tick(_ time: Int64, _ mantissa: Int64, _ scale: Int, series: Int = 0) -> Tick {
    Tick(
      time: Timestamp(nanoseconds: time), series: series,
      price: ExactDecimal(mantissa: mantissa, scale: scale))
  }

  @Test func ticksOutOfOrderAreRefused() throws {
    let folder = try TemporaryDirectory()
    let writer = try writer(folder.file("a"))
    let series = try writer.series(Samples.keys[0])
    try writer.append(tick(100, 1, 0, series: series))
    try writer.append(tick(100, 2, 0, series: series))
    let error = #expect(throws: InputError.self) { try writer.append(tick(93, 3, 0, series: series)) }
    #expect(
      error?.description
        == "\(folder.file("a")): tick 2 (BTCUSDT trade) is 7 ns earlier than the one before it, "
        + "expected ticks in time order")
  }

  @Test func tooManyDigitsAreRefused() throws {
    let folder = try TemporaryDirectory()
    let writer = try writer(folder.file("a"))
    _ = try writer.series(Samples.keys[0])
    #expect(throws: InputError.self) { try writer.append(tick(1, 1 << 53, 0)) }
    #expect(throws: InputError.self) { try writer.append(tick(1, -(1 << 53), 0)) }
    #expect(throws: InputError.self) { try writer.append(tick(1, 1, 23)) }
    #expect(throws: InputError.self) { try writer.append(tick(1, 1, -1)) }
    try writer.append(tick(1, (1 << 53) - 1, 22))
    #expect(throws: InputError.self) { try writer.series(SeriesKey(symbol: "a b", kind: .mark)) }
  }

  @Test func pricesWithoutACommonScaleStartABlock() throws {
    let folder = try TemporaryDirectory()
    let path = folder.file("a")
    let writer = try writer(path)
    _ = try writer.series(Samples.keys[0])
    // The first pair fits no common scale; the zeros of the last one do not count.
    try writer.append(tick(1, 9_007_199_254_740_991, 0))
    try writer.append(tick(2, 1, 1))
    try writer.append(tick(3, 9_007_199_254_740_000, 15))
    try writer.append(tick(4, 0, 22))
    _ = try writer.finish()
    let reader = try TickFileReader(path: path)
    #expect(reader.blocks.map(\.count) == [1, 3])
    _ = try TickFileVerifier(path: path).verify()
    let prices = try RoundTripTests.prices(MergedTicks(readers: [reader], columns: .prices))
    #expect(prices == [9_007_199_254_740_991, 0.1, 9.00719925474, 0])
  }

  @Test func extremeTimesComeBack() throws {
    let folder = try TemporaryDirectory()
    let writer = try writer(folder.file("a"))
    _ = try writer.series(Samples.keys[0])
    for time in [Int64.min, -1, 0, Int64.max, Int64.max] { try writer.append(tick(time, 5, 0)) }
    _ = try writer.finish()
    _ = try TickFileVerifier(path: folder.file("a")).verify()
    #expect(
      try Samples.read(folder.file("a")).ticks.map(\.time.nanoseconds) == [
        Int64.min, -1, 0, Int64.max, Int64.max,
      ])
  }

  @Test func withoutFinishNothingStays() throws {
    let folder = try TemporaryDirectory()
    do {
      let writer = try writer(folder.file("a"), ticksPerBlock: 10)
      let number = try writer.series(Samples.keys[0])
      for time in 0..<100 { try writer.append(tick(Int64(time), 1, 0, series: number)) }
    }
    #expect(try folder.names() == [])
  }

  @Test(arguments: ["write=ENOSPC@1", "write=EIO@2", "fsync=EIO@1", "rename=EACCES@1", "open=EMFILE@1"])
  func aFailureLeavesNothingBehind(plan: String) throws {
    let folder = try TemporaryDirectory()
    let sample = Samples.random(300_000, seed: 3)
    let error = #expect(throws: SystemCallError.self) {
      try FaultPlan(plan).run { _ = try Samples.write(sample, to: folder.file("a"), ticksPerBlock: 50_000) }
    }
    #expect(error?.exitStatus == .failed)
    #expect(try folder.names() == [])
  }

  @Test func interruptedAndShortWritesLoseNothing() throws {
    let folder = try TemporaryDirectory()
    let sample = Samples.random(300, seed: 3)
    try FaultPlan("write=EINTR@1,write=SHORT@1").run {
      _ = try Samples.write(sample, to: folder.file("a"), ticksPerBlock: 100)
    }
    #expect(try Samples.read(folder.file("a")).canonical == sample.canonical)
  }

  @Test func readFailuresAreNoCorruption() throws {
    let folder = try TemporaryDirectory()
    try Samples.write(Samples.random(300, seed: 3), to: folder.file("a"))
    #expect(throws: SystemCallError.self) {
      try FaultPlan("read=EIO@2").run { _ = try TickFileReader(path: folder.file("a")) }
    }
    try FaultPlan("read=SHORT@2").run { _ = try TickFileReader(path: folder.file("a")) }
  }

  @Test func anExistingFileStaysWithoutForce() throws {
    let folder = try TemporaryDirectory()
    _ = try folder.write("a", "mine")
    #expect(throws: InputError.self) { try writer(folder.file("a")) }
    #expect(try folder.text("a") == "mine")
  }
}
