/// Which kind of series plays the mark price of the instruments.
public enum MarkChoice: String, CaseIterable, Hashable, Sendable {
  case mark, trade
  /// The middle of best bid and ask.
  case mid
}

/// Where every price of a study comes from: pure data, worked out once from a venue and the ticks' series.
public struct PriceModel: Sendable, Hashable {
  /// Where an instrument's mark price comes from.
  public enum MarkSource: Sendable, Hashable {
    /// The last value of one series.
    case series(SeriesKey)
    /// `(bid + ask) / 2`, once both have a value.
    case mid(bid: SeriesKey, ask: SeriesKey)
  }

  /// Where an asset's index price, its value in USD, comes from.
  public enum IndexSource: Sendable, Hashable {
    /// The last value of the asset's own `index` series.
    case series(SeriesKey)
    /// The last value of an `index` series of an instrument with that base, times the index of the
    /// instrument's margin asset.
    case instrumentIndex(SeriesKey, InstrumentIndex)
    /// The mark of an instrument times the index of its margin asset.
    case mark(InstrumentIndex)
    /// Always 1: a USD stable that nothing else prices.
    case one
  }

  /// The mark of every instrument, aligned with the venue's instruments; nil where the ticks have none.
  public var marks: [MarkSource?]
  /// The index of every asset, aligned with the venue's assets; nil where the asset has no price.
  public var indexes: [IndexSource?]
  /// The order in which index prices are to be worked out: every asset that has one, each after the margin
  /// asset it depends on, table order where free.
  public var indexOrder: [AssetIndex]
  /// The funding series of every instrument, aligned with the venue's instruments; nil where there is none.
  public var funding: [SeriesKey?]
  /// The kind that was chosen for the mark; nil for mark where the ticks have it, else trade.
  public var choice: MarkChoice?

  /// Makes a model from its parts.
  public init(
    marks: [MarkSource?], indexes: [IndexSource?], indexOrder: [AssetIndex], funding: [SeriesKey?],
    choice: MarkChoice? = nil
  ) {
    self.marks = marks
    self.indexes = indexes
    self.indexOrder = indexOrder
    self.funding = funding
    self.choice = choice
  }
}
