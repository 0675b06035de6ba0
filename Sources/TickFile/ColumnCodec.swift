/// The loops between values and the bytes of a column.
enum ColumnCodec {
  /// Maps small numbers of either sign to small unsigned ones: 0, -1, 1, -2 become 0, 1, 2, 3.
  @inline(__always)
  static func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }

  /// The inverse of ``zigzag(_:)``.
  @inline(__always)
  static func unzigzag(_ value: UInt64) -> Int64 {
    Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// The fewest bytes, 1 to 8, that hold each of `values`.
  static func width(_ values: [UInt64]) -> Int {
    let all = values.reduce(0) { $0 | $1 }
    return max(1, (UInt64.bitWidth - all.leadingZeroBitCount + 7) / 8)
  }

  /// Byte-shuffles: first the lowest byte of every value, then the next one of every value, and so on.
  static func planes(_ values: [UInt64], width: Int) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(values.count * width)
    for plane in 0..<width {
      let shift = UInt64(8 * plane)
      for value in values { out.append(UInt8(truncatingIfNeeded: value &>> shift)) }
    }
    return out
  }

  /// Undoes ``planes(_:width:)`` for the first `count * width` of `bytes`; `values` gets `count` elements.
  static func values(fromPlanes bytes: [UInt8], count: Int, width: Int, into values: inout [UInt64]) {
    precondition(bytes.count >= count * width && (1...8).contains(width))
    if values.count > count { values.removeLast(values.count - count) }
    if values.count < count { values.append(contentsOf: repeatElement(0, count: count - values.count)) }
    let source = bytes.span
    var target = values.mutableSpan
    switch width {
    case 1: unpack1(source, count: count, into: &target)
    case 2: unpack2(source, count: count, into: &target)
    case 3: unpack3(source, count: count, into: &target)
    default: unpackAny(source, count: count, width: width, into: &target)
    }
  }

  private static func unpack1(_ source: Span<UInt8>, count: Int, into target: inout MutableSpan<UInt64>) {
    for index in 0..<count { target[index] = UInt64(source[index]) }
  }

  private static func unpack2(_ source: Span<UInt8>, count: Int, into target: inout MutableSpan<UInt64>) {
    let low = source.extracting(0..<count)
    let high = source.extracting(count..<(2 * count))
    for index in 0..<count { target[index] = UInt64(low[index]) | UInt64(high[index]) << 8 }
  }

  private static func unpack3(_ source: Span<UInt8>, count: Int, into target: inout MutableSpan<UInt64>) {
    let low = source.extracting(0..<count)
    let middle = source.extracting(count..<(2 * count))
    let high = source.extracting((2 * count)..<(3 * count))
    for index in 0..<count {
      target[index] = UInt64(low[index]) | UInt64(middle[index]) << 8 | UInt64(high[index]) << 16
    }
  }

  private static func unpackAny(
    _ source: Span<UInt8>, count: Int, width: Int, into target: inout MutableSpan<UInt64>
  ) {
    for index in 0..<count { target[index] = UInt64(source[index]) }
    for plane in 1..<width {
      let bytes = source.extracting((plane * count)..<((plane + 1) * count))
      let shift = UInt64(8 * plane)
      for index in 0..<count { target[index] |= UInt64(bytes[index]) &<< shift }
    }
  }

  /// The greatest power of ten, at most 10^18, that divides every one of `values`; 1 where all are zero.
  static func commonPowerOfTen(_ values: [UInt64]) -> UInt64 {
    var power: UInt64 = 1_000_000_000_000_000_000
    var seen = false
    for value in values where value != 0 {
      seen = true
      while value % power != 0 { power /= 10 }
      if power == 1 { break }
    }
    return seen ? power : 1
  }
}
