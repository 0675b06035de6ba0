internal import Market

extension HeatMap {
  /// The map as lines of text, each ended by a line feed.
  ///
  /// Shares are shown in percent with one digit, other figures in a short form. A legend below names the
  /// figure and its unit.
  ///
  /// - Parameters:
  ///   - hasColor: whether cells have a background from the terminal's 256 colours, from green for the least
  ///     to red for the most; shares run from 0 to 100 %, other figures from their least to their most.
  ///   - width: columns of the terminal; map columns that do not fit are left out, and the legend says so.
  public func text(hasColor: Bool, width: Int = 80) -> String {
    let shown = cells.map { $0.map(cellText) }
    let rowWidth = ([rowAxis ?? ""] + rows).map(\.count).max() ?? 0
    let cellWidth = (columns + shown.joined()).map(\.count).max() ?? 0
    let fitting = max(1, (width - rowWidth - 2) / (cellWidth + 2))
    let count = min(fitting, columns.count)
    var lines: [String] = []
    if !held.isEmpty { lines.append("at " + held.joined(separator: ", ")) }
    let corner = Self.pad(rowAxis ?? "", rowWidth)
    if let columnAxis { lines.append(Self.pad("", rowWidth) + "  " + columnAxis) }
    if columnAxis != nil || rowAxis != nil {
      let head = columns.prefix(count).map { "  " + Self.pad($0, cellWidth) }.joined()
      lines.append(Self.trimmed(corner + head))
    }
    for (row, label) in rows.enumerated() {
      var line = Self.pad(label, rowWidth)
      for column in 0..<count {
        line += "  " + painted(Self.pad(shown[row][column], cellWidth), cells[row][column], hasColor)
      }
      lines.append(line)
    }
    lines.append("cells: \(legend)")
    if count < columns.count { lines.append("\(columns.count - count) more columns do not fit") }
    return lines.map { $0 + "\n" }.joined()
  }

  private var isShare: Bool { column == "liquidated_share" }

  /// The figure and its unit.
  private var legend: String {
    if isShare { return "liquidated_share, % of accounts" }
    if column.hasPrefix("worst_ratio") { return "\(column), maintenance margin / equity" }
    let counts = [
      "accounts", "ticks", "liquidated_accounts", "liquidation_steps", "partial_survivors",
      "bankrupt_accounts", "auto_exchanges", "margin_calls", "rejected_accounts",
    ]
    return counts.contains(column) ? "\(column), count" : "\(column), USD"
  }

  private func cellText(_ value: Double?) -> String {
    guard let value else { return "-" }
    if value.isInfinite { return value > 0 ? "inf" : "-inf" }
    return isShare ? Self.decimal(value * 100, digits: 1) : Self.short(value)
  }

  /// Rounded to a fixed number of decimals.
  public static func decimal(_ value: Double, digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { product, _ in product * 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 1e15 else { return NumberText.shortest(value) }
    let number = Int(scaled)
    let unit = Int(scale)
    let fraction = String(number % unit)
    let zeros = String(repeating: "0", count: max(0, digits - fraction.count))
    let sign = value < 0 && number > 0 ? "-" : ""
    return sign + String(number / unit) + (digits > 0 ? "." + zeros + fraction : "")
  }

  /// Three digits and a letter for thousands: `12`, `3.4`, `1.20k`, `15.0M`.
  public static func short(_ value: Double) -> String {
    var rest = value
    var letter = ""
    for next in ["k", "M", "G", "T"] where abs(rest) >= 999.5 {
      rest /= 1000
      letter = next
    }
    if letter.isEmpty, rest == rest.rounded() { return decimal(rest, digits: 0) }
    return decimal(rest, digits: abs(rest) < 9.995 ? 2 : abs(rest) < 99.95 ? 1 : 0) + letter
  }

  /// Backgrounds from the terminal's 256 colours, green over yellow to red.
  static let ramp = [22, 28, 64, 70, 106, 142, 178, 172, 166, 160, 124]

  private func painted(_ text: String, _ value: Double?, _ hasColor: Bool) -> String {
    guard hasColor, let value, !value.isNaN else { return text }
    let finite = cells.joined().compactMap { $0 }.filter(\.isFinite)
    let low = isShare ? 0 : finite.min() ?? 0
    let high = isShare ? 1 : finite.max() ?? 0
    let share = value.isInfinite ? (value > 0 ? 1 : 0) : high > low ? (value - low) / (high - low) : 0
    let place = Int((min(1, max(0, share)) * Double(Self.ramp.count - 1)).rounded())
    // White on the dark ends, black on the bright middle.
    let ink = (3...7).contains(place) ? 16 : 231
    return "\u{1B}[48;5;\(Self.ramp[place])m\u{1B}[38;5;\(ink)m\(text)\u{1B}[0m"
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  private static func trimmed(_ text: String) -> String {
    var text = text
    while text.last == " " { text.removeLast() }
    return text
  }
}
