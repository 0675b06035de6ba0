extension ExactDecimal {
  /// The Double nearest to `lots × self`, where `self` is the lot size.
  ///
  /// Nil where the product needs more than 53 bits: the quantity could then not be told from its neighbours.
  public func times(_ lots: Int64) -> Double? {
    let (product, overflow) = lots.multipliedReportingOverflow(by: mantissa)
    guard !overflow, product.magnitude <= UInt64(Self.mantissaLimit) else { return nil }
    return Double(product) / Self.powersOfTen[scale]
  }

  /// A quantity in lots.
  public struct LotCount: Hashable, Sendable {
    /// The lots, rounded toward zero.
    public var lots: Int64
    /// Whether the quantity is exactly that many lots.
    public var isWhole: Bool

    /// Makes a count.
    public init(lots: Int64, isWhole: Bool) {
      self.lots = lots
      self.isWhole = isWhole
    }
  }

  /// How many lots of the size `self` are in an exact quantity; nil where `self` is not positive or the
  /// count leaves 64 bits.
  public func lots(in quantity: ExactDecimal) -> LotCount? {
    guard mantissa > 0 else { return nil }
    var dividend = Int128(quantity.mantissa)
    var divisor = Int128(mantissa)
    // |mantissa| < 2^53 and 10^22 < 2^74, so both products stay inside of 127 bits.
    let shift = scale - quantity.scale
    for _ in 0..<abs(shift) {
      if shift > 0 { dividend *= 10 } else { divisor *= 10 }
    }
    guard let lots = Int64(exactly: dividend / divisor) else { return nil }
    return LotCount(lots: lots, isWhole: dividend % divisor == 0)
  }

  /// How many lots of the size `self` are in a computed quantity: the most lots, rounded toward zero, whose
  /// Double (see ``times(_:)``) is not above the quantity in size.
  ///
  /// The Double 0.3 holds 3 lots of 0.1, although it lies a little below the decimal. Nil where the quantity
  /// is not finite, `self` is not positive, or the count is too large for ``times(_:)``.
  public func lots(in quantity: Double) -> LotCount? {
    guard mantissa > 0, quantity.isFinite else { return nil }
    let size = abs(quantity)
    let guess = (size / double).rounded(.towardZero)
    guard guess < Double(Self.mantissaLimit), var lots = Int64(exactly: guess), var value = times(lots)
    else { return nil }
    // The quotient is off by at most one lot.
    while value > size, lots > 0 {
      lots -= 1
      guard let lower = times(lots) else { return nil }
      value = lower
    }
    while let above = times(lots + 1), above <= size {
      lots += 1
      value = above
    }
    return LotCount(lots: quantity < 0 ? -lots : lots, isWhole: value == size)
  }
}
