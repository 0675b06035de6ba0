/// The rule set of an exchange at one date: assets, instruments and the switches of its margin rules.
///
/// All tables keep the order of the venue file; sums and ties run in that order.
public struct Venue: Sendable {
  /// The name under which studies refer to it.
  public var name: String
  /// Where the figures come from, and their date.
  public var source: String
  /// The assets, in table order.
  public var assets: [Asset]
  /// The instruments, in table order.
  public var instruments: [Instrument]
  /// How a pool is liquidated.
  public var liquidation: LiquidationRules
  /// Auto-exchange triggers and order.
  public var autoExchange: AutoExchangeRules
  /// Borrowing rules; nil where the venue does not lend.
  public var loan: LoanRules?
  /// The insurance fund's start in USD; nil where it pays whatever is needed.
  public var fundSize: Double?
  /// Funding where the ticks hold no funding series.
  public var funding: DefaultFunding?
  /// Changes of parameters at a time, in time order.
  public var changes: [DatedChange]

  /// Makes a venue from its parts. Nothing is checked: files go through ``init(document:)``.
  public init(
    name: String, source: String, assets: [Asset], instruments: [Instrument],
    liquidation: LiquidationRules = LiquidationRules(),
    autoExchange: AutoExchangeRules = AutoExchangeRules(), loan: LoanRules? = nil, fundSize: Double? = nil,
    funding: DefaultFunding? = nil, changes: [DatedChange] = []
  ) {
    self.name = name
    self.source = source
    self.assets = assets
    self.instruments = instruments
    self.liquidation = liquidation
    self.autoExchange = autoExchange
    self.loan = loan
    self.fundSize = fundSize
    self.funding = funding
    self.changes = changes
  }

  /// The place of an asset by its name.
  public func asset(named name: String) -> AssetIndex? {
    assets.firstIndex { $0.name == name }.map(AssetIndex.init)
  }

  /// The place of an instrument by its name.
  public func instrument(named name: String) -> InstrumentIndex? {
    instruments.firstIndex { $0.name == name }.map(InstrumentIndex.init)
  }
}

/// Funding of instruments that have no funding series.
public struct DefaultFunding: Sendable, Hashable {
  /// Rate as a fraction of notional; positive: longs pay.
  public var rate: Double
  /// Time between settlements, counted from the epoch, in ns.
  public var everyNanoseconds: Int64
  /// Makes a schedule.
  public init(rate: Double, everyNanoseconds: Int64) {
    self.rate = rate
    self.everyNanoseconds = everyNanoseconds
  }
}

/// Parameters that change at a time.
public struct DatedChange: Sendable {
  /// When the new rules hold from.
  public var at: Timestamp
  /// The whole venue as it is from then on, its own `changes` empty.
  public var venue: Venue
  /// Makes a change.
  public init(at: Timestamp, venue: Venue) {
    self.at = at
    self.venue = venue
  }
}
