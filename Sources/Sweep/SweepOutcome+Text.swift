internal import Report

extension SweepOutcome {
  /// The most maps that are drawn after a run.
  private static let mapLimit = 4

  /// What a person sees after a sweep: the heat map of a figure, and a line of counts.
  ///
  /// - Parameters:
  ///   - column: the figure in the cells, a column of `points.csv`.
  ///   - hasColor: whether the terminal shows colours.
  ///   - width: columns of the terminal.
  public func text(column: String = "liquidated_share", hasColor: Bool, width: Int = 80) -> String {
    // A map of a part of the grid would mislead.
    let maps = points.rows.count == pointCount ? HeatMap.maps(of: points, column: column) : []
    var text = maps.prefix(Self.mapLimit).map { $0.text(hasColor: hasColor, width: width) }
      .joined(separator: "\n")
    if maps.count > Self.mapLimit {
      text += "\(maps.count - Self.mapLimit) more maps: see the command points\n"
    }
    return (text.isEmpty ? "" : text + "\n") + summary + "\n"
  }

  /// `20 points, 200000 accounts, 1.20G checks in 3.40 s (353M/s); out: points.csv, …`.
  public var summary: String {
    let seconds = timings.simulation
    let rate = seconds > 0 ? " (\(HeatMap.short(Double(checks) / seconds))/s)" : ""
    let names = files.map(\.name).joined(separator: ", ")
    let refused =
      refusedActions == 0
      ? "" : "\(refusedActions) \(refusedActions == 1 ? "action" : "actions") refused: explain shows why\n"
    return
      "\(pointCount) points, \(accounts) accounts, \(HeatMap.short(Double(checks))) account-checks in "
      + "\(HeatMap.decimal(seconds, digits: 2)) s\(rate)\n\(refused)\(directory): \(names)"
  }
}
