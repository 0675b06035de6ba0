internal import CVector

// Safe: the caller has checked that 64 places can be read wherever one is, that `next` has a number for
// each of 256 groups, and that the source goes on for as many numbers as there are ticks behind every
// start. A place has no influence on an address but by that.

/// Brings values that are grouped into the order of the ticks.
///
/// - Parameters:
///   - places: the group of each tick.
///   - groups: how many there are, at most 256.
///   - next: for each of 256 groups where its next value is; moved past those that are used.
///   - source: the values.
///   - out: for each tick the value; room for whole eights.
@inline(never) public func mergeGroups(
  _ places: UnsafePointer<UInt8>, _ ticks: Int, _ groups: Int, _ next: UnsafeMutablePointer<Int>,
  _ source: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>
) {
  var tick = 0
  if groups <= CV_WOVEN {
    // Safe: as above.
    tick = unsafe weave(places, ticks, groups, next, source, out)
  } else if groups <= CV_MERGED {
    while tick &+ 64 <= ticks {
      // Safe: as above.
      unsafe seek(places + tick, groups, next, source, out + tick)
      tick &+= 64
    }
  }
  while tick < ticks {
    // Safe: as above.
    unsafe out[tick] = source[next[Int(places[tick])]]
    unsafe next[Int(places[tick])] &+= 1
    tick &+= 1
  }
}

// Safe: as at the top.

/// Whole 64s of ticks of few groups, of which each number gets a loop of its own.
///
/// - Returns: the ticks that have their values.
@inline(__always) private func weave(
  _ places: UnsafePointer<UInt8>, _ ticks: Int, _ groups: Int, _ next: UnsafeMutablePointer<Int>,
  _ source: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>
) -> Int {
  // Safe: as above.
  switch groups {
  case 2: unsafe weave(of: 2, places, ticks, next, source, out)
  case 3: unsafe weave(of: 3, places, ticks, next, source, out)
  case 4: unsafe weave(of: 4, places, ticks, next, source, out)
  case 5: unsafe weave(of: 5, places, ticks, next, source, out)
  case 6: unsafe weave(of: 6, places, ticks, next, source, out)
  case 7: unsafe weave(of: 7, places, ticks, next, source, out)
  default: unsafe weave(of: groups, places, ticks, next, source, out)
  }
}

// Safe: as at the top.
@inline(__always) private func weave(
  of groups: Int, _ places: UnsafePointer<UInt8>, _ ticks: Int, _ next: UnsafeMutablePointer<Int>,
  _ source: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>
) -> Int {
  var tick = 0
  while tick &+ 64 <= ticks {
    // Safe: as above.
    unsafe cv_weave(places + tick, groups, next, source, out + tick)
    tick &+= 64
  }
  return tick
}

// Safe: as at the top.

/// 64 ticks: all places are held against the number of a group. Groups of many ticks go to their places as
/// vectors; the ticks of the others follow one by one.
@inline(__always) private func seek(
  _ places: UnsafePointer<UInt8>, _ groups: Int, _ next: UnsafeMutablePointer<Int>,
  _ source: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>
) {
  var left = ~UInt64(0)
  var group = 0
  while group < groups {
    // Safe: as above.
    let ticks = unsafe cv_equal_bytes(places, UInt8(truncatingIfNeeded: group))
    let count = cv_count_bits(ticks)
    if count > CV_FEW {
      // Safe: as above.
      unsafe expand(source + next[group], ticks, left == ~UInt64(0), out)
      unsafe next[group] &+= count
      left &= ~ticks
    }
    group &+= 1
  }
  while left != 0 {
    let tick = left.trailingZeroBitCount
    // Safe: as above; a bit that is set stands for one of the 64 ticks.
    let place = unsafe Int(places[tick])
    unsafe out[tick] = source[next[place]]
    unsafe next[place] &+= 1
    left &= left &- 1
  }
}

// Safe: as at the top.

/// Brings the values from `source` on to those of 64 ticks whose bit is set.
@inline(__always) private func expand(
  _ source: UnsafePointer<Double>, _ ticks: UInt64, _ isFirst: Bool, _ out: UnsafeMutablePointer<Double>
) {
  var left = ticks
  // Safe: as above.
  var from = unsafe source
  var tick = 0
  while tick < 64 {
    // Safe: as above.
    let others = isFirst ? cv_splat(0) : unsafe cv_load(out + tick)
    unsafe cv_store(out + tick, cv_expand(from, left & 255, others))
    unsafe from += cv_count_bits(left & 255)
    left &>>= 8
    tick &+= 8
  }
}

// Safe: there are as many bytes of places as `ticks` need, eight more can be read, and there is room for
// whole eights of bytes.

/// Places of 1, 2 or 4 bits as bytes.
@inline(never) public func spreadPlaces(
  _ packed: UnsafePointer<UInt8>, _ bits: Int, _ ticks: Int, _ out: UnsafeMutablePointer<UInt8>
) {
  var tick = 0
  var byte = 0
  while tick < ticks {
    // Safe: as above.
    unsafe cv_spread(packed + byte, bits, out + tick)
    tick &+= 8
    byte &+= bits
  }
}

// Safe: 32 places can be read wherever one is, the table has 256 numbers, and there is room for whole 32s.

/// The number that stands for each place.
@inline(never) public func lookUp(
  _ table: UnsafePointer<UInt16>, _ groups: Int, _ places: UnsafePointer<UInt8>, _ ticks: Int,
  _ out: UnsafeMutablePointer<UInt16>
) {
  var tick = 0
  var own = 0
  // Safe: as above.
  while unsafe own < groups && Int(table[own]) == own { own &+= 1 }
  if own == groups {
    // Every group has its own number.
    while tick &+ 32 <= ticks {
      // Safe: as above.
      unsafe cv_widen(places + tick, out + tick)
      tick &+= 32
    }
  } else if groups <= CV_TABLE {
    while tick &+ 32 <= ticks {
      // Safe: as above.
      unsafe cv_look_up(table, places + tick, out + tick)
      tick &+= 32
    }
  }
  while tick < ticks {
    // Safe: as above.
    unsafe out[tick] = table[Int(places[tick])]
    tick &+= 1
  }
}
