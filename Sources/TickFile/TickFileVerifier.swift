public import Market
internal import Platform

/// What a whole file was found to hold.
public struct TickVerification: Hashable, Sendable {
  /// Ticks, all of them decoded.
  public var tickCount: Int
  /// Blocks.
  public var blockCount: Int
  /// Frames, all of their digests right: header, metadata, blocks, footer and end.
  public var frameCount: Int
  /// Bytes of the file.
  public var compressedSize: Int
  /// The footer's digest, which identifies the file.
  public var digest: UInt64
  /// The digest of what the ticks say, see ``ContentDigest``.
  public var contentDigest: UInt64
}

/// What a repair could save.
public struct TickRepair: Hashable, Sendable {
  /// Ticks in the new file.
  public var tickCount: Int
  /// Blocks of the old file that were whole.
  public var blockCount: Int
  /// Bytes of the old file behind the last whole block.
  public var lostBytes: Int
  /// Time of the last tick saved, nil where there is none.
  public var lastTime: Timestamp?
  /// Why the next block could not be read; nil where all blocks are whole and only the index was rebuilt.
  public var fault: String?
}

/// Checks a tick file in every detail and saves what is whole of a damaged one.
public struct TickFileVerifier: Sendable {
  /// The file as the caller named it.
  public let path: String

  /// Makes a verifier; nothing is read yet.
  public init(path: String) { self.path = path }

  /// Reads the whole file: every digest of every frame, the order of time, zone maps, envelopes, carried-in
  /// prices and counts. Memory holds the index and one block.
  ///
  /// - Throws: `CorruptDataError` for the first thing that is not as it should be.
  public func verify() throws -> TickVerification {
    let file = try InputFile(path: path)
    let layout = try FileLayout(file)
    let reader = TickFileReader(file, layout)
    let source = FrameSource(file)
    var check = BlockCheck()
    var digest = ContentDigest(series: reader.series)
    var columns = TickColumns()
    var frameCount = 4
    for (number, block) in layout.footer.blocks.enumerated() {
      try Interrupt.check()
      do {
        frameCount += try Self.checkFrames(layout.blocks[number], block, number: number, source: source)
        try BlockDecoder(block: layout.blocks[number], source: source).decode(.all, into: &columns)
        try check.check(block.header, spans: block.spans, columns: columns)
      } catch let fault as FormatFault {
        throw CorruptDataError(path: path, block: number, problem: fault.problem)
      }
      digest.add(columns)
    }
    for (number, item) in layout.footer.series.enumerated() {
      let times = check.times[number] ?? 0...0
      guard item.last == check.carried[number], item.firstTime...item.lastTime == times else {
        throw CorruptDataError(
          path: path, problem: "the footer's last price or times of \(item.key) are wrong")
      }
    }
    return TickVerification(
      tickCount: reader.tickCount, blockCount: reader.blocks.count, frameCount: frameCount,
      compressedSize: reader.compressedSize, digest: reader.digest, contentDigest: digest.value)
  }

  /// Checks every frame of a block against the footer; returns how many there are.
  private static func checkFrames(
    _ info: TickBlockInfo, _ block: FooterBlock, number: Int, source: FrameSource
  ) throws -> Int {
    for (frame, what) in [(info.marker, "the block's marker"), (info.header, "the block's header")]
      + info.columnFrames.filter({ $0.size > 0 }).map({ ($0, "a column") })
    {
      let bytes = try source.bytes(at: frame.offset, count: frame.size)
      guard XXHash64.digest(bytes) == frame.digest else {
        throw FormatFault("\(what) is damaged: its digest does not match")
      }
    }
    let found = try BlockScan(at: info.marker.offset, number: number, source: source)
    guard found.block.header == block.header, found.block.headerCompressed == block.headerCompressed,
      found.block.headerDigest == block.headerDigest
    else { throw FormatFault("the block's header and the footer differ") }
    return 2 + info.columnFrames.count { $0.size > 0 }
  }
}

/// A block read from its own frames, without the footer.
struct BlockScan {
  /// What the block says about itself; without envelopes.
  let block: FooterBlock
  /// Its frames.
  let info: TickBlockInfo
  /// The first byte behind it.
  let end: Int

  /// Reads the marker and the header of block `number`, which starts at `offset`; the columns are unread.
  init(at offset: Int, number: Int, source: FrameSource) throws {
    let markerBytes = try source.bytes(at: offset, count: BlockMarker.size)
    let marker = try BlockMarker(markerBytes)
    guard marker.number == number else { throw FormatFault("block \(marker.number) stands in its place") }
    var buffers = DecodeScratch()
    try source.content(
      at: offset + BlockMarker.size, size: marker.headerCompressed, digest: marker.headerDigest,
      raw: marker.headerRaw, what: "the block's header", &buffers)
    let header = try BlockHeader(Array(buffers.raw.prefix(marker.headerRaw)))
    block = FooterBlock(
      markerDigest: XXHash64.digest(markerBytes), headerCompressed: marker.headerCompressed,
      headerDigest: marker.headerDigest, header: header, spans: [])
    var position = offset
    info = TickBlockInfo(block, offset: &position)
    end = position
  }
}
