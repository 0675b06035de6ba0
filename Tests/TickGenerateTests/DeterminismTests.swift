import Dispatch
import Market
import Support
import Synchronization
import TickFile
import Testing

@testable import TickGenerate

/// The same request gives the same bytes wherever it runs, in memory that does not grow.
@Suite struct DeterminismTests {
  /// Everything at once.
  static func full(_ path: String, seed: UInt64 = 11) -> GenerateRequest {
    var request = GenerateRequest(
      output: path, start: Timestamp(nanoseconds: 1_760_130_000_000_000_000), length: .duration(minutes(20)),
      correlation: .matrix([[1, 0.9, 0.8], [0.9, 1, 0.7], [0.8, 0.7, 1]]), jumpsPerDay: 5,
      scenario: .crash20251010, seed: seed)
    request.ownJumpsPerDay = 5
    (request.volatilityClustering, request.volumeClustering, request.gapsPerDay) = (0.5, 0.8, 500)
    request.hasIndexes = true
    return request
  }

  @Test func threadsDoNotChangeTheBytes() throws {
    let folder = try TemporaryDirectory()
    let names = (0..<6).map { "\($0).ticks.zst" }
    let failures = Mutex(0)
    let requests = names.map { Self.full(folder.file($0)) }
    DispatchQueue.concurrentPerform(iterations: names.count) { number in
      do { _ = try requests[number].run() } catch { failures.withLock { $0 += 1 } }
    }
    #expect(failures.withLock { $0 } == 0)
    let first = try folder.bytes(names[0])
    #expect(first.count > 10_000)
    for name in names { #expect(try folder.bytes(name) == first) }
    _ = try Self.full(folder.file("other.ticks.zst"), seed: 12).run()
    #expect(try folder.bytes("other.ticks.zst") != first)
  }

  @Test func oneStepIsAllThatIsHeld() throws {
    let request = Self.full("unused")
    let numbers = request.instruments.indices.map { i in
      TickGenerator.SeriesNumbers(trade: 4 * i, mark: 4 * i + 1, funding: 4 * i + 2, index: 4 * i + 3)
    }
    let assets = request.assets.indices.map { TickGenerator.SeriesNumbers(index: 12 + $0) }
    var generator = try TickGenerator(request, numbers: numbers, assets: assets)
    var total = 0
    while total < 100_000 {
      try generator.makeStep()
      total += generator.ticks.count
      // Two trades a second of three instruments, at most 4 times 6.6 as many, and 9 prices of the grid.
      #expect(generator.ticks.count < 300)
      #expect(generator.ticks.allSatisfy { $0.time.nanoseconds < generator.position })
    }
  }

  @Test func aStepThatWouldNotFitIsRefused() throws {
    // 3 instruments, 100 a second, four times as many under stress: 1,200 a second.
    var request = GenerateRequest(output: "unused")
    request.tradesPerSecond = 100
    request.step = TimeSpan(nanoseconds: 833_000_000_000)
    try request.validate()
    request.step = TimeSpan(nanoseconds: 834_000_000_000)
    #expect(throws: (any Error).self) { try request.validate() }
    // And eight times as many again where trades follow the volatility.
    request.volumeClustering = 1
    request.step = TimeSpan(nanoseconds: 104_000_000_000)
    try request.validate()
    request.step = TimeSpan(nanoseconds: 105_000_000_000)
    #expect(throws: (any Error).self) { try request.validate() }
  }
}
