import Foundation
import Market
import Support
import Testing

@testable import TickFile

/// `scripts/ticks.py`, a reader for NumPy that was written from the format document alone, reads what the
/// writer wrote.
struct PythonReaderTests {
  private static let script = repositoryRoot + "/scripts/ticks.py"

  /// The interpreter, where it has NumPy and Zstandard.
  private static let python: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/python3" }.first { (try? run($0, ["-c", "import ticks"]))?.status == 0 }
  }()

  private static let reason: Comment = "needs python3 with NumPy and Zstandard"

  private static func run(_ python: String, _ arguments: [String]) throws -> BinaryResult {
    try runProgram(
      python, arguments,
      environment: ["PYTHONPATH": repositoryRoot + "/scripts", "PYTHONDONTWRITEBYTECODE": "1"])
  }

  @Test(.enabled(if: python != nil, reason), arguments: [0, 1, 4_097, 20_000])
  func itPrintsWhatTheExportWrites(count: Int) throws {
    let python = try #require(Self.python)
    let folder = try TemporaryDirectory()
    let path = folder.file("a.ticks.zst")
    try Samples.write(Samples.random(count, seed: 31), to: path, ticksPerBlock: 9_000)
    let export = TickExport(timeStyle: .nanoseconds)
    _ = try export.write([TickFileReader(path: path)], to: folder.file("csv"), force: false)
    let found = try Self.run(python, [Self.script, path, "--csv"])
    #expect(found.stderr == "")
    #expect(found.stdoutBytes == (try folder.bytes("csv")))
    let summary = try Self.run(python, [Self.script, path])
    #expect(summary.stdout.hasPrefix("\(path): \(count) ticks in \((count + 8_999) / 9_000) blocks, digest "))
  }

  @Test(.enabled(if: python != nil, reason))
  func itsArraysHoldTheSameBits() throws {
    let python = try #require(Self.python)
    let folder = try TemporaryDirectory()
    let path = folder.file("a.ticks.zst")
    let sample = Samples.random(15_000, seed: 32)
    try Samples.write(sample, to: path, ticksPerBlock: 9_000)
    let (from, to) = (sample.ticks[5_000].time, sample.ticks[12_345].time)
    let code = """
      import sys, ticks
      data = ticks.TickFile(sys.argv[1]).read(start=int(sys.argv[2]), end=int(sys.argv[3]))
      for name in ("time", "price", "size"):
          print(*data[name].view("u8").tolist())
      print(*data["series"].tolist())
      try:
          import polars
          frame = ticks.TickFile(sys.argv[1]).to_polars(int(sys.argv[2]), int(sys.argv[3]))
          assert frame.shape == (len(data["time"]), 6) and frame["price"].to_list() == data["price"].tolist()
      except ImportError:
          pass
      """
    let found = try Self.run(python, ["-c", code, path, "\(from.nanoseconds)", "\(to.nanoseconds)"])
    #expect(found.stderr == "")
    let lines = found.stdout.split(separator: "\n").map { line in
      line.split(separator: " ").compactMap { UInt64($0) }
    }
    let expected = sample.ticks.filter { $0.time >= from && $0.time < to }
    try #require(lines.count == 4)
    #expect(lines[0] == expected.map { UInt64(bitPattern: $0.time.nanoseconds) })
    #expect(lines[1] == expected.map { $0.price.double.bitPattern })
    let sizes = lines[2].map { Double(bitPattern: $0) }.map { $0.isNaN ? nil : $0 }
    #expect(sizes == expected.map { $0.size?.double })
    #expect(lines[3] == expected.map { UInt64($0.series) })
  }

  @Test(.enabled(if: python != nil, reason))
  func itRefusesWhatIsDamaged() throws {
    let python = try #require(Self.python)
    let folder = try TemporaryDirectory()
    try Samples.write(Samples.random(5_000, seed: 33), to: folder.file("a"), ticksPerBlock: 3_000)
    let bytes = try folder.bytes("a")
    let reader = try TickFileReader(path: folder.file("a"))
    let frame = try #require(reader.blocks[1].columnFrames.last)
    for place in [3, 60, frame.offset + 7, bytes.count - 70, bytes.count - 3] {
      var damaged = bytes
      damaged[place] ^= 1
      let path = try folder.write("b", bytes: damaged)
      #expect(try Self.run(python, [Self.script, path, "--csv"]).status == 3, "byte \(place)")
    }
    #expect(try Self.run(python, [Self.script, folder.file("absent")]).status == 2)
    #expect(try Self.run(python, [Self.script]).status == 64)
  }
}
