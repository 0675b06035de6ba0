/// The check value of a gzip file: CRC-32 of the plain bytes and their number, as its last eight bytes hold
/// them. The unpacking library reads past them without a look, so a flipped bit could become a price.
///
/// Source: RFC 1952, section 8.
struct GzipChecksum {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
  }

  private var value = UInt32.max
  private var count: UInt32 = 0

  /// Takes plain bytes.
  mutating func add(_ bytes: ArraySlice<UInt8>) {
    let table = Self.table
    var value = value
    for byte in bytes { value = table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] ^ value >> 8 }
    self.value = value
    count &+= UInt32(truncatingIfNeeded: bytes.count)
  }

  /// Whether the trailer, the last eight bytes of the packed file, belongs to the bytes taken.
  func matches(_ trailer: [UInt8]) -> Bool {
    guard trailer.count == 8 else { return false }
    func word(_ start: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(trailer[start + $1]) << UInt32(8 * $1) }
    }
    return word(0) == ~value && word(4) == count
  }
}
