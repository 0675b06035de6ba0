import Kernels
import Platform
import Random
import Support
import Testing

/// Marks of equal times against a plain loop, at every level that this processor has.
struct TickMarksTests {
  private func compare(_ times: [Int64], previous: Int64) throws {
    var expected = [UInt64](repeating: 0, count: (times.count + 63) / 64)
    for (place, time) in times.enumerated()
    where time == (place == 0 ? previous : times[place - 1]) {
      expected[place / 64] |= 1 << UInt64(place % 64)
    }
    try withEvery("level", in: LineScanTests.levels) { level in
      // What stands there before must not matter, and nothing behind the last word may change.
      var masks = [UInt64](repeating: .max, count: expected.count + 1)
      var span = masks.mutableSpan
      TickMarks.equalTimes(times.span, previous: previous, into: &span, level: level)
      #expect(masks == expected + [.max])
    }
  }

  @Test func everyLevelMarksTheTimesOfAPlainLoop() throws {
    var random = RandomStream(seed: 11, stream: 0, purpose: 0)
    try withEvery("count", in: Array(0...200) + [1_000, 4_096, 4_097]) { count in
      try withEvery("spread", in: [1, 2, 5]) { spread in
        let times = (0..<count).map { _ in Int64(random.choice(count: spread)) - 1 }
        try compare(times, previous: Int64(random.choice(count: spread)) - 1)
      }
    }
  }

  /// Numbers that agree in one half alone are not equal: by hand.
  @Test func numbersAreEqualInAllTheirBits() throws {
    let high: Int64 = 1 << 32
    let times = [7, 7 + high, 7 + 2 * high, 7 + 2 * high, .min, .max, .min, .min, -1, -1, -1 + high, -1]
    var masks: [UInt64] = [0]
    try withEvery("level", in: LineScanTests.levels) { level in
      var span = masks.mutableSpan
      TickMarks.equalTimes(times.span, previous: 7, into: &span, level: level)
      #expect(masks == [0b0010_1000_1001])
    }
    // The same times where whole vectors are compared.
    try compare([Int64](repeating: 3, count: 8) + times + times, previous: 7)
  }
}
