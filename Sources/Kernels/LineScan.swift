// Kernels: the vector loops, and the only place with pointers to vectors. This module checks what it is given
// and hands it to the loops compiled for one instruction set.

public import Platform

/// Lines over shared columns: `value(t) = K + Σ κ_s · column_s[t]`.
///
/// A line's numbers are `K, κ_0 … κ_{S−1}`. Columns lie one after the other, `stride` elements apart. A
/// value that is not above 0 (NaN too) is a hit. Sums run from the left with every rounding, so that all
/// levels see the same hits.
public struct LineScan: Sendable {
  /// Lines of a vector.
  public static let lanes = 8
  /// Most lines of one scan.
  public static let mostLines = 32

  /// The instruction set that runs.
  public let level: KernelLevel

  /// Makes a scan that runs at a level, which the processor supports.
  public init(_ level: KernelLevel) {
    precondition(level.isSupported)
    self.level = level
  }

  /// For up to four vectors of lines at once: which of them have a hit among the instants `range`, and from
  /// where on.
  ///
  /// - Parameters:
  ///   - lines: 8, 16, 24 or 32 lines, interleaved by eight: eight constants, then eight coefficients of
  ///     column 0, and so on; then the next eight lines.
  ///   - factors: columns that the lines use, `S`.
  ///   - columns: at least `S` columns of `stride` values each.
  ///   - stride: distance between columns.
  ///   - range: the instants looked at, within a column.
  ///   - starts: one element per line. For a line with a hit it becomes the first instant of the cell of
  ///     instants in which its first hit lies: no instant of `range` before it is a hit.
  /// - Returns: bit `i` is set where line `i` has a hit.
  public func hits(
    lines: Span<Double>, factors: Int, columns: Span<Double>, stride: Int, range: Range<Int>,
    starts: inout MutableSpan<Int>
  ) -> UInt32 {
    precondition(factors >= 0 && range.lowerBound >= 0 && range.upperBound <= stride)
    let groups = lines.count / (Self.lanes * (factors + 1))
    precondition((1...4).contains(groups) && lines.count == groups * Self.lanes * (factors + 1))
    precondition(starts.count >= groups * Self.lanes)
    precondition(factors == 0 || columns.count >= (factors - 1) * stride + range.upperBound)
    let level = level
    // Safe: the preconditions bound every index; the pointers do not leave the closures, and none is null,
    // except that of columns which nobody reads.
    return unsafe starts.withUnsafeMutableBufferPointer { starts in
      unsafe lines.withUnsafeBufferPointer { lines in
        unsafe columns.withUnsafeBufferPointer { columns in
          guard let line = lines.baseAddress, let start = starts.baseAddress else { return 0 }
          return unsafe Levels.lineHits(
            level, line, groups, factors, columns.baseAddress ?? line, stride, range.lowerBound,
            range.upperBound, start)
        }
      }
    }
  }

  /// The first hit of one line among the instants `range`; nil for none.
  ///
  /// - Parameters:
  ///   - line: its constant, then a coefficient for each of `S` columns.
  ///   - columns: at least `S` columns of `stride` values each.
  ///   - stride: distance between columns.
  ///   - range: the instants looked at, within a column.
  public func firstHit(
    line: Span<Double>, columns: Span<Double>, stride: Int, range: Range<Int>
  ) -> Int? {
    let factors = line.count - 1
    precondition(factors >= 0 && range.lowerBound >= 0 && range.upperBound <= stride)
    precondition(factors == 0 || columns.count >= (factors - 1) * stride + range.upperBound)
    let level = level
    // Safe: as above.
    let hit = unsafe line.withUnsafeBufferPointer { line in
      unsafe columns.withUnsafeBufferPointer { columns in
        guard let line = line.baseAddress else { return range.upperBound }
        return unsafe Levels.firstHit(
          level, line, factors, columns.baseAddress ?? line, stride, range.lowerBound, range.upperBound)
      }
    }
    return hit < range.upperBound ? hit : nil
  }
}
