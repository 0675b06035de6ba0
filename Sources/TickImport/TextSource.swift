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
  /// Whether the first lane holds lines that were not read.
  private var isLoaded = true
  private var isAtEnd = false
  private var emptyLine: Int?

  /// Reads on from the line on which `reader` stands, which holds lines of `chunks`. `parsers` is more than
  /// one only where records mean the same alone.
  init(
    _ chunks: ChunkReader, at reader: consuming LineReader, parsers: [any RecordParser], splitsFields: Bool,
    isStrict: Bool
  ) {
    self.chunks = chunks
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
    while count < lanes.count {
      guard try chunks.next(into: &lanes[count].chunk) else {
        isAtEnd = true
        break
      }
      lanes[count].reader.load(&lanes[count].chunk)
      count += 1
    }
    read(count)
    try checkEmptyLines(count)
    if isAtEnd {
      count = max(count, 1)
      if lanes[0].output.failure == nil { try lanes[0].parser.finish(path, into: &lanes[0].output.batch) }
    }
    return lanes.prefix(count).map(\.output)
  }

  private func read(_ count: Int) {
    if count <= 1 {
      if count == 1 { lanes[0].read() }
      return
    }
    // Safe: each lane is touched by one thread, and concurrentPerform returns when all are done.
    nonisolated(unsafe) let lanes = lanes
    DispatchQueue.concurrentPerform(iterations: count) { unsafe lanes[$0].read() }
  }

  /// An empty line at the end of a chunk is wrong where records follow.
  private func checkEmptyLines(_ count: Int) throws {
    for lane in lanes.prefix(count) {
      if let emptyLine, lane.hasRecords {
        throw InputError(
          SourceLocation(path: path, line: emptyLine), "the line is empty",
          expected: "a record; empty lines may stand at the end of the file only")
      }
      emptyLine = emptyLine ?? lane.reader.firstEmptyLine
    }
  }
}
