import Platform

/// Splits a stream into lines and comma-separated fields, in bounded memory.
///
/// A line ends with `\n` or `\r\n`; the last one may lack it. A field may stand in double quotes. A byte
/// order mark at the start is skipped. Empty lines are allowed at the end only.
struct LineReader: ~Copyable {
  /// The longest line, in bytes; what is longer is no table of prices.
  static let longestLine = 1 << 20
  /// The most fields in a line.
  static let mostFields = 256
  private static let chunk = 1 << 18

  /// The file, for messages.
  let path: String
  /// The number of the line that was read last, counted from 1.
  private(set) var line = 0
  /// Bytes taken from the stream so far.
  private(set) var bytesRead = 0

  private let stream: any ByteStream
  /// The bytes in which ``range(of:)`` counts.
  private(set) var buffer: [UInt8]
  private var start = 0
  private var end = 0
  private var isAtEnd = false
  private var lineStart = 0
  private var lineEnd = 0
  private var firstEmptyLine: Int?
  private var starts: [Int] = []
  private var ends: [Int] = []

  /// Reads lines out of `stream`; `path` names it in messages.
  init(_ stream: any ByteStream, path: String) {
    self.stream = stream
    self.path = path
    buffer = [UInt8](repeating: 0, count: Self.chunk)
    starts.reserveCapacity(Self.mostFields)
    ends.reserveCapacity(Self.mostFields)
  }

  /// The number of fields of the line.
  var fieldCount: Int { starts.count }

  /// Where the field lies in ``buffer``.
  func range(of field: Int) -> Range<Int> { starts[field]..<ends[field] }

  /// The column of a field's first byte, counted from 1; for a field that is missing, the end of the line.
  func column(of field: Int) -> Int {
    field < starts.count ? starts[field] - lineStart + 1 : lineEnd - lineStart + 1
  }

  /// Moves to the next line that is not empty; false at the end of the stream.
  mutating func next() throws -> Bool {
    while true {
      guard try scan() else {
        if try refill() { continue }
        return false
      }
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
  }

  /// Takes one line out of the buffer; false where the buffer ends before the line does.
  private mutating func scan() throws -> Bool {
    starts.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    var position = start
    var fieldStart = start
    while position < end {
      let byte = buffer[position]
      if byte > UInt8(ascii: ",") {
        position += 1
        continue
      }
      if byte == UInt8(ascii: ",") {
        try add(fieldStart..<position)
        fieldStart = position + 1
      } else if byte == UInt8(ascii: "\n") {
        let hasReturn = position > start && buffer[position - 1] == UInt8(ascii: "\r")
        let last = hasReturn ? position - 1 : position
        try add(fieldStart..<max(fieldStart, last))
        lineStart = start
        lineEnd = last
        start = position + 1
        line += 1
        return true
      } else if byte == 0 {
        throw error(
          "a NUL byte", expected: "text; is the file cut, or of another format?", at: position - start + 1)
      } else if byte == UInt8(ascii: "\""), position == fieldStart {
        guard let close = try closingQuote(after: position) else { return false }
        position = close
      }
      position += 1
    }
    return false
  }

  private func closingQuote(after position: Int) throws -> Int? {
    for index in position + 1..<max(end, position + 1) {
      if buffer[index] == UInt8(ascii: "\n") { break }
      if buffer[index] == UInt8(ascii: "\"") { return index }
    }
    if end - position > 1, buffer[position + 1..<end].contains(UInt8(ascii: "\n")) {
      throw error(
        "a quote that does not end", expected: "a closing \" on the same line", at: position - start + 1)
    }
    return nil
  }

  private mutating func add(_ field: Range<Int>) throws {
    guard starts.count < Self.mostFields else {
      throw error(
        "more than \(Self.mostFields) fields", expected: "a table of prices", at: field.lowerBound - start + 1
      )
    }
    var field = field
    if field.count >= 2, buffer[field.lowerBound] == UInt8(ascii: "\"") {
      guard buffer[field.upperBound - 1] == UInt8(ascii: "\"") else {
        throw error("text after a closing quote", expected: "a comma", at: field.lowerBound - start + 1)
      }
      field = field.lowerBound + 1..<field.upperBound - 1
    }
    starts.append(field.lowerBound)
    ends.append(field.upperBound)
  }

  /// An error in the line that is being taken out of the buffer.
  private func error(_ problem: String, expected: String, at column: Int) -> InputError {
    InputError(SourceLocation(path: path, line: line + 1, column: column), problem, expected: expected)
  }

  /// Brings more bytes behind those of the unfinished line; false at the end of the stream.
  private mutating func refill() throws -> Bool {
    if isAtEnd { return false }
    let pending = end - start
    guard pending <= Self.longestLine else {
      throw InputError(
        SourceLocation(path: path, line: line + 1), "a line longer than \(Self.longestLine) bytes",
        expected: "lines of text; is the file of another format?")
    }
    if start > 0 {
      buffer.replaceSubrange(0..<pending, with: Array(buffer[start..<end]))
      start = 0
      end = pending
    }
    if buffer.count - end < Self.chunk / 2 {
      buffer.append(contentsOf: repeatElement(0, count: Self.chunk))
    }
    let isFirst = bytesRead == 0
    let count = try stream.read(into: &buffer, from: end)
    bytesRead += count
    end += count
    if isFirst, count >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF { start = 3 }
    if count > 0 { return true }
    isAtEnd = true
    if end == start { return false }
    // The last line lacks its line feed; the buffer has room for one.
    buffer[end] = UInt8(ascii: "\n")
    end += 1
    return true
  }
}
