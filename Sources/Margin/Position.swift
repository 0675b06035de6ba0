public import Market

/// An open position in a linear perpetual.
public struct Position: Sendable, Hashable {
  /// What is held.
  public var instrument: InstrumentIndex
  /// Signed quantity in lots: positive long, negative short; never 0 while the position is in an account.
  public private(set) var lots: Int64
  /// `lots` as units of the base: the Double nearest to the decimal.
  public private(set) var quantity: Double
  /// Entry price, margin asset per unit of the base.
  public var entry: Double
  /// Margin of an isolated position in its margin asset; 0 for others.
  public var margin: Double
  /// Whether the position stands alone with `margin` behind it.
  public var isIsolated: Bool
  /// The leverage the user chose, for the initial margin; nil: the bracket's highest.
  public var leverage: Double?
  /// Until when the margin test of this isolated pool sleeps, ns since the epoch.
  public var cooldownUntil: Int64 = .min

  /// Makes a position of `lots` whole lots of `lot` units.
  public init(
    instrument: InstrumentIndex, lots: Int64, lot: ExactDecimal, entry: Double, margin: Double = 0,
    isIsolated: Bool = false, leverage: Double? = nil
  ) {
    self.instrument = instrument
    self.lots = lots
    self.quantity = Self.quantity(lots: lots, lot: lot)
    self.entry = entry
    self.margin = margin
    self.isIsolated = isIsolated
    self.leverage = leverage
  }

  /// Whether the position gains when the price rises.
  public var isLong: Bool { lots > 0 }

  /// Whether it stands before another one in table order, the long of an instrument before its short.
  func comesBefore(_ other: Position) -> Bool {
    if instrument != other.instrument { return instrument < other.instrument }
    return isLong && !other.isLong
  }

  /// Changes the size, keeping the entry price.
  mutating func resize(lots: Int64, lot: ExactDecimal) {
    self.lots = lots
    quantity = Self.quantity(lots: lots, lot: lot)
  }

  /// The Double nearest to `lots × lot`: one exact product, one correctly rounded division.
  ///
  /// - Precondition: `|lots × lot.mantissa| < 2^53`, which opening and the account reader ensure.
  public static func quantity(lots: Int64, lot: ExactDecimal) -> Double {
    Double(lots * lot.mantissa) / powersOfTen[lot.scale]
  }
}

/// 10^0 … 10^22, all exact in a Double.
let powersOfTen: [Double] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
  1e19, 1e20, 1e21, 1e22,
]
