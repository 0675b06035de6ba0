internal import CVector

/// Lines over boxes of factors: the least value that a line takes between the lows and highs of a box, and
/// the boxes of stretches of columns.
///
/// The least value adds, column by column as ``LineScan`` does, the low times a coefficient above 0 or the
/// high times one below. Rounding is monotone, so no value of the scan within the box is less.
public enum LineBounds {
  /// For eight lines at once: which of them are not above 0 somewhere in a box. NaN counts as such.
  ///
  /// - Parameters:
  ///   - lines: eight lines, interleaved: eight constants, then eight coefficients of column 0, and so on.
  ///   - low: lowest values, one per column.
  ///   - high: highest values, one per column.
  /// - Returns: bit `i` is set where line `i` is not above 0 at its worst corner.
  public static func hits(lines: Span<Double>, low: Span<Double>, high: Span<Double>) -> UInt32 {
    let factors = lines.count / LineScan.lanes - 1
    precondition(
      lines.count == (factors + 1) * LineScan.lanes && low.count == factors && high.count == factors)
    // Safe: the precondition bounds every index; the pointers do not leave the closures.
    return unsafe lines.withUnsafeBufferPointer { lines in
      unsafe low.withUnsafeBufferPointer { low in
        unsafe high.withUnsafeBufferPointer { high in
          guard let line = lines.baseAddress else { return 0 }
          guard let lows = low.baseAddress, let highs = high.baseAddress else {
            return unsafe cv_cleared(cv_keep_above(cv_all(), cv_load(line), cv_splat(0)))
          }
          return unsafe cornerEight(line, factors, lows, highs)
        }
      }
    }
  }

  /// Whether one line is not above 0 somewhere in a box.
  public static func hits(line: Span<Double>, low: Span<Double>, high: Span<Double>) -> Bool {
    let factors = line.count - 1
    precondition(factors >= 0 && low.count == factors && high.count == factors)
    var value = line[0]
    for factor in 0..<factors {
      let coefficient = line[factor + 1]
      value += coefficient * (coefficient >= 0 ? low[factor] : high[factor])
    }
    return !(value > 0)
  }

  /// Lowest and highest value of `column` among `range`, which is not empty.
  public static func range(_ column: Span<Double>, _ range: Range<Int>) -> (low: Double, high: Double) {
    precondition(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= column.count)
    // Safe: the precondition bounds every index; the pointer does not leave the closure.
    return unsafe column.withUnsafeBufferPointer { column in
      guard let values = column.baseAddress else { return (0, 0) }
      return unsafe lowestAndHighest(values + range.lowerBound, range.count)
    }
  }
}

// Safe: reads `line[0 ..< 8 · (factors + 1)]`, `low[0 ..< factors]` and `high[0 ..< factors]`.
@inline(never) private func cornerEight(
  _ line: UnsafePointer<Double>, _ factors: Int, _ low: UnsafePointer<Double>, _ high: UnsafePointer<Double>
) -> UInt32 {
  var value = unsafe cv_load(line)
  for factor in 0..<factors {
    let coefficient = unsafe cv_load(line + 8 * (factor + 1))
    let corner = unsafe cv_corner(coefficient, cv_splat(low[factor]), cv_splat(high[factor]))
    value = cv_muladd(coefficient, corner, value)
  }
  return cv_cleared(cv_keep_above(cv_all(), value, cv_splat(0)))
}

// Safe: reads `values[0 ..< count]`, count > 0.
@inline(never) private func lowestAndHighest(_ values: UnsafePointer<Double>, _ count: Int) -> (
  Double, Double
) {
  var (low, high) = unsafe (values[0], values[0])
  var place = 0
  if count >= 8 {
    var (lows, highs) = unsafe (cv_load(values), cv_load(values))
    place = 8
    while place + 8 <= count {
      let next = unsafe cv_load(values + place)
      (lows, highs) = (cv_min(next, lows), cv_max(next, highs))
      place += 8
    }
    (low, high) = (cv_lowest(lows), cv_highest(highs))
  }
  while place < count {
    // Safe: as above, one value at a time.
    let value = unsafe values[place]
    low = value < low ? value : low
    high = value > high ? value : high
    place += 1
  }
  return (low, high)
}
