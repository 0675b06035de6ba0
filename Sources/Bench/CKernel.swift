internal import CBaseline
internal import Engine
internal import Platform

/// The scan of 32 lines in C for one instruction set: a shim over `CBaseline`.
struct CKernel {
  private let level: KernelLevel

  /// The counterpart of our loop at a level; nil where this build has none.
  init?(_ level: KernelLevel) {
    guard cbaseline_is_available() == 1, level.isSupported else { return nil }
    self.level = level
  }

  /// Scans group after group of a sample, from `first` on, round after round.
  ///
  /// - Returns: the lines that were hit, of all groups together.
  func scan(_ sample: ScanSample, from first: Int, groups: Int) -> UInt32 {
    var hits: UInt32 = 0
    // Safe: a group's lines and the columns lie within the arrays, as ScanSample lays them out.
    unsafe sample.lines.withUnsafeBufferPointer { lines in
      unsafe sample.columns.withUnsafeBufferPointer { columns in
        guard let line = lines.baseAddress, let column = columns.baseAddress else { return }
        for group in first..<first + groups {
          unsafe hits |= hit(line + group % sample.groups * sample.width, column, sample)
        }
      }
    }
    return hits
  }

  private func hit(
    _ lines: UnsafePointer<Double>, _ columns: UnsafePointer<Double>, _ sample: ScanSample
  ) -> UInt32 {
    let (factors, stride, instants) = (sample.factors, sample.stride, sample.instants)
    // Safe: the caller's pointers are to whole groups and columns, and the processor has the instructions.
    return switch level {
    case .baseline: unsafe cbaseline_hits_sse2(lines, factors, columns, stride, 0, instants)
    case .v3: unsafe cbaseline_hits_avx2(lines, factors, columns, stride, 0, instants)
    case .v4: unsafe cbaseline_hits_avx512(lines, factors, columns, stride, 0, instants)
    }
  }
}
