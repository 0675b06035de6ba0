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
  if groups <= CV_MERGED {
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

/// 64 ticks, group by group: all places are held against its number.
@inline(__always) private func seek(
  _ places: UnsafePointer<UInt8>, _ groups: Int, _ next: UnsafeMutablePointer<Int>,
  _ source: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>
) {
  var isFirst = true
  var group = 0
  while group < groups {
    // Safe: as above.
    var ticks = unsafe cv_equal_columns(places, 1, UInt16(truncatingIfNeeded: group))
    if ticks != 0 {
      var from = unsafe source + next[group]
      unsafe next[group] &+= cv_count_bits(ticks)
      var tick = 0
      while tick < 64 {
        // Safe: as above.
        let others = isFirst ? cv_splat(0) : unsafe cv_load(out + tick)
        unsafe cv_store(out + tick, cv_expand(from, ticks & 255, others))
        unsafe from += cv_count_bits(ticks & 255)
        ticks &>>= 8
        tick &+= 8
      }
      isFirst = false
    }
    group &+= 1
  }
  if isFirst {
    // Safe: as above. Places beyond the groups have no value.
    var tick = 0
    while tick < 64 {
      unsafe cv_store(out + tick, cv_splat(0))
      tick &+= 8
    }
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
