public import Market
internal import Platform

/// How a file is written.
public struct TickFileOptions: Hashable, Sendable {
  /// Ticks in a full block, 1 to ``TickFormat/maximumTicksPerBlock``.
  public var ticksPerBlock: Int
  /// Level of zstd, 1 (fast) to 19 (small).
  public var compressionLevel: Int

  /// Makes options.
  public init(ticksPerBlock: Int = 65_536, compressionLevel: Int = 3) {
    self.ticksPerBlock = ticksPerBlock
    self.compressionLevel = compressionLevel
  }
}

/// What was written.
public struct TickFileSummary: Hashable, Sendable {
  /// Ticks in the file.
  public var tickCount: Int
  /// Blocks in the file.
  public var blockCount: Int
  /// Bytes of the file.
  public var compressedSize: Int
  /// The footer's digest, which identifies the file.
  public var digest: UInt64
}

/// Writes a tick file from start to end, holding one block in memory. The file appears when ``finish()``
/// returns; without it nothing stays. One thread at a time.
public final class TickFileWriter {
  /// Records that were left out, by reason; what stands here at ``finish()`` goes into the footer.
  public var dropped: [String: Int]
  /// The series registered so far, by number.
  public private(set) var series: [SeriesKey] = []
  /// Ticks appended so far.
  public private(set) var tickCount = 0

  private let file: AtomicFile
  private let options: TickFileOptions
  private let metadata: TickFileMetadata
  private let compressor: ZstdCompressor
  /// For columns, whose digests stand in two places besides.
  private let columnCompressor: ZstdCompressor
  private let opening: FileOpening
  private var numbers: [SeriesKey: Int] = [:]
  private var totals: [FooterSeries] = []
  private var carried: [CarriedPrice?] = []
  private var run = InstantRun()
  private var builder = BlockBuilder()
  private var blocks: [FooterBlock] = []
  private var lastTime = Int64.min
  private var isFinished = false

  /// Starts a file at `path`; `-` is standard output.
  ///
  /// - Throws: `InputError` where `path` exists and `force` is false; an error of the system otherwise.
  public init(
    path: String, force: Bool, metadata: TickFileMetadata, options: TickFileOptions = TickFileOptions()
  ) throws {
    precondition((1...TickFormat.maximumTicksPerBlock).contains(options.ticksPerBlock))
    precondition((1...19).contains(options.compressionLevel))
    self.options = options
    self.metadata = metadata
    dropped = metadata.dropped
    compressor = ZstdCompressor(level: options.compressionLevel)
    columnCompressor = ZstdCompressor(level: options.compressionLevel, isForColumns: true)
    let json = metadata.openingJSON
    guard json.count <= TickFormat.maximumMetadataBytes else {
      throw RunError(
        "the metadata of \(path) has \(json.count) bytes, at most \(TickFormat.maximumMetadataBytes) fit")
    }
    let frame = try Self.compress(json, with: compressor, path: path)
    opening = FileOpening(
      metadataCompressed: frame.count, metadataRaw: json.count, metadataDigest: XXHash64.digest(frame))
    file = try AtomicFile(path: path, force: force)
    try file.sink.write(opening.encoded())
    try file.sink.write(frame)
  }

  /// The number of a series, which is registered when it is new. May be called at any time.
  ///
  /// - Throws: `InputError` for a symbol that is no name, or for more series than a file holds.
  public func series(_ key: SeriesKey) throws -> Int {
    if let number = numbers[key] { return number }
    let location = SourceLocation(path: file.path)
    guard Name.isValid(key.symbol) else {
      throw InputError(location, "series name \"\(key.symbol)\"", expected: Name.expectation)
    }
    guard series.count < TickFormat.maximumSeries else {
      throw InputError(location, "too many series", expected: "at most \(TickFormat.maximumSeries) in a file")
    }
    let number = series.count
    numbers[key] = number
    series.append(key)
    totals.append(FooterSeries(key: key, count: 0, firstTime: 0, lastTime: 0))
    carried.append(nil)
    builder.addSeries()
    return number
  }

  /// Adds a tick.
  ///
  /// - Throws: `InputError` for a tick that is earlier than the one before it or has more digits than the
  ///   format holds; an error of the system when a block cannot be written.
  public func append(_ tick: Tick) throws {
    precondition(!isFinished && series.indices.contains(tick.series))
    guard tick.time.nanoseconds >= lastTime else { throw outOfOrder(tick) }
    try check(tick.price, of: tick, "price")
    if let size = tick.size { try check(size, of: tick, "size") }
    if builder.count == options.ticksPerBlock { try writeBlock() }
    if !builder.add(PackedTick(tick)) {
      // Zeros at the end of the decimals may be all that keeps it from the block.
      let shorter = Tick(
        time: tick.time, series: tick.series, price: tick.price.normalized, size: tick.size?.normalized,
        flags: tick.flags)
      if !builder.add(PackedTick(shorter)) {
        try writeBlock()
        let added = builder.add(PackedTick(tick))
        precondition(added, "one tick alone fits any block")
      }
    }
    lastTime = tick.time.nanoseconds
    tickCount += 1
  }

  /// Adds ticks in their order, as ``append(_:)`` does with each, in less time.
  ///
  /// - Throws: what ``append(_:)`` throws; the ticks before the wrong one are added.
  public func append(contentsOf ticks: [PackedTick]) throws {
    precondition(!isFinished)
    var next = 0
    while next < ticks.count {
      let taken = builder.add(ticks, from: next, after: lastTime, limit: options.ticksPerBlock)
      if taken > 0 {
        next += taken
        tickCount += taken
        lastTime = ticks[next - 1].time
      }
      guard next < ticks.count else { return }
      // The block is full, or something is special about the tick.
      if builder.count == options.ticksPerBlock {
        try writeBlock()
      } else {
        try append(ticks[next].tick)
        next += 1
      }
    }
  }

  /// Writes the last block and the footer, brings everything to the disk and gives the file its name.
  public func finish() throws -> TickFileSummary {
    precondition(!isFinished)
    isFinished = true
    if builder.count > 0 { try writeBlock() }
    var ending = metadata
    ending.dropped = dropped
    for number in series.indices { totals[number].last = carried[number] }
    let footer = TickFooter(
      openingDigest: XXHash64.digest(opening.encoded()), metadataCompressed: opening.metadataCompressed,
      metadataDigest: opening.metadataDigest, closingJSON: ending.closingJSON,
      series: totals, blocks: blocks)
    let raw = footer.encoded()
    guard raw.count <= TickFormat.maximumFooterBytes else {
      throw RunError("the index of \(file.path) would have \(raw.count) bytes: write larger blocks")
    }
    let frame = try Self.compress(raw, with: compressor, path: file.path)
    let closing = FileClosing(
      footerOffset: file.sink.bytesWritten, footerCompressed: frame.count, footerRaw: raw.count,
      footerDigest: XXHash64.digest(frame))
    try file.sink.write(frame)
    try file.sink.write(closing.encoded())
    let size = file.sink.bytesWritten
    try file.commit()
    return TickFileSummary(
      tickCount: tickCount, blockCount: blocks.count, compressedSize: size, digest: closing.footerDigest)
  }

  /// Removes what was written, at once: where the writer may be held by another thread for a moment longer.
  /// Does nothing after ``finish()``.
  public func discard() {
    isFinished = true
    file.discard()
  }

  /// The block and its header. The encoder shares the builder's memory, so it must be gone when the builder
  /// is emptied: else the next block would need new memory.
  @inline(never)
  private func encodeBlock() throws -> (EncodedBlock, [UInt8]) {
    var encoder = BlockEncoder(builder)
    do {
      let block = try encoder.encode(keys: series, carried: &carried, run: &run, compressor: columnCompressor)
      return (block, block.header.encoded())
    } catch {
      throw RunError("\(file.path): \(error.problem)")
    }
  }

  private func writeBlock() throws {
    for number in builder.present {
      let state = builder.states[number]
      if totals[number].count == 0 { totals[number].firstTime = state.firstTime }
      totals[number].lastTime = state.lastTime
      totals[number].count += state.count
    }
    let (block, header) = try encodeBlock()
    let frame = try Self.compress(header, with: compressor, path: file.path)
    let digest = XXHash64.digest(frame)
    let marker = BlockMarker(
      number: blocks.count, headerCompressed: frame.count, headerRaw: header.count, headerDigest: digest
    ).encoded()
    try file.sink.write(marker)
    try file.sink.write(frame)
    try file.sink.write(block.frames)
    blocks.append(
      FooterBlock(
        markerDigest: XXHash64.digest(marker), headerCompressed: frame.count, headerDigest: digest,
        header: block.header, spans: block.spans))
    builder.removeAll()
  }

  private static func compress(
    _ bytes: [UInt8], with compressor: ZstdCompressor, path: String
  ) throws -> [UInt8] {
    do {
      return try compressor.frame(bytes)
    } catch {
      throw RunError("\(path): \(error.problem)")
    }
  }

  private func outOfOrder(_ tick: Tick) -> InputError {
    let distance = UInt64(bitPattern: lastTime &- tick.time.nanoseconds)
    return InputError(
      SourceLocation(path: file.path),
      "tick \(tickCount) (\(series[tick.series])) is \(distance) ns earlier than the one before it",
      expected: "ticks in time order")
  }

  private func check(_ value: ExactDecimal, of tick: Tick, _ what: String) throws {
    guard value.mantissa.magnitude < TickFormat.mantissaLimit.magnitude,
      (0...TickFormat.maximumScale).contains(value.scale)
    else {
      throw InputError(
        SourceLocation(path: file.path),
        "the \(what) of tick \(tickCount) (\(series[tick.series])) has too many digits",
        expected:
          "a number below 2^53 without its decimal point, and at most \(TickFormat.maximumScale) decimals")
    }
  }
}
