public import Market
internal import Platform

extension MarginMode {
  /// The modes that accounts may have, for error messages.
  static let acceptedNames = "isolated, cross and multi-asset"

  /// Reads a mode.
  /// - Throws: `InputError` for `loan`, which needs debts, and for anything that is no mode.
  public init(accepted node: Document.Node) throws {
    let mode = try? node.choice(of: MarginMode.self)
    guard let mode, mode != .loan else {
      throw node.error(expected: "one of: isolated, cross, multi-asset")
    }
    self = mode
  }
}

extension Behaviour {
  /// Reads `{stop_loss, top_up: {at_ratio, amount, times}}`.
  /// - Throws: `InputError`.
  public init(_ node: Document.Node) throws {
    let reader = try node.mapping(keys: ["stop_loss", "top_up"])
    self.init(
      stopLoss: try reader.optional("stop_loss")?.double(in: Bounds(0, 1, excludesLower: true)),
      topUp: try reader.optional("top_up").map(TopUp.init(_:)))
  }
}

extension Behaviour.TopUp {
  /// Reads `{at_ratio, amount, times}`; `times` is 1 where it is not given.
  init(_ node: Document.Node) throws {
    let reader = try node.mapping(keys: ["at_ratio", "amount", "times"])
    self.init(
      atRatio: try reader.required("at_ratio").double(in: Bounds(0, 1, excludesLower: true)),
      amount: try reader.required("amount").double(in: Bounds(0, 1_000_000, excludesLower: true)),
      times: try reader.optional("times")?.integer(in: 1...1_000_000) ?? 1)
  }
}

extension Action {
  /// The most actions that one account may have.
  static let countLimit = 10_000

  /// Reads a sequence of actions.
  /// - Throws: `InputError`.
  public static func list(_ node: Document.Node, venue: Venue) throws -> [Action] {
    let items = try node.items("a sequence of actions {at, do, asset or instrument, amount}")
    guard items.count <= countLimit else {
      throw InputError(
        node.location, "\(node.label) has \(items.count) actions", expected: "at most \(countLimit)")
    }
    return try items.map { try Action($0, venue: venue) }
  }

  /// Reads `{at, do: transfer, asset, amount}` or `{at, do: add_margin, instrument, amount}`.
  private init(_ node: Document.Node, venue: Venue) throws {
    let kindNode = try node.mapping(keys: ["at", "do", "asset", "instrument", "amount"]).required("do")
    let at: Document.Node
    let amount: Double
    switch try kindNode.text() {
    case "transfer":
      let reader = try node.mapping(keys: ["at", "do", "asset", "amount"])
      (at, amount) = (try reader.required("at"), try reader.required("amount").double(in: .units))
      let asset = try venue.asset(of: try reader.required("asset"))
      self.init(at: try at.timestamp(), kind: .transfer(asset: asset, amount: amount))
    case "add_margin":
      let reader = try node.mapping(keys: ["at", "do", "instrument", "amount"])
      (at, amount) = (try reader.required("at"), try reader.required("amount").double(in: .units))
      let instrument = try venue.instrument(of: try reader.required("instrument"))
      self.init(at: try at.timestamp(), kind: .addMargin(instrument: instrument, amount: amount))
    case "borrow", "repay", "switch_mode":
      throw kindNode.error(
        expected: "one of: transfer, add_margin (the modes \(MarginMode.acceptedNames) have no loans)")
    default:
      throw kindNode.error(expected: "one of: transfer, add_margin")
    }
    guard amount != 0 else {
      throw (node["amount"] ?? node).error(expected: "an amount that is not 0")
    }
  }
}

extension Venue {
  /// The asset that a node names.
  /// - Throws: `InputError` naming the venue's assets.
  public func asset(of node: Document.Node) throws -> AssetIndex {
    let name = try node.name()
    guard let asset = asset(named: name) else {
      throw node.error(expected: Spelling.expectation(of: assets.map(\.name), insteadOf: name))
    }
    return asset
  }

  /// The asset that an entry's key names.
  /// - Throws: `InputError` naming the venue's assets.
  public func asset(of entry: Document.Entry) throws -> AssetIndex {
    guard let asset = asset(named: entry.key) else {
      throw InputError(
        entry.location, "\(name) has no asset \(entry.key)",
        expected: Spelling.expectation(of: assets.map(\.name), insteadOf: entry.key))
    }
    return asset
  }

  /// The instrument that a node names.
  /// - Throws: `InputError` naming the venue's instruments.
  public func instrument(of node: Document.Node) throws -> InstrumentIndex {
    let name = try node.name()
    guard let instrument = instrument(named: name) else {
      throw node.error(expected: Spelling.expectation(of: instruments.map(\.name), insteadOf: name))
    }
    return instrument
  }

  /// The instrument that an entry's key names.
  /// - Throws: `InputError` naming the venue's instruments.
  public func instrument(of entry: Document.Entry) throws -> InstrumentIndex {
    guard let instrument = instrument(named: entry.key) else {
      throw InputError(
        entry.location, "\(name) has no instrument \(entry.key)",
        expected: Spelling.expectation(of: instruments.map(\.name), insteadOf: entry.key))
    }
    return instrument
  }
}

extension Document.Node {
  /// Whether this is the text `start`.
  public var isStart: Bool {
    guard case .scalar(let scalar) = content else { return false }
    return scalar.text == "start"
  }

  /// A user level: `regular`, `vip1` … `vip9`.
  /// - Throws: `InputError`.
  public func userLevel() throws -> UserLevel {
    guard let text = try? text(), let level = UserLevel(name: text) else {
      throw error(expected: "one of: " + UserLevel.allCases.map(\.name).joined(separator: ", "))
    }
    return level
  }

  /// A mapping of assets to units, as one number per asset of the venue.
  /// - Throws: `InputError`.
  public func units(_ venue: Venue, in bounds: Bounds) throws -> [Double] {
    var units = [Double](repeating: 0, count: venue.assets.count)
    for entry in try entries("a mapping of assets to units") {
      units[try venue.asset(of: entry).rawValue] = try entry.value.double(in: bounds)
    }
    return units
  }
}
