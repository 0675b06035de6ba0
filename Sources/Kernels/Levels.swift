internal import KernelsBaseline
internal import KernelsV3
internal import KernelsV4
internal import Platform

/// The same loops compiled for several instruction sets, chosen once per call.
///
/// Only pointers and integers cross the border: a vector would be passed in other registers at every level.
enum Levels {
  // Safe: all of these hand on what `LineScan` has checked.

  static func lineHits(
    _ level: KernelLevel, _ lines: UnsafePointer<Double>, _ groups: Int, _ factors: Int,
    _ columns: UnsafePointer<Double>, _ stride: Int, _ from: Int, _ to: Int,
    _ starts: UnsafeMutablePointer<Int>
  ) -> UInt32 {
    switch level {
    case .baseline:
      unsafe KernelsBaseline.lineHits(lines, groups, factors, columns, stride, from, to, starts)
    case .v3: unsafe KernelsV3.lineHits(lines, groups, factors, columns, stride, from, to, starts)
    case .v4: unsafe KernelsV4.lineHits(lines, groups, factors, columns, stride, from, to, starts)
    }
  }

  // Safe: as at the top.
  static func firstHit(
    _ level: KernelLevel, _ line: UnsafePointer<Double>, _ factors: Int, _ columns: UnsafePointer<Double>,
    _ stride: Int, _ from: Int, _ to: Int
  ) -> Int {
    switch level {
    case .baseline: unsafe KernelsBaseline.firstHit(line, factors, columns, stride, from, to)
    case .v3: unsafe KernelsV3.firstHit(line, factors, columns, stride, from, to)
    case .v4: unsafe KernelsV4.firstHit(line, factors, columns, stride, from, to)
    }
  }
}
