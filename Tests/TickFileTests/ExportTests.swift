import Market
import Platform
import Support
import Testing

@testable import TickFile

struct ExportTests {
  private func reader(_ folder: TemporaryDirectory) throws -> TickFileReader {
    let second: Int64 = 1_000_000_000
    let ticks = [
      Tick(
        time: Timestamp(nanoseconds: Samples.noon), series: 0,
        price: ExactDecimal(mantissa: 3_196_727, scale: 2),
        size: ExactDecimal(mantissa: 5, scale: 3)),
      Tick(
        time: Timestamp(nanoseconds: Samples.noon + 1), series: 3,
        price: ExactDecimal(mantissa: -75, scale: 6)),
      Tick(
        time: Timestamp(nanoseconds: Samples.noon + second), series: 0,
        price: ExactDecimal(mantissa: 2_872_250, scale: 2), flags: .notMarketTrade),
    ]
    try Samples.write(
      Sample(series: Samples.keys, ticks: ticks), to: folder.file("a"), dropped: ["duplicate": 4])
    return try TickFileReader(path: folder.file("a"))
  }

  @Test func ticksBecomeLines() throws {
    let folder = try TemporaryDirectory()
    let reader = try reader(folder)
    #expect(try TickExport().write([reader], to: folder.file("csv"), force: false) == 3)
    // The block brings the two prices of the series to one scale; their values stay.
    #expect(
      try folder.text("csv") == """
        time,symbol,kind,price,size,flags
        2021-05-19T12:00:00.000000000Z,BTCUSDT,trade,31967.27,0.005,0
        2021-05-19T12:00:00.000000001Z,ETHUSDT,funding,-0.000075,,0
        2021-05-19T12:00:01.000000000Z,BTCUSDT,trade,28722.50,,1

        """)
  }

  @Test func aNameMayAskForCompression() throws {
    let folder = try TemporaryDirectory()
    try Samples.write(Samples.random(70_000, seed: 6), to: folder.file("b"))
    for reader in [try reader(folder), try TickFileReader(path: folder.file("b"))] {
      let count = try TickExport().write([reader], to: folder.file("plain.csv"), force: true)
      #expect(try TickExport().write([reader], to: folder.file("x.csv.zst"), force: true) == count)
      let plain = try folder.bytes("plain.csv")
      let packed = try folder.bytes("x.csv.zst")
      #expect(packed.count < plain.count)
      // Frame by frame, as the format of Zstandard allows.
      var (content, place): ([UInt8], Int) = ([], 0)
      while place < packed.count {
        let (frame, size) = try Self.frame(Array(packed[place...]))
        content += frame
        place += size
      }
      #expect(content == plain)
    }
  }

  /// The content of the first frame, which ends where the next magic number stands, and the frame's size.
  private static func frame(_ bytes: [UInt8]) throws -> ([UInt8], Int) {
    let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
    #expect(Array(bytes.prefix(4)) == magic)
    var end = 4
    while end < bytes.count {
      if bytes[end...].starts(with: magic) {
        var output: [UInt8] = []
        if let size = try? ZstdDecompressor().decompress(bytes, 0..<end, into: &output, atMost: 1 << 26) {
          return (Array(output[..<size]), end)
        }
      }
      end += 1
    }
    var output: [UInt8] = []
    let size = try ZstdDecompressor().decompress(bytes, 0..<end, into: &output, atMost: 1 << 26)
    return (Array(output[..<size]), end)
  }

  @Test func windowAndSeriesSelect() throws {
    let folder = try TemporaryDirectory()
    let reader = try reader(folder)
    let window = MergeTests.window(Samples.noon + 1, Samples.noon + 2)
    let export = TickExport(window: window, timeStyle: .nanoseconds)
    #expect(try export.write([reader], to: folder.file("csv"), force: false) == 1)
    #expect(
      try folder.text("csv") == """
        time,symbol,kind,price,size,flags
        1621425600000000001,ETHUSDT,funding,-0.000075,,0

        """)
    let one = TickExport(series: [Samples.keys[0]])
    #expect(try one.write([reader], to: folder.file("csv"), force: true) == 2)
    let absent = TickExport(series: [SeriesKey(symbol: "DOGE", kind: .mark)])
    let error = #expect(throws: InputError.self) {
      try absent.write([reader], to: folder.file("b"), force: false)
    }
    #expect(error?.problem == "no series DOGE mark")
    #expect(try folder.names() == ["a", "csv"])
  }

  @Test func infoKnowsRangesWithoutDecoding() throws {
    let folder = try TemporaryDirectory()
    let info = TickFileInfo(try reader(folder))
    #expect(info.tickCount == 3 && info.blockCount == 1)
    #expect(info.metadata.dropped == ["duplicate": 4])
    #expect(
      info.times == Timestamp(
        nanoseconds: Samples.noon)...Timestamp(nanoseconds: Samples.noon + 1_000_000_000))
    #expect(info.series.map(\.count) == [2, 0, 0, 1, 0, 0])
    // The flagged print at 28,722.50 is in no range.
    #expect(
      info.series[0].lowest?.description == "31967.27" && info.series[0].highest?.description == "31967.27")
    #expect(info.series[3].lowest?.description == "-0.000075")
    #expect(info.series[1].times == nil && info.series[1].lowest == nil)
    #expect(info.columnSizes.values.reduce(0, +) == info.compressedSize)
    #expect(info.bytesPerTick == Double(info.compressedSize) / 3)
  }
}
