internal import CAllocator
internal import Glibc

/// How the process deals with memory.
public enum Memory {
  /// Lets the process keep the memory that it has freed for what it allocates next, instead of giving it back
  /// to the system: long arrays then come without a fault for every page. For a program that works through
  /// one run and ends.
  public static func keepFreed() { callocator_keep_freed() }

  /// What a page of the larger size holds, on every machine that we know.
  private static let hugePage = 2 << 20

  /// Asks for large pages under the memory of an array, its spare capacity included: they come 512 times less
  /// often, and addresses are found faster. Only advice: nothing happens where the system has none, or where
  /// the array is short.
  public static func preferHugePages<Element: BitwiseCopyable>(_ array: inout [Element]) {
    let bytes = array.capacity * MemoryLayout<Element>.stride
    if bytes < 2 * hugePage { return }
    // Safe: the advice concerns whole pages that lie within the array's memory, and changes none of its
    // bytes.
    unsafe array.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      let first = UInt(bitPattern: start)
      let page = UInt(Machine.pageSize)
      let lower = (first + page - 1) / page * page
      let upper = (first + UInt(bytes)) / page * page
      guard let address = unsafe UnsafeMutableRawPointer(bitPattern: lower) else { return }
      _ = unsafe madvise(address, Int(upper - lower), MADV_HUGEPAGE)
    }
  }
}
