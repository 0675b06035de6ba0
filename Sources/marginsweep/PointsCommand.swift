internal import ArgumentParser
internal import Platform
internal import Report

/// `points`.
struct PointsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "points",
    abstract: "Prints the points of a finished run: a table, then the heat map.",
    discussion: """
      The columns are those of points.csv: \(PointsTable.columns.joined(separator: ", ")). Amounts are in \
      USD, shares between 0 and 1.
      """)

  @Argument(help: ArgumentHelp("The directory of a run.", valueName: "run"))
  var directory: String

  @Option(
    help: ArgumentHelp("The columns of the table beside the axes, separated by commas.", valueName: "names"))
  var columns = "liquidated_accounts,liquidated_share,bankrupt_accounts,fund_payment,rejected_accounts"

  @Option(
    help: ArgumentHelp("Sort by this column or axis (default: the order of the points).", valueName: "name"))
  var sort: String?

  @Flag(help: "Sort from the greatest to the least.")
  var descending = false

  @Option(help: ArgumentHelp("The column that the heat map shows.", valueName: "name"))
  var map = "liquidated_share"

  @Flag(help: "Print JSON in place of both: an array of all rows with all columns.")
  var json = false

  func run() throws {
    var list = try PointList(runDirectory: directory)
    let known = ["point"] + list.axes + list.columns
    let names = columns.split(separator: ",").map(String.init)
    for name in names + [sort].compactMap({ $0 }) where !known.contains(name) {
      throw wrong(name, known)
    }
    guard HeatMap.drawable.contains(map) else { throw wrong(map, HeatMap.drawable) }
    let maps = HeatMap.maps(of: list, column: map)
    if let sort { list.rows = sorted(list, by: sort) }
    if json { return try Console.write(answer(list)) }
    var table = TextTable((["point"] + list.axes + names).map { ($0, .right) })
    for row in list.rows {
      table.add((["point"] + list.axes + names).map { list.value($0, in: row) ?? "" })
    }
    try Console.write(table.text)
    for map in maps {
      try Console.write("\n" + map.text(hasColor: Terminal.outputHasColor, width: Terminal.columns))
    }
  }

  private func wrong(_ name: String, _ known: [String]) -> InputError {
    InputError(
      SourceLocation(path: "points"), "there is no column \(name) here",
      expected: "one of \(known.joined(separator: ", "))")
  }

  /// Numbers by their size, other texts by their characters, empty cells last; ties stay in order.
  private func sorted(_ list: PointList, by name: String) -> [PointList.Row] {
    let keyed = list.rows.map { (row: $0, text: list.value(name, in: $0) ?? "") }
    return keyed.enumerated().sorted { a, b in
      let (x, y) = (a.element.text, b.element.text)
      if x == y { return a.offset < b.offset }
      if x.isEmpty || y.isEmpty { return y.isEmpty }
      if let x = Double(x), let y = Double(y) { return descending ? x > y : x < y }
      return descending ? x > y : x < y
    }.map(\.element.row)
  }

  private func answer(_ list: PointList) -> JSONValue {
    .array(
      list.rows.map { row in
        .object(
          (["point"] + list.axes + list.columns).map { name in
            let text = list.value(name, in: row) ?? ""
            if text.isEmpty { return (name, .null) }
            // An axis may hold words, and a time is no number.
            return (name, Double(text).map { .number($0) } ?? .text(text))
          })
      })
  }
}
