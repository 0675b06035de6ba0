internal import Kernels
internal import Platform

/// The loops over columns, for arrays.
extension ColumnValues {
  func runningQuotients(
    of bytes: [UInt8], first: Int64, divisor: Double, into out: inout [Double], at start: Int,
    level: KernelLevel
  ) -> Bool {
    var target = out.mutableSpan
    return runningQuotients(
      of: bytes.span, first: first, divisor: divisor, into: &target, at: start, level: level)
  }

  func runningSums(
    of bytes: [UInt8], first: Int64, into out: inout [Int64], at start: Int, level: KernelLevel
  ) -> Bool {
    var target = out.mutableSpan
    return runningSums(of: bytes.span, first: first, into: &target, at: start, level: level)
  }

  func numbers(of bytes: [UInt8], into out: inout [Int64], at start: Int, level: KernelLevel) -> Bool {
    var target = out.mutableSpan
    return numbers(of: bytes.span, into: &target, at: start, level: level)
  }

  func ascendingSums(
    of bytes: [UInt8], first: Int64, unit: UInt64, into out: inout [Int64], at start: Int,
    level: KernelLevel
  ) -> UInt64 {
    var target = out.mutableSpan
    return ascendingSums(of: bytes.span, first: first, unit: unit, into: &target, at: start, level: level)
  }
}

extension GroupedColumns {
  static func merge(
    _ places: [UInt8], count: Int, starts: inout [Int], groups: Int, source: [Double],
    into out: inout [Double], at start: Int, level: KernelLevel
  ) {
    var next = starts.mutableSpan
    var target = out.mutableSpan
    merge(
      places.span, count: count, starts: &next, groups: groups, source: source.span, into: &target, at: start,
      level: level)
  }

  static func merge(
    _ places: [UInt8], count: Int, starts: inout [Int], groups: Int, source: [Int64],
    into out: inout [Int64], at start: Int, level: KernelLevel
  ) {
    var next = starts.mutableSpan
    var target = out.mutableSpan
    merge(
      places.span, count: count, starts: &next, groups: groups, source: source.span, into: &target, at: start,
      level: level)
  }

  static func spread(
    _ packed: [UInt8], from start: Int, bits: Int, count: Int, into out: inout [UInt8], level: KernelLevel
  ) {
    var target = out.mutableSpan
    spread(packed.span, from: start, bits: bits, count: count, into: &target, level: level)
  }

  static func lookUp(
    _ table: [UInt16], groups: Int, places: [UInt8], count: Int, into out: inout [UInt16], at start: Int,
    level: KernelLevel
  ) {
    var target = out.mutableSpan
    lookUp(
      table.span, groups: groups, places: places.span, count: count, into: &target, at: start, level: level)
  }
}
