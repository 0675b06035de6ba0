public import Platform

/// Marks over ticks in order of time, one bit each: bit `i % 64` of word `i / 64` for tick `i`.
public enum TickMarks {
  /// Marks each time that is equal to the one before it.
  ///
  /// - Parameters:
  ///   - times: nanoseconds since the epoch.
  ///   - previous: what stands before the first one.
  ///   - masks: at least a word for every 64 times. Bits behind the last time become 0 in its word; words
  ///     behind that one stay as they are.
  ///   - level: the instruction set that runs; the processor supports it.
  public static func equalTimes(
    _ times: Span<Int64>, previous: Int64, into masks: inout MutableSpan<UInt64>, level: KernelLevel
  ) {
    precondition(level.isSupported && masks.count >= (times.count + 63) / 64)
    // Safe: the precondition bounds every index; the pointers do not leave the closures.
    unsafe masks.withUnsafeMutableBufferPointer { masks in
      unsafe times.withUnsafeBufferPointer { times in
        guard let time = times.baseAddress, let mask = masks.baseAddress else { return }
        unsafe Levels.equalTimes(level, time, times.count, previous, mask)
      }
    }
  }
}
