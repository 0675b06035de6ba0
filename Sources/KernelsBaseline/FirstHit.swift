internal import CVector

// Safe: the caller has checked that all of these are there; vectors are loaded only where eight instants are
// left.

/// The first instant of `from ..< to` at which one line has a hit; `to` for none.
///
/// - Parameters:
///   - line: `factors + 1` numbers: the constant, then a coefficient per column.
@inline(never) public func firstHit(
  _ line: UnsafePointer<Double>, _ factors: Int, _ columns: UnsafePointer<Double>, _ stride: Int,
  _ from: Int, _ to: Int
) -> Int {
  var t = from
  let k = unsafe cv_splat(line[0])
  let zero = cv_splat(0)
  while t &+ 8 <= to {
    var value = k
    // Safe: as above.
    var column = unsafe columns + t
    var s = 1
    while s <= factors {
      unsafe value = cv_muladd(cv_splat(line[s]), cv_load(column), value)
      unsafe column += stride
      s &+= 1
    }
    let cleared = cv_cleared(cv_keep_above(cv_all(), value, zero))
    if cleared != 0 { return t &+ cleared.trailingZeroBitCount }
    t &+= 8
  }
  while t < to {
    var value = unsafe line[0]
    var s = 1
    while s <= factors {
      // Safe: as above.
      unsafe value += line[s] * columns[(s &- 1) &* stride &+ t]
      s &+= 1
    }
    if !(value > 0) { return t }
    t &+= 1
  }
  return to
}
