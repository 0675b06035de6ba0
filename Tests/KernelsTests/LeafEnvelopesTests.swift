import Kernels
import Platform
import Random
import Support
import Testing

/// Bounds of leaves against a plain loop, at every level that this processor has.
struct LeafEnvelopesTests {
  /// What ``LeafEnvelopes`` works out, by the words of its documentation.
  struct Bounds: Equatable {
    var lows: [Double] = []
    var highs: [Double] = []
    var carriedIn: [Double] = []
    var carry: [Double]

    init(_ columns: [Int], _ prices: [Double], carry: [Double]) {
      self.carry = carry
      for start in stride(from: 0, to: columns.count, by: 64) {
        let leaf = start..<min(columns.count, start + 64)
        for column in carry.indices {
          let before = self.carry[column]
          let own = leaf.filter { columns[$0] == column }.map { prices[$0] }
          let seen = own + (before > 0 ? [before] : [])
          lows.append(seen.min() ?? 0)
          highs.append(seen.max() ?? 0)
          carriedIn.append(before)
          self.carry[column] = own.last ?? before
        }
      }
    }

    /// What a level works out.
    init(_ columns: [Int], _ prices: [Double], carry: [Double], level: KernelLevel) {
      var lows = [Double](repeating: .nan, count: (columns.count + 63) / 64 * carry.count)
      var (highs, ins, last) = (lows, lows, carry)
      var low = lows.mutableSpan
      var high = highs.mutableSpan
      var carriedIn = ins.mutableSpan
      var inForce = last.mutableSpan
      let numbers = columns.map { UInt16(truncatingIfNeeded: $0) }
      LeafEnvelopes.measure(
        columns: numbers.span, prices: prices.span, count: carry.count, carry: &inForce, lows: &low,
        highs: &high, carriedIn: &carriedIn, level: level)
      (self.lows, self.highs, self.carriedIn, self.carry) = (lows, highs, ins, last)
    }
  }

  private func compare(_ columns: [Int], _ prices: [Double], carry: [Double]) throws {
    let expected = Bounds(columns, prices, carry: carry)
    try withEvery("level", in: LineScanTests.levels) { level in
      #expect(Bounds(columns, prices, carry: carry, level: level) == expected)
    }
  }

  /// Prices of every size, with many that are equal.
  private func price(_ random: inout RandomStream) -> Double {
    let special: [Double] = [
      .infinity, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, 1, 1.5,
      Double.leastNormalMagnitude.nextDown,
    ]
    if random.choice(count: 6) == 0 { return special[random.choice(count: special.count)] }
    return random.uniform(from: 1, to: 2)
  }

  @Test func everyLevelBoundsLeavesAsAPlainLoopDoes() throws {
    var random = RandomStream(seed: 21, stream: 0, purpose: 0)
    try withEvery("columns", in: [1, 2, 3, 4, 5, 7, 8, 10, 11, 20, 255, 256, 300]) { count in
      try withEvery("ticks", in: [0, 1, 7, 63, 64, 65, 127, 128, 200, 640]) { ticks in
        // Some columns that are none, and some that never come.
        let some = 1 + random.choice(count: count + 2)
        let columns = (0..<ticks).map { _ in
          random.choice(count: 9) == 0 ? count : random.choice(count: some)
        }
        let prices = columns.map { $0 < count ? price(&random) : random.uniform(from: -1, to: 1) }
        let carry = (0..<count).map { _ in random.choice(count: 2) == 0 ? 0 : price(&random) }
        try compare(columns, prices, carry: carry)
      }
    }
  }

  /// One tick of a column in each place of a leaf.
  @Test func everyPlaceOfALeafCounts() throws {
    try withEvery("place", in: 0..<64) { place in
      var columns = [Int](repeating: 0, count: 64)
      columns[place] = 1
      var prices = (0..<64).map { 100 + Double($0) }
      prices[place] = 3
      let carry = [50, 4.0, 0]
      try compare(columns, prices, carry: carry)
      try compare(columns.map { 1 - $0 }, prices, carry: carry)
    }
  }

  /// Two leaves by hand: a column with a price before, one without, one that never has any.
  @Test func twoLeavesByHand() throws {
    // Column 3 is none: its values must not count.
    let columns = [0, 1, 0, 3] + [Int](repeating: 3, count: 60) + [0, 3]
    let prices = [12, 7, 9, -5] + [Double](repeating: 1e9, count: 60) + [10, 0]
    try withEvery("level", in: LineScanTests.levels) { level in
      let found = Bounds(columns, prices, carry: [11, 0, 0], level: level)
      #expect(found.lows == [9, 7, 0, 9, 7, 0])
      #expect(found.highs == [12, 7, 0, 10, 7, 0])
      #expect(found.carriedIn == [11, 0, 0, 9, 7, 0])
      #expect(found.carry == [10, 7, 0])
    }
  }
}
