internal import CVector

/// Instants that are scanned before the hits are looked at: small enough that a few columns stay in the
/// nearest cache while several vectors of lines pass over them.
let cellInstants = 1024

// Safe: the caller has checked that `8 · groups · (factors + 1)` numbers, `factors` columns up to `to` and
// `8 · groups` places for results are there.

/// Which of up to 32 lines have a hit, and in which cell of instants the first one lies.
///
/// A line's value at an instant is `K + κ_0·column_0 + κ_1·column_1 + …`, summed from the left with every
/// rounding; it is a hit unless it is above 0. The last addition is spared: for doubles with gradual
/// underflow `x + y > 0` holds exactly where `x > −y` does, infinities and NaN included.
///
/// - Parameters:
///   - lines: `groups` times eight lines, interleaved: eight constants, then eight coefficients of column 0,
///     and so on.
///   - groups: vectors of eight lines, 1 to 4.
///   - columns: the columns, `stride` values apart.
///   - firstCells: one place per line; takes the first instant of the cell with the line's first hit.
/// - Returns: bit `i` is set where line `i` has a hit.
@inline(never) public func lineHits(
  _ lines: UnsafePointer<Double>, _ groups: Int, _ factors: Int, _ columns: UnsafePointer<Double>,
  _ stride: Int, _ from: Int, _ to: Int, _ firstCells: UnsafeMutablePointer<Int>
) -> UInt32 {
  let all: UInt32 = groups == 4 ? .max : 1 << UInt32(truncatingIfNeeded: 8 &* groups) &- 1
  var open = all
  var start = from
  while start < to && open != 0 {
    let end = to &- start > cellInstants ? start &+ cellInstants : to
    // Safe: as above.
    let hits = unsafe cellHits(lines, groups, factors, columns, stride, start, end) & open
    var rest = hits
    while rest != 0 {
      // Safe: a bit stands only where there is a line.
      unsafe firstCells[rest.trailingZeroBitCount] = start
      rest &= rest &- 1
    }
    open &= ~hits
    start = end
  }
  return all & ~open
}

// Safe: see lineHits.
@inline(__always) private func cellHits(
  _ lines: UnsafePointer<Double>, _ groups: Int, _ factors: Int, _ columns: UnsafePointer<Double>,
  _ stride: Int, _ from: Int, _ to: Int
) -> UInt32 {
  if CV_WIDE == 4 && groups == 4 {
    switch factors {
    case 1: return unsafe wideHits1(lines, columns, from, to)
    case 2: return unsafe wideHits2(lines, columns, stride, from, to)
    case 3: return unsafe wideHits3(lines, columns, stride, from, to)
    default: return unsafe wideHits(lines, factors, columns, stride, from, to)
    }
  }
  var hits: UInt32 = 0
  var group = 0
  while group < groups {
    // Safe: as above.
    let line = unsafe lines + group &* (factors &+ 1) &* 8
    let found: UInt32
    switch factors {
    case 1: found = unsafe narrowHits1(line, columns, from, to)
    case 2: found = unsafe narrowHits2(line, columns, stride, from, to)
    case 3: found = unsafe narrowHits3(line, columns, stride, from, to)
    default: found = unsafe narrowHits(line, factors, columns, stride, from, to)
    }
    hits |= found << UInt32(truncatingIfNeeded: 8 &* group)
    group &+= 1
  }
  return hits
}

// One instant for one vector of lines. The last coefficient comes negated, see lineHits.

@inline(__always) func keep1(_ kept: cv_kept, _ k: cv_f64x8, _ a: cv_f64x8, _ x: cv_f64x8) -> cv_kept {
  cv_keep_above(kept, k, cv_mul(a, x))
}

@inline(__always) func keep2(
  _ kept: cv_kept, _ k: cv_f64x8, _ a: cv_f64x8, _ b: cv_f64x8, _ x: cv_f64x8, _ y: cv_f64x8
) -> cv_kept {
  cv_keep_above(kept, cv_muladd(a, x, k), cv_mul(b, y))
}

@inline(__always) func keep3(
  _ kept: cv_kept, _ k: cv_f64x8, _ a: cv_f64x8, _ b: cv_f64x8, _ c: cv_f64x8, _ x: cv_f64x8, _ y: cv_f64x8,
  _ z: cv_f64x8
) -> cv_kept {
  cv_keep_above(kept, cv_muladd(b, y, cv_muladd(a, x, k)), cv_mul(c, z))
}
