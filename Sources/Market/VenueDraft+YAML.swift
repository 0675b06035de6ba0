extension VenueDraft {
  /// The venue file, laid out for people: a line for each asset and each bracket, numbers in columns.
  var yaml: String {
    var lines = [
      "# Made by 'marginsweep venue import' from the answers of the exchange that 'source' names.",
      "#",
      "# USDT, USDC, BUSD, FDUSD, TUSD and USDP are taken for worth 1 USD. No answer says how a pool is",
      "# liquidated: the sections at the end are assumptions.",
    ]
    if isSingleAsset {
      lines.append(
        "# Only margin assets back positions: a bid_buffer of 1 says that a coin is no collateral.")
    } else if assets.allSatisfy({ $0.threshold == nil }) {
      lines += ["# There are no thresholds of auto-exchange: no answer with them was given."]
    }
    lines += notes.map { "# Note: \(Self.plain($0))." }
    lines += ["name: \(name)", "source: \(quoted(source))", "", "assets:"]
    let width = assets.map(\.name.count).max() ?? 0
    lines += assets.map { asset in
      let fields = entries(of: asset).map { "\($0): \(scalar($1))" }.joined(separator: ", ")
      return "  \(padded(asset.name + ":", width + 1)) {\(fields)}"
    }
    lines += ["", "instruments:"]
    for instrument in instruments { lines += self.lines(of: instrument) }
    lines += ["", "liquidation:"]
    let values = Self.liquidation.map { "\($0.key): \($0.isQuoted ? quoted($0.value) : $0.value)" }
    lines += commented(values, Self.liquidation.map(\.why))
    lines += ["", "auto_exchange:"]
    lines += commented(autoExchange.map { "\($0.key): \(scalar($0.value))" }, autoExchange.map(\.why))
    return lines.joined(separator: "\n") + "\n"
  }

  private func lines(of instrument: Instrument) -> [String] {
    var lines = ["  \(instrument.name):"]
    lines += entries(of: instrument).map { "    \($0): \(scalar($1))" }
    let cap = instrument.brackets.cap.map { cap in
      "   # published cap on positions, not applied: \(Self.grouped(cap.description)) \(instrument.margin)"
    }
    lines.append("    brackets:" + (cap ?? ""))
    guard case .sequence(let rows) = instrument.brackets.node.content else { return lines }
    let keys = ["floor", "rate", "max_leverage", "amount"]
    let cells = rows.map { row in keys.map { key in row[key].map(scalar) ?? "" } }
    let widths = keys.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    for cell in cells {
      let rate = padded(cell[1] + ",", widths[1] + 1)
      lines.append(
        "      - {floor: \(aligned(cell[0], widths[0])), rate: \(rate) "
          + "max_leverage: \(aligned(cell[2], widths[2])), amount: \(aligned(cell[3], widths[3]))}")
    }
    return lines
  }

  /// Lines of a section with their reasons in one column.
  private func commented(_ values: [String], _ reasons: [String]) -> [String] {
    let width = values.map(\.count).max() ?? 0
    return zip(values, reasons).map { "  \(padded($0, width))   # \($1)" }
  }

  private func scalar(_ node: Document.Node) -> String {
    guard case .scalar(let scalar) = node.content else { return "" }
    return scalar.isQuoted ? quoted(scalar.text) : scalar.text
  }

  private func quoted(_ text: String) -> String {
    var bytes: [UInt8] = []
    JSONText.append(text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private func aligned(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// Only letters and plain characters: a comment ends with its line, whatever a symbol or a path holds.
  static func plain(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map {
          $0.properties.isAlphabetic || (0x20...0x7E).contains($0.value) ? $0 : "?"
        }))
  }

  /// `1,800,000,000` for `1800000000`.
  private static func grouped(_ number: String) -> String {
    let whole = number.prefix { $0 != "." }
    var text = ""
    for (place, digit) in whole.enumerated() {
      if place > 0, (whole.count - place).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return text + number.dropFirst(whole.count)
  }
}
