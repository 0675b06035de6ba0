extension ExactDecimal {
  /// What an exact decimal may look like, for error messages.
  public static let expectation =
    "a decimal number of at most 15 to 16 significant digits (below 2^53) and 22 decimal places"

  /// Mantissas stay below this in size: every whole number up to it is a Double.
  public static let mantissaLimit: Int64 = 1 << 53
  /// The most decimal places: 10^22 is the highest power of ten that is a Double.
  public static let scaleLimit = 22

  /// Reads decimal text, with an exponent or without (`0.001`, `1e-3`, `-12`), without any rounding.
  ///
  /// Trailing zeros are dropped, so equal numbers have equal fields. Nil where the text is no number of the
  /// form `-12.5e-3`, or has more digits than ``mantissaLimit`` and ``scaleLimit`` allow.
  public init?(_ text: some StringProtocol) {
    guard let parts = DecimalText(text.utf8) else { return nil }
    var mantissa: Int64 = 0
    var scale = 0
    var pendingZeros = 0
    // A zero is only written down once a digit follows it: trailing zeros cost no precision.
    for (index, digit) in parts.digits.enumerated() {
      if index >= parts.pointIndex { scale += 1 }
      if digit == 0 {
        if mantissa != 0 { pendingZeros += 1 }
        continue
      }
      for _ in 0..<pendingZeros { guard Self.shift(&mantissa) else { return nil } }
      pendingZeros = 0
      guard Self.shift(&mantissa) else { return nil }
      mantissa += Int64(digit)
    }
    guard mantissa < Self.mantissaLimit else { return nil }
    guard mantissa != 0 else {
      self.init(mantissa: 0, scale: 0)
      return
    }
    scale -= pendingZeros + parts.exponent
    while scale < 0 {
      guard Self.shift(&mantissa) else { return nil }
      scale += 1
    }
    guard mantissa < Self.mantissaLimit, scale <= Self.scaleLimit else { return nil }
    self.init(mantissa: parts.isNegative ? -mantissa : mantissa, scale: scale)
  }

  /// Multiplies by ten; false where the limit would be passed.
  private static func shift(_ mantissa: inout Int64) -> Bool {
    guard mantissa < mantissaLimit / 10 + 1 else { return false }
    mantissa *= 10
    return true
  }

  /// The Double nearest to the decimal: one correctly rounded division of two exact numbers.
  public var double: Double { Double(mantissa) / Self.powersOfTen[scale] }

  /// 10^0 … 10^22, each exact as a Double.
  static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
  ]
}

extension ExactDecimal: CustomStringConvertible {
  /// Plain decimal text without an exponent: `0.001`, `-12.5`.
  public var description: String {
    var digits = String(mantissa.magnitude)
    if scale > 0 {
      if digits.count <= scale { digits = String(repeating: "0", count: scale + 1 - digits.count) + digits }
      digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -scale))
    }
    return mantissa < 0 ? "-\(digits)" : digits
  }
}

/// The parts of decimal text of the form `-12.5e-3`, the grammar of numbers in JSON.
struct DecimalText {
  var isNegative = false
  /// The digits before and after the point, 0...9 each.
  var digits: [UInt8] = []
  /// How many of the digits stand before the point.
  var pointIndex = 0
  /// The exponent of ten, limited to ±9999.
  var exponent = 0

  /// Takes the text apart; nil where it is no such number.
  init?(_ bytes: some Collection<UInt8>) {
    var rest = bytes[...]
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }
    if rest.first == UInt8(ascii: "-") {
      isNegative = true
      rest = rest.dropFirst()
    }
    while let byte = rest.first, isDigit(byte) {
      digits.append(byte - 0x30)
      rest = rest.dropFirst()
    }
    pointIndex = digits.count
    guard pointIndex == 1 || (pointIndex > 1 && digits[0] != 0) else { return nil }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard isDigit(rest.first) else { return nil }
      while let byte = rest.first, isDigit(byte) {
        digits.append(byte - 0x30)
        rest = rest.dropFirst()
      }
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      let sign = rest.first
      if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
      guard isDigit(rest.first) else { return nil }
      while let byte = rest.first, isDigit(byte) {
        exponent = min(exponent * 10 + Int(byte - 0x30), 9_999)
        rest = rest.dropFirst()
      }
      if sign == UInt8(ascii: "-") { exponent = -exponent }
    }
    guard rest.isEmpty else { return nil }
  }
}
