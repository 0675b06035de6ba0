import Platform

/// Reads the members of one message, a JSON object on one line, without building it.
///
/// Members whose name is one letter are kept by place; an object under `data` takes the place of the whole.
/// Values of other members are skipped, but must be JSON.
struct MessageScanner {
  /// What may stand in a line, for error messages.
  static let expectation = "one JSON object, as the exchange sends it, behind the time of its receipt or not"
  /// How deep arrays and objects may lie in each other.
  private static let deepest = 32
  private static let data = Array("data".utf8)
  private static let snapshot = Array("lastUpdateId".utf8)

  /// Where the digits of the receipt time lie; empty where there are none.
  private(set) var stamp = 0..<0
  /// Whether the message is an answer with an order book.
  private(set) var isSnapshot = false
  private var starts = [Int](repeating: 0, count: 128)
  private var ends = [Int](repeating: 0, count: 128)
  /// The line in which a member was last seen, by its letter; spares clearing.
  private var seen = [Int](repeating: 0, count: 128)
  private var mark = 0
  private var position = 0
  private var end = 0

  /// Where the text of the member lies, without quotes; nil where the message has none of that name.
  func range(_ name: Unicode.Scalar) -> Range<Int>? {
    let letter = Int(name.value)
    return seen[letter] == mark ? starts[letter]..<ends[letter] : nil
  }

  /// Reads the message in `range` of `bytes`; `skipped` is the event whose members are of no interest.
  mutating func scan(
    _ bytes: Span<UInt8>, _ range: Range<Int>, skipping skipped: [UInt8]
  ) throws(MessageFault) {
    mark += 1
    isSnapshot = false
    position = range.lowerBound
    end = range.upperBound
    while position < end, bytes[position] &- 0x30 < 10 { position += 1 }
    stamp = range.lowerBound..<position
    space(bytes)
    guard try object(bytes, depth: 0, skipping: skipped) else {
      // The rest is not looked at, but a line that was cut off is seen.
      guard bytes[end - 1] == UInt8(ascii: "}") else { throw MessageFault(position: end) }
      return
    }
    space(bytes)
    guard position == end else { throw MessageFault(position: position) }
  }

  private mutating func space(_ bytes: Span<UInt8>) {
    while position < end, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar, _ bytes: Span<UInt8>) throws(MessageFault) {
    space(bytes)
    guard position < end, bytes[position] == UInt8(ascii: character) else {
      throw MessageFault(position: position)
    }
    position += 1
  }

  private mutating func takes(_ character: Unicode.Scalar, _ bytes: Span<UInt8>) -> Bool {
    space(bytes)
    guard position < end, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// The members of the message; false where its event is to be skipped.
  private mutating func object(
    _ bytes: Span<UInt8>, depth: Int, skipping skipped: [UInt8]
  ) throws(MessageFault) -> Bool {
    try take("{", bytes)
    if takes("}", bytes) { return true }
    repeat {
      space(bytes)
      let name = try string(bytes)
      try take(":", bytes)
      space(bytes)
      if depth == 0, Self.matches(bytes, name, Self.data), position < end,
        bytes[position] == UInt8(ascii: "{")
      {
        guard try object(bytes, depth: 1, skipping: skipped) else { return false }
        continue
      }
      if Self.matches(bytes, name, Self.snapshot) { isSnapshot = true }
      let value = try value(bytes, depth: depth + 1)
      guard name.count == 1, bytes[name.lowerBound] < 128 else { continue }
      let letter = Int(bytes[name.lowerBound])
      (starts[letter], ends[letter], seen[letter]) = (value.lowerBound, value.upperBound, mark)
      if letter == 0x65, Self.matches(bytes, value, skipped) { return false }
    } while takes(",", bytes)
    try take("}", bytes)
    return true
  }

  /// Whether the text in `range` is `text`.
  static func matches(_ bytes: Span<UInt8>, _ range: Range<Int>, _ text: [UInt8]) -> Bool {
    guard range.count == text.count else { return false }
    for index in 0..<text.count where bytes[range.lowerBound + index] != text[index] { return false }
    return true
  }

  /// A string without its quotes; what it escapes stays as it is.
  private mutating func string(_ bytes: Span<UInt8>) throws(MessageFault) -> Range<Int> {
    guard position < end, bytes[position] == UInt8(ascii: "\"") else {
      throw MessageFault(position: position)
    }
    position += 1
    let start = position
    while position < end {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        position += 1
        return start..<position - 1
      }
      position += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    throw MessageFault(position: end)
  }

  /// Skips a value; of a string the text between the quotes is given, of others all of it.
  private mutating func value(_ bytes: Span<UInt8>, depth: Int) throws(MessageFault) -> Range<Int> {
    space(bytes)
    guard position < end, depth < Self.deepest else { throw MessageFault(position: position) }
    let start = position
    switch bytes[position] {
    case UInt8(ascii: "\""): return try string(bytes)
    case UInt8(ascii: "["):
      position += 1
      if takes("]", bytes) { return start..<position }
      repeat { _ = try value(bytes, depth: depth + 1) } while takes(",", bytes)
      try take("]", bytes)
    case UInt8(ascii: "{"):
      position += 1
      if takes("}", bytes) { return start..<position }
      repeat {
        space(bytes)
        _ = try string(bytes)
        try take(":", bytes)
        _ = try value(bytes, depth: depth + 1)
      } while takes(",", bytes)
      try take("}", bytes)
    default:
      // A number, true, false or null: letters, digits, signs and points.
      while position < end, Self.isPlain(bytes[position]) { position += 1 }
      guard position > start else { throw MessageFault(position: position) }
    }
    return start..<position
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == 0x2B || byte == 0x2D || byte == 0x2E
  }
}

/// Where a line is no message.
struct MessageFault: Error {
  /// The byte, in the buffer's count.
  var position: Int
}
