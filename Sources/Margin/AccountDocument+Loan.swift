public import Market
public import Platform

extension Venue {
  /// The terms on which the venue lends.
  /// - Throws: `InputError` at the node that asks for a loan account, where it lends nothing.
  public func loanTerms(for mode: Document.Node) throws -> LoanRules {
    if let loan { return loan }
    throw mode.error(expected: "another mode, or a venue with a loan section: \(name) lends nothing")
  }

  /// Refuses an asset that is neither collateral of a loan nor lent.
  public func requireLoanTerms(of asset: AssetIndex, at location: SourceLocation) throws {
    guard loan?.terms[asset.rawValue] == nil else { return }
    let lent = assets.indices.filter { loan?.terms[$0] != nil }.map { assets[$0].name }
    throw InputError(
      location, "the loan section of \(name) has no terms for \(assets[asset.rawValue].name)",
      expected: Spelling.expectation(of: lent, insteadOf: assets[asset.rawValue].name))
  }
}

extension AccountDocument {
  /// Reads `{ASSET: {principal, interest}}`: of a loan account as one entry per asset of the venue, none
  /// where nothing is owed. Other accounts have no debts; one that owes nothing may say so.
  static func debts(_ node: Document.Node?, mode: MarginMode, _ venue: Venue) throws -> [Debt] {
    guard let node else { return [] }
    var debts = [Debt](repeating: Debt(), count: venue.assets.count)
    for entry in try node.namedEntries("a mapping of assets to {principal, interest}") {
      let asset = try venue.asset(of: entry)
      let reader = try entry.value.mapping(keys: ["principal", "interest"])
      func units(_ key: String) throws -> Double {
        guard let value = reader.optional(key) else { return 0 }
        let units = try value.double(in: .unitsNotNegative)
        guard mode == .loan || units == 0 else {
          throw value.error(expected: "0: only accounts in loan mode have debts")
        }
        return units
      }
      let debt = Debt(principal: try units("principal"), interest: try units("interest"))
      if debt.total > 0 { try venue.requireLoanTerms(of: asset, at: entry.location) }
      debts[asset.rawValue] = debt
    }
    return debts.contains { $0.total > 0 } ? debts : []
  }

  /// Refuses what a loan account cannot have: a venue that lends nothing, positions, balances below 0 and
  /// assets without terms.
  static func checkLoan(_ reader: MappingReader, mode: Document.Node, _ venue: Venue) throws {
    _ = try venue.loanTerms(for: mode)
    if let positions = reader.optional("positions"), let first = try positions.items().first {
      throw InputError(
        first.location, "\(first.label) stands in a loan account",
        expected: "no positions: loans stand in a wallet of their own")
    }
    for entry in try reader.optional("balances")?.entries() ?? [] {
      let units = try entry.value.double(in: .units)
      guard units >= 0 else {
        throw entry.value.error(expected: "0 or more: what a loan account owes stands in debts")
      }
      if units > 0 { try venue.requireLoanTerms(of: try venue.asset(of: entry), at: entry.location) }
    }
  }
}
