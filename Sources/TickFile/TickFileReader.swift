public import Market
internal import Platform

/// Reads a tick file that is whole: any block, from any thread, several at once.
///
/// Opening reads and checks header and footer alone; a block is checked when it is decoded. Every damage is a
/// `CorruptDataError` that names the file and the block.
public final class TickFileReader: Sendable {
  /// The file as the caller named it.
  public let path: String
  /// What the file says about itself.
  public let metadata: TickFileMetadata
  /// The series, by number.
  public let series: [SeriesKey]
  /// The ticks of each series, by number.
  public let counts: [Int]
  /// The last unflagged price of each series, by number; nil where there is none.
  public let lastPrices: [CarriedPrice?]
  /// Times of each series' first and last tick, by number; nil for a series without ticks.
  public let times: [ClosedRange<Timestamp>?]
  /// The blocks, in time order.
  public let blocks: [TickBlockInfo]
  /// Ticks in the file.
  public let tickCount: Int
  /// Time of the first tick, nil in a file without ticks.
  public let firstTime: Timestamp?
  /// Time of the last tick, nil in a file without ticks.
  public let lastTime: Timestamp?
  /// The footer's digest, which identifies the file.
  public let digest: UInt64
  /// Bytes of the file.
  public let compressedSize: Int

  let file: InputFile

  /// Opens `path`, which must be a regular file.
  ///
  /// - Throws: `InputError` where there is no such file, `CorruptDataError` where it is no whole tick file.
  public convenience init(path: String) throws {
    let file = try InputFile(path: path)
    self.init(file, try FileLayout(file))
  }

  /// A reader of a file whose header and footer have been read.
  init(_ file: InputFile, _ layout: FileLayout) {
    self.file = file
    path = file.path
    compressedSize = file.size
    metadata = layout.metadata
    series = layout.footer.series.map(\.key)
    counts = layout.footer.series.map(\.count)
    lastPrices = layout.footer.series.map(\.last)
    times = layout.footer.series.map { item in
      guard item.count > 0 else { return nil }
      return Timestamp(nanoseconds: item.firstTime)...Timestamp(nanoseconds: item.lastTime)
    }
    tickCount = counts.reduce(0, +)
    blocks = layout.blocks
    firstTime = layout.blocks.first?.firstTime
    lastTime = layout.blocks.last?.lastTime
    digest = layout.closing.footerDigest
  }
}

/// What opening a file finds: everything but the blocks.
struct FileLayout {
  let closing: FileClosing
  let footer: TickFooter
  let metadata: TickFileMetadata
  let blocks: [TickBlockInfo]

  /// Reads the layout of a whole file.
  ///
  /// - Throws: `CorruptDataError` where it is no whole tick file.
  init(_ file: InputFile) throws {
    do {
      try self.init(FrameSource(file))
    } catch let fault as FormatFault {
      throw CorruptDataError(path: file.path, problem: fault.problem)
    }
  }

  /// Reads and checks first frames and footer; the frames of the blocks must fill the space between exactly.
  init(_ source: FrameSource) throws {
    let smallest = FileOpening.size + FileClosing.size
    guard source.size >= smallest else {
      throw FormatFault("no whole tick file: \(source.size) bytes are fewer than any has")
    }
    let first = try source.bytes(at: 0, count: FileOpening.size)
    let opening = try FileOpening(first)
    let end = try source.bytes(at: source.size - FileClosing.size, count: FileClosing.size)
    do {
      closing = try FileClosing(end, fileSize: source.size)
    } catch {
      throw FormatFault("\(error.problem) (the file is cut off or damaged; verify can repair it)")
    }
    var buffers = DecodeScratch()
    try source.content(
      at: closing.footerOffset, size: closing.footerCompressed, digest: closing.footerDigest,
      raw: closing.footerRaw, what: "the footer", &buffers)
    footer = try TickFooter(Array(buffers.raw.prefix(closing.footerRaw)))
    guard footer.openingDigest == XXHash64.digest(first),
      footer.metadataCompressed == opening.metadataCompressed,
      footer.metadataDigest == opening.metadataDigest
    else { throw FormatFault("header and footer belong to different files") }
    try source.content(
      at: FileOpening.size, size: opening.metadataCompressed, digest: opening.metadataDigest,
      raw: opening.metadataRaw, what: "the metadata", &buffers)
    var metadata = try TickFileMetadata(opening: Array(buffers.raw.prefix(opening.metadataRaw)))
    try metadata.add(closing: footer.closingJSON)
    self.metadata = metadata
    var offset = FileOpening.size + opening.metadataCompressed
    blocks = footer.blocks.map { TickBlockInfo($0, offset: &offset) }
    guard offset == closing.footerOffset else {
      throw FormatFault("the blocks do not fill the space before the footer")
    }
  }
}

extension TickBlockInfo {
  /// The block whose first byte is at `offset`, which moves behind it.
  init(_ block: FooterBlock, offset: inout Int) {
    func frame(_ size: Int, _ digest: UInt64) -> TickFrame {
      defer { offset += size }
      return TickFrame(offset: offset, size: size, digest: digest)
    }
    marker = frame(BlockMarker.size, block.markerDigest)
    header = frame(block.headerCompressed, block.headerDigest)
    columnFrames = block.header.columns.flatMap(\.frames).map { frame($0.size, $0.digest) }
    columns = block.header.columns
    count = block.header.count
    firstTime = Timestamp(nanoseconds: block.header.firstTime)
    lastTime = Timestamp(nanoseconds: block.header.lastTime)
    zones = block.header.series.map(\.zone)
    let count = count
    let flags = columns.firstIndex { $0.identifier == ColumnIdentifier.flags.rawValue }
      .map { $0 * block.spans.count }
    let columnFrames = columnFrames
    spans = block.spans.enumerated().map { place, span in
      let envelopes = span.ranges.map { item in
        let zone = block.header.series[item.local].zone
        return TickEnvelope(
          series: zone.series, scale: zone.priceScale, range: item.range, lastMantissa: item.last,
          lastTime: Timestamp(nanoseconds: item.lastTime))
      }
      return TickSpanInfo(
        count: min(TickFormat.ticksPerSpan, count - place * TickFormat.ticksPerSpan),
        firstTime: Timestamp(nanoseconds: span.firstTime), lastTime: Timestamp(nanoseconds: span.lastTime),
        instants: span.instants, hasFlags: flags.map { columnFrames[$0 + place].size > 0 } ?? false,
        envelopes: envelopes)
    }
  }
}
