internal import CVector

// Four vectors of eight lines in registers over the instants of a cell, two instants at a time: every price
// is loaded once for 32 lines.

@inline(__always) private func join(_ p: cv_kept, _ q: cv_kept, _ r: cv_kept, _ s: cv_kept) -> UInt32 {
  cv_cleared(p) | cv_cleared(q) << 8 | cv_cleared(r) << 16 | cv_cleared(s) << 24
}

// Safe: here and below, see lineHits: all loads are of the 32 lines and the columns that it has been given.
@inline(__always) func wideHits1(
  _ lines: UnsafePointer<Double>, _ columns: UnsafePointer<Double>, _ from: Int, _ to: Int
) -> UInt32 {
  let (k0, k1, k2, k3) = unsafe fourVectors(lines, 2, 0)
  let (m0, m1, m2, m3) = unsafe fourVectors(lines, 2, 1)
  let (a0, a1, a2, a3) = (cv_negate(m0), cv_negate(m1), cv_negate(m2), cv_negate(m3))
  var (p, q, r, s) = (cv_all(), cv_all(), cv_all(), cv_all())
  var t = from
  while t < to {
    let x = unsafe cv_splat(columns[t])
    p = keep1(p, k0, a0, x)
    q = keep1(q, k1, a1, x)
    r = keep1(r, k2, a2, x)
    s = keep1(s, k3, a3, x)
    t &+= 1
    if t == to { break }
    // Safe: as above.
    let u = unsafe cv_splat(columns[t])
    p = keep1(p, k0, a0, u)
    q = keep1(q, k1, a1, u)
    r = keep1(r, k2, a2, u)
    s = keep1(s, k3, a3, u)
    t &+= 1
  }
  return join(p, q, r, s)
}

// Safe: as above.
@inline(__always) func wideHits2(
  _ lines: UnsafePointer<Double>, _ columns: UnsafePointer<Double>, _ stride: Int, _ from: Int, _ to: Int
) -> UInt32 {
  let (k0, k1, k2, k3) = unsafe fourVectors(lines, 3, 0)
  let (a0, a1, a2, a3) = unsafe fourVectors(lines, 3, 1)
  let (m0, m1, m2, m3) = unsafe fourVectors(lines, 3, 2)
  let (b0, b1, b2, b3) = (cv_negate(m0), cv_negate(m1), cv_negate(m2), cv_negate(m3))
  let second = unsafe columns + stride
  var (p, q, r, s) = (cv_all(), cv_all(), cv_all(), cv_all())
  var t = from
  while t < to {
    let (x, y) = unsafe (cv_splat(columns[t]), cv_splat(second[t]))
    p = keep2(p, k0, a0, b0, x, y)
    q = keep2(q, k1, a1, b1, x, y)
    r = keep2(r, k2, a2, b2, x, y)
    s = keep2(s, k3, a3, b3, x, y)
    t &+= 1
    if t == to { break }
    // Safe: as above.
    let (u, v) = unsafe (cv_splat(columns[t]), cv_splat(second[t]))
    p = keep2(p, k0, a0, b0, u, v)
    q = keep2(q, k1, a1, b1, u, v)
    r = keep2(r, k2, a2, b2, u, v)
    s = keep2(s, k3, a3, b3, u, v)
    t &+= 1
  }
  return join(p, q, r, s)
}

// Safe: as above.
@inline(__always) func wideHits3(
  _ lines: UnsafePointer<Double>, _ columns: UnsafePointer<Double>, _ stride: Int, _ from: Int, _ to: Int
) -> UInt32 {
  let (k0, k1, k2, k3) = unsafe fourVectors(lines, 4, 0)
  let (a0, a1, a2, a3) = unsafe fourVectors(lines, 4, 1)
  let (b0, b1, b2, b3) = unsafe fourVectors(lines, 4, 2)
  let (m0, m1, m2, m3) = unsafe fourVectors(lines, 4, 3)
  let (c0, c1, c2, c3) = (cv_negate(m0), cv_negate(m1), cv_negate(m2), cv_negate(m3))
  let (second, third) = unsafe (columns + stride, columns + 2 &* stride)
  var (p, q, r, s) = (cv_all(), cv_all(), cv_all(), cv_all())
  var t = from
  while t < to {
    let (x, y, z) = unsafe (cv_splat(columns[t]), cv_splat(second[t]), cv_splat(third[t]))
    p = keep3(p, k0, a0, b0, c0, x, y, z)
    q = keep3(q, k1, a1, b1, c1, x, y, z)
    r = keep3(r, k2, a2, b2, c2, x, y, z)
    s = keep3(s, k3, a3, b3, c3, x, y, z)
    t &+= 1
    if t == to { break }
    // Safe: as above.
    let (u, v, w) = unsafe (cv_splat(columns[t]), cv_splat(second[t]), cv_splat(third[t]))
    p = keep3(p, k0, a0, b0, c0, u, v, w)
    q = keep3(q, k1, a1, b1, c1, u, v, w)
    r = keep3(r, k2, a2, b2, c2, u, v, w)
    s = keep3(s, k3, a3, b3, c3, u, v, w)
    t &+= 1
  }
  return join(p, q, r, s)
}

// Safe: as above.

/// Number `number` of each of 32 lines with `numbers` numbers.
@inline(__always) private func fourVectors(_ lines: UnsafePointer<Double>, _ numbers: Int, _ number: Int) -> (
  cv_f64x8, cv_f64x8, cv_f64x8, cv_f64x8
) {
  let (start, group) = unsafe (lines + 8 &* number, 8 &* numbers)
  return unsafe (
    cv_load(start), cv_load(start + group), cv_load(start + 2 &* group), cv_load(start + 3 &* group)
  )
}

// Safe: as above; the second instant is the first once more where only one is left.

/// Any number of columns, at least one: coefficients come from memory, each once for two instants.
@inline(__always) func wideHits(
  _ lines: UnsafePointer<Double>, _ factors: Int, _ columns: UnsafePointer<Double>, _ stride: Int,
  _ from: Int, _ to: Int
) -> UInt32 {
  guard factors > 0 else { return unsafe constantHits(lines, from, to) }
  let (last, group) = (factors &- 1, 8 &* (factors &+ 1))
  let (k0, k1, k2, k3) = unsafe fourVectors(lines, factors &+ 1, 0)
  let (m0, m1, m2, m3) = unsafe fourVectors(lines, factors &+ 1, factors)
  let (n0, n1, n2, n3) = (cv_negate(m0), cv_negate(m1), cv_negate(m2), cv_negate(m3))
  var (p, q, r, s) = (cv_all(), cv_all(), cv_all(), cv_all())
  var t = from
  while t < to {
    let ahead = t &+ 1 < to ? 1 : 0
    var (e0, e1, e2, e3) = (k0, k1, k2, k3)
    var (f0, f1, f2, f3) = (k0, k1, k2, k3)
    // Safe: as above.
    var line = unsafe lines + 8
    var column = unsafe columns + t
    var number = 0
    while number < last {
      let (x, u) = unsafe (cv_splat(column[0]), cv_splat(column[ahead]))
      let (a0, a1) = unsafe (cv_load(line), cv_load(line + group))
      let (a2, a3) = unsafe (cv_load(line + 2 &* group), cv_load(line + 3 &* group))
      (e0, f0) = (cv_muladd(a0, x, e0), cv_muladd(a0, u, f0))
      (e1, f1) = (cv_muladd(a1, x, e1), cv_muladd(a1, u, f1))
      (e2, f2) = (cv_muladd(a2, x, e2), cv_muladd(a2, u, f2))
      (e3, f3) = (cv_muladd(a3, x, e3), cv_muladd(a3, u, f3))
      unsafe line += 8
      unsafe column += stride
      number &+= 1
    }
    // Safe: as above.
    let (z, w) = unsafe (cv_splat(column[0]), cv_splat(column[ahead]))
    p = cv_keep_above(cv_keep_above(p, e0, cv_mul(n0, z)), f0, cv_mul(n0, w))
    q = cv_keep_above(cv_keep_above(q, e1, cv_mul(n1, z)), f1, cv_mul(n1, w))
    r = cv_keep_above(cv_keep_above(r, e2, cv_mul(n2, z)), f2, cv_mul(n2, w))
    s = cv_keep_above(cv_keep_above(s, e3, cv_mul(n3, z)), f3, cv_mul(n3, w))
    t &+= 2
  }
  return join(p, q, r, s)
}

// Safe: as above.

/// Lines without a column.
@inline(__always) private func constantHits(_ lines: UnsafePointer<Double>, _ from: Int, _ to: Int) -> UInt32
{
  guard from < to else { return 0 }
  let (k0, k1, k2, k3) = unsafe fourVectors(lines, 1, 0)
  let (all, zero) = (cv_all(), cv_splat(0))
  return join(
    cv_keep_above(all, k0, zero), cv_keep_above(all, k1, zero), cv_keep_above(all, k2, zero),
    cv_keep_above(all, k3, zero))
}
