internal import Market

extension Rules {
  /// The points at which the slack of a loan level may bend along a path of accounts: `ends`, and where an
  /// asset's collateral passes a tier or its net changes sign, or a debt passes a bracket.
  ///
  /// - Parameters:
  ///   - ends: rising; between two of them balances and debts change linearly.
  ///   - formula: what the level is measured by.
  ///   - path: the account at a point.
  func loanKinks(
    _ ends: [Double], _ quotes: Quotes, _ formula: LoanRules.Formula, _ path: (Double) -> Account
  ) -> [Double] {
    var points = ends
    for (start, end) in zip(ends, ends.dropFirst()) {
      let (before, after) = (path(start), path(end))
      for asset in before.balances.indices {
        let index = quotes.index[asset]
        let debts = (owed(before, asset) * index, owed(after, asset) * index)
        let isNet = formula == .haircutNet || formula == .pro
        let values = (
          before.balances[asset] * index - (isNet ? debts.0 : 0),
          after.balances[asset] * index - (isNet ? debts.1 : 0)
        )
        let terms = venue.loan?.terms[asset]
        let floors = formula == .gross ? [] : (terms?.tiers.map(\.floor) ?? []) + [0]
        for floor in floors { add(floor, values, start, end, to: &points) }
        guard formula == .pro else { continue }
        for bracket in terms?.brackets ?? [] { add(bracket.floor, debts, start, end, to: &points) }
      }
    }
    return points.sorted()
  }

  /// Adds the point at which a value passes `limit` on its straight way between two points.
  private func add(
    _ limit: Double, _ values: (Double, Double), _ start: Double, _ end: Double, to points: inout [Double]
  ) {
    let (from, to) = (values.0 - limit, values.1 - limit)
    if (from < 0) != (to < 0), from != to { points.append(start + (end - start) * (from / (from - to))) }
  }
}
