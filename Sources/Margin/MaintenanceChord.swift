internal import Market

/// A line `slope·notional + constant` over a stretch of notionals, and the size of the constant's terms.
struct MaintenanceChord {
  var slope: Double
  var constant: Double
  var size: Double
}

extension Rules {
  /// The chord that lies above the maintenance margin between two notionals, exact where one row holds at
  /// both.
  ///
  /// Rows are told by the margin itself, not by their floors: a given amount may differ a little from the
  /// one that continues its table, and the first row may have one, below which the margin is 0.
  func maintenanceChord(_ instrument: Int, from low: Double, to high: Double) -> MaintenanceChord {
    let (first, last) = (maintenanceRow(instrument, low), maintenanceRow(instrument, high))
    if first == last {
      guard let row = first else {
        let lowest = bracketStart[instrument]
        return MaintenanceChord(
          slope: 0, constant: 0, size: high * bracketRate[lowest] + bracketAmount[lowest])
      }
      return MaintenanceChord(
        slope: bracketRate[row], constant: -bracketAmount[row], size: abs(bracketAmount[row]))
    }
    let (flat, steep) = (first.map { bracketRate[$0] } ?? 0, last.map { bracketRate[$0] } ?? 0)
    let atLow = first.map { low * bracketRate[$0] - bracketAmount[$0] } ?? 0
    let atHigh = last.map { high * bracketRate[$0] - bracketAmount[$0] } ?? 0
    let slope = min(max((atHigh - atLow) / (high - low), flat), steep)
    let amount = max(first.map { bracketAmount[$0] } ?? 0, last.map { bracketAmount[$0] } ?? 0)
    return MaintenanceChord(
      slope: slope, constant: max(atLow - slope * low, atHigh - slope * high), size: steep * high + amount)
  }

  /// The row whose line is the maintenance margin at a notional; nil where none is above 0.
  private func maintenanceRow(_ instrument: Int, _ notional: Double) -> Int? {
    var (largest, best) = (0.0, Int?.none)
    for row in bracketStart[instrument]..<bracketStart[instrument + 1] {
      let margin = notional * bracketRate[row] - bracketAmount[row]
      if margin > largest { (largest, best) = (margin, row) }
    }
    return best
  }
}
