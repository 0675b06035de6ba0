internal import Market

extension CheckReport {
  /// The report as tables for people; the last line ends without a newline.
  public var text: String {
    var parts = ["mode \(mode.rawValue)", summary]
    parts.append(
      table(
        ["pool", "equity", "maintenance", "ratio", "band", "liquidates"],
        pools.map { row in
          [
            row.pool + (row.side.map { " \($0.rawValue)" } ?? ""), money(row.value.equity, row.unit),
            money(row.value.maintenanceMargin, row.unit), percent(row.ratio), row.band.rawValue,
            row.liquidates ? "yes" : "no",
          ]
        }))
    parts.append(
      table(
        ["instrument", "side", "quantity", "notional", "pnl", "maintenance", "liquidation", "bankruptcy"],
        positions.map { row in
          [
            row.instrument, row.side.rawValue, NumberText.shortest(row.quantity), fixed(row.notional, 2),
            fixed(row.unrealizedPnL, 2), fixed(row.maintenanceMargin, 2), price(row.liquidationPrice),
            price(row.bankruptcyPrice),
          ]
        }))
    parts.append(
      table(
        ["asset", "balance", "equity", "index USD", "counts", "value USD", "available"],
        collateral.map { row in
          [
            row.asset, fixed(row.balance, 8), fixed(row.equity, 8), price(row.index), percent(row.rate),
            fixed(row.value, 2), fixed(row.available, 8),
          ]
        }))
    if let loan { parts.append(text(loan)) }
    if let autoExchange { parts.append(text(autoExchange)) }
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private var summary: String {
    "equity \(fixed(accountEquity, 2)) USD\(mode == .multiAsset ? " after haircuts" : ""), "
      + "available \(fixed(available, 2)) USD"
  }

  private func text(_ preview: AutoExchange) -> String {
    let state = preview.triggered ? "happens now" : "not triggered"
    let ltv = preview.ltv.isFinite ? percent(preview.ltv) : "without collateral"
    let rows =
      preview.deficits.map { ["missing", $0.asset, fixed($0.units, 8), fixed($0.value, 2)] }
      + preview.sales.map { ["sold", $0.asset, fixed($0.units, 8), fixed($0.value, 2)] }
    let head = "auto-exchange \(state), LTV \(ltv)"
    return rows.isEmpty ? head : head + "\n\n" + table(["", "asset", "units", "value USD"], rows)
  }

  private func money(_ value: Double, _ unit: String) -> String { "\(fixed(value, 2)) \(unit)" }
  private func percent(_ ratio: Double) -> String {
    ratio.isFinite ? "\(fixed(ratio * 100, 2)) %" : "over 100 %"
  }
  func price(_ value: Double?) -> String { value.map { fixed($0, $0 < 10 ? 6 : 2) } ?? "none" }

  /// A number with a fixed count of decimals; very large ones in their shortest form.
  func fixed(_ value: Double, _ decimals: Int) -> String {
    let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    let scaled = (value * scale).rounded()
    guard abs(scaled) < 1e15 else { return NumberText.shortest(value) }
    var digits = String(Int64(abs(scaled)))
    digits = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    if decimals > 0 { digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -decimals)) }
    return scaled < 0 ? "-" + digits : digits
  }

  /// Columns padded to their widest cell: the first to the left, the others to the right.
  func table(_ head: [String], _ rows: [[String]]) -> String {
    guard !rows.isEmpty else { return "" }
    let widths = head.indices.map { column in ([head] + rows).map { $0[column].count }.max() ?? 0 }
    let lines = ([head] + rows).map { cells in
      let padded = cells.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + space : space + cell
      }
      return padded.joined(separator: "  ")
    }
    return lines.joined(separator: "\n")
  }
}
