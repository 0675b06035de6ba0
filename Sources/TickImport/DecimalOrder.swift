import Market

/// Compares decimals exactly, whatever their scales.
enum DecimalOrder {
  private static let powers: [Int128] = (0...DecimalText.largestScale).map { power in
    (0..<power).reduce(Int128(1)) { value, _ in value * 10 }
  }

  /// Whether `a < b`. Mantissas stay below 2^53 and 10^22 below 2^74, so the products fit in 128 bits.
  static func isLess(_ a: ExactDecimal, _ b: ExactDecimal) -> Bool {
    if a.scale == b.scale { return a.mantissa < b.mantissa }
    return a.scale < b.scale
      ? Int128(a.mantissa) * powers[b.scale - a.scale] < Int128(b.mantissa)
      : Int128(a.mantissa) < Int128(b.mantissa) * powers[a.scale - b.scale]
  }

  /// Whether the two are the same number.
  static func isEqual(_ a: ExactDecimal, _ b: ExactDecimal) -> Bool {
    a == b || (!isLess(a, b) && !isLess(b, a))
  }
}
