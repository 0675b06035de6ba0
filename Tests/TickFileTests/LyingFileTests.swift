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
  private static func file(
    header: BlockHeader, frames: [[UInt8]], series: [FooterSeries], spans: [[SpanRange]]
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

  /// Three ticks of one series at times 5, 6, 8 with prices 10, 9, 12, told truthfully and then changed.
  private static func fault(
    price: [UInt8] = [0, 1, 6], series: [UInt8] = [0, 0, 0], time: [UInt8] = [0, 1, 2],
    _ change: (inout BlockHeader, inout [FooterSeries], inout [[SpanRange]]) -> Void = { _, _, _ in }
  ) throws -> String? {
    let key = Samples.keys[0]
    let frames = try [series, price, time].map { try compressor.frame($0) }
    func column(_ index: Int, _ coding: UInt8, _ size: Int, _ parameter: UInt64 = 0) -> ColumnDescription {
      ColumnDescription(
        identifier: UInt16(index + 1), isRequired: true, coding: coding, width: 1, parameter: parameter,
        rawSize: size, compressedSize: frames[index].count, digest: XXHash64.digest(frames[index]))
    }
    let zone = TickSeriesZone(
      series: 0, count: 3, priceScale: 0, sizeScale: 0, range: 9...12, carriedIn: nil, firstMantissa: 10)
    var header = BlockHeader(
      count: 3, firstTime: 5, lastTime: 8, series: [BlockSeries(key: key, zone: zone)],
      columns: [column(0, 1, series.count), column(1, 2, price.count), column(2, 3, time.count, 1)])
    let last = CarriedPrice(time: Timestamp(nanoseconds: 8), price: ExactDecimal(mantissa: 12, scale: 0))
    var list = [FooterSeries(key: key, count: 3, firstTime: 5, lastTime: 8, last: last)]
    var spans = [[SpanRange(local: 0, range: 9...12)]]
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
    #expect(
      try Self.fault(price: [0, 1, 8]) == "the zone map of BTCUSDT trade is not the range of its prices")
    #expect(try Self.fault(series: [0, 1, 0]) == "the ticks of a series are not as many as the block says")
    #expect(try Self.fault(time: [0, 1, 3]) == "the times are not those that the block's header states")
    #expect(try Self.fault(time: [1, 0, 2]) == "the times are not those that the block's header states")
    #expect(
      try Self.fault { header, _, _ in header.series[0].zone.firstMantissa = (1 << 53) - 1 }
        == "a price has too many digits")
    #expect(try Self.fault { header, _, _ in header.columns[2].parameter = .max } != nil)
    #expect(
      try Self.fault { _, _, spans in spans[0][0].range = 9...11 }
        == "the envelopes are not the ranges of the prices")
    #expect(
      try Self.fault { _, _, spans in spans[0] = [] } == "the envelopes are not the ranges of the prices")
    #expect(
      try Self.fault { _, _, spans in spans[0][0].range = 8...12 }
        == "an envelope is outside of its block's zone map")
    #expect(try Self.fault { _, list, _ in list[0].last?.price.mantissa = 11 } != nil)
    #expect(try Self.fault { _, list, _ in list[0].lastTime = 9 } != nil)
    #expect(try Self.fault { _, list, _ in list[0].count = 4 } == "the counts of the footer do not add up")
  }

  @Test func sizesThatLieAreRefused() throws {
    #expect(try Self.fault { header, _, _ in header.count = 1 << 20 } != nil)
    #expect(try Self.fault { header, _, _ in header.count = 0 } != nil)
    #expect(try Self.fault { header, _, _ in header.series[0].zone.count = 1 << 20 } != nil)
    #expect(try Self.fault { header, _, _ in header.columns[1].rawSize = 16 << 20 } != nil)
    #expect(try Self.fault { header, _, _ in header.columns[1].compressedSize += 1 } != nil)
    #expect(try Self.fault { header, _, _ in header.columns[1].width = 2 } != nil)
    #expect(try Self.fault { header, _, _ in header.columns[1].width = 0 } != nil)
    #expect(try Self.fault { header, _, _ in header.columns[1].coding = 3 } != nil)
    // Everything fits, only the frame holds less than it should.
    let short = try Self.fault(price: [0, 1]) { header, _, _ in header.columns[1].rawSize = 3 }
    #expect(short == "a zstd frame does not hold the stated 3 bytes")
  }

  @Test func unknownColumnsAreSkippedUnlessRequired() throws {
    func withColumn(_ identifier: UInt16, required: Bool) throws -> String? {
      try Self.fault { header, _, _ in
        // The time column's frame stands for a column that this version does not know.
        var extra = header.columns[2]
        extra.identifier = identifier
        extra.isRequired = required
        header.columns.append(extra)
      }
    }
    #expect(try withColumn(99, required: true) == "column 99 is required and unknown to this version")
    // Without a frame of its own the blocks no longer fill the file, which is found behind the column.
    #expect(try withColumn(99, required: false) == "the blocks do not fill the space before the footer")
    #expect(try withColumn(3, required: true) == "column 3 stands twice")
    #expect(try Self.fault { header, _, _ in header.columns.removeLast() } == "column time is missing")
  }

  @Test func anUnknownOptionalColumnIsSkipped() throws {
    let folder = try TemporaryDirectory()
    let frames = try [[UInt8]]([[0], [0], [0], [1, 2, 3]]).map { try Self.compressor.frame($0) }
    let codings: [UInt8] = [1, 2, 3, 77]
    let columns = frames.indices.map { index in
      ColumnDescription(
        identifier: index == 3 ? 500 : UInt16(index + 1), isRequired: index < 3, coding: codings[index],
        width: index == 3 ? 9 : 1, parameter: index < 2 ? 0 : 1, rawSize: index == 3 ? 3 : 1,
        compressedSize: frames[index].count, digest: XXHash64.digest(frames[index]))
    }
    let zone = TickSeriesZone(
      series: 0, count: 1, priceScale: 1, sizeScale: 0, range: 25...25, carriedIn: nil, firstMantissa: 25)
    let header = BlockHeader(
      count: 1, firstTime: 7, lastTime: 7, series: [BlockSeries(key: Samples.keys[0], zone: zone)],
      columns: columns)
    let last = CarriedPrice(time: Timestamp(nanoseconds: 7), price: ExactDecimal(mantissa: 25, scale: 1))
    let series = [FooterSeries(key: Samples.keys[0], count: 1, firstTime: 7, lastTime: 7, last: last)]
    let bytes = try Self.file(
      header: header, frames: frames, series: series, spans: [[SpanRange(local: 0, range: 25...25)]])
    let path = try folder.write("a", bytes: bytes)
    #expect(try TickFileVerifier(path: path).verify().tickCount == 1)
    let reader = try TickFileReader(path: path)
    #expect(try RoundTripTests.prices(MergedTicks(readers: [reader], columns: .prices)) == [2.5])
    #expect(TickFileInfo(reader).columnSizes["column 500"] == frames[3].count)
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
