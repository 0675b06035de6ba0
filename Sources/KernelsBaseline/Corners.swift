internal import CVector

// Safe: the caller has checked that `8 · groups · (factors + 1)` numbers, a low and a high per factor, and a
// place for each group's result are there.

/// For groups of eight lines: which lines are not above 0 somewhere in a box.
///
/// - Parameters:
///   - lines: `groups` times eight lines, interleaved: eight constants, then eight coefficients of factor 0,
///     and so on.
///   - masks: one place per group; bit `i` becomes set where line `i` of the group is not above 0 at its
///     worst corner.
@inline(never) public func cornerHits(
  _ lines: UnsafePointer<Double>, _ groups: Int, _ factors: Int, _ low: UnsafePointer<Double>,
  _ high: UnsafePointer<Double>, _ masks: UnsafeMutablePointer<UInt32>
) {
  var line = unsafe lines
  var group = 0
  while group < groups {
    // Safe: as above.
    var value = unsafe cv_load(line)
    unsafe line += 8
    var factor = 0
    while factor < factors {
      // Safe: as above.
      let coefficient = unsafe cv_load(line)
      let corner = unsafe cv_corner(coefficient, cv_splat(low[factor]), cv_splat(high[factor]))
      value = cv_muladd(coefficient, corner, value)
      unsafe line += 8
      factor &+= 1
    }
    // Safe: as above.
    unsafe masks[group] = cv_cleared(cv_keep_above(cv_all(), value, cv_splat(0)))
    group &+= 1
  }
}

// Safe: reads `values[0 ..< count]`, count > 0; writes `bounds[0]` and `bounds[1]`.

/// Lowest and highest of some values, none of them NaN.
@inline(never) public func lowestAndHighest(
  _ values: UnsafePointer<Double>, _ count: Int, _ bounds: UnsafeMutablePointer<Double>
) {
  var (low, high) = unsafe (values[0], values[0])
  var place = 0
  if count >= 8 {
    var (lows, highs) = unsafe (cv_load(values), cv_load(values))
    place = 8
    while place &+ 8 <= count {
      // Safe: as above.
      let next = unsafe cv_load(values + place)
      (lows, highs) = (cv_min(next, lows), cv_max(next, highs))
      place &+= 8
    }
    (low, high) = (cv_lowest(lows), cv_highest(highs))
  }
  while place < count {
    // Safe: as above.
    let value = unsafe values[place]
    low = value < low ? value : low
    high = value > high ? value : high
    place &+= 1
  }
  // Safe: as above.
  unsafe bounds[0] = low
  unsafe bounds[1] = high
}
