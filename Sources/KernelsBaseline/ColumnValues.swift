public import CVector

// Safe: the caller has checked that every value lies within its buffer, that eight bytes can be read wherever
// one byte of a column is, and that there is room for eight results wherever one is written.

/// Eight values of a column from value `at` on, a multiple of 8. What stands behind the last one is 0.
@inline(__always) private func load(
  _ values: UnsafePointer<cv_values>, _ width: Int, _ at: Int
) -> cv_i64x8 {
  // Safe: as above.
  let (planes, lowBits) = unsafe (values.pointee.planes + at, values.pointee.low_bits)
  var value = cv_word_splat(0)
  var plane = 0
  while plane < width {
    // Safe: as above.
    unsafe value = cv_word_or(
      value, cv_bytes(planes + plane &* values.pointee.stride, 8 &* plane &+ lowBits))
    plane &+= 1
  }
  if lowBits > 0 {
    // Safe: as above; eight values fill as many bytes as each has bits.
    unsafe value = cv_word_or(value, cv_fields(values.pointee.low + (at &>> 3) &* lowBits, lowBits))
  }
  let left = unsafe values.pointee.count &- at
  return left < 8 ? cv_first_words(value, left) : value
}

/// What has bits above the 54 lowest for a number that is not between -2^53 and 2^53.
@inline(__always) private func excess(_ number: cv_i64x8) -> cv_i64x8 {
  let limit = cv_word_splat(1 << 53 - 1)
  return cv_word_or(cv_word_add(limit, number), cv_word_subtract(limit, number))
}

// Safe: as above.

/// Whole sixteens of prices whose differences add up within 32 bits, around a first one to which they can be
/// added as doubles without rounding.
///
/// - Returns: how many have been made, and the sum of their differences.
@inline(__always) private func narrow(
  _ values: UnsafePointer<cv_values>, _ width: Int, _ first: Int64, _ divisor: cv_f64x8,
  _ prices: UnsafeMutablePointer<Double>
) -> (count: Int, sum: Int64) {
  // Safe: as above.
  let (count, lowBits) = unsafe (values.pointee.count, values.pointee.low_bits)
  if 8 &* width &+ lowBits > CV_NARROW || count > 4096 || first.magnitude > 1 << 52 { return (0, 0) }
  let base = cv_splat(Double(first))
  let (places, shifts) = (cv_low_places(lowBits), cv_low_shifts(lowBits))
  var before = cv_narrow_splat(0)
  var at = 0
  while at &+ 16 <= count {
    // Safe: as above; the sixteen values are there.
    let own = unsafe cv_narrow_sums(cv_narrow_unzigzag(cv_narrow_load(values, width, at, places, shifts)))
    let sums = cv_narrow_add(before, own)
    before = cv_narrow_add(before, cv_narrow_last_everywhere(own))
    unsafe cv_store(prices + at, cv_divide(cv_first_doubles(sums, base), divisor))
    unsafe cv_store(prices + at + 8, cv_divide(cv_last_doubles(sums, base), divisor))
    at &+= 16
  }
  return (at, Int64(cv_narrow_last(before)))
}

// Safe: as above.
@inline(__always) private func prices(
  _ values: UnsafePointer<cv_values>, _ width: Int, _ first: Int64, _ divisor: Double,
  _ prices: UnsafeMutablePointer<Double>
) -> UInt64 {
  let by = cv_splat(divisor)
  // Safe: as above.
  var (at, sum) = unsafe narrow(values, width, first, by, prices)
  var before = cv_word_splat(first &+ sum)
  var seen = cv_word_splat(0)
  // Safe: as above.
  let count = unsafe values.pointee.count
  while at < count {
    // Safe: as above.
    let sums = unsafe cv_sums(cv_unzigzag(load(values, width, at)))
    let mantissas = cv_word_add(before, sums)
    before = cv_word_add(before, cv_last_everywhere(sums))
    seen = cv_word_or(seen, excess(mantissas))
    unsafe cv_store(prices + at, cv_divide(cv_doubles(mantissas), by))
    at &+= 8
  }
  return cv_any_bits(seen) &>> 54
}

// Safe: as at the top.

/// Sums up the differences of one series and divides its mantissas by the divisor.
///
/// - Parameters:
///   - values: the differences in zigzag.
///   - first: the mantissa to which the first difference is added.
///   - divisor: a power of ten.
///   - quotients: a price for each value.
/// - Returns: 0 where every mantissa is between -2^53 and 2^53.
@inline(never) public func runningQuotients(
  _ values: UnsafePointer<cv_values>, _ first: Int64, _ divisor: Double,
  _ quotients: UnsafeMutablePointer<Double>
) -> UInt64 {
  // Safe: as above. The usual widths get loops of their own.
  switch unsafe values.pointee.width {
  case 1: unsafe prices(values, 1, first, divisor, quotients)
  case 2: unsafe prices(values, 2, first, divisor, quotients)
  default: unsafe prices(values, values.pointee.width, first, divisor, quotients)
  }
}

// Safe: as at the top.

/// Sums up the differences of one series.
///
/// - Returns: 0 where every sum is between -2^53 and 2^53.
@inline(never) public func runningSums(
  _ values: UnsafePointer<cv_values>, _ first: Int64, _ sums: UnsafeMutablePointer<Int64>
) -> UInt64 {
  var before = cv_word_splat(first)
  var seen = cv_word_splat(0)
  // Safe: as above.
  let (count, width) = unsafe (values.pointee.count, values.pointee.width)
  var at = 0
  while at < count {
    // Safe: as above.
    let own = unsafe cv_sums(cv_unzigzag(load(values, width, at)))
    let numbers = cv_word_add(before, own)
    before = cv_word_add(before, cv_last_everywhere(own))
    seen = cv_word_or(seen, excess(numbers))
    unsafe cv_word_store(sums + at, numbers)
    at &+= 8
  }
  return cv_any_bits(seen) &>> 54
}

// Safe: as at the top.

/// The values themselves, which are in zigzag.
///
/// - Returns: 0 where every one is between -2^53 and 2^53.
@inline(never) public func plainNumbers(
  _ values: UnsafePointer<cv_values>, _ numbers: UnsafeMutablePointer<Int64>
) -> UInt64 {
  var seen = cv_word_splat(0)
  // Safe: as above.
  let (count, width) = unsafe (values.pointee.count, values.pointee.width)
  var at = 0
  while at < count {
    // Safe: as above.
    let own = unsafe cv_unzigzag(load(values, width, at))
    seen = cv_word_or(seen, excess(own))
    unsafe cv_word_store(numbers + at, own)
    at &+= 8
  }
  return cv_any_bits(seen) &>> 54
}

// Safe: as at the top.

/// Sums up distances: `first` and all of them up to each place, times `unit`, modulo 2^64.
///
/// - Returns: All bits that any distance has, so that the caller knows whether the sums are true.
@inline(never) public func ascendingSums(
  _ values: UnsafePointer<cv_values>, _ first: Int64, _ unit: UInt64, _ sums: UnsafeMutablePointer<Int64>
) -> UInt64 {
  let by = cv_word_splat(Int64(truncatingIfNeeded: unit))
  var before = cv_word_splat(first)
  var seen = cv_word_splat(0)
  // Safe: as above.
  let (count, width) = unsafe (values.pointee.count, values.pointee.width)
  var at = 0
  while at < count {
    // Safe: as above.
    let distances = unsafe load(values, width, at)
    seen = cv_word_or(seen, distances)
    let own = cv_sums(unit == 1 ? distances : cv_word_multiply(distances, by))
    unsafe cv_word_store(sums + at, cv_word_add(before, own))
    before = cv_word_add(before, cv_last_everywhere(own))
    at &+= 8
  }
  return cv_any_bits(seen)
}
