import Platform

/// Splits chunks of text into lines and comma-separated fields.
///
/// A line ends with `\n` or `\r\n`. A field may stand in double quotes. Empty lines are allowed at the end
/// only.
struct LineReader: ~Copyable {
  /// The most fields in a line.
  static let mostFields = 256

  /// The file, for messages.
  let path: String
  /// The number of the line that was read last, counted from 1.
  private(set) var line = 0
  /// The first of the empty lines since the last record; nil where there is none.
  fileprivate(set) var firstEmptyLine: Int?
  /// The bytes in which ``range(of:)`` counts.
  private(set) var buffer: [UInt8] = []

  /// Whether lines are taken apart at their commas; else each is one field.
  private let splitsFields: Bool
  private var position = 0
  private var end = 0
  private var lineStart = 0
  private var lineEnd = 0
  private var starts: [Int] = []
  private var ends: [Int] = []

  /// Reads lines of the file `path`.
  init(path: String, splitsFields: Bool = true) {
    self.path = path
    self.splitsFields = splitsFields
    starts.reserveCapacity(Self.mostFields)
    ends.reserveCapacity(Self.mostFields)
  }

  /// Takes the bytes of a chunk and leaves those of the one before; lines count from `firstLine`.
  mutating func load(_ chunk: inout TextChunk, firstLine: Int) {
    swap(&buffer, &chunk.bytes)
    position = chunk.start
    end = chunk.end
    line = firstLine - 1
    firstEmptyLine = nil
  }

  /// How many lines of the chunk are still to be read.
  var lineCount: Int { buffer[position..<end].count { $0 == UInt8(ascii: "\n") } }

  /// The number of fields of the line.
  var fieldCount: Int { starts.count }

  /// Where the field lies in ``buffer``.
  func range(of field: Int) -> Range<Int> { starts[field]..<ends[field] }

  /// The column of a field's first byte, counted from 1; for a field that is missing, the end of the line.
  func column(of field: Int) -> Int {
    field < starts.count ? starts[field] - lineStart + 1 : lineEnd - lineStart + 1
  }

  /// The column of a byte of ``buffer``, counted from 1.
  func column(at position: Int) -> Int { position - lineStart + 1 }

  /// The start of the next line.
  var cursor: LineCursor { LineCursor(position: position, end: end, line: line + 1) }

  /// Goes on at a line's start; the lines before it were read by somebody else.
  mutating func move(to cursor: LineCursor) {
    if cursor.position > position { firstEmptyLine = nil }
    position = cursor.position
    line = cursor.line - 1
  }

  /// Puts the present line back, so that the next one is the same.
  mutating func putBack() {
    position = lineStart
    line -= 1
  }

  /// Moves to the next line that is not empty; false at the end of the chunk.
  mutating func next() throws -> Bool {
    while position < end {
      try scan()
      if lineEnd > lineStart {
        if let firstEmptyLine {
          throw InputError(
            SourceLocation(path: path, line: firstEmptyLine), "the line is empty",
            expected: "a record; empty lines may stand at the end of the file only")
        }
        return true
      }
      if firstEmptyLine == nil { firstEmptyLine = line }
    }
    return false
  }

  /// Takes one line out of the chunk, whose last byte is a line feed.
  private mutating func scan() throws {
    starts.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    lineStart = position
    var place = position
    var fieldStart = position
    while true {
      let byte = buffer[place]
      if byte > UInt8(ascii: ",") {
        place += 1
        continue
      }
      if byte == UInt8(ascii: "\n") {
        let hasReturn = place > lineStart && buffer[place - 1] == UInt8(ascii: "\r")
        lineEnd = hasReturn ? place - 1 : place
        try add(fieldStart..<max(fieldStart, lineEnd))
        position = place + 1
        line += 1
        return
      } else if byte == 0 {
        throw error("a NUL byte", expected: "text; is the file cut, or of another format?", at: place)
      } else if splitsFields {
        if byte == UInt8(ascii: ",") {
          try add(fieldStart..<place)
          fieldStart = place + 1
        } else if byte == UInt8(ascii: "\""), place == fieldStart {
          place = try closingQuote(after: place)
        }
      }
      place += 1
    }
  }

  private func closingQuote(after place: Int) throws -> Int {
    var index = place + 1
    while buffer[index] != UInt8(ascii: "\n") {
      if buffer[index] == UInt8(ascii: "\"") { return index }
      index += 1
    }
    throw error("a quote that does not end", expected: "a closing \" on the same line", at: place)
  }

  private mutating func add(_ field: Range<Int>) throws {
    guard starts.count < Self.mostFields else {
      throw error(
        "more than \(Self.mostFields) fields", expected: "a table of prices", at: field.lowerBound)
    }
    var field = field
    if splitsFields, field.count >= 2, buffer[field.lowerBound] == UInt8(ascii: "\"") {
      guard buffer[field.upperBound - 1] == UInt8(ascii: "\"") else {
        throw error("text after a closing quote", expected: "a comma", at: field.lowerBound)
      }
      field = field.lowerBound + 1..<field.upperBound - 1
    }
    starts.append(field.lowerBound)
    ends.append(field.upperBound)
  }

  /// An error in the line that is being taken out of the buffer.
  private func error(_ problem: String, expected: String, at place: Int) -> InputError {
    InputError(
      SourceLocation(path: path, line: line + 1, column: place - lineStart + 1), problem, expected: expected)
  }
}

/// The lines of a whole stream, one after the other.
final class LineStream {
  /// The present line.
  private(set) var reader: LineReader
  private let chunks: ChunkReader
  private var chunk = TextChunk()

  /// Reads lines out of `stream`; `path` names it in messages.
  init(_ stream: any ByteStream, path: String, splitsFields: Bool = true) {
    reader = LineReader(path: path, splitsFields: splitsFields)
    chunks = ChunkReader(stream, path: path)
  }

  /// Plain bytes read so far.
  var bytesRead: Int { chunks.bytesRead }

  /// Moves to the next line that is not empty; false at the end of the stream.
  func next() throws -> Bool {
    while true {
      if try reader.next() { return true }
      let empty = reader.firstEmptyLine
      do {
        guard try chunks.next(into: &chunk) else { return false }
      } catch let error as LongLine {
        throw error.inputError(reader.path, line: reader.line + 1)
      }
      reader.load(&chunk, firstLine: reader.line + 1)
      reader.firstEmptyLine = reader.firstEmptyLine ?? empty
    }
  }
}
