import Market
import Testing

@testable import TickImport

@Suite struct NumberAndTimeTests {
  static func decimal(_ text: String) -> Result<ExactDecimal, DecimalProblem> {
    let bytes = Array(text.utf8)
    do throws(DecimalProblem) {
      return .success(try DecimalText.parse(bytes.span, 0..<bytes.count))
    } catch {
      return .failure(error)
    }
  }

  static func time(_ text: String, _ unit: TimeUnit? = nil) -> Int64? {
    let bytes = Array(text.utf8)
    return TimeText.parse(bytes.span, 0..<bytes.count, unit: unit)
  }

  @Test(arguments: [
    ("0", 0, 0), ("7", 7, 0), ("46319.50", 463195, 1), ("46319.0", 46319, 0), ("-0.00012359", -12359, 8),
    ("100", 100, 0), ("100.00000000", 100, 0), ("0.00010000", 1, 4), ("+1.5", 15, 1), (".5", 5, 1),
    ("5.", 5, 0), ("007.10", 71, 1), ("1e-05", 1, 5), ("1.25E+3", 1250, 0), ("12e0", 12, 0),
    ("9007199254740991", 9_007_199_254_740_991, 0), ("0.0000000000000000000001", 1, 22),
    ("98146.43668478", 9_814_643_668_478, 8), ("-0", 0, 0), ("0e99", 0, 0), ("11350e-2", 1135, 1),
    ("100e-1", 10, 0),
  ])
  func decimals(text: String, mantissa: Int64, scale: Int) {
    #expect(Self.decimal(text) == .success(ExactDecimal(mantissa: mantissa, scale: scale)))
  }

  @Test(arguments: [
    "", "-", ".", "1.2.3", "1,5", "e5", "1e", "1e+", "1e1234", "0x10", "nan", "inf", "1 ", " 1", "--1",
  ])
  func notNumbers(text: String) {
    #expect(Self.decimal(text) == .failure(.notANumber))
  }

  @Test(arguments: [
    "9007199254740992", "99999999999999999999", "1.2345678901234567", "0.00000000000000000000001", "1e16",
    "1e-23", "18446744073709551617",
  ])
  func tooManyDigits(text: String) {
    #expect(Self.decimal(text) == .failure(.tooManyDigits))
  }

  @Test func decimalsAgreeWithTheOtherReader() {
    // The product's general reader of decimals is written apart from this one.
    for text in ["43943", "30000.01", "0.21111", "1888.00", "-0.00089700", "516.5", "3442.10e1"] {
      guard let expected = ExactDecimal(text) else {
        Issue.record("\(text) is a decimal")
        continue
      }
      #expect(Self.decimal(text) == .success(expected))
    }
  }

  @Test func orderIsExactAcrossScales() {
    let a = ExactDecimal(mantissa: 9_007_199_254_740_991, scale: 22)
    let b = ExactDecimal(mantissa: 1, scale: 6)
    #expect(DecimalOrder.isLess(a, b))
    #expect(!DecimalOrder.isLess(b, a))
    #expect(DecimalOrder.isEqual(ExactDecimal(mantissa: 10, scale: 1), ExactDecimal(mantissa: 1, scale: 0)))
    #expect(DecimalOrder.isLess(ExactDecimal(mantissa: -2, scale: 0), ExactDecimal(mantissa: -19, scale: 1)))
  }

  @Test(
    arguments: [
      ("1621425600", 1_621_425_600_000_000_000), ("1621425600123", 1_621_425_600_123_000_000),
      ("1621425600123456", 1_621_425_600_123_456_000), ("1621425600123456789", 1_621_425_600_123_456_789),
      ("2021-05-19T12:00:00Z", 1_621_425_600_000_000_000), ("2021-05-19 12:00", 1_621_425_600_000_000_000),
      ("2021-12-31 23:01:00.000001", 1_640_991_660_000_001_000),
      ("2021-05-19T14:00:00+02:00", 1_621_425_600_000_000_000), ("1970-01-01T00:00:00Z", 0),
      ("2024-02-29T00:00:00.5Z", 1_709_164_800_500_000_000), ("1969-12-31T23:59:59Z", -1_000_000_000),
    ] as [(String, Int64)])
  func times(text: String, expected: Int64) {
    #expect(Self.time(text) == expected)
  }

  @Test(arguments: [
    "", "12", "-5", "2021-05-19", "2021-02-29T00:00:00Z", "2021-13-01T00:00:00Z", "2021-05-19T24:00:00Z",
    "2021-05-19T12:00:60Z", "2021-05-19T12:00:00.1234567890Z", "2021-05-19T12:00:00ZZ",
    "99999999999999999999", "2021-05-19T12:00:00+0200", "9999999999999999",
  ])
  func notTimes(text: String) {
    #expect(Self.time(text) == nil)
  }

  @Test func aStatedUnitIsTakenAtItsWord() {
    #expect(Self.time("12", .seconds) == 12_000_000_000)
    #expect(Self.time("-12", .milliseconds) == -12_000_000)
    #expect(Self.time("1621425600", .nanoseconds) == 1_621_425_600)
    #expect(Self.time("1621425600123456789", .seconds) == nil)
    #expect(Self.time("2021-05-19T12:00:00Z", .milliseconds) == nil)
  }

  @Test func theMostFrequentStepIsCountedExactly() {
    var steps = StepCounter()
    #expect(steps.mostFrequent == nil)
    for step: Int64 in [7, 60, 60, 0, -3, 7, 60] { steps.add(step) }
    #expect(steps.mostFrequent == 60)
    steps.add(7)
    #expect(steps.mostFrequent == 7)
    var many = StepCounter()
    for step in 1...5000 { many.add(Int64(step)) }
    #expect(many.mostFrequent == nil)
  }
}
