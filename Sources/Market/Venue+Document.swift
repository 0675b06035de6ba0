internal import Platform

extension Venue {
  /// The keys of a venue file, `changes` apart.
  private static let keys = [
    "name", "source", "assets", "instruments", "liquidation", "auto_exchange", "loan", "fund", "funding",
  ]
  /// The most assets, instruments and dated changes that a venue may have.
  static let tableLimit = 4_096

  /// Reads a venue file with every check, its dated changes included.
  ///
  /// Each change sets its paths on top of all changes before it, and the whole venue is read again, so
  /// nothing that a change does escapes the checks. See the article on the venue file for the schema.
  /// - Throws: `InputError` with the line and column of what is wrong.
  public init(document: Document) throws {
    let root = document.root
    let list = try root.mapping(keys: Self.keys + ["changes"]).optional("changes")
    try self.init(unchanging: root.without("changes"))
    guard let list else { return }
    changes = try datedChanges(list, on: root.without("changes"))
  }

  /// Reads everything but the dated changes.
  private init(unchanging root: Document.Node) throws {
    let reader = try root.mapping(keys: Self.keys)
    let assetNodes = try Self.table(try reader.required("assets"), "assets")
    var assets = try assetNodes.map { try Asset(name: $0.key, node: $0.value) }
    let instrumentNodes = try Self.table(try reader.required("instruments"), "instruments")
    let instruments = try instrumentNodes.map {
      try Instrument(name: $0.key, node: $0.value, assets: assets)
    }
    for (entry, instrument) in zip(instrumentNodes, instruments)
    where assets.contains(where: { $0.name == instrument.name }) {
      throw InputError(
        entry.location, "\(instrument.name) is an asset and an instrument", expected: "two names")
    }
    for (place, entry) in assetNodes.enumerated() {
      assets[place].indexFrom = try Self.indexFrom(entry.value, AssetIndex(place), instruments)
    }
    self.init(
      name: try reader.required("name").name(),
      source: try reader.required("source").text(),
      assets: assets,
      instruments: instruments,
      liquidation: try reader.optional("liquidation").map(LiquidationRules.init(node:)) ?? LiquidationRules(),
      autoExchange: try reader.optional("auto_exchange").map(AutoExchangeRules.init(node:))
        ?? AutoExchangeRules(),
      loan: try reader.optional("loan").map { try LoanRules(node: $0, assets: assets) },
      fundSize: try reader.optional("fund").map {
        try $0.mapping(keys: ["size"]).required("size").double(in: .notNegative)
      },
      funding: try reader.optional("funding").map(DefaultFunding.init(node:)))
  }

  private static func table(_ node: Document.Node, _ what: String) throws -> [Document.Entry] {
    let entries = try node.namedEntries("a mapping of names to \(what)")
    guard (1...tableLimit).contains(entries.count) else {
      throw InputError(
        node.location, "\(node.label) has \(entries.count) entries", expected: "1 to \(tableLimit)")
    }
    return entries
  }

  /// The instrument that prices an asset: the one named, else the first in table order with that base.
  private static func indexFrom(
    _ node: Document.Node, _ asset: AssetIndex, _ instruments: [Instrument]
  ) throws -> InstrumentIndex? {
    guard let given = node["index_from"], !given.isNull else {
      return instruments.firstIndex { $0.base == asset }.map(InstrumentIndex.init)
    }
    let name = try given.name()
    guard let place = instruments.firstIndex(where: { $0.name == name }) else {
      throw given.error(
        expected: "an instrument of the venue: "
          + Spelling.expectation(of: instruments.map(\.name), insteadOf: name))
    }
    guard instruments[place].base == asset else {
      throw given.error(expected: "an instrument with this asset as its base")
    }
    return InstrumentIndex(place)
  }
}

extension Venue {
  private func datedChanges(_ list: Document.Node, on root: Document.Node) throws -> [DatedChange] {
    let items = try list.items("a sequence of changes {at, set}")
    guard items.count <= Self.tableLimit else {
      throw InputError(
        list.location, "\(list.label) has \(items.count) rows", expected: "at most \(Self.tableLimit)")
    }
    var current = root
    var changes: [DatedChange] = []
    for item in items {
      let reader = try item.mapping(keys: ["at", "set"])
      let timeNode = try reader.required("at")
      let time = try timeNode.timestamp()
      if let last = changes.last, time <= last.at {
        throw timeNode.error(expected: "a time after the change before it, \(last.at)")
      }
      let set = try reader.required("set").entries("a mapping of paths to values")
      current = try current.applying(set.map { Override(path: $0.key, value: $0.value) })
      let venue = try Venue(unchanging: current)
      try checkKeepsTables(venue, item)
      try checkKeepsLoan(venue, item)
      changes.append(DatedChange(at: time, venue: venue))
    }
    return changes
  }

  /// Positions and balances live through a change, so what they are counted in must stay.
  private func checkKeepsTables(_ later: Venue, _ node: Document.Node) throws {
    let sameAssets = assets.elementsEqual(later.assets) {
      $0.name == $1.name && $0.isStable == $1.isStable && $0.indexFrom == $1.indexFrom
    }
    let sameInstruments = instruments.elementsEqual(later.instruments) {
      $0.name == $1.name && $0.baseName == $1.baseName && $0.marginAsset == $1.marginAsset && $0.lot == $1.lot
    }
    guard sameAssets, sameInstruments, name == later.name else {
      throw InputError(
        node.location, "\(node.label) changes what positions and balances are counted in",
        expected:
          "the same assets and instruments, with the same stable, index_from, base, margin_asset and lot")
    }
  }
  /// Debts live through a change too: what is lent must stay.
  private func checkKeepsLoan(_ later: Venue, _ node: Document.Node) throws {
    let isSame =
      switch (loan, later.loan) {
      case (nil, nil): true
      case (let before?, let after?):
        before.debtAsset == after.debtAsset && before.terms.map { $0 == nil } == after.terms.map { $0 == nil }
      default: false
      }
    guard isSame else {
      throw InputError(
        node.location, "\(node.label) changes what debts are counted in",
        expected: "a loan section before and after, with the same assets and debt_asset; a factor of 0 "
          + "takes an asset out of the collateral")
    }
  }
}
