internal import Platform

extension LoanRules {
  /// Reads the `loan` section.
  init(node: Document.Node, assets: [Asset]) throws {
    let reader = try node.mapping(keys: [
      "formula", "call", "liquidate", "stop", "borrow_above", "transfer_above", "fee", "order", "interest",
      "interest_from", "debt_asset", "assets",
    ])
    let liquidate = try reader.required("liquidate").double(in: .positive)
    let formula: Formula = try reader.required("formula").choice()
    let terms = try Self.terms(try reader.required("assets"), assets, formula)
    self.init(
      formula: formula,
      call: try Self.level("call", reader, notUnder: liquidate),
      liquidate: liquidate,
      stop: try Self.stop(reader, above: liquidate),
      borrowAbove: try reader.optional("borrow_above")?.double(in: .positive),
      transferAbove: try reader.optional("transfer_above")?.double(in: .positive),
      fee: try reader.optional("fee")?.double(in: Bounds(0, 1, excludesUpper: true)) ?? 0,
      order: try reader.optional("order")?.choice() ?? .highestFactorFirst,
      interest: try reader.optional("interest")?.choice() ?? .hourly,
      interestFrom: try reader.optional("interest_from")?.choice() ?? .debt,
      debtAsset: try Self.debtAsset(reader, assets, terms),
      terms: terms)
  }

  /// A sale that stops at the liquidation level itself would leave the account to be liquidated again, for
  /// nothing, at every instant.
  private static func stop(_ reader: MappingReader, above liquidate: Double) throws -> Double {
    let node = try reader.required("stop")
    let level = try node.double(in: .positive)
    // A hair's breadth more, so that rounding cannot bring it back.
    guard level > liquidate * (1 + 1e-9) else {
      throw node.error(
        expected: "more than \(NumberText.shortest(liquidate)): a liquidation must end above loan.liquidate")
    }
    return level
  }

  /// A call under the liquidation level would never be heard.
  private static func level(
    _ key: String, _ reader: MappingReader, notUnder liquidate: Double
  ) throws -> Double {
    let node = try reader.required(key)
    let level = try node.double(in: .positive)
    guard level >= liquidate else {
      throw node.error(
        expected: "\(NumberText.shortest(liquidate)) or more: the level of loan.liquidate is not above it")
    }
    return level
  }

  private static func terms(
    _ node: Document.Node, _ assets: [Asset], _ formula: Formula
  ) throws -> [Terms?] {
    var terms = [Terms?](repeating: nil, count: assets.count)
    for entry in try node.namedEntries("a mapping of assets to their terms") {
      guard let place = assets.firstIndex(where: { $0.name == entry.key }) else {
        throw InputError(
          entry.location, "unknown asset \(entry.key) in \(node.label)",
          expected: Spelling.expectation(of: assets.map(\.name), insteadOf: entry.key))
      }
      terms[place] = try Terms(node: entry.value, formula: formula)
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

extension LoanRules.Terms {
  /// Reads one asset's terms.
  fileprivate init(node: Document.Node, formula: LoanRules.Formula) throws {
    let reader = try node.mapping(keys: ["factor", "tiers", "rate", "brackets"])
    let rate = try reader.required("rate").double(in: .fraction)
    let brackets = try Self.brackets(reader, formula)
    guard let table = reader.optional("tiers") else {
      let factor = try reader.required("factor").double(in: .fraction)
      self.init(factor: factor, rate: rate, brackets: brackets)
      return
    }
    if let flat = reader.optional("factor") {
      throw InputError(flat.location, "\(node.label) has both factor and tiers", expected: "one of the two")
    }
    let tiers = try CollateralTier.table(from: table)
    // Orders by factor look at the first slice.
    self.init(factor: tiers.first?.rate ?? 0, tiers: tiers, rate: rate, brackets: brackets)
  }

  /// The maintenance table of a debt: needed under `pro`, and refused where nothing would look at it.
  private static func brackets(_ reader: MappingReader, _ formula: LoanRules.Formula) throws -> [Bracket] {
    guard let table = reader.optional("brackets") else {
      guard formula != .pro else {
        throw InputError(
          reader.node.location, "\(reader.node.label) has no brackets",
          expected: "the key brackets, {floor, rate, max_leverage, amount} by the debt's value in USD: the "
            + "margin level of formula pro divides by the maintenance margin of the debts")
      }
      return []
    }
    guard formula == .pro else {
      throw InputError(
        table.location, "\(reader.node.label) has brackets, which formula \(formula.rawValue) does not use",
        expected: "formula pro, or no brackets")
    }
    let brackets = try Bracket.table(from: table)
    // The initial rate 1 / (max_leverage − 1) has no value at 1.
    for (row, bracket) in zip(try table.items("a sequence of brackets"), brackets)
    where bracket.maxLeverage <= 1 {
      throw (row["max_leverage"] ?? row).error(
        expected: "a number above 1: the initial rate of a debt is 1 / (max_leverage - 1)")
    }
    return brackets
  }
}
