import Foundation
import Market
import Platform
import Support
import Testing

@testable import TickImport

/// Every reader of foreign bytes, fed with changed ones: a second each, longer by `scripts/fuzz`.
@Suite struct FuzzTests {
  /// Seconds for each target.
  static var seconds: Double {
    ProcessInfo.processInfo.environment["MARGINSWEEP_FUZZ_SECONDS"].flatMap(Double.init) ?? 1
  }
  /// Where the corpus is kept; nil for a folder that goes away.
  static var kept: String? { ProcessInfo.processInfo.environment["MARGINSWEEP_FUZZ_FOLDER"] }
  /// The targets to run; all where none is named.
  static var targets: [FuzzTarget] {
    let names = ProcessInfo.processInfo.environment["MARGINSWEEP_FUZZ_TARGETS"]?.split(separator: " ") ?? []
    return names.isEmpty ? FuzzTarget.all : FuzzTarget.all.filter { names.contains($0.name[...]) }
  }

  static func run(_ target: FuzzTarget, for seconds: Double, in folder: String?) throws -> Int {
    let temporary = try TemporaryDirectory()
    let place = (folder ?? temporary.path) + "/" + target.name
    try Files.createDirectory(place)
    let seed = folder == nil ? 1 : UInt64(Date().timeIntervalSince1970)
    var fuzzer = try Fuzzer(target, folder: place, seed: seed)
    try fuzzer.run(for: seconds)
    return fuzzer.runs
  }

  @Test(arguments: targets) func changedInputsEndInAResultOrAnErrorOfOurs(target: FuzzTarget) throws {
    let runs = try Self.run(target, for: Self.seconds, in: Self.kept)
    #expect(runs > target.seeds.count)
  }

  @Test func theCanaryIsFound() {
    #expect(throws: Fuzzer.Finding.self) { _ = try Self.run(.canary, for: 60, in: nil) }
  }

  @Test func theSeedsAreReadWithoutAnError() throws {
    let folder = try TemporaryDirectory()
    for target in FuzzTarget.all {
      for seed in target.seeds {
        let path = try folder.write(target.file, bytes: seed)
        let way = try target.run(path)
        #expect(!way.contains("expected"), "\(target.name): \(way)")
      }
    }
  }

  @Test func databentoFilesByHand() throws {
    let folder = try TemporaryDirectory()
    func lines(_ bytes: [UInt8]) throws -> [String] {
      try importFiles([try folder.write("x.dbn", bytes: bytes)]).sink.lines
    }
    let time = "1609160400000000000"
    #expect(try lines(DBNFixture.all[0]) == ["ESH1 trade 1609160400000000009 100.25"])
    #expect(
      try lines(DBNFixture.all[2]) == [
        "ESH1 bid \(time) 100", "ESH1 ask \(time) 100.5", "ESH1 trade \(time) 100.25",
      ])
    #expect(try lines(DBNFixture.all[3]).first == "ESH1 trade \(time) 100")
    #expect(try lines(DBNFixture.all[4]) == [String](repeating: "ESH1 trade \(time) 100", count: 2))
    let negative = DBNFixture.metadata(version: 1, schema: 4) + DBNFixture.trade(price: UInt64.max)
    #expect(
      try importFiles([folder.write("n.dbn", bytes: negative)]).summary.dropped == [
        "price of zero or below": 1
      ])
    #expect {
      _ = try lines(DBNFixture.metadata(version: 4, schema: 4))
    } throws: {
      "\($0)".contains("Databento's encoding has version 4, expected version 1, 2 or 3")
    }
  }
}
