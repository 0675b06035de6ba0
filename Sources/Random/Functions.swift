/// Elementary functions in plain IEEE arithmetic: every machine gives the same bits.
///
/// Swift never contracts a multiplication and an addition into one operation, and nothing here calls a libm.
public enum Functions {
  /// ln 2 in two parts: the upper one has 32 bits, so that its product with an exponent is exact.
  private static let ln2Upper = 0x1.62e42feep-1
  private static let ln2Lower = 0x1.a39ef35793c76p-33
  private static let inverseLn2 = 0x1.71547652b82fep+0

  /// eˣ, within 1 unit in the last place; 0 and infinity where it under- and overflows.
  ///
  /// x = k·ln 2 + r with |r| ≤ ½ ln 2, then Taylor's series of eʳ.
  public static func exp(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x > 709.782712893384 { return .infinity }
    if x < -745.1332191019412 { return 0 }
    let k = (x * inverseLn2).rounded(.toNearestOrEven)
    let upper = x - k * ln2Upper
    let lower = k * ln2Lower
    let r = upper - lower
    // What rounding took from r.
    let lost = (upper - r) - lower
    let tail = (r * r) * expSeries(r)
    return scale(1 + (r + (tail + (lost + lost * r))), by: Int(k))
  }

  /// (eʳ − 1 − r) / r², for |r| ≤ ½ ln 2.
  private static func expSeries(_ r: Double) -> Double {
    var sum = 1.0 / 87_178_291_200
    sum = sum * r + 1.0 / 6_227_020_800
    sum = sum * r + 1.0 / 479_001_600
    sum = sum * r + 1.0 / 39_916_800
    sum = sum * r + 1.0 / 3_628_800
    sum = sum * r + 1.0 / 362_880
    sum = sum * r + 1.0 / 40_320
    sum = sum * r + 1.0 / 5_040
    sum = sum * r + 1.0 / 720
    sum = sum * r + 1.0 / 120
    sum = sum * r + 1.0 / 24
    sum = sum * r + 1.0 / 6
    return sum * r + 0.5
  }

  /// y·2ᵏ, rounded once; y in [0.5, 2).
  private static func scale(_ y: Double, by k: Int) -> Double {
    if k > 1023 { return y * 0x1p1023 * 2 }
    if k >= -1022 { return y * power(k) }
    // Exact down to the smallest normal number; only the last product rounds.
    return y * power(k + 64) * 0x1p-64
  }

  private static func power(_ k: Int) -> Double {
    Double(bitPattern: UInt64(truncatingIfNeeded: k + 1023) << 52)
  }

  /// The natural logarithm, within 1 unit in the last place; −∞ at 0, not a number below.
  ///
  /// x = 2ᵏ·(1 + f) with 1 + f in [√½, √2], then ln(1 + f) = 2 artanh(s) with s = f / (2 + f), by its series.
  public static func log(_ x: Double) -> Double {
    if x.isNaN || x == .infinity { return x }
    if x <= 0 { return x == 0 ? -.infinity : .nan }
    var k = 0
    var value = x
    if value < 0x1p-1022 {
      value *= 0x1p54
      k = -54
    }
    let bits = value.bitPattern
    k += Int(bits >> 52) - 1023
    var fraction = Double(bitPattern: bits & 0x000F_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000)
    if fraction > 0x1.6a09e667f3bcdp+0 {
      fraction *= 0.5
      k += 1
    }
    let f = fraction - 1
    let s = f / (2 + f)
    let series = logSeries(s * s)
    // 2s = f − s·f; with f²/2 taken out first, what is added to f is small.
    let half = 0.5 * f * f
    let exponent = Double(k)
    return exponent * ln2Upper - ((half - (s * (half + series) + exponent * ln2Lower)) - f)
  }

  /// 2·(z/3 + z²/5 + z³/7 + …), for z up to 0.0295.
  private static func logSeries(_ z: Double) -> Double {
    var sum = 2.0 / 25
    sum = sum * z + 2.0 / 23
    sum = sum * z + 2.0 / 21
    sum = sum * z + 2.0 / 19
    sum = sum * z + 2.0 / 17
    sum = sum * z + 2.0 / 15
    sum = sum * z + 2.0 / 13
    sum = sum * z + 2.0 / 11
    sum = sum * z + 2.0 / 9
    sum = sum * z + 2.0 / 7
    sum = sum * z + 2.0 / 5
    sum = sum * z + 2.0 / 3
    return sum * z
  }
}
