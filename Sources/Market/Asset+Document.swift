internal import Platform

extension CollateralTier {
  /// Reads tiered collateral rates: floors from 0 and strictly rising, rates strictly falling within 0 to 1,
  /// amounts continuous: `amount + floor · (rate before − rate)`. Missing amounts are worked out.
  /// - Throws: `InputError` at the row or value at fault.
  public static func table(from node: Document.Node) throws -> [CollateralTier] {
    let rows = try node.items("a sequence of tiers {floor, rate, amount}")
    guard (1...Bracket.rowLimit).contains(rows.count) else {
      throw InputError(
        node.location, "\(node.label) has \(rows.count) rows", expected: "1 to \(Bracket.rowLimit) tiers")
    }
    var table: [CollateralTier] = []
    for row in rows {
      let reader = try row.mapping(keys: ["floor", "rate", "amount"])
      let last = table.last
      let floor = try reader.required("floor").double(
        in: last.map { Bounds($0.floor, .infinity, excludesLower: true) } ?? Bounds(0, 0))
      let rate = try reader.required("rate").double(
        in: last.map { Bounds(0, $0.rate, excludesUpper: true) } ?? Bounds.fraction)
      let amount = amount(floor: floor, rate: rate, after: last)
      if let given = reader.optional("amount") {
        try Bracket.checkContinuity(of: try given.double(in: .notNegative), with: amount, given)
      }
      table.append(CollateralTier(floor: floor, rate: rate, amount: amount))
    }
    return table
  }

  /// The amount that continues the tier before.
  static func amount(floor: Double, rate: Double, after last: CollateralTier?) -> Double {
    last.map { $0.amount + (floor * $0.rate - floor * rate) } ?? 0
  }
}

extension Asset {
  /// Reads an asset's entry, `index_from` apart.
  init(name: String, node: Document.Node) throws {
    let reader = try node.mapping(keys: [
      "stable", "index_from", "bid_buffer", "ask_buffer", "auto_bid_buffer", "auto_ask_buffer", "tiers",
      "auto_threshold",
    ])
    self.init(name: name)
    isStable = try reader.optional("stable")?.boolean() ?? false
    bidBuffer = try reader.optional("bid_buffer")?.double(in: .fraction) ?? 0
    askBuffer = try reader.optional("ask_buffer")?.double(in: Bounds(0, 1_000)) ?? 0
    // A sale at nothing could never cover a deficit, so the auto buffer stays below 1.
    autoBidBuffer = try reader.optional("auto_bid_buffer")?.double(in: Bounds(0, 1, excludesUpper: true)) ?? 0
    autoAskBuffer = try reader.optional("auto_ask_buffer")?.double(in: Bounds(0, 1_000)) ?? 0
    if let table = reader.optional("tiers") {
      if let flat = reader.optional("bid_buffer") {
        throw InputError(
          flat.location, "\(node.label) has both bid_buffer and tiers", expected: "one of the two")
      }
      tiers = try CollateralTier.table(from: table)
      // Orders by haircut look at the first slice.
      bidBuffer = 1 - (tiers.first?.rate ?? 1)
    }
    autoThreshold = try reader.optional("auto_threshold").map(Self.thresholds)
  }

  /// One number for everybody, or numbers by level; a level that is not listed takes the next lower one.
  private static func thresholds(_ node: Document.Node) throws -> [Double] {
    let levels = UserLevel.allCases
    guard case .mapping = node.content else {
      return Array(repeating: try node.double(in: .notPositive), count: levels.count)
    }
    let reader = try node.mapping(keys: levels.map(\.name))
    var current = try reader.required(UserLevel.regular.name).double(in: .notPositive)
    var thresholds: [Double] = []
    for level in levels {
      if let given = reader.optional(level.name) { current = try given.double(in: .notPositive) }
      thresholds.append(current)
    }
    return thresholds
  }
}
