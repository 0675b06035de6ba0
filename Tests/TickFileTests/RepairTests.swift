import Market
import Platform
import Support
import Testing

@testable import TickFile

struct RepairTests {
  /// Cuts a file of three blocks at `length` and repairs it.
  private func repaired(
    _ bytes: [UInt8], _ length: Int, _ folder: TemporaryDirectory
  ) throws -> (TickRepair, Sample) {
    let cut = try folder.write("cut", bytes: Array(bytes.prefix(length)))
    let result = try TickFileVerifier(path: cut).repair(
      to: folder.file("repaired"), force: true, tool: "tests 3")
    #expect(try folder.bytes("cut") == Array(bytes.prefix(length)), "the original is never touched")
    _ = try TickFileVerifier(path: folder.file("repaired")).verify()
    return (result, try Samples.read(folder.file("repaired")))
  }

  @Test func aFileCutAnywhereKeepsItsWholeBlocks() throws {
    let folder = try TemporaryDirectory()
    let sample = Samples.random(60, seed: 11)
    try Samples.write(sample, to: folder.file("whole"), ticksPerBlock: 25)
    let bytes = try folder.bytes("whole")
    let blocks = try TickFileReader(path: folder.file("whole")).blocks
    let ends = blocks.map { $0.marker.offset + $0.compressedSize }
    let start = blocks[0].marker.offset
    for length in stride(from: start, through: bytes.count, by: 1) {
      let (result, saved) = try repaired(bytes, length, folder)
      let whole = ends.count { $0 <= length }
      let ticks = blocks.prefix(whole).reduce(0) { $0 + $1.count }
      #expect(result.blockCount == whole && result.tickCount == ticks)
      #expect(saved.canonical == Array(sample.canonical.prefix(ticks)))
      #expect(
        result.lostBytes == (length == bytes.count ? 0 : length - (whole == 0 ? start : ends[whole - 1])))
      #expect((result.fault == nil) == (length == bytes.count))
    }
    #expect(throws: CorruptDataError.self) { try repaired(bytes, start - 1, folder) }
    #expect(throws: CorruptDataError.self) { try repaired(bytes, 0, folder) }
  }

  @Test func aDamagedBlockEndsWhatIsSaved() throws {
    let folder = try TemporaryDirectory()
    let sample = Samples.random(60, seed: 12)
    try Samples.write(sample, to: folder.file("whole"), ticksPerBlock: 25, dropped: ["gap": 2])
    var bytes = try folder.bytes("whole")
    let blocks = try TickFileReader(path: folder.file("whole")).blocks
    bytes[blocks[1].columnFrames[0].offset + 9] ^= 4
    let (result, saved) = try repaired(bytes, bytes.count, folder)
    #expect(result.blockCount == 1)
    #expect(result.fault == "block 1: column price is damaged: its digest does not match")
    #expect(result.lastTime == sample.ticks[24].time)
    #expect(saved.canonical == Array(sample.canonical.prefix(25)))
    #expect(try TickFileReader(path: folder.file("repaired")).metadata.dropped == ["gap": 2])
  }

  @Test func theDamagedFileIsNeverReplaced() throws {
    let folder = try TemporaryDirectory()
    try Samples.write(Samples.random(10, seed: 1), to: folder.file("a"))
    let before = try folder.bytes("a")
    #expect(throws: InputError.self) {
      try TickFileVerifier(path: folder.file("a")).repair(to: folder.path + "/./a", force: true, tool: "t")
    }
    #expect(try folder.bytes("a") == before)
  }
}
