import Market

/// Turns milliseconds since a day's midnight into UTC, for days of UTC or of New York.
///
/// New York is five hours behind UTC; four from the second Sunday of March, 02:00, to the first Sunday of
/// November, 02:00, of the years from 2007 on, and from the first Sunday of April to the last one of October
/// from 1987 to 2006. Source: 15 U.S.C. 260a as amended in 1986 and 2005.
struct DayClock {
  private static let day: Int64 = 86_400_000_000_000
  private static let hour: Int64 = 3_600_000_000_000
  /// The first year whose rules are known.
  static let firstYear = 1987

  /// Midnight in ns since the epoch, as if the day were one of UTC.
  private let midnight: Int64
  /// How the offset changes in the course of the day: until 02:00 and after it, in hours.
  private let offsets: (before: Int64, after: Int64)

  /// The clock of a day given as eight digits; one that does not exist has a clock that knows no time.
  init(_ digits: Int, isNewYork: Bool) {
    let midnight = Self.midnight(digits) ?? Int64.max
    self.midnight = midnight
    let (start, end) = Self.summer(digits / 10_000)
    func offset(isLate: Bool) -> Int64 {
      let isAfterStart = midnight > start || (midnight == start && isLate)
      let isBeforeEnd = midnight < end || (midnight == end && !isLate)
      return isAfterStart && isBeforeEnd ? 4 : 5
    }
    offsets = isNewYork ? (offset(isLate: false), offset(isLate: true)) : (0, 0)
  }

  /// Midnight of a day given as eight digits, in ns since the epoch, as if it were one of UTC; nil where the
  /// day does not exist or is too early.
  static func midnight(_ digits: Int) -> Int64? {
    guard digits / 10_000 >= firstYear, digits < 100_000_000 else { return nil }
    let text = "\(digits / 10_000)-\(two(digits / 100 % 100))-\(two(digits % 100))T00:00:00Z"
    let bytes = Array(text.utf8)
    return TimeText.parse(bytes.span, 0..<bytes.count, unit: nil)
  }

  /// The time in ns since the epoch; nil for a day or more after midnight.
  func time(_ milliseconds: ExactDecimal) -> Int64? {
    guard midnight < Int64.max, milliseconds.scale <= 6, milliseconds.mantissa >= 0 else { return nil }
    var (value, overflow) = (milliseconds.mantissa, false)
    for _ in milliseconds.scale..<6 {
      (value, overflow) = value.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
    }
    guard value < Self.day else { return nil }
    return midnight + value + (value < 2 * Self.hour ? offsets.before : offsets.after) * Self.hour
  }

  /// The days on which summer time starts and ends, as their midnights.
  private static func summer(_ year: Int) -> (start: Int64, end: Int64) {
    let isNew = year >= 2007
    let start = midnight(year * 10_000 + (isNew ? 308 : 401)) ?? 0
    // The first Sunday from 8 March on is the second of its month, that from 25 October on the last.
    let end = midnight(year * 10_000 + (isNew ? 1101 : 1025)) ?? 0
    return (sunday(from: start), sunday(from: end))
  }

  private static func sunday(from midnight: Int64) -> Int64 {
    // 1970-01-01 was a Thursday.
    let weekday = (midnight / day + 4) % 7
    return midnight + (7 - weekday) % 7 * day
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
