public import Margin
public import Market

/// How long an account was in each band of its largest margin ratio, in nanoseconds.
///
/// A band holds from the instant at which it was measured until the next one at which another was measured.
///
/// ```swift
/// var times = BandTimes(.green, at: opened)
/// times.enter(.red, at: opened + 3)
/// times.end(at: opened + 5)  // green 3 ns, red 2 ns
/// ```
public struct BandTimes: Sendable, Hashable {
  /// Nanoseconds in green.
  public private(set) var green: Int64 = 0
  /// Nanoseconds in yellow.
  public private(set) var yellow: Int64 = 0
  /// Nanoseconds in red.
  public private(set) var red: Int64 = 0
  /// Nanoseconds of the longest unbroken time in red.
  public private(set) var longestRed: Int64 = 0
  /// The band that holds.
  public private(set) var band: CheckReport.Band
  /// Whether the count has ended.
  public private(set) var hasEnded = false
  /// Since when `band` holds, ns since the epoch.
  private var since: Int64

  /// Starts the count with an account's band at its opening.
  public init(_ band: CheckReport.Band, at time: Timestamp) {
    self.band = band
    since = time.nanoseconds
  }

  /// Takes the band of an instant.
  ///
  /// - Returns: whether it is another one than before; false once the count has ended.
  @discardableResult
  public mutating func enter(_ band: CheckReport.Band, at time: Timestamp) -> Bool {
    guard band != self.band, !hasEnded else { return false }
    count(until: time)
    self.band = band
    return true
  }

  /// Ends the count, if it has not ended before.
  public mutating func end(at time: Timestamp) {
    guard !hasEnded else { return }
    count(until: time)
    hasEnded = true
  }

  private mutating func count(until time: Timestamp) {
    // Times may span more than the 292 years that a count of nanoseconds holds.
    let (difference, isBeyond) = time.nanoseconds.subtractingReportingOverflow(since)
    let length = isBeyond ? .max : difference
    switch band {
    case .green: green += length
    case .yellow: yellow += length
    case .red:
      red += length
      longestRed = max(longestRed, length)
    }
    since = time.nanoseconds
  }
}
