import Market
import Platform

extension InputPlan {
  /// Finds the first candle's time and, where it is not stated, the interval: the most frequent step.
  mutating func lookAtCandles(_ lines: LineStream, _ layout: ColumnLayout) throws {
    try lines.reader.requireFields(layout.columnCount)
    let first = try lines.reader.time(layout.time, unit: layout.timeUnit)
    firstTime = first
    guard interval == nil else { return }
    var steps = StepCounter()
    var last = first
    while try lines.next() {
      try lines.reader.requireFields(layout.columnCount)
      let time = try lines.reader.time(layout.time)
      steps.add(time - last)
      last = time
    }
    guard let step = steps.mostFrequent, step >= CandleTimes.shortestInterval else {
      throw InputError(
        SourceLocation(path: path), "the steps between its candles tell no interval",
        expected: "--interval, such as --interval 1m")
    }
    interval = step
  }

  /// A time that no record precedes: that of the first tick, less what later ones may be late.
  func firstRowTime(_ lines: LineStream, _ layout: ColumnLayout) throws -> Int64 {
    let parser = try format.makeParser(ParserContext(plan: self, layout: layout, candlePath: .near))
    var batch = RowBatch(isStrict: false)
    repeat {
      try parser.parse(lines.reader, into: &batch)
      if let time = batch.rows.map(\.time).min() { return earliest(time) }
    } while try lines.next()
    return Int64.max
  }

  /// The same of records that are no lines.
  func firstRowTime(of source: any RowSource) throws -> Int64 {
    while true {
      let lanes = try source.next()
      if lanes.isEmpty { return Int64.max }
      for lane in lanes {
        if let time = lane.batch.rows.map(\.time).min() { return earliest(time) }
        if let failure = lane.failure { throw failure }
        lane.batch.removeAll()
      }
    }
  }

  private func earliest(_ time: Int64) -> Int64 {
    if interval != nil { return time }
    let (bound, overflow) = time.subtractingReportingOverflow(window)
    return overflow ? Int64.min : bound
  }

  /// With more inputs than that each is read by one parser, since all of them may be open together.
  private static let manyInputs = 64

  /// Bytes of a chunk: large where few inputs may be open together, so that memory stays bounded.
  private static func chunkSize(inputs: Int) -> Int {
    min(max((16 << 20) / max(inputs, 1), 1 << 16), 1 << 18)
  }

  /// Opens the input at its first record.
  func makeReader(
    _ request: ImportRequest, sink: RecordingSink, counter: ReadCounter, inputs: Int
  ) throws -> InputReader {
    let threads = max(1, request.threads)
    return try InputReader(
      try makeSource(request, counter, inputs: inputs, threads: threads), path: path, window: window,
      isStrict: request.isStrict, readsAhead: threads > 2, sink: sink)
  }

  private func makeSource(
    _ request: ImportRequest, _ counter: ReadCounter, inputs: Int, threads: Int
  ) throws -> any RowSource {
    let stream = try self.stream ?? InputStream.open(path, counter: counter).stream
    if format.content == .dbn {
      return try DBNSource(stream, self, path: request.candlePath, isStrict: request.isStrict)
    }
    let splitsFields = format.content == .table
    let chunks = ChunkReader(stream, path: path, size: request.chunkSize ?? Self.chunkSize(inputs: inputs))
    var chunk = TextChunk()
    var reader = LineReader(path: path, splitsFields: splitsFields)
    do {
      guard try chunks.next(into: &chunk) else { throw becameEmpty }
    } catch let error as LongLine {
      throw error.inputError(path, line: 1)
    }
    reader.load(&chunk, firstLine: 1)
    guard try reader.next() else { throw becameEmpty }
    let layout = try Self.recognise(reader, format.content, names, request).layout
    if !layout.hasHeader { reader.putBack() }
    let context = ParserContext(plan: self, layout: layout, candlePath: request.candlePath)
    var parsers = [try format.makeParser(context)]
    if format.areRecordsAlone {
      // More chunks than threads in a round: about as many ticks as a block of the file, so that the rounds
      // of reading and of writing take the same time.
      let count = inputs > Self.manyInputs ? 1 : max(4, threads)
      while parsers.count < count { parsers.append(try format.makeParser(context)) }
    }
    return TextSource(
      chunks, at: reader, parsers: parsers, splitsFields: splitsFields, isStrict: request.isStrict,
      // One thread writes the tick file, one merges.
      workers: max(1, threads - 2))
  }

  private var becameEmpty: InputError {
    InputError(SourceLocation(path: path), "the file became empty", expected: "records")
  }
}
