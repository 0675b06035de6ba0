internal import CVector

// One vector of eight lines over the instants of a cell, two instants at a time.

// Safe: here and below, see lineHits: all loads are of the lines and columns that it has been given.
@inline(__always) func narrowHits1(
  _ line: UnsafePointer<Double>, _ columns: UnsafePointer<Double>, _ from: Int, _ to: Int
) -> UInt32 {
  let k = unsafe cv_load(line)
  let a = unsafe cv_negate(cv_load(line + 8))
  var kept = cv_all()
  var t = from
  while t &+ 1 < to {
    unsafe kept = keep1(kept, k, a, cv_splat(columns[t]))
    unsafe kept = keep1(kept, k, a, cv_splat(columns[t &+ 1]))
    t &+= 2
  }
  if t < to { unsafe kept = keep1(kept, k, a, cv_splat(columns[t])) }
  return cv_cleared(kept)
}

// Safe: as above.
@inline(__always) func narrowHits2(
  _ line: UnsafePointer<Double>, _ columns: UnsafePointer<Double>, _ stride: Int, _ from: Int, _ to: Int
) -> UInt32 {
  let (k, a) = unsafe (cv_load(line), cv_load(line + 8))
  let b = unsafe cv_negate(cv_load(line + 16))
  let second = unsafe columns + stride
  var kept = cv_all()
  var t = from
  while t &+ 1 < to {
    unsafe kept = keep2(kept, k, a, b, cv_splat(columns[t]), cv_splat(second[t]))
    unsafe kept = keep2(kept, k, a, b, cv_splat(columns[t &+ 1]), cv_splat(second[t &+ 1]))
    t &+= 2
  }
  if t < to { unsafe kept = keep2(kept, k, a, b, cv_splat(columns[t]), cv_splat(second[t])) }
  return cv_cleared(kept)
}

// Safe: as above.
@inline(__always) func narrowHits3(
  _ line: UnsafePointer<Double>, _ columns: UnsafePointer<Double>, _ stride: Int, _ from: Int, _ to: Int
) -> UInt32 {
  let (k, a, b) = unsafe (cv_load(line), cv_load(line + 8), cv_load(line + 16))
  let c = unsafe cv_negate(cv_load(line + 24))
  var kept = cv_all()
  var instant = unsafe columns + from
  var left = to &- from
  // Two instants would not fit into sixteen registers.
  while left > 0 {
    let (x, y) = unsafe (cv_splat(instant[0]), cv_splat(instant[stride]))
    let value = cv_muladd(b, y, cv_muladd(a, x, k))
    unsafe kept = cv_keep_above(kept, value, cv_mul(c, cv_splat(instant[2 &* stride])))
    unsafe instant += 1
    left = cv_not_unrolled(left) &- 1
  }
  return cv_cleared(kept)
}

// Safe: as above.

/// Any number of columns. A coefficient is loaded once for two instants.
@inline(__always) func narrowHits(
  _ line: UnsafePointer<Double>, _ factors: Int, _ columns: UnsafePointer<Double>, _ stride: Int, _ from: Int,
  _ to: Int
) -> UInt32 {
  let k = unsafe cv_load(line)
  guard factors > 0 else { return from < to ? cv_cleared(cv_keep_above(cv_all(), k, cv_splat(0))) : 0 }
  let last = factors &- 1
  let n = unsafe cv_negate(cv_load(line + 8 &* factors))
  var kept = cv_all()
  var t = from
  while t &+ 1 < to {
    var (value, next) = (k, k)
    var coefficient = unsafe line + 8
    // Safe: as above.
    var column = unsafe columns + t
    var s = 0
    while s < last {
      let a = unsafe cv_load(coefficient)
      unsafe value = cv_muladd(a, cv_splat(column[0]), value)
      unsafe next = cv_muladd(a, cv_splat(column[1]), next)
      unsafe coefficient += 8
      unsafe column += stride
      s &+= 1
    }
    unsafe kept = cv_keep_above(kept, value, cv_mul(n, cv_splat(column[0])))
    unsafe kept = cv_keep_above(kept, next, cv_mul(n, cv_splat(column[1])))
    t &+= 2
  }
  if t < to {
    var value = k
    var s = 0
    while s < last {
      // Safe: as above.
      unsafe value = cv_muladd(cv_load(line + 8 &* (s &+ 1)), cv_splat(columns[s &* stride &+ t]), value)
      s &+= 1
    }
    unsafe kept = cv_keep_above(kept, value, cv_mul(n, cv_splat(columns[last &* stride &+ t])))
  }
  return cv_cleared(kept)
}
