import CRoof
import Platform

/// What the machine can do at most, as bounds of races.
enum Roofs {
  /// The levels that this processor has.
  static let levels = KernelLevel.allCases.filter(\.isSupported)
  /// Those with bounds: none on architectures that the loops in C are not written for.
  static var bounded: [KernelLevel] { croof_is_available() == 1 ? levels : [] }

  /// Reading as many bytes of memory that nothing else uses, at every level.
  static func read(_ bytes: Int) -> [Bound] { read([loop([UInt64](repeating: 1, count: bytes / 8))]) }

  /// Reading what the runners read.
  static func read(_ parts: [(KernelLevel) -> Void]) -> [Bound] {
    bounded.map { level in Bound(name: "read", level: level) { for part in parts { part(level) } } }
  }

  /// Reads an array, but for what is left of a last kibibyte.
  static func loop<Element: BitwiseCopyable>(_ array: [Element]) -> (KernelLevel) -> Void {
    { level in
      // Safe: the loop stays within the array.
      unsafe array.withUnsafeBytes { memory in
        let bytes = memory.count / 1024 * 1024
        let found =
          switch level {
          case .baseline: unsafe croof_read_sse2(memory.baseAddress, bytes)
          case .v3: unsafe croof_read_avx2(memory.baseAddress, bytes)
          case .v4: unsafe croof_read_avx512(memory.baseAddress, bytes)
          }
        Sink.take(found)
      }
    }
  }

  /// Doubles of a vector.
  static func lanes(_ level: KernelLevel) -> Int {
    switch level {
    case .baseline: 2
    case .v3: 4
    case .v4: 8
    }
  }

  /// `operations` times a multiplication and an addition of doubles, each rounded.
  static func muladd(_ operations: Int) -> [Bound] {
    bounded.map { level in
      let count = max(1, operations / (14 * lanes(level)))
      return Bound(name: "mul+add", level: level) {
        switch level {
        case .baseline: Sink.take(croof_muladd_sse2(count))
        case .v3: Sink.take(croof_muladd_avx2(count))
        case .v4: Sink.take(croof_muladd_avx512(count))
        }
      }
    }
  }

  /// `operations` times a minimum and a maximum of doubles.
  static func minmax(_ operations: Int) -> [Bound] {
    bounded.map { level in
      let count = max(1, operations / (14 * lanes(level)))
      return Bound(name: "min+max", level: level) {
        switch level {
        case .baseline: Sink.take(croof_min_sse2(count))
        case .v3: Sink.take(croof_min_avx2(count))
        case .v4: Sink.take(croof_min_avx512(count))
        }
      }
    }
  }

  /// Checks of lines over three columns without the columns: products, sums and comparisons.
  static func checks(_ checks: Int) -> [Bound] {
    bounded.map { level in
      let count = max(1, checks / (4 * lanes(level)))
      return Bound(name: "arithmetic", level: level) {
        switch level {
        case .baseline: Sink.take(croof_check_sse2(count))
        case .v3: Sink.take(croof_check_avx2(count))
        case .v4: Sink.take(croof_check_avx512(count))
        }
      }
    }
  }
}
