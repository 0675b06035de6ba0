internal import Market
internal import Platform

extension TickFileVerifier {
  /// Writes a new file with all ticks up to the last whole block of this one, which may lack its footer or be
  /// damaged or cut off anywhere behind its header. This file is only read.
  ///
  /// - Parameters:
  ///   - output: The new file; never this one.
  ///   - force: Whether a file of that name may be replaced.
  ///   - tool: The program and its version, for the new file's metadata.
  /// - Throws: `CorruptDataError` where not even the header is whole; `InputError` where `output` is this
  ///   file or exists.
  public func repair(to output: String, force: Bool, tool: String) throws -> TickRepair {
    let file = try InputFile(path: path)
    if output != "-", try Files.isSame(path, output) {
      throw InputError(
        SourceLocation(path: output), "is the damaged file itself",
        expected: "another name for the repaired one")
    }
    let source = FrameSource(file)
    var (metadata, offset) = try opening(source)
    metadata.tool = tool
    metadata.notes.append(TickFileMetadata.Note(key: "repaired", value: "up to the last whole block"))
    let writer = try TickFileWriter(path: output, force: force, metadata: metadata)
    var salvage = Salvage(source: source, writer: writer, offset: offset)
    let footer = try? FileLayout(source).closing.footerOffset
    while salvage.offset != footer, try salvage.nextBlock() {}
    offset = salvage.offset
    let summary = try writer.finish()
    return TickRepair(
      tickCount: summary.tickCount, blockCount: salvage.blockCount,
      lostBytes: offset == footer ? 0 : file.size - offset,
      lastTime: summary.tickCount > 0 ? Timestamp(nanoseconds: salvage.check.lastTime) : nil,
      fault: salvage.fault)
  }

  /// Metadata and the place of the first block.
  private func opening(_ source: FrameSource) throws -> (TickFileMetadata, Int) {
    do {
      if let whole = try? FileLayout(source) {
        let opening = try FileOpening(try source.bytes(at: 0, count: FileOpening.size))
        return (whole.metadata, FileOpening.size + opening.metadataCompressed)
      }
      let opening = try FileOpening(try source.bytes(at: 0, count: FileOpening.size))
      var buffers = DecodeScratch()
      try source.content(
        at: FileOpening.size, size: opening.metadataCompressed, digest: opening.metadataDigest,
        raw: opening.metadataRaw, what: "the metadata", &buffers)
      let metadata = try TickFileMetadata(opening: Array(buffers.raw.prefix(opening.metadataRaw)))
      return (metadata, FileOpening.size + opening.metadataCompressed)
    } catch let fault as FormatFault {
      throw CorruptDataError(path: path, problem: "\(fault.problem); nothing can be saved without the header")
    }
  }
}

/// A walk over the blocks of a damaged file that copies what is whole.
private struct Salvage {
  let source: FrameSource
  let writer: TickFileWriter
  /// The first byte that is not yet copied.
  var offset: Int
  var blockCount = 0
  var check = BlockCheck()
  var fault: String?
  private var keys: [Int: SeriesKey] = [:]
  private var columns = TickColumns()

  init(source: FrameSource, writer: TickFileWriter, offset: Int) {
    self.source = source
    self.writer = writer
    self.offset = offset
  }

  /// Copies the next block; false at the first that is not whole.
  mutating func nextBlock() throws -> Bool {
    try Interrupt.check()
    let scan: BlockScan
    do {
      scan = try BlockScan(at: offset, number: blockCount, source: source)
      for item in scan.block.header.series {
        let number = item.zone.series
        guard keys[number] ?? item.key == item.key else {
          throw FormatFault("series \(item.key) has another number than before")
        }
        keys[number] = item.key
      }
      try BlockDecoder(block: scan.info, source: source).decode(.all, into: &columns)
      var next = check
      try next.check(scan.block.header, spans: nil, columns: columns)
      check = next
    } catch let found as FormatFault {
      fault = "block \(blockCount): \(found.problem)"
      return false
    }
    var numbers: [Int: Int] = [:]
    for item in scan.block.header.series { numbers[item.zone.series] = try writer.series(item.key) }
    for index in 0..<columns.count {
      var tick = columns.tick(index)
      guard let number = numbers[tick.series] else { preconditionFailure("decoded ticks have listed series") }
      tick.series = number
      try writer.append(tick)
    }
    blockCount += 1
    offset = scan.end
    return true
  }
}
