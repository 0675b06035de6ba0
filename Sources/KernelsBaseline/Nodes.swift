internal import CVector

// A node of a tree holds the bounds of 16 children: for each factor 16 lows, then 16 highs.

// Safe: the caller has checked that `factors + 1` numbers of the line and `32 · factors` of the node are
// there.

/// The children of a node in whose box a line may not be above 0: bit `c` for child `c`.
///
/// The line's value in a child is `K + κ_0·x_0 + κ_1·x_1 + …`, summed from the left with every rounding,
/// where `x` is the low of the child for a coefficient that is not below 0, else the high. NaN is not above
/// 0.
@inline(never) public func childHits(
  _ line: UnsafePointer<Double>, _ factors: Int, _ node: UnsafePointer<Double>
) -> UInt32 {
  var first = unsafe cv_splat(line[0])
  var second = first
  var bounds = unsafe node
  var factor = 1
  while factor <= factors {
    // Safe: as above.
    let number = unsafe line[factor]
    let corner = unsafe number >= 0 ? bounds : bounds + 16
    let coefficient = cv_splat(number)
    first = unsafe cv_muladd(coefficient, cv_load(corner), first)
    second = unsafe cv_muladd(coefficient, cv_load(corner + 8), second)
    unsafe bounds += 32
    factor &+= 1
  }
  let zero = cv_splat(0)
  return cv_cleared(cv_keep_above(cv_all(), first, zero))
    | cv_cleared(cv_keep_above(cv_all(), second, zero)) << 8
}

// Safe: reads `32 · factors` numbers of the node; writes a low and a high per factor, `stride` apart.

/// The bounds of a node as a whole: for each factor the lowest low and the highest high of its first
/// children, without those whose high is 0; 0 and 0 where none is left.
@inline(never) public func joinChildren(
  _ node: UnsafePointer<Double>, _ factors: Int, _ children: Int, _ lows: UnsafeMutablePointer<Double>,
  _ highs: UnsafeMutablePointer<Double>, _ stride: Int
) {
  let (first, second) = (cv_keep_first(children), cv_keep_first(children &- 8))
  var bounds = unsafe node
  var place = 0
  var factor = 0
  while factor < factors {
    // Safe: as above.
    let (a, b) = unsafe (cv_load(bounds + 16), cv_load(bounds + 24))
    let (p, q) = (cv_keep_unequal(first, a, cv_splat(0)), cv_keep_unequal(second, b, cv_splat(0)))
    if (cv_cleared(p) & cv_cleared(q)) == 0xff {
      // Safe: as above.
      unsafe lows[place] = 0
      unsafe highs[place] = 0
    } else {
      let (none, all) = (cv_splat(-.infinity), cv_splat(.infinity))
      // Safe: as above.
      let (c, d) = unsafe (cv_load(bounds), cv_load(bounds + 8))
      unsafe lows[place] = cv_lowest(cv_min(cv_either(p, c, all), cv_either(q, d, all)))
      unsafe highs[place] = cv_highest(cv_max(cv_either(p, a, none), cv_either(q, b, none)))
    }
    unsafe bounds += 32
    place &+= stride
    factor &+= 1
  }
}
