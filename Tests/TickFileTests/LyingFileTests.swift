import Market
import Platform
import Support
import Testing

@testable import TickFile

/// Files whose digests are right and whose statements are not: each is refused, none makes the reader
/// allocate what it claims or read where it should not.
struct LyingFileTests {
  private static var compressor: ZstdCompressor { ZstdCompressor(level: 3) }

  /// A file made of the given parts with digests and places that fit them.
  static func file(
    header: BlockHeader, frames: [[UInt8]], series: [FooterSeries], spans: [FooterSpan]
  ) throws -> [UInt8] {
    let json = Samples.metadata.openingJSON
    let metadata = try compressor.frame(json)
    let opening = FileOpening(
      metadataCompressed: metadata.count, metadataRaw: json.count, metadataDigest: XXHash64.digest(metadata))
    let raw = header.encoded()
    let frame = try compressor.frame(raw)
    let marker = BlockMarker(
      number: 0, headerCompressed: frame.count, headerRaw: raw.count, headerDigest: XXHash64.digest(frame))
    var bytes = opening.encoded() + metadata + marker.encoded() + frame + frames.flatMap { $0 }
    let block = FooterBlock(
      markerDigest: XXHash64.digest(marker.encoded()), headerCompressed: frame.count,
      headerDigest: XXHash64.digest(frame), header: header, spans: spans)
    let footer = TickFooter(
      openingDigest: XXHash64.digest(opening.encoded()), metadataCompressed: metadata.count,
      metadataDigest: opening.metadataDigest, closingJSON: Samples.metadata.closingJSON, series: series,
      blocks: [block])
    let footerFrame = try compressor.frame(footer.encoded())
    let closing = FileClosing(
      footerOffset: bytes.count, footerCompressed: footerFrame.count, footerRaw: footer.encoded().count,
      footerDigest: XXHash64.digest(footerFrame))
    bytes += footerFrame + closing.encoded()
    return bytes
  }

  /// A price column of one series: its first mantissa and differences in zigzag of one byte.
  private static func prices(_ first: UInt8, _ differences: [UInt8]) -> [UInt8] {
    [1, 0, 1] + [0, 0, UInt8(differences.count), 0, 0] + [first, 0, 0, 0, 0, 0, 0, 0] + differences
  }

  /// A time column with distances of one byte.
  private static func times(_ first: UInt8, exponent: UInt8 = 0, _ distances: [UInt8]) -> [UInt8] {
    [first, 0, 0, 0, 0, 0, 0, 0] + [exponent, 0, 1] + distances
  }

  /// Three ticks of one series at times 5, 6, 8 with prices 10, 9, 12, told truthfully and then changed.
  private static func fault(
    price: [UInt8] = prices(10, [0, 1, 6]), time: [UInt8] = times(5, [0, 1, 2]),
    _ change: (inout BlockHeader, inout [FooterSeries], inout [FooterSpan]) -> Void = { _, _, _ in }
  ) throws -> String? {
    let key = Samples.keys[0]
    let frames = try [price, time].map { try compressor.frame($0) }
    func column(_ index: Int) -> ColumnDescription {
      ColumnDescription(
        identifier: UInt16(index + 1), isRequired: true, coding: UInt8(index + 1),
        frames: [SpanFrame(size: frames[index].count, digest: XXHash64.digest(frames[index]))])
    }
    let zone = TickSeriesZone(
      series: 0, count: 3, priceScale: 0, sizeScale: 0, range: 9...12, carriedIn: nil)
    var header = BlockHeader(
      count: 3, firstTime: 5, lastTime: 8, series: [BlockSeries(key: key, zone: zone)],
      columns: [column(0), column(1)])
    let last = CarriedPrice(time: Timestamp(nanoseconds: 8), price: ExactDecimal(mantissa: 12, scale: 0))
    var list = [FooterSeries(key: key, count: 3, firstTime: 5, lastTime: 8, last: last)]
    var spans = [
      FooterSpan(
        firstTime: 5, lastTime: 8, instants: 3,
        ranges: [SpanRange(local: 0, range: 9...12, last: 12, lastTime: 8)])
    ]
    change(&header, &list, &spans)
    let folder = try TemporaryDirectory()
    let bytes = try file(header: header, frames: frames, series: list, spans: spans)
    let path = try folder.write("a", bytes: bytes)
    do {
      _ = try TickFileVerifier(path: path).verify()
      return nil
    } catch let error as CorruptDataError {
      return error.problem
    }
  }

  @Test func theTruthPasses() throws {
    #expect(try Self.fault() == nil)
  }

  @Test func valuesThatContradictTheHeaderAreRefused() throws {
    let wrongTimes = "the times are not those that the block's header states"
    #expect(
      try Self.fault(price: Self.prices(10, [0, 1, 8]))
        == "the zone map of BTCUSDT trade is not the range of its prices")
    #expect(try Self.fault(time: Self.times(5, [0, 1, 3])) == wrongTimes)
    #expect(try Self.fault(time: Self.times(5, [1, 0, 2])) == wrongTimes)
    #expect(try Self.fault(time: Self.times(4, [1, 1, 2])) == wrongTimes)
    var large = Self.prices(10, [0, 1, 6])
    large.replaceSubrange(8..<16, with: [255, 255, 255, 255, 255, 255, 31, 0])
    #expect(try Self.fault(price: large) == "a price has too many digits")
    large[14] = 32
    #expect(try Self.fault(price: large) == "column price lists a series that cannot be")
    // 255 · 10^18 ns are more than there are.
    #expect(
      try Self.fault(time: Self.times(5, exponent: 18, [0, 255, 2]))
        == "the times of a span leave their range")
    #expect(
      try Self.fault(time: Self.times(5, exponent: 18, [0, 9, 9])) == "the times of a span leave their range")
  }

  @Test func spansThatContradictTheTicksAreRefused() throws {
    let wrong = "the envelopes are not the ranges of the prices, or the instants are not as many"
    #expect(try Self.fault { _, _, spans in spans[0].instants = 2 } == wrong)
    #expect(
      try Self.fault { _, _, spans in spans[0].instants = 4 } == "a span has more instants than ticks")
    #expect(try Self.fault { _, _, spans in spans[0].ranges[0].range = 9...11 } != nil)
    #expect(try Self.fault { _, _, spans in spans[0].ranges[0].range = 10...12 } == wrong)
    #expect(try Self.fault { _, _, spans in spans[0].ranges[0].last = 11 } == wrong)
    #expect(try Self.fault { _, _, spans in spans[0].ranges[0].lastTime = 6 } == wrong)
    #expect(try Self.fault { _, _, spans in spans[0].ranges = [] } == wrong)
    #expect(
      try Self.fault { _, _, spans in spans[0].ranges[0].range = 8...12 }
        == "an envelope is outside of its block's zone map")
    #expect(
      try Self.fault { _, _, spans in spans[0].ranges[0].lastTime = 9 }
        == "an envelope has a time outside of its span")
    #expect(
      try Self.fault { _, _, spans in spans[0].lastTime = 7 } != nil)
    #expect(
      try Self.fault { _, _, spans in spans[0].firstTime = 6 }
        == "the spans of a block are not in time order")
    #expect(try Self.fault { _, list, _ in list[0].last?.price.mantissa = 11 } != nil)
    #expect(try Self.fault { _, list, _ in list[0].lastTime = 9 } != nil)
    #expect(try Self.fault { _, list, _ in list[0].count = 4 } == "the counts of the footer do not add up")
  }

  @Test func sizesThatLieAreRefused() throws {
    #expect(try Self.fault { header, _, _ in header.count = 1 << 20 } != nil)
    #expect(try Self.fault { header, _, _ in header.count = 0 } != nil)
    #expect(try Self.fault { header, _, _ in header.series[0].zone.count = 1 << 20 } != nil)
    #expect(try Self.fault { header, _, _ in header.columns[1].frames[0].size += 1 } != nil)
    #expect(try Self.fault { header, _, _ in header.columns[1].frames[0].size = 1 << 30 } != nil)
    #expect(
      try Self.fault { header, _, _ in header.columns[1].frames[0] = .none } == "a span has no column time")
    #expect(try Self.fault { header, _, _ in header.columns[0].coding = 2 } != nil)
    #expect(try Self.fault { header, _, _ in header.columns[0].isRequired = false } != nil)
  }

  @Test func columnsThatLieAreRefused() throws {
    let truth = Self.prices(10, [0, 1, 6])
    func with(_ place: Int, _ byte: UInt8) throws -> String? {
      var bytes = truth
      bytes[place] = byte
      return try Self.fault(price: bytes)
    }
    let notFilled = "column price does not fill its frame"
    // The number of series, their width, place, count and low bits.
    #expect(try with(0, 0) == "column price states impossible sizes")
    #expect(try with(0, 2) == "column price states impossible sizes")
    #expect(try with(1, 255) == "column price states impossible sizes")
    #expect(try with(2, 9) == "column price states impossible sizes")
    #expect(try with(2, 2) == notFilled)
    #expect(try with(2, 0) == notFilled)
    #expect(try with(3, 1) == "column price lists a series that cannot be")
    #expect(try with(5, 0) == "column price lists a series that cannot be")
    #expect(try with(5, 4) == "the series of a span have 4 ticks, the span 3")
    #expect(try with(7, 9) == "column price lists a series that cannot be")
    #expect(try with(7, 1) == notFilled)
    for length in 0..<truth.count {
      #expect(try Self.fault(price: Array(truth.prefix(length))) != nil)
    }
    #expect(try Self.fault(price: truth + [0]) == notFilled)
    let time = Self.times(5, [0, 1, 2])
    for length in 0..<time.count {
      #expect(try Self.fault(time: Array(time.prefix(length))) != nil)
    }
    #expect(try Self.fault(time: time + [0]) == "column time does not fill its frame")
    for (place, byte) in [(8, 19), (9, 9), (10, 9)] {
      var bytes = time
      bytes[place] = UInt8(byte)
      #expect(try Self.fault(time: bytes) == "column time states impossible sizes")
    }
    // Small in the file, and more than any span has once it is inflated.
    #expect(
      try Self.fault(price: [UInt8](repeating: 0, count: 1 << 20))
        == "a zstd frame states more than 131072 bytes, or none")
  }

  @Test func unknownColumnsAreSkippedUnlessRequired() throws {
    func withColumn(_ identifier: UInt16, required: Bool) throws -> String? {
      try Self.fault { header, _, _ in
        // The time column's frame stands for a column that this version does not know.
        var extra = header.columns[1]
        extra.identifier = identifier
        extra.isRequired = required
        header.columns.append(extra)
      }
    }
    #expect(try withColumn(99, required: true) == "column 99 is required and unknown to this version")
    // Without a frame of its own the blocks no longer fill the file, which is found behind the column.
    #expect(try withColumn(99, required: false) == "the blocks do not fill the space before the footer")
    #expect(try withColumn(2, required: true) == "column 2 stands twice")
    #expect(try Self.fault { header, _, _ in header.columns.removeLast() } == "column time is missing")
  }

  @Test func anUnknownOptionalColumnIsSkipped() throws {
    let folder = try TemporaryDirectory()
    let frames = try [Self.prices(25, [0]), Self.times(7, [0]), [1, 2, 3]].map {
      try Self.compressor.frame($0)
    }
    let columns = frames.indices.map { index in
      ColumnDescription(
        identifier: index == 2 ? 500 : UInt16(index + 1), isRequired: index < 2,
        coding: index == 2 ? 77 : UInt8(index + 1),
        frames: [SpanFrame(size: frames[index].count, digest: XXHash64.digest(frames[index]))])
    }
    let zone = TickSeriesZone(
      series: 0, count: 1, priceScale: 1, sizeScale: 0, range: 25...25, carriedIn: nil)
    let header = BlockHeader(
      count: 1, firstTime: 7, lastTime: 7, series: [BlockSeries(key: Samples.keys[0], zone: zone)],
      columns: columns)
    let last = CarriedPrice(time: Timestamp(nanoseconds: 7), price: ExactDecimal(mantissa: 25, scale: 1))
    let series = [FooterSeries(key: Samples.keys[0], count: 1, firstTime: 7, lastTime: 7, last: last)]
    let range = SpanRange(local: 0, range: 25...25, last: 25, lastTime: 7)
    let bytes = try Self.file(
      header: header, frames: frames, series: series,
      spans: [FooterSpan(firstTime: 7, lastTime: 7, instants: 1, ranges: [range])])
    let path = try folder.write("a", bytes: bytes)
    #expect(try TickFileVerifier(path: path).verify().tickCount == 1)
    let reader = try TickFileReader(path: path)
    #expect(try RoundTripTests.prices(MergedTicks(readers: [reader], columns: .prices)) == [2.5])
    #expect(TickFileInfo(reader).columnSizes["column 500"] == frames[2].count)
  }

  @Test func aFooterThatClaimsTooMuchIsRefused() throws {
    let folder = try TemporaryDirectory()
    try Samples.write(Samples.random(5, seed: 1), to: folder.file("whole"))
    let bytes = try folder.bytes("whole")
    let good = try FileClosing(Array(bytes.suffix(FileClosing.size)), fileSize: bytes.count)
    func opens(_ change: (inout FileClosing) -> Void) throws -> Bool {
      var closing = good
      change(&closing)
      let path = try folder.write(
        "changed", bytes: Array(bytes.dropLast(FileClosing.size)) + closing.encoded())
      do {
        _ = try TickFileReader(path: path)
        return true
      } catch is CorruptDataError {
        return false
      }
    }
    #expect(try opens { _ in })
    #expect(try !opens { $0.footerRaw = 1 << 30 })
    #expect(try !opens { $0.footerRaw = Int.max })
    #expect(try !opens { $0.footerRaw += 1 })
    #expect(try !opens { $0.footerRaw -= 1 })
    #expect(try !opens { $0.footerCompressed = Int.max })
    #expect(try !opens { $0.footerOffset += 1 })
    #expect(try !opens { $0.footerOffset = 0 })
  }
}
