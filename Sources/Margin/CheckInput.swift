public import Market
public import Platform

/// An account document with the rules and prices it is to be checked at.
public struct CheckInput: Sendable {
  /// The account and its names.
  public var document: AccountDocument
  /// The venue's rules, `overrides` and `brackets` applied.
  public var rules: Rules
  /// The prices that the document gives, and those that follow from them.
  public var quotes: Quotes

  /// The margin state.
  public var report: CheckReport { rules.check(document.account, quotes) }

  /// Reads an account document (YAML, or JSON as its subset).
  ///
  /// The rules are the venue's own figures; dated changes count up to the time that `open` names, none
  /// without it. An index price that is not given follows from the marks as in a study.
  /// - Parameters:
  ///   - document: the file.
  ///   - loadVenue: finds the venue that the document names.
  /// - Throws: `InputError` with the place of what is wrong.
  public init(
    _ document: Document, loadVenue: (_ reference: String, _ location: SourceLocation) throws -> VenueFile
  ) throws {
    let reader = try document.root.mapping(keys: AccountDocument.keys)
    let venueNode = try reader.required("venue")
    let file = try loadVenue(try venueNode.text(), venueNode.location)
    let overrides = try reader.optional("overrides")?.entries("a mapping of paths to values") ?? []
    let opensAt = try reader.optional("open").flatMap { try $0.isStart ? nil : $0.timestamp() }
    var venue = try file.venue(overriding: overrides.map { Override(path: $0.key, value: $0.value) })
    if let opensAt, let change = venue.changes.last(where: { $0.at <= opensAt }) { venue = change.venue }
    for entry in try reader.optional("brackets")?.namedEntries("a mapping of instruments to brackets") ?? [] {
      let instrument = try venue.instrument(of: entry)
      venue.instruments[instrument.rawValue].brackets = try Bracket.table(
        from: entry.value, requiresLeverage: false)
    }
    self.document = try AccountDocument(document.root, venue: venue)
    rules = Rules(venue)
    quotes = try Quotes(reader, venue: venue, time: opensAt ?? Timestamp(nanoseconds: 0))
    try requirePrices(document.root, venue)
  }

  /// Refuses an account that holds something without a price.
  private func requirePrices(_ root: Document.Node, _ venue: Venue) throws {
    let account = document.account
    for position in account.positions where quotes.marks[position.instrument.rawValue].isNaN {
      let name = venue.instruments[position.instrument.rawValue].name
      let place = root["marks"] ?? root["positions"] ?? root
      throw InputError(
        place.location, "marks has no price of \(name)", expected: "its mark: the account holds it")
    }
    let held = account.balances.indices.filter { asset in
      account.balances[asset] != 0 || (!account.debts.isEmpty && account.debts[asset].total > 0)
        || account.positions.contains {
          venue.instruments[$0.instrument.rawValue].marginAsset.rawValue == asset
        }
    }
    for asset in held where quotes.index[asset].isNaN {
      let place = root["index"] ?? root["marks"] ?? root
      throw InputError(
        place.location, "nothing prices \(venue.assets[asset].name)",
        expected: "its index price in USD, or the mark of an instrument with it as base")
    }
  }
}

extension Quotes {
  /// Prices as a document gives them, and the index prices that follow from the marks.
  fileprivate init(_ reader: MappingReader, venue: Venue, time: Timestamp) throws {
    self.init(unpriced: venue)
    self.time = time
    var available: Set<SeriesKey> = []
    for entry in try reader.optional("marks")?.namedEntries("a mapping of instruments to prices") ?? [] {
      let instrument = try venue.instrument(of: entry)
      marks[instrument.rawValue] = try entry.value.double(in: .price)
      available.insert(SeriesKey(symbol: entry.key, kind: .mark))
    }
    let given = try reader.optional("index")?.namedEntries("a mapping of assets to prices") ?? []
    for entry in given {
      index[try venue.asset(of: entry).rawValue] = try entry.value.double(in: .price)
      available.insert(SeriesKey(symbol: entry.key, kind: .index))
    }
    let place = reader.optional("marks")?.location ?? reader.node.location
    let model = try PriceModel(venue: venue, available: available, mark: nil, at: place)
    for asset in model.indexOrder {
      switch model.indexes[asset.rawValue] {
      case .mark(let instrument):
        let margin = venue.instruments[instrument.rawValue].marginAsset.rawValue
        index[asset.rawValue] = marks[instrument.rawValue] * index[margin]
      case .one:
        index[asset.rawValue] = 1
      case .series, .instrumentIndex, nil:
        break
      }
    }
  }
}
