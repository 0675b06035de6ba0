public import Market

/// What is special about a tick.
public struct TickFlags: OptionSet, Hashable, Sendable {
  /// The bits as stored.
  public var rawValue: UInt8
  /// Wraps stored bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The print is no market trade (for example one of an insurance fund). It is kept, but no mark price, zone
  /// map, envelope or carried-in price sees it.
  public static let notMarketTrade = TickFlags(rawValue: 1)
}

/// One record of a tick file.
public struct Tick: Hashable, Sendable {
  /// When.
  public var time: Timestamp
  /// The series, by the number that the writer gave it.
  public var series: Int
  /// Price, or rate of a funding settlement.
  public var price: ExactDecimal
  /// Traded or quoted quantity, nil where the source has none.
  public var size: ExactDecimal?
  /// What is special about it.
  public var flags: TickFlags

  /// Makes a record.
  public init(
    time: Timestamp, series: Int, price: ExactDecimal, size: ExactDecimal? = nil, flags: TickFlags = []
  ) {
    self.time = time
    self.series = series
    self.price = price
    self.size = size
    self.flags = flags
  }
}
