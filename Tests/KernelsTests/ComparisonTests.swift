import CBaseline
import Kernels
import Platform
import Random
import Support
import Testing

/// The comparison in C does the same work: otherwise a ratio to it would say nothing.
struct ComparisonTests {
  typealias Scan =
    @convention(c) (UnsafePointer<Double>?, Int, UnsafePointer<Double>?, Int, Int, Int) -> UInt32

  @Test func loopsInCSeeTheSameHits() throws {
    guard cbaseline_is_available() == 1 else { return }
    let all: [(level: KernelLevel, name: String, scan: Scan)] = unsafe [
      (.baseline, "SSE2", cbaseline_hits_sse2), (.v3, "AVX2", cbaseline_hits_avx2),
      (.v4, "AVX-512", cbaseline_hits_avx512), (.v4, "AVX-512, plain", cbaseline_hits_avx512_plain),
    ]
    var random = RandomStream(seed: 7, stream: 0, purpose: 0)
    try withEvery("factors", in: [1, 2, 3, 4, 8]) { factors in
      try withEvery("count", in: [0, 1, 2, 7, 64]) { count in
        let world = LineScanTests.world(&random, factors: factors, groups: 4, stride: count + 3)
        let (lines, columns) = (world.interleaved, world.columns)
        var starts = [Int](repeating: 0, count: LineScan.mostLines)
        var span = starts.mutableSpan
        let expected = LineScan(.baseline).hits(
          lines: lines.span, factors: factors, columns: columns.span, stride: count + 3,
          range: 2..<count + 2, starts: &span)
        for number in unsafe all.indices {
          let (level, name, scan) = unsafe all[number]
          if !level.isSupported { continue }
          let hits = unsafe lines.withUnsafeBufferPointer { lines in
            unsafe columns.withUnsafeBufferPointer { columns in
              unsafe scan(lines.baseAddress, factors, columns.baseAddress, count + 3, 2, count + 2)
            }
          }
          #expect(hits == expected, "\(name)")
        }
      }
    }
  }
}
