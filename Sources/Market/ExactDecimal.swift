/// A decimal number kept exactly: `mantissa / 10^scale`.
public struct ExactDecimal: Hashable, Sendable {
  /// The digits without the decimal point; `|mantissa| < 2^53`.
  public var mantissa: Int64
  /// How many of the digits stand after the decimal point, 0...22.
  public var scale: Int

  /// Makes `mantissa / 10^scale`.
  public init(mantissa: Int64, scale: Int) {
    self.mantissa = mantissa
    self.scale = scale
  }
}
