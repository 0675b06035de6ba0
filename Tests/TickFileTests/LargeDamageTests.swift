import Market
import Platform
import Support
import Testing

@testable import TickFile

/// Damage to files of several blocks and spans, at places drawn by chance.
struct LargeDamageTests {
  private static func file(_ folder: TemporaryDirectory, _ count: Int) throws -> [UInt8] {
    try Samples.write(Samples.random(count, seed: 51), to: folder.file("whole"), ticksPerBlock: 9_000)
    return try folder.bytes("whole")
  }

  @Test func flippedBitsAreFound() throws {
    let folder = try TemporaryDirectory()
    var bytes = try Self.file(folder, 20_000)
    var random = SampleRandom(state: 52)
    #expect(try DamageTests.fault(bytes, folder) == nil)
    for _ in 0..<120 {
      let bit = Int.random(in: 0..<bytes.count * 8, using: &random)
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(try DamageTests.fault(bytes, folder) != nil, "bit \(bit)")
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
    }
  }

  @Test func cutsAreFoundAndRepaired() throws {
    let folder = try TemporaryDirectory()
    let bytes = try Self.file(folder, 20_000)
    let whole = try Samples.read(folder.file("whole")).canonical
    let blocks = try TickFileReader(path: folder.file("whole")).blocks
    var random = SampleRandom(state: 53)
    for _ in 0..<30 {
      let length = Int.random(in: blocks[0].marker.offset..<bytes.count, using: &random)
      let cut = Array(bytes.prefix(length))
      #expect(try DamageTests.fault(cut, folder) != nil, "\(length) bytes")
      let repair = try TickFileVerifier(path: folder.file("damaged")).repair(
        to: folder.file("repaired"), force: true, tool: "tests 4")
      let saved = blocks.filter { $0.marker.offset + $0.compressedSize <= length }
      #expect(repair.blockCount == saved.count)
      _ = try TickFileVerifier(path: folder.file("repaired")).verify()
      #expect(
        try Samples.read(folder.file("repaired")).canonical
          == Array(whole.prefix(saved.reduce(0) { $0 + $1.count })))
    }
  }

  /// Columns whose digests are right and whose bytes are not: each is refused or read as ticks, and nothing
  /// crashes over it.
  @Test(arguments: [3, 40, 700])
  func changedColumnsWithRightDigestsDoNoHarm(series: Int) throws {
    let folder = try TemporaryDirectory()
    let ticks = (0..<5_000).map { index in
      Tick(
        time: Timestamp(nanoseconds: Samples.noon + Int64(index * index)), series: index * 7 % series,
        price: ExactDecimal(mantissa: Int64(60_000 + index * index % 977), scale: 2),
        size: index % 3 == 0 ? nil : ExactDecimal(mantissa: Int64(index % 300), scale: 1),
        flags: index % 9 == 0 ? .notMarketTrade : [])
    }
    let keys = (0..<series).map { SeriesKey(symbol: "S\($0)", kind: .trade) }
    try Samples.write(Sample(series: keys, ticks: ticks), to: folder.file("whole"))
    let whole = try InputFile(path: folder.file("whole"))
    let layout = try FileLayout(whole)
    let source = FrameSource(whole)
    let frames = layout.blocks[0].columnFrames
    var scratch = DecodeScratch()
    let contents = try frames.map { frame in
      let bytes = try source.bytes(at: frame.offset, count: frame.size)
      let size = try scratch.decompressor.decompress(
        bytes, 0..<bytes.count, into: &scratch.raw, atMost: 1 << 20)
      return Array(scratch.raw[..<size])
    }
    var random = SampleRandom(state: 54)
    var refused = 0
    for turn in 0..<150 {
      var changed = contents
      let place = turn % contents.count
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        // The first bytes say how long everything is.
        let reach = Bool.random(using: &random) ? min(60, changed[place].count) : changed[place].count
        let byte = Int.random(in: 0..<reach, using: &random)
        changed[place][byte] = UInt8.random(in: 0...255, using: &random)
      }
      if turn % 10 == 9 { changed[place].removeLast(Int.random(in: 1...9, using: &random)) }
      let bytes = try Self.rebuilt(layout, changed)
      if try DamageTests.fault(bytes, folder) != nil { refused += 1 }
    }
    #expect(refused > 100)
  }

  /// A file with other contents of the columns of its only block, and digests that fit them.
  private static func rebuilt(_ layout: FileLayout, _ contents: [[UInt8]]) throws -> [UInt8] {
    let compressor = ZstdCompressor(level: 1)
    var header = layout.footer.blocks[0].header
    let frames = try contents.map { try compressor.frame($0) }
    let spans = TickFormat.spans(of: header.count)
    for (place, frame) in frames.enumerated() {
      header.columns[place / spans].frames[place % spans] = SpanFrame(
        size: frame.count, digest: XXHash64.digest(frame))
    }
    return try LyingFileTests.file(
      header: header, frames: frames, series: layout.footer.series, spans: layout.footer.blocks[0].spans)
  }
}
