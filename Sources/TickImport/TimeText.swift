/// The unit in which a column counts time since 1970.
public enum TimeUnit: String, CaseIterable, Hashable, Sendable {
  case seconds = "s"
  case milliseconds = "ms"
  case microseconds = "us"
  case nanoseconds = "ns"

  /// Nanoseconds in one unit.
  var nanoseconds: Int64 {
    switch self {
    case .seconds: 1_000_000_000
    case .milliseconds: 1_000_000
    case .microseconds: 1000
    case .nanoseconds: 1
    }
  }
}

/// Times from text to nanoseconds since the epoch.
enum TimeText {
  /// What a time may look like, for error messages.
  static let expectation =
    "a time as ISO 8601 in UTC or as s, ms, us or ns since 1970, from the year 2000 on"

  /// 2000-01-01T00:00:00Z in seconds: the earliest time whose unit is recognised.
  private static let earliestRecognised: Int64 = 946_684_800
  /// The last second that fits in 64 bits of nanoseconds (2262).
  private static let latestSecond: Int64 = Int64.max / 1_000_000_000

  /// Reads an integer count of `unit`, or, without a unit, an integer whose magnitude tells its unit or an
  /// ISO 8601 time. Nil where the text is no such time or is out of range.
  static func parse(_ bytes: Span<UInt8>, _ range: Range<Int>, unit: TimeUnit?) -> Int64? {
    guard let value = integer(bytes, range) else {
      return unit == nil ? iso(bytes, range) : nil
    }
    if let unit {
      let (nanoseconds, overflow) = value.multipliedReportingOverflow(by: unit.nanoseconds)
      return overflow ? nil : nanoseconds
    }
    return recognised(value)
  }

  /// The unit is told by magnitude: counts of one unit between 2000 and 2262 never look like another's.
  private static func recognised(_ value: Int64) -> Int64? {
    for unit in TimeUnit.allCases {
      let perSecond = 1_000_000_000 / unit.nanoseconds
      let second = value / perSecond
      if second >= earliestRecognised && second <= latestSecond {
        let (nanoseconds, overflow) = value.multipliedReportingOverflow(by: unit.nanoseconds)
        return overflow ? nil : nanoseconds
      }
    }
    return nil
  }

  /// An integer of at most 19 digits with an optional minus sign.
  static func integer(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int64? {
    var position = range.lowerBound
    let isNegative = position < range.upperBound && bytes[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    guard (1...19).contains(range.upperBound - position) else { return nil }
    var value: UInt64 = 0
    while position < range.upperBound {
      let digit = bytes[position] &- 0x30
      guard digit < 10 else { return nil }
      value = value * 10 + UInt64(digit)
      position += 1
    }
    guard value <= UInt64(Int64.max) else { return nil }
    return isNegative ? -Int64(value) : Int64(value)
  }
}
