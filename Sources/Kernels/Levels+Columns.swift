internal import CVector
internal import KernelsBaseline
internal import KernelsV3
internal import KernelsV4
internal import Platform

extension Levels {
  // Safe: all of these hand on what `ColumnValues` and `GroupedColumns` have checked.

  static func runningQuotients(
    _ level: KernelLevel, _ values: UnsafePointer<cv_values>, _ first: Int64, _ divisor: Double,
    _ out: UnsafeMutablePointer<Double>
  ) -> UInt64 {
    switch level {
    case .baseline: unsafe KernelsBaseline.runningQuotients(values, first, divisor, out)
    case .v3: unsafe KernelsV3.runningQuotients(values, first, divisor, out)
    case .v4: unsafe KernelsV4.runningQuotients(values, first, divisor, out)
    }
  }

  // Safe: as at the top.
  static func runningSums(
    _ level: KernelLevel, _ values: UnsafePointer<cv_values>, _ first: Int64,
    _ out: UnsafeMutablePointer<Int64>
  ) -> UInt64 {
    switch level {
    case .baseline: unsafe KernelsBaseline.runningSums(values, first, out)
    case .v3: unsafe KernelsV3.runningSums(values, first, out)
    case .v4: unsafe KernelsV4.runningSums(values, first, out)
    }
  }

  // Safe: as at the top.
  static func plainNumbers(
    _ level: KernelLevel, _ values: UnsafePointer<cv_values>, _ out: UnsafeMutablePointer<Int64>
  ) -> UInt64 {
    switch level {
    case .baseline: unsafe KernelsBaseline.plainNumbers(values, out)
    case .v3: unsafe KernelsV3.plainNumbers(values, out)
    case .v4: unsafe KernelsV4.plainNumbers(values, out)
    }
  }

  // Safe: as at the top.
  static func ascendingSums(
    _ level: KernelLevel, _ values: UnsafePointer<cv_values>, _ first: Int64, _ unit: UInt64,
    _ out: UnsafeMutablePointer<Int64>
  ) -> UInt64 {
    switch level {
    case .baseline: unsafe KernelsBaseline.ascendingSums(values, first, unit, out)
    case .v3: unsafe KernelsV3.ascendingSums(values, first, unit, out)
    case .v4: unsafe KernelsV4.ascendingSums(values, first, unit, out)
    }
  }

  // Safe: as at the top.
  static func mergeGroups(
    _ level: KernelLevel, _ places: UnsafePointer<UInt8>, _ ticks: Int, _ groups: Int,
    _ next: UnsafeMutablePointer<Int>, _ source: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>
  ) {
    switch level {
    case .baseline: unsafe KernelsBaseline.mergeGroups(places, ticks, groups, next, source, out)
    case .v3: unsafe KernelsV3.mergeGroups(places, ticks, groups, next, source, out)
    case .v4: unsafe KernelsV4.mergeGroups(places, ticks, groups, next, source, out)
    }
  }

  // Safe: as at the top.
  static func spreadPlaces(
    _ level: KernelLevel, _ packed: UnsafePointer<UInt8>, _ bits: Int, _ ticks: Int,
    _ out: UnsafeMutablePointer<UInt8>
  ) {
    switch level {
    case .baseline: unsafe KernelsBaseline.spreadPlaces(packed, bits, ticks, out)
    case .v3: unsafe KernelsV3.spreadPlaces(packed, bits, ticks, out)
    case .v4: unsafe KernelsV4.spreadPlaces(packed, bits, ticks, out)
    }
  }

  // Safe: as at the top.
  static func lookUp(
    _ level: KernelLevel, _ table: UnsafePointer<UInt16>, _ groups: Int, _ places: UnsafePointer<UInt8>,
    _ ticks: Int, _ out: UnsafeMutablePointer<UInt16>
  ) {
    switch level {
    case .baseline: unsafe KernelsBaseline.lookUp(table, groups, places, ticks, out)
    case .v3: unsafe KernelsV3.lookUp(table, groups, places, ticks, out)
    case .v4: unsafe KernelsV4.lookUp(table, groups, places, ticks, out)
    }
  }
}
