public import Market
internal import Platform

/// One account as a document: what `check` reads, and one line of a book.
///
/// Keys: `venue`, `overrides`, `mode`, `marks`, `index`, `balances`, `positions`, `debts`, `user_level`,
/// `brackets`, `account`, `cohort`, `spot`, `open`, `behaviour`, `actions`. Every name and number is
/// checked against a venue.
public struct AccountDocument: Sendable {
  /// The account's name; nil where none is given.
  public var name: String?
  /// The cohort it is counted in; nil where none is given.
  public var cohort: String?
  /// The time before which it does not open; nil: the start.
  public var opensAt: Timestamp?
  /// What it holds and how its owner behaves; not opened.
  public var account: Account

  /// The keys of an account document.
  public static let keys = [
    "venue", "overrides", "mode", "marks", "index", "balances", "positions", "debts", "user_level",
    "brackets",
    "account", "cohort", "spot", "open", "behaviour", "actions",
  ]

  /// Makes a document from its parts.
  public init(name: String?, cohort: String?, opensAt: Timestamp?, account: Account) {
    self.name = name
    self.cohort = cohort
    self.opensAt = opensAt
    self.account = account
  }

  /// Reads an account; `venue`, `overrides`, `brackets`, `marks` and `index` are left to ``CheckInput``.
  ///
  /// - Parameters:
  ///   - node: the document's root.
  ///   - venue: the tables that its names stand in.
  ///   - number: the account's number.
  /// - Throws: `InputError` with the place of what is wrong.
  public init(_ node: Document.Node, venue: Venue, number: Int = 0) throws {
    let reader = try node.mapping(keys: Self.keys)
    let modeNode = try reader.required("mode")
    let mode = try modeNode.choice(of: MarginMode.self)
    if mode == .loan { try Self.checkLoan(reader, mode: modeNode, venue) }
    let positions =
      try reader.optional("positions")?
      .items("a sequence of positions {instrument, quantity, entry, margin, leverage}") ?? []
    let parsed = try positions.map { try Position($0, venue: venue, mode: mode) }
    try Self.refuseDoubles(parsed, positions, venue)
    account = Account(
      number: number, mode: mode,
      userLevel: try reader.optional("user_level")?.userLevel() ?? .regular,
      balances: try reader.optional("balances")?.units(venue, in: .units)
        ?? [Double](repeating: 0, count: venue.assets.count),
      debts: try Self.debts(reader.optional("debts"), mode: mode, venue),
      spot: try reader.optional("spot")?.units(venue, in: .unitsNotNegative) ?? [],
      positions: parsed,
      behaviour: try reader.optional("behaviour").map { try Behaviour($0, mode: mode) } ?? Behaviour(),
      actions: try reader.optional("actions").map { try Action.list($0, venue: venue, mode: mode) } ?? [])
    name = try reader.optional("account")?.name()
    cohort = try reader.optional("cohort")?.name()
    opensAt = try reader.optional("open").flatMap { try $0.isStart ? nil : $0.timestamp() }
    if let actions = reader.optional("actions") { try checkAddedMargins(actions, venue) }
  }

  /// A position's instrument and side may stand once: two of the same would be one position.
  private static func refuseDoubles(_ positions: [Position], _ nodes: [Document.Node], _ venue: Venue) throws
  {
    for (place, position) in positions.enumerated() {
      guard
        positions[..<place].contains(where: {
          $0.instrument == position.instrument && $0.isLong == position.isLong
        })
      else { continue }
      let name = venue.instruments[position.instrument.rawValue].name
      throw InputError(
        nodes[place].location,
        "\(nodes[place].label) is a second \(position.isLong ? "long" : "short") of \(name)",
        expected: "at most one long and one short of an instrument")
    }
  }

  /// Margin can only be added to a position that stands alone.
  private func checkAddedMargins(_ node: Document.Node, _ venue: Venue) throws {
    for item in try node.items() {
      guard let named = item["instrument"], let instrument = try? venue.instrument(of: named) else {
        continue
      }
      guard !account.positions.contains(where: { $0.isIsolated && $0.instrument == instrument }) else {
        continue
      }
      throw named.error(expected: "an instrument of which the account has an isolated position")
    }
  }
}

extension Position {
  /// Reads `{instrument, quantity, entry, margin, leverage}`.
  fileprivate init(_ node: Document.Node, venue: Venue, mode: MarginMode) throws {
    let reader = try node.mapping(keys: ["instrument", "quantity", "entry", "margin", "leverage"])
    let instrument = try venue.instrument(of: try reader.required("instrument"))
    let lot = venue.instruments[instrument.rawValue].lot
    let quantityNode = try reader.required("quantity")
    let quantity = try quantityNode.decimal()
    guard quantity.mantissa != 0 else { throw quantityNode.error(expected: "a quantity that is not 0") }
    let count = lot.lots(in: quantity)
    if let count, !count.isWhole {
      throw quantityNode.error(
        expected: "a multiple of the lot of \(venue.instruments[instrument.rawValue].name), \(lot)")
    }
    guard let count, lot.times(count.lots) != nil else {
      throw quantityNode.error(expected: "fewer lots of \(lot): less than 2^53 of its last decimal")
    }
    let marginNode = reader.optional("margin")
    if mode == .isolated { _ = try reader.required("margin") }
    if mode == .multiAsset, let marginNode {
      throw InputError(
        marginNode.location, "\(marginNode.label) is given in multi-asset mode",
        expected: "no margin: all positions share all assets, none stands alone")
    }
    self.init(
      instrument: instrument, lots: count.lots, lot: lot,
      entry: try reader.required("entry").double(in: .price),
      margin: try marginNode?.double(in: .units) ?? 0, isIsolated: marginNode != nil,
      leverage: try reader.optional("leverage")?.double(in: .positive))
  }
}
