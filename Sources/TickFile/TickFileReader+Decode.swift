internal import Market
public import Platform

extension TickFileReader {
  /// Decodes the columns of a block; what is not asked for is not read. Any thread may call it at any time,
  /// with columns of its own.
  ///
  /// - Throws: `CorruptDataError` with the block's number where the bytes are damaged or do not say what the
  ///   footer says; an error of the system where they cannot be read.
  public func decode(
    block number: Int, columns: TickColumnSet, level: KernelLevel = .best, into out: inout TickColumns
  ) throws {
    try decode(
      block: number, spans: 0..<blocks[number].spanCount, columns: columns, level: level, into: &out)
  }

  /// Decodes the columns of one span of a block; what belongs to other spans is not read.
  ///
  /// - Throws: as ``decode(block:columns:level:into:)``.
  public func decode(
    block number: Int, span: Int, columns: TickColumnSet, level: KernelLevel = .best,
    into out: inout TickColumns
  ) throws {
    try decode(block: number, spans: span..<span + 1, columns: columns, level: level, into: &out)
  }

  /// Decodes the columns of neighbouring spans of a block, one behind the other; what belongs to other spans
  /// is not read.
  ///
  /// - Throws: as ``decode(block:columns:level:into:)``.
  public func decode(
    block number: Int, spans: Range<Int>, columns: TickColumnSet, level: KernelLevel = .best,
    into out: inout TickColumns
  ) throws {
    precondition(spans.lowerBound >= 0 && spans.upperBound <= blocks[number].spanCount)
    do {
      try BlockDecoder(block: blocks[number], source: FrameSource(file), level: level).decode(
        columns, spans: spans, into: &out)
    } catch let fault as FormatFault {
      throw CorruptDataError(path: path, block: number, problem: fault.problem)
    }
  }
}

/// Decodes spans of one block.
struct BlockDecoder {
  let block: TickBlockInfo
  let source: FrameSource
  var level = KernelLevel.best

  /// Where the frames of a column are in the buffer.
  private struct Segment {
    /// The column's place in the block.
    var column: Int
    /// What to add to an offset in the file for the place in the buffer.
    var shift: Int
  }

  /// Fills `out` with exactly the columns that are asked for, of exactly the ticks of the spans.
  func decode(_ columns: TickColumnSet, spans: Range<Int>, into out: inout TickColumns) throws {
    guard let last = spans.last else { return out.resize(0, columns) }
    let ticks = block.ticks(ofSpan: spans.lowerBound).lowerBound..<block.ticks(ofSpan: last).upperBound
    out.resize(ticks.count, columns)
    var scratch = DecodeScratch()
    swap(&scratch, &out.scratch)
    defer { swap(&scratch, &out.scratch) }
    let needsGroups = !columns.isDisjoint(with: [.series, .prices, .exact, .sizes])
    let wanted: [(ColumnIdentifier, Bool)] = [
      (.price, needsGroups), (.time, columns.contains(.times)), (.size, columns.contains(.sizes)),
      (.flags, columns.contains(.flags)),
    ]
    let segments = try read(wanted.filter(\.1).map(\.0), spans, into: &scratch)
    for span in spans {
      let own = block.ticks(ofSpan: span)
      let decoder = SpanDecoder(
        block: block, ticks: own, start: own.lowerBound - ticks.lowerBound, level: level)
      if needsGroups, let size = try load(.price, segments, span, &scratch) {
        try decoder.prices(size: size, columns, &scratch, into: &out)
      }
      if columns.contains(.times), let size = try load(.time, segments, span, &scratch) {
        try decoder.times(size: size, &scratch, into: &out)
      }
      if columns.contains(.sizes) {
        if let size = try load(.size, segments, span, &scratch) {
          try decoder.sizes(size: size, exact: columns.contains(.exact), &scratch, into: &out)
        } else {
          decoder.noSizes(exact: columns.contains(.exact), into: &out)
        }
      }
      if columns.contains(.flags) {
        let size = try load(.flags, segments, span, &scratch)
        try decoder.flags(size: size, scratch, into: &out)
      }
    }
    try check(spans, columns, out)
  }

  /// Fills `out` with all ticks of the block.
  func decode(_ columns: TickColumnSet, into out: inout TickColumns) throws {
    try decode(columns, spans: 0..<block.spanCount, into: &out)
  }

  /// What only several spans together show: time never falls from one to the next, and where all are there,
  /// every series has as many ticks as the header says.
  private func check(
    _ spans: Range<Int>, _ columns: TickColumnSet, _ out: TickColumns
  ) throws(FormatFault) {
    guard columns.contains(.times), block.spans.isEmpty else { return }
    for start in stride(from: TickFormat.ticksPerSpan, to: out.count, by: TickFormat.ticksPerSpan)
    where out.times[start] < out.times[start - 1] {
      throw FormatFault("the spans of a block are not in time order")
    }
  }

  /// Reads the frames of the columns; those that follow each other in the file at once.
  private func read(
    _ wanted: [ColumnIdentifier], _ spans: Range<Int>, into scratch: inout DecodeScratch
  ) throws -> [ColumnIdentifier: Segment] {
    var segments: [ColumnIdentifier: Segment] = [:]
    var runs: [Range<Int>] = []
    var size = 0
    for identifier in wanted {
      guard let column = block.place(of: identifier) else { continue }
      let first = block.frame(column: column, span: spans.lowerBound)
      let last = block.frame(column: column, span: spans.upperBound - 1)
      let run = first.offset..<last.offset + last.size
      segments[identifier] = Segment(column: column, shift: size - run.lowerBound)
      size += run.count
      if let before = runs.last, before.upperBound == run.lowerBound {
        runs[runs.count - 1] = before.lowerBound..<run.upperBound
      } else {
        runs.append(run)
      }
    }
    var position = 0
    for run in runs {
      try source.read(at: run.lowerBound, count: run.count, into: &scratch.frame, at: position)
      position += run.count
    }
    return segments
  }

  /// Decompresses a column of a span into `scratch.raw`.
  ///
  /// - Returns: its bytes; nil where the span has no such column.
  private func load(
    _ identifier: ColumnIdentifier, _ segments: [ColumnIdentifier: Segment], _ span: Int,
    _ scratch: inout DecodeScratch
  ) throws(FormatFault) -> Int? {
    guard let segment = segments[identifier] else { return nil }
    let frame = block.frame(column: segment.column, span: span)
    guard frame.size > 0 else { return nil }
    let place = frame.offset + segment.shift
    let bytes = place..<place + frame.size
    guard XXHash64.digest(scratch.frame, bytes) == frame.digest else {
      throw FormatFault("column \(identifier) is damaged: its digest does not match")
    }
    return try scratch.decompressor.decompress(
      scratch.frame, bytes, into: &scratch.raw, atMost: TickFormat.maximumSpanBytes,
      padding: DecodeScratch.padding)
  }
}
