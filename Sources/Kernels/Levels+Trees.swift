internal import KernelsBaseline
internal import KernelsV3
internal import KernelsV4
internal import Platform

extension Levels {
  // Safe: all of these hand on what `TickMarks`, `LeafEnvelopes` and `LineBounds` have checked.

  static func equalTimes(
    _ level: KernelLevel, _ times: UnsafePointer<Int64>, _ count: Int, _ previous: Int64,
    _ masks: UnsafeMutablePointer<UInt64>
  ) {
    switch level {
    case .baseline: unsafe KernelsBaseline.equalTimes(times, count, previous, masks)
    case .v3: unsafe KernelsV3.equalTimes(times, count, previous, masks)
    case .v4: unsafe KernelsV4.equalTimes(times, count, previous, masks)
    }
  }

  // Safe: as at the top.
  static func leafEnvelopes(
    _ level: KernelLevel, _ columns: UnsafePointer<UInt16>, _ prices: UnsafePointer<Double>,
    _ ticks: Int, _ count: Int, _ carry: UnsafeMutablePointer<Double>, _ lows: UnsafeMutablePointer<Double>,
    _ highs: UnsafeMutablePointer<Double>, _ ins: UnsafeMutablePointer<Double>
  ) {
    switch level {
    case .baseline:
      unsafe KernelsBaseline.leafEnvelopes(columns, prices, ticks, count, carry, lows, highs, ins)
    case .v3: unsafe KernelsV3.leafEnvelopes(columns, prices, ticks, count, carry, lows, highs, ins)
    case .v4: unsafe KernelsV4.leafEnvelopes(columns, prices, ticks, count, carry, lows, highs, ins)
    }
  }

  // Safe: as at the top.
  static func childHits(
    _ level: KernelLevel, _ line: UnsafePointer<Double>, _ factors: Int, _ node: UnsafePointer<Double>
  ) -> UInt32 {
    switch level {
    case .baseline: unsafe KernelsBaseline.childHits(line, factors, node)
    case .v3: unsafe KernelsV3.childHits(line, factors, node)
    case .v4: unsafe KernelsV4.childHits(line, factors, node)
    }
  }

  // Safe: as at the top.
  static func joinChildren(
    _ level: KernelLevel, _ node: UnsafePointer<Double>, _ factors: Int, _ children: Int,
    _ lows: UnsafeMutablePointer<Double>, _ highs: UnsafeMutablePointer<Double>, _ stride: Int
  ) {
    switch level {
    case .baseline: unsafe KernelsBaseline.joinChildren(node, factors, children, lows, highs, stride)
    case .v3: unsafe KernelsV3.joinChildren(node, factors, children, lows, highs, stride)
    case .v4: unsafe KernelsV4.joinChildren(node, factors, children, lows, highs, stride)
    }
  }
}
