public import Market

/// One record of a tick file in 32 bytes, as the writer gathers them.
public struct PackedTick: Hashable, Sendable {
  /// ns since the epoch.
  public var time: Int64
  /// Digits of the price or rate.
  public var mantissa: Int64
  /// Digits of the size; 0 where the tick has none.
  public var sizeMantissa: Int64
  /// The series, by the number that the writer gave it.
  public var series: UInt16
  /// Digits of the price after the point.
  public var scale: UInt8
  /// Digits of the size after the point; ``noSize`` where the tick has none.
  public var sizeScale: UInt8
  /// Bits of ``TickFlags``.
  public var flags: UInt8

  /// Marks a tick without a size.
  public static let noSize = UInt8.max

  /// Makes a record; `sizeMantissa` is 0 where `sizeScale` is ``noSize``.
  @inlinable
  public init(
    time: Int64, series: UInt16, mantissa: Int64, scale: UInt8, sizeMantissa: Int64, sizeScale: UInt8,
    flags: UInt8
  ) {
    self.time = time
    self.mantissa = mantissa
    self.sizeMantissa = sizeMantissa
    self.series = series
    self.scale = scale
    self.sizeScale = sizeScale
    self.flags = flags
  }

  /// Packs a tick whose scales and number of series fit.
  init(_ tick: Tick) {
    self.init(
      time: tick.time.nanoseconds, series: UInt16(tick.series), mantissa: tick.price.mantissa,
      scale: UInt8(tick.price.scale), sizeMantissa: tick.size?.mantissa ?? 0,
      sizeScale: tick.size.map { UInt8($0.scale) } ?? Self.noSize, flags: tick.flags.rawValue)
  }

  /// Price or rate.
  public var price: ExactDecimal { ExactDecimal(mantissa: mantissa, scale: Int(scale)) }
  /// Traded or quoted quantity, nil where the source has none.
  public var size: ExactDecimal? {
    hasSize ? ExactDecimal(mantissa: sizeMantissa, scale: Int(sizeScale)) : nil
  }
  /// The same record, unpacked.
  public var tick: Tick {
    Tick(
      time: Timestamp(nanoseconds: time), series: Int(series), price: price, size: size,
      flags: TickFlags(rawValue: flags))
  }

  /// Whether the tick has a size.
  var hasSize: Bool { sizeScale != Self.noSize }
  /// Whether any zone map sees its price.
  var isInMarket: Bool { flags & TickFlags.notMarketTrade.rawValue == 0 }

  /// Whether the format holds its digits.
  var fits: Bool {
    let limit = TickFormat.mantissaLimit.magnitude
    let greatest = UInt8(TickFormat.maximumScale)
    return mantissa.magnitude < limit && scale <= greatest
      && (!hasSize || (sizeMantissa.magnitude < limit && sizeScale <= greatest))
  }
}
