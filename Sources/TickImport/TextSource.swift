import Dispatch
import Platform

/// Reads text: chunks of lines, side by side where the records of the format mean the same alone.
final class TextSource: RowSource {
  /// A chunk of lines with its own parser.
  private final class Lane {
    let parser: any RecordParser
    let output: BatchLane
    var reader: LineReader
    var chunk = TextChunk()
    /// Whether the part holds a record.
    var hasRecords = false

    init(_ parser: any RecordParser, _ reader: consuming LineReader, isStrict: Bool) {
      self.parser = parser
      self.reader = reader
      output = BatchLane(isStrict: isStrict)
    }

    /// Reads the chunk that was loaded.
    func read() {
      hasRecords = false
      do {
        while true {
          var cursor = reader.cursor
          let start = cursor.position
          parser.parseUsual(&cursor, of: reader.buffer.span, into: &output.batch)
          if cursor.position > start {
            hasRecords = true
            reader.move(to: cursor)
          }
          guard try reader.next() else { return }
          hasRecords = true
          try parser.parse(reader, into: &output.batch)
        }
      } catch {
        output.failure = error
      }
    }
  }

  private let chunks: ChunkReader
  private let lanes: [Lane]
  private let path: String
  /// How many parts are read at a time.
  private let workers: Int
  /// Whether the first lane holds lines that were not read.
  private var isLoaded = true
  private var isAtEnd = false
  private var emptyLine: Int?
  /// Lines of the rounds before.
  private var linesBefore = 0

  /// Reads on from the line on which `reader` stands, which holds lines of `chunks`. `parsers` is more than
  /// one only where records mean the same alone; `workers` of them work at a time.
  init(
    _ chunks: ChunkReader, at reader: consuming LineReader, parsers: [any RecordParser], splitsFields: Bool,
    isStrict: Bool, workers: Int
  ) {
    self.chunks = chunks
    self.workers = workers
    path = chunks.path
    var lanes = [Lane(parsers[0], reader, isStrict: isStrict)]
    for parser in parsers.dropFirst() {
      lanes.append(
        Lane(parser, LineReader(path: chunks.path, splitsFields: splitsFields), isStrict: isStrict))
    }
    self.lanes = lanes
  }

  var bytesRead: Int { chunks.bytesRead }

  func next() throws -> [BatchLane] {
    if isAtEnd { return [] }
    var count = isLoaded ? 1 : 0
    isLoaded = false
    for lane in lanes { lane.output.batch.removeAll() }
    var tooLong: InputError?
    while count < lanes.count {
      do {
        guard try chunks.next(into: &lanes[count].chunk) else {
          isAtEnd = true
          break
        }
      } catch let error as LongLine {
        tooLong = error.inputError(path, line: lineAfter(count))
        isAtEnd = true
        break
      }
      lanes[count].reader.load(&lanes[count].chunk, firstLine: 1)
      count += 1
    }
    read(count)
    place(count)
    if let tooLong {
      // What is wrong before the long line is told first.
      guard count > 0 else { throw tooLong }
      lanes[count - 1].output.failure = lanes[count - 1].output.failure ?? tooLong
    } else if isAtEnd {
      count = max(count, 1)
      if lanes[0].output.failure == nil { try lanes[0].parser.finish(path, into: &lanes[0].output.batch) }
    }
    return lanes.prefix(count).map(\.output)
  }

  private func read(_ count: Int) {
    let workers = min(workers, count)
    guard workers > 1 else {
      for lane in lanes.prefix(count) { lane.read() }
      return
    }
    // Safe: each lane is touched by one thread, and concurrentPerform returns when all are done.
    nonisolated(unsafe) let lanes = lanes
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      for lane in stride(from: worker, to: count, by: workers) { unsafe lanes[lane].read() }
    }
  }

  /// Tells each part the line at which it starts, up to the first with a wrong line. An empty line at the end
  /// of a part is wrong where records follow.
  private func place(_ count: Int) {
    for lane in lanes.prefix(count) {
      lane.output.firstLine = linesBefore + 1
      if var error = lane.output.failure as? InputError, let line = error.location.line {
        error.location.line = linesBefore + line
        lane.output.failure = error
      }
      if let emptyLine, lane.hasRecords {
        lane.output.batch.removeAll()
        lane.output.failure = InputError(
          SourceLocation(path: path, line: emptyLine), "the line is empty",
          expected: "a record; empty lines may stand at the end of the file only")
      }
      if lane.output.failure != nil { return }
      emptyLine = emptyLine ?? lane.reader.firstEmptyLine.map { linesBefore + $0 }
      linesBefore += lane.reader.line
    }
  }

  /// The number of the line behind the first parts of the round, which are loaded and not yet read.
  private func lineAfter(_ count: Int) -> Int {
    linesBefore + 1 + lanes.prefix(count).reduce(0) { $0 + $1.reader.lineCount }
  }
}
