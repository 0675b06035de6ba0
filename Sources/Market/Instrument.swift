/// A linear perpetual.
public struct Instrument: Sendable, Hashable {
  /// Its name, such as `BTCUSDT`.
  public var name: String
  /// The asset whose price it follows; nil where the venue has no such asset.
  public var base: AssetIndex?
  /// Name of the base asset.
  public var baseName: String
  /// The asset in which profit, loss and maintenance margin are booked.
  public var marginAsset: AssetIndex
  /// The step of quantities, in units of the base.
  public var lot: ExactDecimal
  /// Fee of an ordinary close as a share of its value.
  public var takerFee: Double
  /// Clearance fee of a liquidation as a share of the value closed; goes to the insurance fund.
  public var liquidationFee: Double
  /// The leverage table, rising by floor; never empty.
  public var brackets: [Bracket]

  /// Makes an instrument.
  public init(
    name: String, base: AssetIndex?, baseName: String, marginAsset: AssetIndex, lot: ExactDecimal,
    takerFee: Double, liquidationFee: Double, brackets: [Bracket]
  ) {
    self.name = name
    self.base = base
    self.baseName = baseName
    self.marginAsset = marginAsset
    self.lot = lot
    self.takerFee = takerFee
    self.liquidationFee = liquidationFee
    self.brackets = brackets
  }
}

/// A row of the leverage table. It covers `floor < notional <= next floor`.
public struct Bracket: Sendable, Hashable {
  /// Notional above which the row holds, in the margin asset.
  public var floor: Double
  /// Maintenance margin rate.
  public var rate: Double
  /// Highest leverage at which a position may be opened.
  public var maxLeverage: Double
  /// Maintenance amount: the deduction that keeps the margin continuous, in the margin asset.
  public var amount: Double
  /// Makes a row.
  public init(floor: Double, rate: Double, maxLeverage: Double, amount: Double) {
    self.floor = floor
    self.rate = rate
    self.maxLeverage = maxLeverage
    self.amount = amount
  }
}
