internal import Glibc

/// Time as the operating system tells it. Never part of a result, only of timings.
public enum Clocks {
  /// Nanoseconds since some fixed moment; never runs backwards.
  public static func monotonicNanoseconds() -> Int64 { read(CLOCK_MONOTONIC) }
  /// Nanoseconds of processor time that the calling thread has used.
  public static func threadNanoseconds() -> Int64 { read(CLOCK_THREAD_CPUTIME_ID) }
  /// Nanoseconds of processor time that all threads of the process have used.
  public static func processNanoseconds() -> Int64 { read(CLOCK_PROCESS_CPUTIME_ID) }
  /// Nanoseconds since the epoch, UTC.
  public static func wallNanoseconds() -> Int64 { read(CLOCK_REALTIME) }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    // Safe: the record lives for the call and is filled by it.
    let result = unsafe clock_gettime(clock, &time)
    precondition(result == 0, "the clocks used here exist on every Linux")
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
