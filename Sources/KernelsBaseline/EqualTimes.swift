internal import CVector

// Safe: the caller has checked that `count` times and a word for every 64 of them are there; vectors are
// loaded only where eight times are left, and one lies before them.

/// Marks the times that are equal to the one before: bit `i % 64` of word `i / 64` for time `i`.
///
/// - Parameters:
///   - times: `count` times.
///   - previous: what stands before the first one.
///   - masks: a word for every 64 times, the last of them for what is left. Bits behind the end become 0.
@inline(never) public func equalTimes(
  _ times: UnsafePointer<Int64>, _ count: Int, _ previous: Int64, _ masks: UnsafeMutablePointer<UInt64>
) {
  var start = 0
  var word = 0
  while start < count {
    let length = count &- start > 64 ? 64 : count &- start
    // Safe: as above.
    let from = unsafe times + start
    var mask: UInt64 = 0
    var place = 0
    if start == 0 {
      unsafe mask = from[0] == previous ? 1 : 0
      place = 1
      while place < 8 && place < length {
        // Safe: as above.
        unsafe mask |= (from[place] == from[place &- 1] ? 1 : 0) &<< UInt64(truncatingIfNeeded: place)
        place &+= 1
      }
    }
    while place &+ 8 <= length {
      // Safe: as above.
      let equal = unsafe cv_equal_words(from + place, from + (place &- 1))
      mask |= equal &<< UInt64(truncatingIfNeeded: place)
      place &+= 8
    }
    while place < length {
      // Safe: as above.
      unsafe mask |= (from[place] == from[place &- 1] ? 1 : 0) &<< UInt64(truncatingIfNeeded: place)
      place &+= 1
    }
    // Safe: as above.
    unsafe masks[word] = mask
    start &+= 64
    word &+= 1
  }
}
