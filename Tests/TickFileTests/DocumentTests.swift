import Market
import Support
import Testing

@testable import TickFile

/// What the format document promises, seen from outside.
struct DocumentTests {
  /// The contents of all Zstandard frames, by the tool of that name.
  private static let zstd: String? = ["/usr/bin/zstd", "/usr/local/bin/zstd", "/opt/homebrew/bin/zstd"]
    .first { (try? runProgram($0, ["--version"]))?.status == 0 }

  @Test func theDigestIsXXH64() {
    // Published test values of the algorithm with seed 0.
    #expect(XXHash64.digest([]) == 0xEF46_DB37_51D8_E999)
    #expect(XXHash64.digest(Array("a".utf8)) == 0xD24E_C4F1_A98C_6E5B)
    #expect(XXHash64.digest(Array("abc".utf8)) == 0x44BC_2CF5_AD77_0999)
    for count in 0..<100 {
      let bytes = (0..<count).map { UInt8($0 * 7 % 251) }
      #expect(XXHash64.digest(bytes) == plainXXH64(bytes))
      let streaming = StreamingXXHash64()
      streaming.update(Array(bytes.prefix(count / 3)))
      streaming.update(Array(bytes.dropFirst(count / 3)))
      #expect(streaming.digest == plainXXH64(bytes))
    }
  }

  @Test(.enabled(if: zstd != nil, "needs the zstd command"), arguments: [0, 1, 60, 9_000])
  func zstdAcceptsTheFile(count: Int) throws {
    let zstd = try #require(Self.zstd)
    let folder = try TemporaryDirectory()
    try Samples.write(Samples.random(count, seed: 8), to: folder.file("a.ticks.zst"), ticksPerBlock: 5_000)
    #expect(try runProgram(zstd, ["-t", folder.file("a.ticks.zst")]).status == 0)
  }

  @Test(.enabled(if: zstd != nil, "needs the zstd command"), arguments: [1, 60, 9_000])
  func aReaderMadeFromTheDocumentReadsTheSame(count: Int) throws {
    let zstd = try #require(Self.zstd)
    let folder = try TemporaryDirectory()
    let path = folder.file("a.ticks.zst")
    let sample = Samples.random(count, seed: 9)
    try Samples.write(sample, to: path, ticksPerBlock: 4_200)
    let content = try runProgram(zstd, ["-dc", path]).stdoutBytes
    var second = SecondReader(file: try folder.bytes("a.ticks.zst"), content: content)
    try second.readBlocks((count + 4_199) / 4_200)
    #expect(second.ticks == sample.canonical)
    let reader = try TickFileReader(path: path)
    let digests = reader.blocks.flatMap { [$0.marker, $0.header] + $0.columnFrames }
      .filter { $0.size > 0 }.map(\.digest)
    #expect(Array(second.frameDigests.dropFirst(2)) == digests)
    #expect(String(decoding: try second.take(4), as: UTF8.self) == "TFTR")
    #expect(plainXXH64(Array(second.file[second.filePosition...].dropLast(56))) == reader.digest)
  }

  @Test func theContentDigestIsAsDescribed() throws {
    let folder = try TemporaryDirectory()
    let tick = Tick(
      time: Timestamp(nanoseconds: 258), series: 0, price: ExactDecimal(mantissa: 1_500, scale: 3),
      size: ExactDecimal(mantissa: 20, scale: 0), flags: .notMarketTrade)
    try Samples.write(Sample(series: [Samples.keys[0]], ticks: [tick]), to: folder.file("a"))
    let name = plainXXH64(Array("BTCUSDT trade".utf8))
    var bytes: [UInt8] = [2, 1, 0, 0, 0, 0, 0, 0]
    bytes += (0..<8).map { UInt8(truncatingIfNeeded: name >> UInt64(8 * $0)) }
    bytes += [15, 0, 0, 0, 0, 0, 0, 0] + [20, 0, 0, 0, 0, 0, 0, 0] + [1, 0, 1, 0]
    #expect(try TickFileReader(path: folder.file("a")).contentDigest() == plainXXH64(bytes))
  }
}
