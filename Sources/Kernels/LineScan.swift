internal import CVector

/// Lines over shared columns: `value(t) = K + Σ κ_s · column_s[t]`.
///
/// A line's numbers are `K, κ_0 … κ_{S−1}`. Columns lie one after the other, `stride` elements apart. A
/// value that is not above 0 (NaN too) is a hit. The scans may evaluate in any order and width: lines are
/// compiled so that no rounding hides a hit.
public enum LineScan {
  /// Accounts per vector.
  public static let lanes = 8

  /// For eight lines at once: which of them have a hit among the instants `range`.
  ///
  /// - Parameters:
  ///   - lines: eight lines, interleaved: eight constants, then eight coefficients of column 0, and so on.
  ///   - columns: `S` columns of `stride` values each.
  /// - Returns: bit `i` is set where line `i` has a hit.
  public static func hits(
    lines: Span<Double>, columns: Span<Double>, stride: Int, range: Range<Int>
  ) -> UInt32 {
    let factors = lines.count / lanes - 1
    precondition(lines.count == (factors + 1) * lanes && range.lowerBound >= 0 && range.upperBound <= stride)
    precondition(columns.count >= factors * stride)
    // Safe: the preconditions bound every index; the pointers do not leave the closures.
    return unsafe lines.withUnsafeBufferPointer { lines in
      unsafe columns.withUnsafeBufferPointer { columns in
        guard let line = lines.baseAddress, let column = columns.baseAddress else { return 0 }
        return unsafe scanEight(line, factors, column, stride, range.lowerBound, range.upperBound)
      }
    }
  }

  /// The first hit of one line among the instants `range`; nil for none.
  public static func firstHit(
    line: Span<Double>, columns: Span<Double>, stride: Int, range: Range<Int>
  ) -> Int? {
    let factors = line.count - 1
    precondition(factors >= 0 && range.lowerBound >= 0 && range.upperBound <= stride)
    precondition(columns.count >= factors * stride)
    // Safe: as above; loads of eight stop eight before the range's end.
    let hit = unsafe line.withUnsafeBufferPointer { line in
      unsafe columns.withUnsafeBufferPointer { columns in
        guard let line = line.baseAddress else { return range.upperBound }
        guard let column = columns.baseAddress else {
          return unsafe line[0] > 0 ? range.upperBound : range.lowerBound
        }
        return unsafe scanOne(line, factors, column, stride, range.lowerBound, range.upperBound)
      }
    }
    return hit < range.upperBound ? hit : nil
  }
}

// Safe: all scans below read `line[0 ..< 8 · (factors + 1)]` (scanOne: `factors + 1` numbers) and
// `column[s · stride + t]` for s < factors and from ≤ t < to ≤ stride: what the callers above have checked.
@inline(never) private func scanEight(
  _ line: UnsafePointer<Double>, _ factors: Int, _ column: UnsafePointer<Double>, _ stride: Int, _ from: Int,
  _ to: Int
) -> UInt32 {
  switch factors {
  case 1: return unsafe scanEight1(line, column, from, to)
  case 2: return unsafe scanEight2(line, column, stride, from, to)
  case 3: return unsafe scanEight3(line, column, stride, from, to)
  default: return unsafe scanEightAny(line, factors, column, stride, from, to)
  }
}

// Safe: see scanEight.
@inline(__always) private func scanEight1(
  _ line: UnsafePointer<Double>, _ column: UnsafePointer<Double>, _ from: Int, _ to: Int
) -> UInt32 {
  let (k, a) = unsafe (cv_load(line), cv_load(line + 8))
  var kept = cv_all()
  for t in from..<to { unsafe kept = cv_keep_positive(kept, cv_muladd(a, cv_splat(column[t]), k)) }
  return cv_cleared(kept)
}

// Safe: see scanEight.
@inline(__always) private func scanEight2(
  _ line: UnsafePointer<Double>, _ column: UnsafePointer<Double>, _ stride: Int, _ from: Int, _ to: Int
) -> UInt32 {
  let (k, a, b) = unsafe (cv_load(line), cv_load(line + 8), cv_load(line + 16))
  let second = unsafe column + stride
  var kept = cv_all()
  for t in from..<to {
    let value = unsafe cv_muladd(b, cv_splat(second[t]), cv_muladd(a, cv_splat(column[t]), k))
    kept = cv_keep_positive(kept, value)
  }
  return cv_cleared(kept)
}

// Safe: see scanEight.
@inline(__always) private func scanEight3(
  _ line: UnsafePointer<Double>, _ column: UnsafePointer<Double>, _ stride: Int, _ from: Int, _ to: Int
) -> UInt32 {
  let (k, a, b, c) = unsafe (cv_load(line), cv_load(line + 8), cv_load(line + 16), cv_load(line + 24))
  let (second, third) = unsafe (column + stride, column + 2 * stride)
  var kept = cv_all()
  for t in from..<to {
    var value = unsafe cv_muladd(a, cv_splat(column[t]), k)
    unsafe value = cv_muladd(b, cv_splat(second[t]), value)
    unsafe value = cv_muladd(c, cv_splat(third[t]), value)
    kept = cv_keep_positive(kept, value)
  }
  return cv_cleared(kept)
}

// Safe: see scanEight.
@inline(__always) private func scanEightAny(
  _ line: UnsafePointer<Double>, _ factors: Int, _ column: UnsafePointer<Double>, _ stride: Int, _ from: Int,
  _ to: Int
) -> UInt32 {
  let k = unsafe cv_load(line)
  var kept = cv_all()
  for t in from..<to {
    var value = k
    for s in 0..<factors {
      unsafe value = cv_muladd(cv_load(line + 8 * (s + 1)), cv_splat(column[s * stride + t]), value)
    }
    kept = cv_keep_positive(kept, value)
  }
  return cv_cleared(kept)
}

// Safe: see scanEight; vectors are loaded only where eight instants are left.
@inline(never) private func scanOne(
  _ line: UnsafePointer<Double>, _ factors: Int, _ column: UnsafePointer<Double>, _ stride: Int, _ from: Int,
  _ to: Int
) -> Int {
  var t = from
  while t + 8 <= to {
    var value = unsafe cv_splat(line[0])
    for s in 0..<factors {
      unsafe value = cv_muladd(cv_splat(line[s + 1]), cv_load(column + (s * stride + t)), value)
    }
    let kept = cv_keep_positive(cv_all(), value)
    if cv_any_cleared(kept) != 0 { return t + cv_cleared(kept).trailingZeroBitCount }
    t += 8
  }
  while t < to {
    // Safe: as above, one instant at a time.
    var value = unsafe line[0]
    for s in 0..<factors { unsafe value += line[s + 1] * column[s * stride + t] }
    if !(value > 0) { return t }
    t += 1
  }
  return to
}
