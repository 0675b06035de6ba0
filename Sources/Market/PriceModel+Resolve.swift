public import Platform

extension PriceModel {
  /// Works out the source of every price.
  ///
  /// An instrument without the chosen series has no mark (nil). That is no error as long as no account holds
  /// it: ``requireMark(of:venue:available:at:)`` refuses one that does.
  ///
  /// - Parameters:
  ///   - venue: the tables.
  ///   - available: every series that the ticks hold.
  ///   - mark: the kind that plays the mark; nil means mark where the ticks have it, else trade.
  ///   - location: where the choice stands in the study, for errors.
  /// - Throws: `InputError` where index prices depend on each other in a circle.
  public init(
    venue: Venue, available: Set<SeriesKey>, mark: MarkChoice?, at location: SourceLocation
  ) throws {
    marks = venue.instruments.map { Self.mark(of: $0.name, available, mark) }
    choice = mark
    funding = venue.instruments.map { instrument in
      let key = SeriesKey(symbol: instrument.name, kind: .funding)
      return available.contains(key) ? key : nil
    }
    indexes = []
    indexOrder = []
    for index in venue.assets.indices {
      indexes.append(indexSource(of: AssetIndex(index), venue, available))
    }
    dropUnpriced(venue)
    indexOrder = try order(venue, location)
  }

  private static func mark(
    of name: String, _ available: Set<SeriesKey>, _ choice: MarkChoice?
  ) -> MarkSource? {
    func key(_ kind: SeriesKind) -> SeriesKey? {
      let key = SeriesKey(symbol: name, kind: kind)
      return available.contains(key) ? key : nil
    }
    switch choice {
    case nil: return (key(.mark) ?? key(.trade)).map(MarkSource.series)
    case .mark: return key(.mark).map(MarkSource.series)
    case .trade: return key(.trade).map(MarkSource.series)
    case .mid:
      guard let bid = key(.bid), let ask = key(.ask) else { return nil }
      return .mid(bid: bid, ask: ask)
    }
  }

  private func indexSource(
    of asset: AssetIndex, _ venue: Venue, _ available: Set<SeriesKey>
  ) -> IndexSource? {
    let terms = venue.assets[asset.rawValue]
    for symbol in [terms.name, terms.name + "USD"] {
      let key = SeriesKey(symbol: symbol, kind: .index)
      // A symbol that is also an instrument prices in that instrument's margin asset, not in USD.
      if available.contains(key), venue.instrument(named: symbol) == nil { return .series(key) }
    }
    let preferred = terms.indexFrom.map { [$0.rawValue] } ?? []
    for place in preferred + Array(venue.instruments.indices) {
      let instrument = venue.instruments[place]
      let key = SeriesKey(symbol: instrument.name, kind: .index)
      guard available.contains(key), instrument.base == asset, instrument.marginAsset != asset else {
        continue
      }
      return .instrumentIndex(key, InstrumentIndex(place))
    }
    if let from = terms.indexFrom, marks[from.rawValue] != nil { return .mark(from) }
    return terms.isStable ? .one : nil
  }

  /// An index that hangs on an asset without a price has no price either.
  private mutating func dropUnpriced(_ venue: Venue) {
    for _ in venue.assets.indices {
      for place in indexes.indices {
        guard let margin = Self.dependency(of: indexes[place], venue), indexes[margin.rawValue] == nil else {
          continue
        }
        indexes[place] = venue.assets[place].isStable ? .one : nil
      }
    }
  }

  /// The asset whose index must be known before this one.
  private static func dependency(of source: IndexSource?, _ venue: Venue) -> AssetIndex? {
    switch source {
    case .instrumentIndex(_, let instrument), .mark(let instrument):
      venue.instruments[instrument.rawValue].marginAsset
    case .series, .one, nil: nil
    }
  }

  private func order(_ venue: Venue, _ location: SourceLocation) throws -> [AssetIndex] {
    var order: [AssetIndex] = []
    var isDone = [Bool](repeating: false, count: indexes.count)
    var rest = indexes.indices.filter { indexes[$0] != nil }
    while !rest.isEmpty {
      let ready = rest.filter { place in
        Self.dependency(of: indexes[place], venue).map { isDone[$0.rawValue] } ?? true
      }
      guard !ready.isEmpty else {
        let names = rest.map { venue.assets[$0].name }.joined(separator: ", ")
        throw InputError(
          location, "the index prices of \(names) depend on each other in a circle",
          expected: "an index series or an index_from that leads to a USD stable")
      }
      for place in ready {
        isDone[place] = true
        order.append(AssetIndex(place))
      }
      rest.removeAll { isDone[$0] }
    }
    return order
  }
}

extension PriceModel {
  /// Refuses an instrument that has no mark price in the ticks.
  /// - Throws: `InputError` at `location`, naming the series that the ticks do have.
  public func requireMark(
    of instrument: InstrumentIndex, venue: Venue, available: Set<SeriesKey>, at location: SourceLocation
  ) throws {
    guard marks[instrument.rawValue] == nil else { return }
    let kind =
      switch choice {
      case nil: "mark or trade"
      case .mid: "bid and ask"
      case .some(let kind): kind.rawValue
      }
    throw InputError(
      location, "the ticks hold no \(kind) series of \(venue.instruments[instrument.rawValue].name)",
      expected: "one of the series they hold: \(Self.listing(available))")
  }

  /// Refuses an asset that has no index price in the ticks.
  /// - Throws: `InputError` at `location`, naming the series that the ticks do have.
  public func requireIndex(
    of asset: AssetIndex, venue: Venue, available: Set<SeriesKey>, at location: SourceLocation
  ) throws {
    guard indexes[asset.rawValue] == nil else { return }
    throw InputError(
      location, "the ticks hold no series that prices \(venue.assets[asset.rawValue].name)",
      expected: "its index or a mark or trade series of its index_from; they hold: \(Self.listing(available))"
    )
  }

  private static func listing(_ available: Set<SeriesKey>) -> String {
    let names = available.map(\.description).sorted()
    guard !names.isEmpty else { return "none" }
    return names.prefix(40).joined(separator: ", ") + (names.count > 40 ? ", …" : "")
  }
}
