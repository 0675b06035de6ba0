/// Numbers as text that reads back as the same Double.
public enum NumberText {
  /// The shortest decimal text that reads back as `value`, whole numbers without `.0`; `0` for negative zero.
  ///
  /// Empty for infinity and NaN: a file shows them as an empty cell.
  public static func shortest(_ value: Double) -> String {
    var bytes: [UInt8] = []
    append(value, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends ``shortest(_:)`` to a buffer; false, with nothing appended, for infinity and NaN.
  @discardableResult
  public static func append(_ value: Double, to bytes: inout [UInt8]) -> Bool {
    guard value.isFinite else { return false }
    // Whole numbers below 2^53 are their own shortest text and need no string.
    if abs(value) < 9_007_199_254_740_992, value == value.rounded(.towardZero) {
      append(Int64(value), to: &bytes)
      return true
    }
    var text = value.description
    if text.hasSuffix(".0") { text.removeLast(2) }
    bytes.append(contentsOf: text.utf8)
    return true
  }

  /// Appends a whole number.
  public static func append(_ value: Int64, to bytes: inout [UInt8]) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    let start = bytes.count
    var rest = value.magnitude
    repeat {
      bytes.append(0x30 + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }
}
