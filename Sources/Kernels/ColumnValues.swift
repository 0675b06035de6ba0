internal import CVector
public import Platform

/// Where the integers of a column lie among its bytes. Each is `high << lowBits | low`.
///
/// The high parts are bytes in planes: the lowest byte of every value, then the next byte of every value,
/// and so on. The low parts are bits, one value's behind the other's, from the lowest bit of the first byte
/// on.
///
/// The loops read and write ``ColumnValues/slack`` values at a time, so bytes and results go on to a whole
/// number of them, and ``ColumnValues/slack`` bytes more stand behind the low parts. What stands there does
/// not matter.
public struct ColumnValues: Sendable {
  /// Values that are read and written together.
  public static let slack = 8

  /// The place of the first value's lowest byte.
  public var planes: Int
  /// Bytes from there to its next byte.
  public var stride: Int
  /// Bytes of a high part, 0 to 8.
  public var width: Int
  /// The place of the first value's low part, a whole byte.
  public var low: Int
  /// Bits of a low part, 0 to 8.
  public var lowBits: Int
  /// Number of values.
  public var count: Int

  /// Names the places of values.
  public init(planes: Int, stride: Int, width: Int, low: Int, lowBits: Int, count: Int) {
    self.planes = planes
    self.stride = stride
    self.width = width
    self.low = low
    self.lowBits = lowBits
    self.count = count
  }

  /// Sums up the differences of one series and divides the sums.
  ///
  /// - Parameters:
  ///   - bytes: the column, whose values are differences in zigzag.
  ///   - first: the mantissa to which the first difference is added.
  ///   - divisor: a power of ten, above 0.
  ///   - out: gets a quotient for each value, from `start` on.
  ///   - start: where the first one goes.
  ///   - level: the instruction set that runs; the processor supports it.
  /// - Returns: Whether every sum is between -2^53 and 2^53, so that each quotient is the Double nearest to
  ///   it.
  public func runningQuotients(
    of bytes: Span<UInt8>, first: Int64, divisor: Double, into out: inout MutableSpan<Double>, at start: Int,
    level: KernelLevel
  ) -> Bool {
    // Safe: `call` has checked all places; the pointers do not leave the closures.
    unsafe call(bytes, room: out.count, start, level) { values in
      unsafe out.withUnsafeMutableBufferPointer { out in
        guard let out = out.baseAddress else { return 0 }
        return unsafe Levels.runningQuotients(level, values, first, divisor, out + start)
      }
    } == 0
  }

  /// Sums up the differences of one series: as `runningQuotients`, without the division.
  ///
  /// - Returns: Whether every sum is between -2^53 and 2^53.
  public func runningSums(
    of bytes: Span<UInt8>, first: Int64, into out: inout MutableSpan<Int64>, at start: Int, level: KernelLevel
  ) -> Bool {
    // Safe: as in `runningQuotients`.
    unsafe call(bytes, room: out.count, start, level) { values in
      unsafe out.withUnsafeMutableBufferPointer { out in
        guard let out = out.baseAddress else { return 0 }
        return unsafe Levels.runningSums(level, values, first, out + start)
      }
    } == 0
  }

  /// The values, which are in zigzag, one by one.
  ///
  /// - Returns: Whether every one is between -2^53 and 2^53.
  public func numbers(
    of bytes: Span<UInt8>, into out: inout MutableSpan<Int64>, at start: Int, level: KernelLevel
  ) -> Bool {
    // Safe: as in `runningQuotients`.
    unsafe call(bytes, room: out.count, start, level) { values in
      unsafe out.withUnsafeMutableBufferPointer { out in
        guard let out = out.baseAddress else { return 0 }
        return unsafe Levels.plainNumbers(level, values, out + start)
      }
    } == 0
  }

  /// Sums up distances: `first` and all of them up to each value, times `unit`, modulo 2^64.
  ///
  /// - Returns: All bits that any of the values has. Where `values · unit · this` fits, the sums are true.
  public func ascendingSums(
    of bytes: Span<UInt8>, first: Int64, unit: UInt64, into out: inout MutableSpan<Int64>, at start: Int,
    level: KernelLevel
  ) -> UInt64 {
    // Safe: as in `runningQuotients`.
    unsafe call(bytes, room: out.count, start, level) { values in
      unsafe out.withUnsafeMutableBufferPointer { out in
        guard let out = out.baseAddress else { return 0 }
        return unsafe Levels.ascendingSums(level, values, first, unit, out + start)
      }
    }
  }

  /// One value.
  public func value(_ index: Int, of bytes: Span<UInt8>) -> UInt64 {
    precondition((0..<count).contains(index))
    var value: UInt64 = 0
    for plane in 0..<width { value |= UInt64(bytes[planes + plane * stride + index]) << UInt64(8 * plane) }
    value <<= UInt64(lowBits)
    for bit in 0..<lowBits {
      let place = index * lowBits + bit
      value |= UInt64(bytes[low + place / 8] >> UInt8(place % 8) & 1) << UInt64(bit)
    }
    return value
  }

  /// Checks that all places are within `bytes` and `room`.
  private func call(
    _ bytes: Span<UInt8>, room: Int, _ start: Int, _ level: KernelLevel,
    _ work: (UnsafePointer<cv_values>) -> UInt64
  ) -> UInt64 {
    precondition(level.isSupported && (0...8).contains(width) && (0...8).contains(lowBits))
    precondition(count >= 0 && planes >= 0 && low >= 0 && stride >= 0 && start >= 0)
    precondition(max(count, planes, low, stride, start) <= 1 << 40, "no product overflows")
    let end = (count + Self.slack - 1) / Self.slack * Self.slack
    precondition(width == 0 || planes + (width - 1) * stride + end <= bytes.count)
    precondition(lowBits == 0 || low + end / Self.slack * lowBits + Self.slack <= bytes.count)
    precondition(start + end <= room)
    guard count > 0 else { return 0 }
    // Safe: the preconditions bound every place; the pointers do not leave the closures.
    return unsafe bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return 0 }
      var values = unsafe cv_values(
        planes: width == 0 ? base : base + planes, stride: stride, width: width,
        low: lowBits == 0 ? base : base + low, low_bits: lowBits, count: count)
      return unsafe withUnsafePointer(to: &values) { unsafe work($0) }
    }
  }
}
