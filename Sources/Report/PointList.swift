internal import Platform

/// The rows of a `points.csv`, for printing, sorting and drawing.
public struct PointList: Sendable, Hashable {
  /// Names of the axes.
  public var axes: [String]
  /// Names of the columns behind the axes.
  public var columns: [String]
  /// One row.
  public struct Row: Sendable, Hashable {
    /// The point's number.
    public var point: Int
    /// Values of the axes.
    public var axisValues: [String]
    /// Values of the columns, empty where there is none.
    public var values: [String]

    /// Makes a row.
    public init(point: Int, axisValues: [String], values: [String]) {
      self.point = point
      self.axisValues = axisValues
      self.values = values
    }
  }
  /// The rows, in the order of the file.
  public var rows: [Row]

  /// Makes a list.
  public init(axes: [String], columns: [String], rows: [Row]) {
    self.axes = axes
    self.columns = columns
    self.rows = rows
  }

  /// The list of points that were summed up just now, with the texts that `points.csv` has.
  public init(axes: [String], summaries: [PointSummary]) {
    self.init(axes: axes, columns: PointsTable.columns, rows: [])
    for summary in summaries {
      // Rendered without its axes, no field is ever quoted.
      var bare = summary
      bare.axisValues = []
      var csv = CSVBuffer()
      PointsTable.append(bare, to: &csv)
      let fields = csv.bytes.dropLast().split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
      rows.append(Row(point: summary.point, axisValues: summary.axisValues, values: Array(fields[1...])))
    }
  }

  /// The most bytes of a `points.csv` that are read.
  static let sizeLimit = 1 << 30

  /// Reads the `points.csv` of a run directory.
  ///
  /// - Throws: `InputError` where there is none, or where it is no such table.
  public init(runDirectory: String) throws {
    let path = Path.join(runDirectory, "points.csv")
    try self.init(bytes: try Files.readBytes(path, limit: Self.sizeLimit), path: path)
  }

  init(bytes: [UInt8], path: String) throws {
    let table = try CSVReader.rows(bytes, path: path)
    guard let header = table.first, header.first == "point",
      let first = header.lastIndex(of: PointsTable.columns[0]),
      Array(header[first...]) == PointsTable.columns
    else {
      throw InputError(
        SourceLocation(path: path, line: 1), "these are not the columns of points.csv",
        expected: "point, the axes, " + PointsTable.columns.joined(separator: ", "))
    }
    axes = Array(header[1..<first])
    columns = PointsTable.columns
    rows = []
    for (index, fields) in table.enumerated().dropFirst() {
      guard let point = Int(fields[0]) else {
        throw InputError(
          SourceLocation(path: path, line: index + 1), "\(fields[0]) is no point", expected: "a number")
      }
      rows.append(
        Row(point: point, axisValues: Array(fields[1..<first]), values: Array(fields[first...])))
    }
  }

  /// The value of a column or axis in a row; nil where there is no such name.
  public func value(_ name: String, in row: Row) -> String? {
    if name == "point" { return String(row.point) }
    if let place = axes.firstIndex(of: name) { return row.axisValues[place] }
    return columns.firstIndex(of: name).map { row.values[$0] }
  }
}
