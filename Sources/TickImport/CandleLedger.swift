import Market
import Platform

/// Holds the files of one series of candles apart.
struct CandleLedger {
  /// The input that gives the series.
  private var active: [SeriesKey: String] = [:]
  /// Where the last candle of the series ends, in ns since the epoch.
  private var ends: [SeriesKey: Int64] = [:]

  /// Notes that an input gives the series from its first candle on; the gap before it, if there is one.
  mutating func begin(
    _ key: SeriesKey, _ plan: InputPlan, isStrict: Bool
  ) throws -> [ImportSummary.Gap] {
    if let other = active[key] {
      throw InputError(
        SourceLocation(path: plan.path), "its times of \(key) overlap with those of \(other)",
        expected: "files of one series that follow each other")
    }
    active[key] = plan.path
    guard let end = ends[key] else { return [] }
    guard plan.firstTime >= end else {
      throw InputError(
        SourceLocation(path: plan.path), "its first candle of \(key) opens before the last one ends",
        expected: "files of one series that follow each other")
    }
    guard plan.firstTime > end else { return [] }
    let gap = ImportSummary.Gap(
      series: key, start: Timestamp(nanoseconds: end), length: TimeSpan(nanoseconds: plan.firstTime - end))
    if isStrict {
      throw InputError(
        SourceLocation(path: plan.path), "candles of \(key) are missing before it: \(gap.length)",
        expected: "no gap")
    }
    return [gap]
  }

  /// Notes that the input of the series has ended.
  mutating func end(_ key: SeriesKey, at end: Int64?) {
    active[key] = nil
    if let end { ends[key] = end }
  }
}
