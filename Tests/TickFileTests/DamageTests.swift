import Market
import Platform
import Support
import Testing

@testable import TickFile

/// Every flipped bit and every cut is found, and nothing crashes over it.
struct DamageTests {
  /// Three blocks of two series, with and without sizes and flags.
  static let sample: Sample = {
    let ticks = (0..<9).map { index in
      Tick(
        time: Timestamp(nanoseconds: Samples.noon + Int64(index * index)), series: index % 2,
        price: ExactDecimal(mantissa: Int64(1_000 + index * 37 % 11), scale: index % 3),
        size: index % 3 == 0 ? ExactDecimal(mantissa: 5, scale: 1) : nil,
        flags: index == 2 ? .notMarketTrade : [])
    }
    return Sample(series: Array(Samples.keys.prefix(2)), ticks: ticks)
  }()

  /// A small file with everything in it.
  static func smallFile(_ folder: TemporaryDirectory) throws -> [UInt8] {
    try Samples.write(sample, to: folder.file("whole"), ticksPerBlock: 4)
    return try folder.bytes("whole")
  }

  /// What verifying `bytes` says: the block at fault, or nil for none; any other error is passed on.
  static func fault(_ bytes: [UInt8], _ folder: TemporaryDirectory) throws -> CorruptDataError? {
    let path = try folder.write("damaged", bytes: bytes)
    do {
      _ = try TickFileVerifier(path: path).verify()
      return nil
    } catch let error as CorruptDataError {
      #expect(error.path == path)
      return error
    }
  }

  @Test func everyFlippedBitIsFound() throws {
    let folder = try TemporaryDirectory()
    var bytes = try Self.smallFile(folder)
    #expect(try Self.fault(bytes, folder) == nil)
    var missed: [Int] = []
    for bit in 0..<(bytes.count * 8) {
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      if try Self.fault(bytes, folder) == nil { missed.append(bit) }
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
    }
    #expect(missed.isEmpty)
  }

  @Test func everyFlippedByteIsFoundByTheReaderAlone() throws {
    let folder = try TemporaryDirectory()
    var bytes = try Self.smallFile(folder)
    for index in bytes.indices {
      bytes[index] ^= 0xFF
      let path = try folder.write("damaged", bytes: bytes)
      // Frames that only a repair reads may be damaged unseen; the ticks never differ.
      do {
        #expect(try Samples.read(path).canonical == Self.sample.canonical)
      } catch is CorruptDataError {
      }
      bytes[index] ^= 0xFF
    }
  }

  @Test func everyCutIsFound() throws {
    let folder = try TemporaryDirectory()
    let bytes = try Self.smallFile(folder)
    let missed = try (0..<bytes.count).filter { try Self.fault(Array(bytes.prefix($0)), folder) == nil }
    #expect(missed.isEmpty)
  }

  @Test func bytesBehindTheEndAreFound() throws {
    let folder = try TemporaryDirectory()
    let bytes = try Self.smallFile(folder)
    #expect(try Self.fault(bytes + [0], folder) != nil)
    #expect(try Self.fault(bytes + bytes, folder) != nil)
    #expect(try Self.fault([0] + bytes, folder) != nil)
  }

  @Test func theBlockAtFaultIsNamed() throws {
    let folder = try TemporaryDirectory()
    var bytes = try Self.smallFile(folder)
    let reader = try TickFileReader(path: folder.file("whole"))
    #expect(reader.blocks.count == 3)
    let frame = try #require(reader.blocks[1].columnFrames.first)
    bytes[frame.offset + frame.size / 2] ^= 1
    let error = try #require(try Self.fault(bytes, folder))
    #expect(error.block == 1)
    #expect(
      error.description
        == "\(folder.file("damaged")): block 1: a column is damaged: its digest does not match")
    #expect(error.exitStatus == .corruptData)
  }

  @Test func aBlockOfAnotherFileIsFound() throws {
    let folder = try TemporaryDirectory()
    var bytes = try Self.smallFile(folder)
    let blocks = try TickFileReader(path: folder.file("whole")).blocks
    // Equal lengths are not needed: the second block's marker in the first one's place is enough.
    let first = blocks[0].marker
    let second = blocks[1].marker
    bytes.replaceSubrange(
      first.offset..<(first.offset + first.size), with: bytes[second.offset..<(second.offset + second.size)])
    #expect(try Self.fault(bytes, folder)?.block == 0)
  }

  @Test func otherFilesAreRefused() throws {
    let folder = try TemporaryDirectory()
    #expect(try Self.fault([], folder) != nil)
    #expect(try Self.fault(Array("time,price\n1,2\n".utf8), folder) != nil)
    #expect(try Self.fault([UInt8](repeating: 0, count: 5_000), folder) != nil)
    #expect(throws: InputError.self) { try TickFileReader(path: folder.file("absent")) }
    #expect(throws: InputError.self) { try TickFileReader(path: folder.path) }
  }
}
