internal import Market

extension CheckReport {
  /// The tables of a loan account, between which stand empty lines.
  func text(_ loan: Loan) -> String {
    let prices = table(
      ["asset", "index USD", "liquidation at"],
      loan.liquidationPrices.map { row in
        [row.asset, price(collateral.first { $0.asset == row.asset }?.index), price(row.price)]
      })
    let debts = table(
      ["owed", "principal", "interest", "value USD", "next interest"],
      loan.debts.map { row in
        [
          row.asset, fixed(row.debt.principal, 8), fixed(row.debt.interest, 8), fixed(row.value, 2),
          fixed(row.nextInterest, 8),
        ]
      })
    let limits = table(
      ["may be borrowed", "units", "value USD"],
      loan.maxBorrow.map { [$0.asset, limit($0.units, 8), limit($0.value, 2)] })
    let sales = table(
      ["would be sold now", "units", "value USD"],
      loan.sales.map { [$0.asset, fixed($0.units, 8), fixed($0.value, 2)] })
    return [state(loan), debts, prices, sales, limits].filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  /// The level and those that it is measured against.
  private func state(_ loan: Loan) -> String {
    let level = loan.level.isFinite ? fixed(loan.level, 6) : "without debt"
    let state = loan.liquidates ? "liquidation" : loan.isCalled ? "margin call" : "no margin call"
    let levels: [(String, Double?)] = [
      ("call", loan.rules.call), ("liquidation", loan.rules.liquidate), ("stop", loan.rules.stop),
      ("borrow above", loan.rules.borrowAbove), ("transfer above", loan.rules.transferAbove),
    ]
    let rows = levels.map { [$0, $1.map(NumberText.shortest) ?? "none"] }
    return "margin level \(level): \(state)\n\n" + table(["level", "at"], rows)
  }

  private func limit(_ value: Double?, _ decimals: Int) -> String {
    value.map { fixed($0, decimals) } ?? "no limit"
  }
}
