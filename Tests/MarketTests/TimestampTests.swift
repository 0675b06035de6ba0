import Market
import Testing

@Suite struct TimestampTests {
  // Seconds from `date -u -d … +%s`.
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0),
      ("1970-01-01", 0),
      ("1969-12-31T23:59:59.999999999Z", -1),
      ("2021-05-19T12:00:00Z", 1_621_425_600_000_000_000),
      ("2021-05-19T12:00:00.5Z", 1_621_425_600_500_000_000),
      ("2021-05-19T12:00:00.000000001Z", 1_621_425_600_000_000_001),
      ("2024-02-29T00:00:00Z", 1_709_164_800_000_000_000),
      ("2000-02-29", 951_782_400_000_000_000),
      ("1900-03-01", -2_203_891_200_000_000_000),
      ("2262-04-11T23:47:16.854775807Z", Int64.max),
      ("1677-09-21T00:12:43.145224192Z", Int64.min),
    ] as [(String, Int64)])
  func reads(text: String, nanoseconds: Int64) {
    #expect(Timestamp(text)?.nanoseconds == nanoseconds)
  }

  @Test(arguments: [
    "", "2021", "2021-05", "2021-5-19", "2021-05-19T", "2021-05-19T12:00:00", "2021-05-19 12:00:00Z",
    "2021-05-19T12:00Z", "2021-05-19T24:00:00Z", "2021-05-19T12:60:00Z", "2021-05-19T12:00:60Z",
    "2021-02-29", "1900-02-29", "2021-04-31", "2021-13-01", "2021-00-10", "2021-01-00",
    "2021-05-19T12:00:00.Z", "2021-05-19T12:00:00.1234567890Z", "2021-05-19T12:00:00+00:00",
    "2021-05-19T12:00:00Zx", " 2021-05-19", "-2021-05-19", "+021-05-19", "2021-05-1９",
    "2262-04-11T23:47:16.854775808Z", "1677-09-21T00:12:43.145224191Z", "9999-12-31",
  ])
  func refuses(text: String) {
    #expect(Timestamp(text) == nil)
  }

  @Test func writesNineDigits() {
    #expect(Timestamp(nanoseconds: 1_621_425_600_000_000_000).description == "2021-05-19T12:00:00.000000000Z")
    #expect(Timestamp(nanoseconds: -1).description == "1969-12-31T23:59:59.999999999Z")
    #expect(Timestamp(nanoseconds: .min).description == "1677-09-21T00:12:43.145224192Z")
    #expect(Timestamp(nanoseconds: .max).description == "2262-04-11T23:47:16.854775807Z")
  }

  /// Walks every day of two 400-year eras with a counter of its own.
  @Test func countsEveryDay() {
    var days = -106_751  // 1677-09-22, the first whole day
    var (year, month, day) = (1677, 9, 22)
    while year < 2262 {
      let text = [(year, 4), (month, 2), (day, 2)].map { value, width in
        String(repeating: "0", count: width - String(value).count) + String(value)
      }.joined(separator: "-")
      let time = Timestamp(text)
      guard time?.nanoseconds == Int64(days) * 86_400_000_000_000, time?.description.hasPrefix(text) == true
      else {
        Issue.record("\(text) is \(String(describing: time))")
        return
      }
      let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
      let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
      days += 1
      day += 1
      if day > length { (day, month) = (1, month + 1) }
      if month > 12 { (month, year) = (1, year + 1) }
    }
  }
}

@Suite struct TimeSpanTests {
  @Test(
    arguments: [
      ("5ns", 5), ("100us", 100_000), ("500ms", 500_000_000), ("30s", 30_000_000_000), ("1m", 60_000_000_000),
      ("8h", 28_800_000_000_000), ("1d", 86_400_000_000_000), ("0s", 0),
      ("106751d", 9_223_286_400_000_000_000),
    ] as [(String, Int64)])
  func reads(text: String, nanoseconds: Int64) {
    #expect(TimeSpan(text)?.nanoseconds == nanoseconds)
    #expect(TimeSpan(text)?.description == text)
  }

  @Test(arguments: [
    "", "8", "h", "8 h", "1.5h", "-8h", "+8h", "8H", "8hh", "1h30m", "106752d", "99999999999999999999s",
  ])
  func refuses(text: String) {
    #expect(TimeSpan(text) == nil)
  }

  @Test func writesTheLongestUnit() {
    #expect(TimeSpan(nanoseconds: 5_400_000_000_000).description == "90m")
    #expect(TimeSpan(nanoseconds: 1_500).description == "1500ns")
  }
}
