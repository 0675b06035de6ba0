import Platform

/// Whole lines of a text, read together.
struct TextChunk {
  /// The bytes; those behind ``end`` are of no meaning.
  var bytes: [UInt8] = []
  /// Where the first line starts: behind a byte order mark.
  var start = 0
  /// Behind the line feed of the last line.
  var end = 0
}

/// A place in a chunk: the start of a line.
struct LineCursor {
  /// The line's first byte.
  var position: Int
  /// Behind the last byte of the chunk.
  let end: Int
  /// Number of the line, counted from 1.
  var line: Int
}

/// Splits a stream into chunks of whole lines, in bounded memory.
///
/// A byte order mark at the start is skipped; the last line gets a line feed where it lacks one.
final class ChunkReader {
  /// The longest line, in bytes; what is longer is no table of prices.
  static let longestLine = 1 << 20

  /// The file, for messages.
  let path: String
  /// Bytes taken from the stream so far.
  private(set) var bytesRead = 0
  private let stream: any ByteStream
  private let size: Int
  /// The start of a line whose end was not read.
  private var rest: [UInt8] = []
  private var isAtStart = true
  private var isAtEnd = false

  /// Reads chunks of about `size` bytes.
  init(_ stream: any ByteStream, path: String, size: Int = 1 << 18) {
    self.stream = stream
    self.path = path
    self.size = size
  }

  /// Fills `chunk` with the next lines; false at the end of the stream.
  ///
  /// Throws ``LongLine``, and the errors of the stream.
  func next(into chunk: inout TextChunk) throws -> Bool {
    var count = rest.count
    if chunk.bytes.count < count + size {
      chunk.bytes = [UInt8](repeating: 0, count: count + size)
    }
    chunk.bytes.replaceSubrange(0..<count, with: rest)
    rest.removeAll(keepingCapacity: true)
    var lineEnd: Int?
    while true {
      let searched = count
      while !isAtEnd, count < chunk.bytes.count {
        let read = try stream.read(into: &chunk.bytes, from: count)
        if read == 0 { isAtEnd = true }
        count += read
        bytesRead += read
      }
      lineEnd = Self.lastLineEnd(chunk.bytes.span, from: searched, to: count)
      if isAtEnd || lineEnd != nil { break }
      guard count <= Self.longestLine else { throw LongLine() }
      chunk.bytes.append(contentsOf: repeatElement(0, count: size))
    }
    if isAtEnd {
      if count > 0, lineEnd != count {
        guard count - (lineEnd ?? 0) <= Self.longestLine else { throw LongLine() }
        if count == chunk.bytes.count { chunk.bytes.append(0) }
        chunk.bytes[count] = UInt8(ascii: "\n")
        count += 1
      }
      lineEnd = count
    }
    let end = lineEnd ?? count
    if end < count { rest.append(contentsOf: chunk.bytes[end..<count]) }
    chunk.start = isAtStart && Self.startsWithMark(chunk.bytes, end) ? 3 : 0
    chunk.end = end
    isAtStart = false
    return end > 0
  }

  private static func startsWithMark(_ bytes: [UInt8], _ end: Int) -> Bool {
    end >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
  }

  /// Behind the last line feed.
  private static func lastLineEnd(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
    var position = end
    while position > start {
      if bytes[position - 1] == UInt8(ascii: "\n") { return position }
      position -= 1
    }
    return nil
  }
}

/// The next line is longer than any line of a table.
struct LongLine: Error {
  /// The error for the user, once the line is known.
  func inputError(_ path: String, line: Int) -> InputError {
    InputError(
      SourceLocation(path: path, line: line), "a line longer than \(ChunkReader.longestLine) bytes",
      expected: "lines of text; is the file of another format?")
  }
}
