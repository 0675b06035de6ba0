/// An asset: something held as a balance.
public struct Asset: Sendable, Hashable {
  /// Its name, such as `BTC`.
  public var name: String
  /// Whether it is a USD stable, worth 1 USD where nothing else prices it.
  public var isStable: Bool
  /// The instrument whose mark prices it where it has no index series; nil for none.
  public var indexFrom: InstrumentIndex?
  /// Share of a positive balance's value that does not count, 0...1.
  public var bidBuffer: Double
  /// Mark-up on a negative balance's value, 0 or more.
  public var askBuffer: Double
  /// Discount when the asset is sold by auto-exchange, 0...1.
  public var autoBidBuffer: Double
  /// Mark-up when a deficit in the asset is covered by auto-exchange.
  public var autoAskBuffer: Double
  /// Tiered collateral rates by USD value in place of `bidBuffer`; empty where the haircut is flat.
  public var tiers: [CollateralTier]
  /// Auto-exchange threshold in units of the asset by user level (regular, vip1…vip9); nil for none.
  public var autoThreshold: [Double]?

  /// Makes an asset.
  public init(
    name: String, isStable: Bool = false, indexFrom: InstrumentIndex? = nil, bidBuffer: Double = 0,
    askBuffer: Double = 0, autoBidBuffer: Double = 0, autoAskBuffer: Double = 0,
    tiers: [CollateralTier] = [], autoThreshold: [Double]? = nil
  ) {
    self.name = name
    self.isStable = isStable
    self.indexFrom = indexFrom
    self.bidBuffer = bidBuffer
    self.askBuffer = askBuffer
    self.autoBidBuffer = autoBidBuffer
    self.autoAskBuffer = autoAskBuffer
    self.tiers = tiers
    self.autoThreshold = autoThreshold
  }
}

/// One slice of a tiered haircut: value above `floor` counts at `rate`.
public struct CollateralTier: Sendable, Hashable {
  /// USD value from which the tier holds.
  public var floor: Double
  /// Share of the value that counts, 0...1, falling from tier to tier.
  public var rate: Double
  /// USD added so that the collateral value is continuous: `rate·value + amount`.
  public var amount: Double
  /// Makes a tier.
  public init(floor: Double, rate: Double, amount: Double) {
    self.floor = floor
    self.rate = rate
    self.amount = amount
  }
}
