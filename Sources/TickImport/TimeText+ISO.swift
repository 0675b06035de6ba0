extension TimeText {
  /// Reads `YYYY-MM-DD`, then `T` or a space and `hh:mm[:ss[.fraction]]`, then nothing, `Z` or `±hh:mm`.
  ///
  /// A time without a zone is taken as UTC. The fraction has at most nine digits.
  static func iso(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int64? {
    var text = Cursor(position: range.lowerBound, end: range.upperBound)
    guard let year = text.digits(4, bytes), text.take("-", bytes), let month = text.digits(2, bytes),
      text.take("-", bytes), let day = text.digits(2, bytes),
      text.take("T", bytes) || text.take(" ", bytes),
      let hour = text.digits(2, bytes), text.take(":", bytes), let minute = text.digits(2, bytes)
    else { return nil }
    var second: Int64 = 0
    var fraction: Int64 = 0
    if text.take(":", bytes) {
      guard let value = text.digits(2, bytes) else { return nil }
      second = value
      if text.take(".", bytes) {
        guard let value = text.fraction(bytes) else { return nil }
        fraction = value
      }
    }
    guard let offset = text.offset(bytes), text.isAtEnd,
      (1...12).contains(month), (1...daysIn(month: month, year: year)).contains(day),
      hour < 24, minute < 60, second < 60, (1700...2261).contains(year)
    else { return nil }
    let seconds = days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset
    return seconds * 1_000_000_000 + fraction
  }

  private static func daysIn(month: Int64, year: Int64) -> Int64 {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    switch month {
    case 4, 6, 9, 11: return 30
    case 2: return isLeap ? 29 : 28
    default: return 31
    }
  }

  /// Days since 1970-01-01 in the Gregorian calendar; years are counted from March so that the leap day is
  /// the last day of a year.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let marchYear = month > 2 ? year : year - 1
    let marchMonth = (month + 9) % 12
    let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
    return 365 * marchYear + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear - 719_468
  }

  /// A position that moves over the text.
  private struct Cursor {
    var position: Int
    let end: Int
    var isAtEnd: Bool { position == end }

    mutating func take(_ character: Unicode.Scalar, _ bytes: Span<UInt8>) -> Bool {
      guard position < end, bytes[position] == UInt8(ascii: character) else { return false }
      position += 1
      return true
    }

    mutating func digits(_ count: Int, _ bytes: Span<UInt8>) -> Int64? {
      guard end - position >= count else { return nil }
      var value: Int64 = 0
      for index in position..<position + count {
        let digit = bytes[index] &- 0x30
        guard digit < 10 else { return nil }
        value = value * 10 + Int64(digit)
      }
      position += count
      return value
    }

    /// One to nine digits after the point, in ns.
    mutating func fraction(_ bytes: Span<UInt8>) -> Int64? {
      var value: Int64 = 0
      var count = 0
      while position < end, bytes[position] &- 0x30 < 10 {
        guard count < 9 else { return nil }
        value = value * 10 + Int64(bytes[position] &- 0x30)
        count += 1
        position += 1
      }
      guard count > 0 else { return nil }
      for _ in count..<9 { value *= 10 }
      return value
    }

    /// The zone as seconds east of UTC.
    mutating func offset(_ bytes: Span<UInt8>) -> Int64? {
      if isAtEnd || take("Z", bytes) { return 0 }
      let isWest = take("-", bytes)
      guard isWest || take("+", bytes), let hours = digits(2, bytes), take(":", bytes),
        let minutes = digits(2, bytes), hours <= 14, minutes < 60
      else { return nil }
      return (hours * 3600 + minutes * 60) * (isWest ? -1 : 1)
    }
  }
}
