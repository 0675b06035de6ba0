internal import CVector

/// Ticks of a leaf.
private let leafTicks = 64

// Safe: the caller has checked that `ticks` columns and prices, `count` prices in force and `count` results
// per leaf are there.

/// Lowest and highest price of every column and leaf of 64 ticks.
///
/// - Parameters:
///   - columns: the column of each tick. One that is not below `count` names no price.
///   - prices: the price of each tick, above 0 where it is one.
///   - carry: for each column the price in force before the first tick, 0 for none; then that after the last.
///   - lows: for each leaf and column the lowest price of the leaf and of what was in force before it; 0 for
///     none. The last leaf may be shorter.
///   - highs: as `lows`, the highest.
///   - carryIns: as `lows`, the price in force before the leaf.
@inline(never) public func leafEnvelopes(
  _ columns: UnsafePointer<UInt16>, _ prices: UnsafePointer<Double>, _ ticks: Int, _ count: Int,
  _ carry: UnsafeMutablePointer<Double>, _ lows: UnsafeMutablePointer<Double>,
  _ highs: UnsafeMutablePointer<Double>, _ carryIns: UnsafeMutablePointer<Double>
) {
  var start = 0
  var place = 0
  while start < ticks {
    let length = ticks &- start
    // Safe: as above; whole leaves are there where vectors are loaded.
    if count <= CV_SOUGHT && length >= leafTicks {
      unsafe seek(
        columns + start, prices + start, count, carry, lows + place, highs + place,
        carryIns + place)
    } else {
      unsafe sort(
        columns + start, prices + start, length < leafTicks ? length : leafTicks, count, carry,
        lows + place, highs + place, carryIns + place)
    }
    start &+= leafTicks
    place &+= count
  }
}

// Safe: see leafEnvelopes.

/// A whole leaf, column by column: all its ticks are held against the column's number.
@inline(__always) private func seek(
  _ columns: UnsafePointer<UInt16>, _ prices: UnsafePointer<Double>, _ count: Int,
  _ carry: UnsafeMutablePointer<Double>, _ lows: UnsafeMutablePointer<Double>,
  _ highs: UnsafeMutablePointer<Double>, _ carryIns: UnsafeMutablePointer<Double>
) {
  var column = 0
  while column < count {
    // Safe: as above.
    let before = unsafe carry[column]
    unsafe carryIns[column] = before
    let wanted = UInt16(truncatingIfNeeded: column)
    let equal = unsafe cv_equal_columns(columns, wanted)
    if equal == 0 {
      // Safe: as above.
      unsafe lows[column] = before
      unsafe highs[column] = before
    } else {
      var least = cv_start_least(before > 0 ? before : .infinity)
      var most = cv_splat(before)
      var tick = 0
      while tick < leafTicks {
        // Safe: as above.
        let price = unsafe cv_load(prices + tick)
        let kept = unsafe cv_keep_equal(
          columns, tick, wanted, equal &>> UInt64(truncatingIfNeeded: tick))
        least = cv_min_kept(kept, price, least)
        most = cv_max_kept(kept, price, most)
        tick &+= 8
      }
      // Safe: a bit that is set stands for one of the 64 ticks.
      unsafe carry[column] = prices[63 &- equal.leadingZeroBitCount]
      unsafe lows[column] = cv_end_least(cv_lowest(least))
      unsafe highs[column] = cv_highest(most)
    }
    column &+= 1
  }
}

// Safe: see leafEnvelopes.

/// A leaf of any length, tick by tick.
@inline(__always) private func sort(
  _ columns: UnsafePointer<UInt16>, _ prices: UnsafePointer<Double>, _ ticks: Int, _ count: Int,
  _ carry: UnsafeMutablePointer<Double>, _ lows: UnsafeMutablePointer<Double>,
  _ highs: UnsafeMutablePointer<Double>, _ carryIns: UnsafeMutablePointer<Double>
) {
  var column = 0
  while column < count {
    // Safe: as above.
    let before = unsafe carry[column]
    unsafe carryIns[column] = before
    unsafe lows[column] = before
    unsafe highs[column] = before
    column &+= 1
  }
  var tick = 0
  while tick < ticks {
    // Safe: as above; only columns below `count` are written.
    let column = unsafe Int(columns[tick])
    if column < count {
      let price = unsafe prices[tick]
      let (low, high) = unsafe (lows[column], highs[column])
      unsafe lows[column] = price < low || low == 0 ? price : low
      unsafe highs[column] = price > high ? price : high
      unsafe carry[column] = price
    }
    tick &+= 1
  }
}
