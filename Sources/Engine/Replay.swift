public import Market
public import TickFile

/// The ticks of a study: files merged by time, the window, and how series become prices.
public struct Replay: Sendable {
  /// The tick files, in the study's order.
  public var files: [TickFileReader]
  /// From inclusive, to exclusive; nil for all.
  public var window: Range<Timestamp>?
  /// The venue whose tables `prices` is aligned with.
  public var venue: Venue
  /// How series price instruments and assets; instants are made of the series that it names, and no others.
  public var prices: PriceModel
  /// Where an instrument has no funding series.
  public var funding: DefaultFunding?

  /// Makes a replay.
  public init(
    files: [TickFileReader], window: Range<Timestamp>?, venue: Venue, prices: PriceModel,
    funding: DefaultFunding?
  ) {
    self.files = files
    self.window = window
    self.venue = venue
    self.prices = prices
    self.funding = funding
  }
}

extension PriceModel {
  /// The part of a model that prices what a study uses: its instruments and assets, and the instruments
  /// whose marks price those assets.
  ///
  /// - Parameters:
  ///   - venue: the venue the model was made for.
  ///   - instruments: what any account holds or will hold.
  ///   - assets: what any account holds, the spot wallet included.
  public func restricted(
    _ venue: Venue, to instruments: Set<InstrumentIndex>, _ assets: Set<AssetIndex>
  ) -> PriceModel {
    var (usedInstruments, usedAssets) = (instruments, Set<AssetIndex>())
    var open = Array(assets) + instruments.map { venue.instruments[$0.rawValue].marginAsset }
    while let asset = open.popLast() {
      guard usedAssets.insert(asset).inserted else { continue }
      switch indexes[asset.rawValue] {
      case .mark(let instrument):
        usedInstruments.insert(instrument)
        open.append(venue.instruments[instrument.rawValue].marginAsset)
      case .instrumentIndex(_, let instrument):
        open.append(venue.instruments[instrument.rawValue].marginAsset)
      case nil, .one, .series: continue
      }
    }
    var part = self
    for place in marks.indices where !usedInstruments.contains(InstrumentIndex(place)) {
      part.marks[place] = nil
    }
    for place in funding.indices where !instruments.contains(InstrumentIndex(place)) {
      part.funding[place] = nil
    }
    for place in indexes.indices where !usedAssets.contains(AssetIndex(place)) { part.indexes[place] = nil }
    part.indexOrder = indexOrder.filter { usedAssets.contains($0) }
    return part
  }
}
