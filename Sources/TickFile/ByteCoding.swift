/// Little-endian writing to an array.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func put<T: FixedWidthInteger & UnsignedInteger>(_ value: T) {
    var rest = value
    for _ in 0..<(T.bitWidth / 8) {
      bytes.append(UInt8(truncatingIfNeeded: rest))
      rest = T.bitWidth == 8 ? 0 : rest >> 8
    }
  }

  mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

  mutating func put(_ value: Int64) { put(UInt64(bitPattern: value)) }

  mutating func put(_ other: some Collection<UInt8>) { bytes.append(contentsOf: other) }
}

/// Little-endian reading with a check before every step, so that no length in a file can lead out of it.
struct ByteReader {
  private let bytes: [UInt8]
  private(set) var position = 0
  private let what: String

  /// Reads `bytes`; `what` names them in messages.
  init(_ bytes: [UInt8], what: String) {
    self.bytes = bytes
    self.what = what
  }

  var remaining: Int { bytes.count - position }

  mutating func take(_ count: Int) throws(FormatFault) -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else { throw FormatFault("\(what) ends too early") }
    defer { position += count }
    return bytes[position..<(position + count)]
  }

  /// An unsigned number of `count` bytes, 1 to 8.
  private mutating func number(_ count: Int) throws(FormatFault) -> UInt64 {
    guard count <= remaining else { throw FormatFault("\(what) ends too early") }
    var value: UInt64 = 0
    var index = position + count
    while index > position {
      index -= 1
      value = value << 8 | UInt64(bytes[index])
    }
    position += count
    return value
  }

  mutating func u8() throws(FormatFault) -> UInt8 { UInt8(truncatingIfNeeded: try number(1)) }
  mutating func u16() throws(FormatFault) -> Int { Int(try number(2)) }
  mutating func u32() throws(FormatFault) -> Int { Int(try number(4)) }
  mutating func u64() throws(FormatFault) -> UInt64 { try number(8) }
  mutating func i64() throws(FormatFault) -> Int64 { Int64(bitPattern: try u64()) }

  /// A 64-bit size or offset that must fit the signed type.
  mutating func size() throws(FormatFault) -> Int {
    guard let value = Int(exactly: try u64()) else { throw FormatFault("\(what) holds an impossible size") }
    return value
  }

  /// Bytes that this version keeps at zero.
  mutating func zeros(_ count: Int) throws(FormatFault) {
    guard try take(count).allSatisfy({ $0 == 0 }) else {
      throw FormatFault("\(what) has a reserved field that is not zero")
    }
  }

  func expectEnd() throws(FormatFault) {
    guard remaining == 0 else { throw FormatFault("\(what) is \(remaining) bytes too long") }
  }
}
