public import Market
internal import Platform

extension Behaviour {
  /// Reads `{stop_loss, top_up: {at_ratio, amount, times}}` of an account that starts in a mode.
  /// - Throws: `InputError`.
  public init(_ node: Document.Node, mode: MarginMode) throws {
    let reader = try node.mapping(keys: ["stop_loss", "top_up"])
    let stopLoss = reader.optional("stop_loss")
    if mode == .loan, let stopLoss {
      throw InputError(
        stopLoss.location, "\(stopLoss.label) is set for a loan account",
        expected: "no stop_loss: it closes positions, of which a loan account has none")
    }
    self.init(
      stopLoss: try stopLoss?.double(in: Bounds(0, 1, excludesLower: true)),
      topUp: try reader.optional("top_up").map { try TopUp($0, mode: mode) })
  }
}

extension Behaviour.TopUp {
  /// Reads `{at_ratio, amount, times}`; `times` is 1 where it is not given. A loan account is topped up at
  /// its call level, so `at_ratio` may be left out there and counts for nothing.
  fileprivate init(_ node: Document.Node, mode: MarginMode) throws {
    let reader = try node.mapping(keys: ["at_ratio", "amount", "times"])
    let ratio = mode == .loan ? reader.optional("at_ratio") : try reader.required("at_ratio")
    self.init(
      atRatio: try ratio?.double(in: Bounds(0, 1, excludesLower: true)) ?? 1,
      amount: try reader.required("amount").double(in: Bounds(0, 1_000_000, excludesLower: true)),
      times: try reader.optional("times")?.integer(in: 1...1_000_000) ?? 1)
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
