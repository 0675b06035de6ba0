/// A table of one figure over two axes of a sweep, drawn on a terminal.
public struct HeatMap: Sendable, Hashable {
  /// The figure in the cells, a column of `points.csv`.
  public var column: String
  /// The axis whose values are the rows; nil where no axis is drawn down.
  public var rowAxis: String?
  /// The axis whose values are the columns; nil where there is one column only.
  public var columnAxis: String?
  /// Values of the row axis as text, one empty text without an axis.
  public var rows: [String]
  /// Values of the column axis as text, one empty text without an axis.
  public var columns: [String]
  /// The figures by row and column; nil where there is none.
  public var cells: [[Double?]]
  /// The other axes that have several values, and where they are held: `mode = cross`.
  public var held: [String]

  /// The columns of `points.csv` that can be drawn: those that hold numbers.
  public static let drawable = PointsTable.columns.filter {
    !["fund_depleted_time", "first_liquidation", "peak_minute"].contains($0)
  }

  /// Makes the maps of a sweep: the first two axes that have more than one value as rows and columns, one map
  /// for each combination of the others, in the order of the points.
  ///
  /// Where fewer axes have more than one value, those with one fill up.
  ///
  /// - Parameters:
  ///   - list: the points of a whole grid; a point that is missing leaves its cell empty.
  ///   - column: a name of ``drawable``.
  ///   - limit: the most maps that are made.
  public static func maps(of list: PointList, column: String, limit: Int = .max) -> [HeatMap] {
    guard let place = list.columns.firstIndex(of: column) else { return [] }
    let values = list.axes.indices.map { axis in distinct(list.rows.map { $0.axisValues[axis] }) }
    let many = values.indices.filter { values[$0].count > 1 }
    let drawn = (many + values.indices.filter { values[$0].count == 1 }).prefix(2).sorted()
    let others = values.indices.filter { !drawn.contains($0) }
    let keys = list.rows.map { row in others.map { row.axisValues[$0] } }
    let groups = Dictionary(grouping: list.rows.indices) { keys[$0] }
    let labels = drawn.map { values[$0] }
    return distinct(keys).prefix(limit).map { group in
      let members = (groups[group] ?? []).map { list.rows[$0] }
      return HeatMap(
        column: column, axes: drawn.map { list.axes[$0] }, labels: labels,
        members: members.map { row in (drawn.map { row.axisValues[$0] }, Double(row.values[place])) },
        held: zip(others, group).filter { values[$0.0].count > 1 }.map { "\(list.axes[$0]) = \($1)" })
    }
  }

  private init(
    column: String, axes: [String], labels: [[String]], members: [(at: [String], value: Double?)],
    held: [String]
  ) {
    self.column = column
    self.held = held
    rowAxis = axes.first
    columnAxis = axes.count > 1 ? axes[1] : nil
    let (rows, columns) = (labels.first ?? [""], labels.count > 1 ? labels[1] : [""])
    self.rows = rows
    self.columns = columns
    cells = [[Double?]](repeating: [Double?](repeating: nil, count: columns.count), count: rows.count)
    for member in members {
      let row = member.at.first.flatMap(rows.firstIndex) ?? 0
      let column = member.at.count > 1 ? columns.firstIndex(of: member.at[1]) ?? 0 : 0
      cells[row][column] = member.value
    }
  }

  /// The values in the order of their first appearance.
  private static func distinct<Value: Hashable>(_ values: [Value]) -> [Value] {
    var seen: Set<Value> = []
    return values.filter { seen.insert($0).inserted }
  }
}
