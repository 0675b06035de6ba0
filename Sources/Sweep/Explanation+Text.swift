internal import Market

extension Explanation {
  /// The life as a table for people, then the reconciliation; the last line ends without a line feed.
  public var text: String {
    var parts = [heading]
    parts.append(
      events.isEmpty
        ? "the account never opened: a price that it needs, or its own time, lies outside the window" : table)
    if !reconciliation.isEmpty { parts.append(reconciliationText) }
    if !bands.isEmpty { parts.append(bandsText) }
    parts.append(comparisonText)
    if !notes.isEmpty { parts.append(notes.map { "note: \($0)" }.joined(separator: "\n")) }
    return parts.joined(separator: "\n\n")
  }

  private var heading: String {
    var lines = ["study \(study), run \(directory)"]
    let values = axes.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
    lines.append(values.isEmpty ? "point \(point)" : "point \(point): \(values)")
    var person = "account \(account.name)"
    if account.name != String(account.number) { person += " (number \(account.number))" }
    if !cohort.isEmpty { person += ", cohort \(cohort)" }
    person += ", \(mode)"
    if let leverage { person += ", leverage \(ExplainText.number(leverage))" }
    if !status.isEmpty { person += ", status \(status)" }
    return (lines + [person]).joined(separator: "\n")
  }

  private var table: String {
    var rows = [["time", "event", "change USD", "ratio before", "ratio after", "what happened"]]
    for event in events {
      for (place, line) in event.lines.enumerated() {
        rows.append(
          place > 0
            ? ["", "", "", "", "", line]
            : [
              Self.short(event.time), event.kind.rawValue, event.changeUSD.map(ExplainText.number) ?? "",
              ratio(event.ratioBefore), ratio(event.ratioAfter), line,
            ])
      }
    }
    return Self.aligned(rows, right: [2, 3, 4])
  }

  private func ratio(_ value: Double?) -> String {
    guard let value else { return "" }
    return value.isFinite ? ExplainText.number((value * 10_000).rounded() / 10_000) : "inf"
  }

  /// A time without the zeros at the end of its fraction.
  static func short(_ time: Timestamp) -> String {
    var text = time.description
    guard text.hasSuffix("Z"), text.contains(".") else { return text }
    text.removeLast()
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text + "Z"
  }

  private var reconciliationText: String {
    let rows = reconciliation.map { [$0.sign, $0.name, NumberText.shortest($0.usd)] }
    return "reconciliation, USD\n" + Self.aligned(rows, right: [2])
  }

  private var bandsText: String {
    let rows = bands.map { [$0.name, NumberText.shortest($0.seconds)] }
    return "time per band\n" + Self.aligned(rows, right: [1])
  }

  private var comparisonText: String {
    comparisons.map { comparison in
      guard let rows = comparison.rows else { return "\(comparison.file): the run has no such file" }
      return "\(comparison.file): \(rows) \(rows == 1 ? "row" : "rows"), the same bytes as the replay"
    }.joined(separator: "\n")
  }

  /// Columns padded to their widest cell, two spaces apart.
  private static func aligned(_ rows: [[String]], right: Set<Int>) -> String {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { cells in
      var line = ""
      for (column, cell) in cells.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        line += (column > 0 ? "  " : "") + (right.contains(column) ? padding + cell : cell + padding)
      }
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
