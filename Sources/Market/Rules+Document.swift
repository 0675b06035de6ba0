internal import Platform

extension LiquidationRules {
  /// Reads the `liquidation` section; what is left out keeps its default.
  init(node: Document.Node) throws {
    let reader = try node.mapping(keys: [
      "comparator", "rule", "pick", "target_equity_over_mm", "fraction", "cooldown", "slippage_bps",
      "loss_fraction",
    ])
    self.init()
    comparator = try reader.optional("comparator")?.choice() ?? comparator
    rule = try reader.optional("rule")?.choice() ?? rule
    pick = try reader.optional("pick")?.choice() ?? pick
    targetEquityOverMaintenance =
      try reader.optional("target_equity_over_mm")?.double(in: .atLeast(1)) ?? targetEquityOverMaintenance
    let share = Bounds(0, 1, excludesLower: true)
    fraction = try reader.optional("fraction")?.decimal(in: share) ?? fraction
    cooldownNanoseconds = try reader.optional("cooldown")?.span().nanoseconds ?? cooldownNanoseconds
    // At 10,000 a long would be sold for nothing.
    let slippage = Bounds(0, 10_000, excludesUpper: true)
    slippageBasisPoints = try reader.optional("slippage_bps")?.double(in: slippage) ?? slippageBasisPoints
    lossFraction = try reader.optional("loss_fraction")?.double(in: share)
  }
}

extension AutoExchangeRules {
  /// Reads the `auto_exchange` section; what is left out keeps its default.
  init(node: Document.Node) throws {
    let reader = try node.mapping(keys: ["order", "ltv", "ltv_scope"])
    self.init()
    order = try reader.optional("order")?.choice() ?? order
    ltv = try reader.optional("ltv")?.double(in: .positive)
    ltvScope = try reader.optional("ltv_scope")?.choice() ?? ltvScope
  }
}

extension DefaultFunding {
  /// The shortest time between settlements, in ns. Venues settle hourly at most; without a limit the
  /// settlements of a gap between two ticks could outgrow the memory.
  private static let shortest: Int64 = 60_000_000_000

  /// Reads the `funding` section.
  init(node: Document.Node) throws {
    let reader = try node.mapping(keys: ["rate", "every"])
    let every = try reader.required("every")
    let span = try every.span(isPositive: true)
    guard span.nanoseconds >= Self.shortest else { throw every.error(expected: "a duration of at least 1m") }
    self.init(
      rate: try reader.required("rate").double(in: Bounds(-1, 1)), everyNanoseconds: span.nanoseconds)
  }
}

extension LoanRules {
  /// Reads the `loan` section.
  init(node: Document.Node, assets: [Asset]) throws {
    let reader = try node.mapping(keys: [
      "formula", "call", "liquidate", "stop", "borrow_above", "transfer_above", "fee", "order", "interest",
      "debt_asset", "assets",
    ])
    let liquidate = try reader.required("liquidate").double(in: .positive)
    // A call under the liquidation level would never be heard, a stop under it would never hold.
    let above = Bounds.atLeast(liquidate)
    let terms = try Self.terms(try reader.required("assets"), assets)
    self.init(
      formula: try reader.required("formula").choice(),
      call: try reader.required("call").double(in: above),
      liquidate: liquidate,
      stop: try reader.required("stop").double(in: above),
      borrowAbove: try reader.optional("borrow_above")?.double(in: .positive),
      transferAbove: try reader.optional("transfer_above")?.double(in: .positive),
      fee: try reader.optional("fee")?.double(in: Bounds(0, 1, excludesUpper: true)) ?? 0,
      order: try reader.optional("order")?.choice() ?? .highestFactorFirst,
      interest: try reader.optional("interest")?.choice() ?? .hourly,
      debtAsset: try Self.debtAsset(reader, assets, terms),
      terms: terms)
  }

  private static func terms(_ node: Document.Node, _ assets: [Asset]) throws -> [Terms?] {
    var terms = [Terms?](repeating: nil, count: assets.count)
    for entry in try node.namedEntries("a mapping of assets to their terms") {
      guard let place = assets.firstIndex(where: { $0.name == entry.key }) else {
        throw InputError(
          entry.location, "unknown asset \(entry.key) in \(node.label)",
          expected: Spelling.expectation(of: assets.map(\.name), insteadOf: entry.key))
      }
      let reader = try entry.value.mapping(keys: ["factor", "tiers", "rate"])
      let rate = try reader.required("rate").double(in: .fraction)
      if let table = reader.optional("tiers") {
        if let flat = reader.optional("factor") {
          throw InputError(
            flat.location, "\(entry.value.label) has both factor and tiers", expected: "one of the two")
        }
        let tiers = try CollateralTier.table(from: table)
        terms[place] = Terms(factor: tiers.first?.rate ?? 0, tiers: tiers, rate: rate)
      } else {
        terms[place] = Terms(factor: try reader.required("factor").double(in: .fraction), rate: rate)
      }
    }
    return terms
  }

  private static func debtAsset(
    _ reader: MappingReader, _ assets: [Asset], _ terms: [Terms?]
  ) throws -> AssetIndex {
    let lent = assets.indices.filter { terms[$0] != nil }
    let names = lent.map { assets[$0].name }
    if let given = reader.optional("debt_asset") {
      let name = try given.name()
      guard let place = lent.first(where: { assets[$0].name == name }) else {
        throw given.error(
          expected: "an asset of the loan: " + Spelling.expectation(of: names, insteadOf: name))
      }
      return AssetIndex(place)
    }
    guard let place = lent.first(where: { assets[$0].isStable }) else {
      throw InputError(
        reader.node.location, "\(reader.node.label) has no stable asset to borrow",
        expected: "debt_asset set to " + Spelling.expectation(of: names, insteadOf: ""))
    }
    return AssetIndex(place)
  }
}
