internal import Platform

/// A venue file made from the answers that an exchange gives to programs.
///
/// The brackets are needed. Contract filters (lot, liquidation fee, thresholds) and the asset index
/// (haircuts) are used where they are given; what no answer holds comes from the user, or is refused.
/// Numbers keep every digit. See the article on the import for the accepted forms.
public struct VenueImport: Sendable {
  /// One answer as read from a file.
  public struct Answer: Sendable {
    /// The text as a tree.
    public var document: Document
    /// What identifies the file's bytes in the venue's `source`, such as `xxh64 0123456789abcdef`.
    public var digest: String
    /// Wraps an answer.
    public init(document: Document, digest: String) {
      self.document = document
      self.digest = digest
    }
  }

  /// What came out.
  public struct Result: Sendable {
    /// The venue file.
    public var text: String
    /// What the text says, every check made.
    public var venue: Venue
    /// What a user should know: symbols left out, rows dropped.
    public var notes: [String]
  }

  /// The name of the venue.
  public var name: String
  /// The leverage tables.
  public var brackets: Answer
  /// The answer of `assetIndex`; nil for none.
  public var assetIndex: Answer?
  /// The answer of `exchangeInfo`; nil for none.
  public var exchangeInfo: Answer?
  /// The contracts wanted, in the order of the venue's table; nil for all, in the order of the brackets.
  public var symbols: [String]?
  /// True for a venue whose coins back no position: no haircuts are needed.
  public var isSingleAsset = false
  /// Taker fees, which no answer holds.
  public var takerFees: ImportFigures
  /// Lots that differ from the contract filters, or where there are none.
  public var lots: ImportFigures
  /// Liquidation fees that differ from the contract filters, or where there are none.
  public var liquidationFees: ImportFigures
  /// The LTV at which deficits are covered, which no answer holds; nil for no limit.
  public var ltv: Document.Node?
  private var haircuts: [ImportHaircut] = []

  /// An import of everything, without figures of the user.
  public init(name: String, brackets: Answer) throws {
    self.name = name
    self.brackets = brackets
    takerFees = try ImportFigures(option: "--taker-fee", values: [])
    lots = try ImportFigures(option: "--lot", values: [])
    liquidationFees = try ImportFigures(option: "--liquidation-fee", values: [])
  }

  /// Adds haircuts of the user's, each `ASSET=BID,ASK,AUTO_BID,AUTO_ASK`. They win over the asset index.
  /// - Throws: `InputError` where one is no haircut, or an asset has two.
  public mutating func addHaircuts(option: String, values: [String]) throws {
    for value in values {
      let haircut = try ImportHaircut(option: option, value: value)
      guard !haircuts.contains(where: { $0.asset == haircut.asset }) else {
        throw InputError(
          haircut.values[0].location, "\(haircut.asset) stands twice", expected: "every asset once")
      }
      haircuts.append(haircut)
    }
  }

  /// Reads the answers, makes every check of a venue file on what they say, and writes the file's text.
  /// - Throws: `InputError` at the place in the answer, or naming the option that would help.
  public func run() throws -> Result {
    var notes: [String] = []
    let contracts = try exchangeInfo.map { try ContractAnswer($0.document) }
    let wanted = try chosen(from: try BracketAnswer(brackets.document).tables, &notes)
    let names = wanted.map(\.symbol)
    for figures in [takerFees, lots, liquidationFees] { try figures.checkUsed(by: names) }
    let imported = try wanted.map { try instrument($0, contracts) }
    let dropped = imported.filter { $0.brackets.emptyRows > 0 }.map(\.name)
    if !dropped.isEmpty {
      notes.append("rows that begin where they end are left out: \(dropped.joined(separator: ", "))")
    }
    let assets = try assetTable(imported, contracts)
    let draft = VenueDraft(
      name: name, source: source, assets: assets, instruments: imported, ltv: ltv,
      isSingleAsset: isSingleAsset, notes: notes,
      place: brackets.document.root.location)
    // The tree keeps the places of the answers, so that a check that fails names the line at fault.
    let document = Document(path: brackets.document.path, root: draft.root)
    _ = try Venue(document: document)
    let text = draft.yaml
    let file = try VenueFile(text: text, path: "\(name).yaml")
    let venue = try file.venue()
    guard file.document.root.json == document.root.json else {
      throw RunError("\(name): the text of the venue does not read back as the same venue")
    }
    return Result(text: text, venue: venue, notes: notes)
  }

  /// Which files the figures are from, and what identifies them.
  private var source: String {
    let files = [("brackets", brackets), ("asset index", assetIndex), ("exchange info", exchangeInfo)]
    let parts = files.compactMap { what, answer in
      answer.map { "\(what) \(VenueDraft.plain(Path.name($0.document.path))) (\($0.digest))" }
    }
    return "Imported from " + parts.joined(separator: ", ") + "; all other figures were given by hand"
  }

  private func chosen(
    from tables: [BracketAnswer.Table], _ notes: inout [String]
  ) throws -> [BracketAnswer.Table] {
    guard let symbols else {
      let named = tables.filter { Name.isValid($0.symbol) }
      if named.count < tables.count {
        let odd = tables.filter { !Name.isValid($0.symbol) }.map { Document.Node.shortened($0.symbol) }
        notes.append("symbols that cannot be names are left out: \(odd.joined(separator: ", "))")
      }
      guard !named.isEmpty else { throw brackets.document.root.error(expected: "a symbol that is a name") }
      return named
    }
    var seen: Set<String> = []
    return try symbols.map { symbol in
      let place = SourceLocation(path: "--symbols")
      guard seen.insert(symbol).inserted else {
        throw InputError(place, "\(symbol) stands twice", expected: "every symbol once")
      }
      if let table = tables.first(where: { $0.symbol == symbol }) {
        guard Name.isValid(symbol) else {
          throw InputError(
            place, "\(Document.Node.shortened(symbol)) is no name", expected: Name.expectation)
        }
        return table
      }
      throw InputError(
        place, "\(brackets.document.path) has no \(Document.Node.shortened(symbol))",
        expected: Spelling.expectation(of: tables.map(\.symbol), insteadOf: symbol))
    }
  }
}

// MARK: Tables

extension VenueImport {
  /// Margin assets by the end of a symbol, where nothing else says where its base ends.
  private static let knownMargins = ["USDT", "USDC", "BUSD", "FDUSD", "BTC"]

  private func instrument(
    _ table: BracketAnswer.Table, _ contracts: ContractAnswer?
  ) throws -> VenueDraft.Instrument {
    let symbol = table.symbol
    let contract = contracts?.contracts[symbol]
    let assets =
      try contract.map { ($0.base, $0.margin) } ?? table.assets ?? Self.split(symbol, table.location)
    func given(_ figures: ImportFigures, _ answered: Document.Node?, _ what: String) throws -> Document.Node {
      try figures.value(of: symbol, answered: answered, what: what, at: table.location)
    }
    return VenueDraft.Instrument(
      name: symbol, base: assets.0, margin: assets.1, lot: try given(lots, contract?.lot, "lot"),
      takerFee: try given(takerFees, nil, "taker fee"),
      liquidationFee: try given(liquidationFees, contract?.liquidationFee, "liquidation fee"),
      brackets: try table.brackets(label: "instruments.\(symbol).brackets"), place: table.location)
  }

  /// Base and margin asset of `BTCUSDT` or `BTCUSDT_241227`.
  private static func split(_ symbol: String, _ place: SourceLocation) throws -> (String, String) {
    let pair = symbol.prefix { $0 != "_" }
    for margin in knownMargins where pair.hasSuffix(margin) && pair.utf8.count > margin.utf8.count {
      return (String(pair.dropLast(margin.count)), margin)
    }
    throw InputError(
      place, "nothing says the margin asset of \(symbol)",
      expected: "--exchange-info with this symbol, or a symbol that ends in "
        + knownMargins.joined(separator: ", "))
  }

  /// Every asset that the venue lists: the margin assets and, by the kind of the venue, the collateral or
  /// the coins that back nothing. Stables stand first.
  private func assetTable(
    _ instruments: [VenueDraft.Instrument], _ contracts: ContractAnswer?
  ) throws -> [VenueDraft.Asset] {
    var given = haircuts
    for haircut in try assetIndex.map({ try HaircutAnswer.haircuts($0.document) }) ?? []
    where !haircuts.contains(where: { $0.asset == haircut.asset }) {
      given.append(haircut)
    }
    let margins = instruments.map(\.margin)
    if isSingleAsset {
      guard given.isEmpty else {
        throw InputError(
          given[0].values[0].location, "a single-asset venue has no haircuts",
          expected: "--single-asset without --asset-index and --haircut")
      }
    } else if let bare = instruments.first(where: { one in !given.contains { $0.asset == one.margin } }) {
      throw InputError(
        bare.place, "no answer has the haircut of \(bare.margin), the margin asset of \(bare.name)",
        expected: "--asset-index FILE with it, --haircut \(bare.margin)=BID,ASK,AUTO_BID,AUTO_ASK, or "
          + "--single-asset")
    }
    var names: [String] = []
    var seen: Set<String> = []
    let others = isSingleAsset ? instruments.map(\.base) : given.map(\.asset)
    for name in margins + others where seen.insert(name).inserted { names.append(name) }
    names = names.filter(VenueDraft.isStable) + names.filter { !VenueDraft.isStable($0) }
    let isMargin = Set(margins)
    return names.map { name in
      VenueDraft.Asset(
        name: name, isIdle: isSingleAsset && !isMargin.contains(name),
        indexFrom: VenueDraft.pricing(name, instruments)?.name,
        buffers: given.first { $0.asset == name }?.values ?? [],
        threshold: isSingleAsset ? nil : contracts?.thresholds[name])
    }
  }
}
