import Market

/// Why a text is not a decimal number that a tick can hold.
enum DecimalProblem: Error, Hashable {
  /// It is not a number.
  case notANumber
  /// It has more digits than are kept exactly: the mantissa reaches 2^53, or the scale exceeds 22.
  case tooManyDigits
}

/// Decimal numbers from text to mantissa and scale, exactly; a Double never takes part.
enum DecimalText {
  /// The largest mantissa.
  static let largestMantissa: UInt64 = (1 << 53) - 1
  /// The largest number of digits after the point.
  static let largestScale = 22
  /// What a number may look like, for error messages.
  static let expectation =
    "a decimal number of at most 15 digits (below 2^53 without its point, at most 22 after it)"

  /// The powers of ten that fit before a mantissa overflows.
  private static let powers: [UInt64] = (0...16).map { power in
    (0..<power).reduce(UInt64(1)) { value, _ in value * 10 }
  }

  /// Reads `[+-]digits[.digits][e[+-]digits]` from `bytes` at `range`; zeros at the end of the fraction are
  /// dropped, so that `46319.50` and `46319.5` are the same tick.
  static func parse(
    _ bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(DecimalProblem) -> ExactDecimal {
    var position = range.lowerBound
    var isNegative = false
    if position < range.upperBound,
      bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+")
    {
      isNegative = bytes[position] == UInt8(ascii: "-")
      position += 1
    }
    var mantissa: UInt64 = 0
    var scale = 0
    var zeros = 0
    var digits = 0
    var isFraction = false
    while position < range.upperBound {
      let digit = bytes[position] &- 0x30
      if digit < 10 {
        digits += 1
        if isFraction && digit == 0 {
          zeros += 1
        } else {
          let shift = isFraction ? zeros + 1 : 1
          mantissa = try append(digit, after: shift, to: mantissa)
          if isFraction { scale += shift }
          zeros = 0
        }
      } else if bytes[position] == UInt8(ascii: "."), !isFraction {
        isFraction = true
      } else {
        break
      }
      position += 1
    }
    guard digits > 0 else { throw .notANumber }
    if position < range.upperBound {
      scale -= try exponent(bytes, position..<range.upperBound)
      // 11350e-2 is 113.5 as well.
      while scale > 0, mantissa > 0, mantissa % 10 == 0 {
        mantissa /= 10
        scale -= 1
      }
    }
    return try make(mantissa, scale, isNegative)
  }

  private static func append(
    _ digit: UInt8, after shift: Int, to mantissa: UInt64
  ) throws(DecimalProblem) -> UInt64 {
    if mantissa == 0 { return UInt64(digit) }
    guard shift < powers.count, mantissa <= largestMantissa / powers[shift] else { throw .tooManyDigits }
    let value = mantissa * powers[shift] + UInt64(digit)
    guard value <= largestMantissa else { throw .tooManyDigits }
    return value
  }

  private static func make(
    _ mantissa: UInt64, _ scale: Int, _ isNegative: Bool
  ) throws(DecimalProblem) -> ExactDecimal {
    var mantissa = mantissa
    var scale = scale
    if mantissa == 0 { scale = 0 }
    if scale < 0 {
      guard -scale < powers.count, mantissa <= largestMantissa / powers[-scale] else { throw .tooManyDigits }
      mantissa *= powers[-scale]
      scale = 0
    }
    guard scale <= largestScale else { throw .tooManyDigits }
    let value = Int64(mantissa)
    return ExactDecimal(mantissa: isNegative ? -value : value, scale: scale)
  }

  /// Reads `e[+-]digits`; at most three digits, since no tick needs more.
  private static func exponent(
    _ bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(DecimalProblem) -> Int {
    guard bytes[range.lowerBound] | 0x20 == UInt8(ascii: "e") else { throw .notANumber }
    var position = range.lowerBound + 1
    var isNegative = false
    if position < range.upperBound,
      bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+")
    {
      isNegative = bytes[position] == UInt8(ascii: "-")
      position += 1
    }
    guard (1...3).contains(range.upperBound - position) else { throw .notANumber }
    var value = 0
    while position < range.upperBound {
      let digit = bytes[position] &- 0x30
      guard digit < 10 else { throw .notANumber }
      value = value * 10 + Int(digit)
      position += 1
    }
    return isNegative ? -value : value
  }
}
