public import Platform

/// Lines over boxes of factors: the least value that a line takes between the lows and highs of a box, and
/// the boxes of stretches of columns.
///
/// The least value adds, column by column as ``LineScan`` does, the low times a coefficient that is not below
/// 0 or the high times one below. Rounding is monotone, so no value of the scan within the box is less.
public struct LineBounds: Sendable {
  /// Children of a node of a tree.
  public static let children = 16
  /// Numbers of a node for each factor: the lows of its children, then their highs.
  public static let nodeStride = 2 * children

  /// The instruction set that runs.
  public let level: KernelLevel

  /// Makes bounds at a level, which the processor supports.
  public init(_ level: KernelLevel) {
    precondition(level.isSupported)
    self.level = level
  }

  /// For groups of eight lines: which of them are not above 0 somewhere in a box. NaN counts as such.
  ///
  /// - Parameters:
  ///   - lines: groups of eight lines, interleaved: eight constants, then eight coefficients of column 0, and
  ///     so on; then the next group.
  ///   - low: lowest values, one per column.
  ///   - high: highest values, one per column.
  ///   - masks: at least one element per group. Bit `i` becomes set where line `i` of the group is not above
  ///     0 at its worst corner, the others 0.
  public func hits(
    lines: Span<Double>, low: Span<Double>, high: Span<Double>, into masks: inout MutableSpan<UInt32>
  ) {
    let factors = low.count
    let groups = lines.count / (LineScan.lanes * (factors + 1))
    precondition(lines.count == groups * LineScan.lanes * (factors + 1) && high.count == factors)
    precondition(masks.count >= groups)
    let level = level
    // Safe: the preconditions bound every index; the pointers do not leave the closures, and none is null,
    // except those of bounds that nobody reads.
    unsafe masks.withUnsafeMutableBufferPointer { masks in
      unsafe lines.withUnsafeBufferPointer { lines in
        unsafe low.withUnsafeBufferPointer { low in
          unsafe high.withUnsafeBufferPointer { high in
            guard let line = lines.baseAddress, let mask = masks.baseAddress else { return }
            unsafe Levels.cornerHits(
              level, line, groups, factors, low.baseAddress ?? line, high.baseAddress ?? line, mask)
          }
        }
      }
    }
  }

  /// Eight lines at once: bit `i` is set where line `i` is not above 0 somewhere in a box. NaN counts as
  /// such.
  ///
  /// - Parameters:
  ///   - lines: eight lines, interleaved.
  ///   - low: lowest values, one per column.
  ///   - high: highest values, one per column.
  public func hits(lines: Span<Double>, low: Span<Double>, high: Span<Double>) -> UInt32 {
    precondition(lines.count == LineScan.lanes * (low.count + 1))
    var mask = InlineArray<1, UInt32>(repeating: 0)
    var masks = mask.mutableSpan
    hits(lines: lines, low: low, high: high, into: &masks)
    return mask[0]
  }

  /// Whether one line is not above 0 somewhere in a box.
  public func hits(line: Span<Double>, low: Span<Double>, high: Span<Double>) -> Bool {
    let factors = line.count - 1
    precondition(factors >= 0 && low.count == factors && high.count == factors)
    var value = line[0]
    for factor in 0..<factors {
      let coefficient = line[factor + 1]
      value += coefficient * (coefficient >= 0 ? low[factor] : high[factor])
    }
    return !(value > 0)
  }

  /// Lowest and highest value of `column` among `range`, which is not empty and holds no NaN.
  public func range(_ column: Span<Double>, _ range: Range<Int>) -> (low: Double, high: Double) {
    precondition(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= column.count)
    var bounds = InlineArray<2, Double>(repeating: 0)
    var span = bounds.mutableSpan
    // Safe: the precondition bounds every index; the pointers do not leave the closures.
    unsafe span.withUnsafeMutableBufferPointer { bounds in
      unsafe column.withUnsafeBufferPointer { column in
        guard let values = column.baseAddress, let bounds = bounds.baseAddress else { return }
        unsafe Levels.lowestAndHighest(level, values + range.lowerBound, range.count, bounds)
      }
    }
    return (bounds[0], bounds[1])
  }
}
