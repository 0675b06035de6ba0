/// Cells and rows of the tables.
enum Text {
  /// Three digits or more.
  static func rounded(_ value: Double) -> String {
    if value >= 100 || value == 0 { return "\(Int(value.rounded()))" }
    let factor = value >= 10 ? 10.0 : value >= 1 ? 100 : 1_000
    return "\((value * factor).rounded() / factor)"
  }

  /// Nanoseconds, or a longer unit.
  static func time(_ nanoseconds: Double) -> String {
    nanoseconds < 1_000 ? rounded(nanoseconds) + " ns" : rounded(nanoseconds / 1_000) + " µs"
  }

  /// Columns of the widths given.
  static func row(_ cells: [String], _ widths: [Int]) -> String {
    zip(cells, widths).map { cell, width in
      cell + String(repeating: " ", count: max(1, width - cell.count))
    }.joined()
  }
}
