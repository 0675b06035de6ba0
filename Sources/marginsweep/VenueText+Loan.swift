internal import Market

extension VenueText {
  /// The loan section: levels, terms by asset, tables of tiers and brackets.
  func parts(of loan: LoanRules) -> [String] {
    let lent = zip(venue.assets, loan.terms).compactMap { asset, terms in terms.map { (asset.name, $0) } }
    var parts = [levels(loan), terms(lent, loan)]
    for (name, terms) in lent where !terms.tiers.isEmpty { parts.append(tiers(terms.tiers, name)) }
    for (name, terms) in lent where !terms.brackets.isEmpty {
      parts.append(brackets(terms.brackets, "\(name) debt brackets (USD)", "debt above"))
    }
    return parts
  }

  private func levels(_ loan: LoanRules) -> String {
    var table = TextTable([("margin level", .left), ("", .right)])
    table.add(["call at or under", number(loan.call)])
    table.add(["liquidation at or under", number(loan.liquidate)])
    table.add(["restored to", number(loan.stop)])
    table.add(["borrowing above", loan.borrowAbove.map(number) ?? "any"])
    table.add(["transfers out above", loan.transferAbove.map(number) ?? "any"])
    let lines = [
      "Loan: level by formula \(loan.formula.rawValue), debts in "
        + "\(venue.assets[loan.debtAsset.rawValue].name)",
      "sale: order \(loan.order.rawValue), fee \(number(loan.fee)) of the value sold",
      "interest: \(loan.interest.rawValue), from \(loan.interestFrom.rawValue)",
    ]
    return lines.joined(separator: "\n") + "\n" + table.text
  }

  private func terms(_ lent: [(String, LoanRules.Terms)], _ loan: LoanRules) -> String {
    let period = loan.interest == .hourly ? "hour" : "day"
    var table = TextTable([
      ("asset", .left), ("factor", .right), ("tiers", .right), ("rate per \(period)", .right),
      ("brackets", .right),
    ])
    for (name, terms) in lent {
      table.add([
        name, number(terms.factor), terms.tiers.isEmpty ? "" : "\(terms.tiers.count)", number(terms.rate),
        terms.brackets.isEmpty ? "" : "\(terms.brackets.count)",
      ])
    }
    return "Loan terms (factors and rates as shares; with tiers, the factor is that of the first)\n"
      + table.text
  }

  private func tiers(_ tiers: [CollateralTier], _ name: String) -> String {
    var table = TextTable([("value above", .right), ("rate", .right), ("amount", .right)])
    for tier in tiers { table.add([number(tier.floor), number(tier.rate), number(tier.amount)]) }
    return "\(name) collateral tiers (USD)\n" + table.text
  }
}
