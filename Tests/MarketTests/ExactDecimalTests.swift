import Market
import Testing

@Suite struct ExactDecimalTests {
  @Test(
    arguments: [
      ("0", 0, 0), ("-0.00", 0, 0), ("0.001", 1, 3), ("1e-3", 1, 3), ("10E-4", 1, 3), ("1.50", 15, 1),
      ("-12.5", -125, 1), ("1000", 1000, 0), ("1e3", 1000, 0), ("2.5e1", 25, 0), ("0.1e+1", 1, 0),
      ("9007199254740991", 9_007_199_254_740_991, 0), ("-9007199254740991", -9_007_199_254_740_991, 0),
      ("1e-22", 1, 22), ("0.10000000000000000000000000000", 1, 1), ("31967.27", 3_196_727, 2),
    ] as [(String, Int64, Int)])
  func reads(text: String, mantissa: Int64, scale: Int) {
    #expect(ExactDecimal(text) == ExactDecimal(mantissa: mantissa, scale: scale))
  }

  @Test(arguments: [
    "", "-", ".5", "5.", "+5", "1e", "1e+", "e3", "0x10", "1_000", "1,5", " 1", "1 ", "inf", "nan", "٣",
    "007",
    "9007199254740992", "9007199254740993", "1e16", "1e-23", "12345678901234567890", "1e999999999999",
    "1e-999999999999",
  ])
  func refuses(text: String) {
    #expect(ExactDecimal(text) == nil)
  }

  @Test func isTheNearestDouble() {
    // The compiler's literals are the oracle.
    #expect(ExactDecimal("31967.27")?.double == 31967.27)
    #expect(ExactDecimal("0.0000833")?.double == 0.0000833)
    #expect(ExactDecimal("900719925474.0991")?.double == 900719925474.0991)
    #expect(ExactDecimal("0.0000000000000000000007")?.double == 0.0000000000000000000007)
  }

  @Test func writesPlainDigits() {
    #expect(ExactDecimal(mantissa: 1, scale: 3).description == "0.001")
    #expect(ExactDecimal(mantissa: -125, scale: 1).description == "-12.5")
    #expect(ExactDecimal(mantissa: 100, scale: 0).description == "100")
    #expect(ExactDecimal(mantissa: 0, scale: 0).description == "0")
  }

  @Test func multipliesLots() {
    let lot = ExactDecimal(mantissa: 1, scale: 3)
    #expect(lot.times(109_488) == 109.488)
    #expect(lot.times(-3_683_979) == -3683.979)
    // 3 × 0.1 is the Double 0.3, which 3 * 0.1 in Doubles is not.
    #expect(ExactDecimal(mantissa: 1, scale: 1).times(3) == 0.3)
    #expect(lot.times(.max) == nil)
    #expect(ExactDecimal(mantissa: 3, scale: 0).times(1 << 52) == nil)
    #expect(lot.times(1 << 53) == 9007199254740.992)
  }

  @Test(
    arguments: [
      ("109.488", "0.001", 109_488, true), ("109.4885", "0.001", 109_488, false), ("-0.3", "0.1", -3, true),
      ("-0.35", "0.1", -3, false), ("0", "0.1", 0, true), ("7", "2.5", 2, false), ("5000", "100", 50, true),
      ("1e-22", "1", 0, false), ("9007199254740991", "1", 9_007_199_254_740_991, true),
    ] as [(String, String, Int64, Bool)])
  func countsLotsOfADecimal(quantity: String, lot: String, lots: Int64, isWhole: Bool) throws {
    let count = try #require(ExactDecimal(lot)).lots(in: #require(ExactDecimal(quantity)))
    #expect(count?.lots == lots)
    #expect(count?.isWhole == isWhole)
  }

  @Test func refusesLotsBeyondRange() throws {
    let lot = try #require(ExactDecimal("1e-22"))
    #expect(lot.lots(in: ExactDecimal(mantissa: 1, scale: 0)) == nil)
    #expect(ExactDecimal(mantissa: 0, scale: 0).lots(in: lot) == nil)
    #expect(lot.lots(in: 1.0) == nil)
    #expect(lot.lots(in: Double.nan) == nil)
    #expect(lot.lots(in: Double.infinity) == nil)
  }

  @Test(
    arguments: [
      (0.3, "0.1", 3, true), (0.30000000000000004, "0.1", 3, false), (0.29999999999999993, "0.1", 2, false),
      (-0.3, "0.1", -3, true), (-0.39, "0.1", -3, false), (0.0, "0.001", 0, true), (1.999, "1", 1, false),
      (109.488, "0.001", 109_488, true), (0.0009999, "0.001", 0, false),
    ] as [(Double, String, Int64, Bool)])
  func countsLotsOfADouble(quantity: Double, lot: String, lots: Int64, isWhole: Bool) throws {
    let count = try #require(ExactDecimal(lot)).lots(in: quantity)
    #expect(count?.lots == lots)
    #expect(count?.isWhole == isWhole)
  }

  /// Every multiple of the lot is found again from its Double.
  @Test func lotsComeBack() throws {
    for text in ["0.001", "0.1", "1", "0.00001", "2.5", "0.003"] {
      let lot = try #require(ExactDecimal(text))
      var lots: Int64 = 1
      while lots < 1 << 40, let quantity = lot.times(lots) {
        #expect(
          lot.lots(in: quantity) == lot.lots(in: quantity).map { _ in .init(lots: lots, isWhole: true) })
        lots = lots * 3 + 1
      }
    }
  }
}

@Suite struct NumberTextTests {
  @Test(
    arguments: [
      (0, "0"), (-0.0, "0"), (1, "1"), (-12, "-12"), (0.1, "0.1"), (1e15, "1000000000000000"),
      (0.30000000000000004, "0.30000000000000004"), (-1.5, "-1.5"),
      (9_007_199_254_740_991, "9007199254740991"),
    ] as [(Double, String)])
  func writes(value: Double, text: String) {
    #expect(NumberText.shortest(value) == text)
  }

  @Test func readsBack() {
    var values: [Double] = [
      .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, 1e-5, 1e16,
      9_007_199_254_740_992, 1e22, 1e23,
      123456.789, .pi, 1e100,
    ]
    var bits: UInt64 = 0x3ff0_1234_5678_9abc
    for _ in 0..<2_000 {
      bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Double(bitPattern: bits)
      if value.isFinite { values.append(value) }
    }
    for value in values + values.map(-) {
      let text = NumberText.shortest(value)
      #expect(Double(text) == value, "\(text)")
      #expect(!text.hasSuffix(".0"))
    }
  }

  @Test func leavesNoTraceOfInfinity() {
    var bytes = Array("x".utf8)
    #expect(!NumberText.append(.infinity, to: &bytes))
    #expect(!NumberText.append(.nan, to: &bytes))
    #expect(bytes == Array("x".utf8))
  }

  @Test func writesIntegers() {
    for (value, text) in [(Int64.min, "-9223372036854775808"), (0, "0"), (.max, "9223372036854775807")] {
      var bytes: [UInt8] = []
      NumberText.append(value, to: &bytes)
      #expect(String(decoding: bytes, as: UTF8.self) == text)
    }
  }
}
