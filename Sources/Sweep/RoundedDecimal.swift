internal import Market

extension ExactDecimal {
  /// The decimal of at most six significant digits that is nearest to a number, without trailing zeros: the
  /// values of a computed axis are what their text says.
  ///
  /// - Parameter value: 0, or 1e-12 to 1e12 in size.
  init(roundingToSixDigits value: Double) {
    var scale = 5
    var scaled = abs(value)
    precondition(scaled == 0 || (1e-12...1e12).contains(scaled), "the decoder of the axis bounds its values")
    while scaled != 0, scaled < 1 {
      scaled *= 10
      scale += 1
    }
    while scaled >= 10 {
      scaled /= 10
      scale -= 1
    }
    var mantissa = Int64((scaled * 1e5).rounded())
    while mantissa != 0, mantissa % 10 == 0, scale > 0 {
      mantissa /= 10
      scale -= 1
    }
    while scale < 0 {
      mantissa *= 10
      scale += 1
    }
    self.init(mantissa: value < 0 ? -mantissa : mantissa, scale: mantissa == 0 ? 0 : scale)
  }
}
