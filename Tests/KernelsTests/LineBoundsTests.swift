import Kernels
import Platform
import Random
import Support
import Testing

/// Lines over nodes of boxes against plain loops, at every level that this processor has.
struct LineBoundsTests {
  /// The rule: from the left with every rounding, the low for a coefficient that is not below 0.
  static func isHit(_ line: [Double], _ low: [Double], _ high: [Double]) -> Bool {
    var value = line[0]
    for factor in low.indices {
      let product = line[factor + 1] * (line[factor + 1] >= 0 ? low[factor] : high[factor])
      value += product
    }
    return !(value > 0)
  }

  static func numbers(_ random: inout RandomStream, _ count: Int, isWild: Bool) -> [Double] {
    (0..<count).map { _ in LineScanTests.number(&random, isWild: isWild) }
  }

  /// 0 · 5 is 0, 0 · ∞ is NaN: only the first leaves a constant above 0 where it is. By hand.
  @Test(arguments: [0, -0.0])
  func aCoefficientOfZeroTakesTheLow(zero: Double) throws {
    try withEvery("level", in: LineScanTests.levels) { level in
      let bounds = LineBounds(level)
      let five = [Double](repeating: 5, count: 16)
      let infinity = [Double](repeating: .infinity, count: 16)
      let line = [1, zero]
      #expect(bounds.children(line: line.span, node: (five + infinity).span) == 0)
      #expect(bounds.children(line: line.span, node: (infinity + five).span) == 0xffff)
    }
  }

  @Test func everyLevelHoldsALineAgainstNodesAsAPlainLoopDoes() throws {
    var random = RandomStream(seed: 32, stream: 0, purpose: 0)
    try withEvery("factors", in: [0, 1, 2, 3, 5, 33]) { factors in
      try withEvery("turn", in: 0..<40) { turn in
        let isWild = turn % 2 == 1
        let line = Self.numbers(&random, factors + 1, isWild: isWild)
        let node = Self.numbers(&random, factors * 32, isWild: isWild)
        var expected: UInt32 = 0
        for child in 0..<16 {
          let low = (0..<factors).map { node[$0 * 32 + child] }
          let high = (0..<factors).map { node[$0 * 32 + 16 + child] }
          if Self.isHit(line, low, high) { expected |= 1 << UInt32(child) }
        }
        try withEvery("level", in: LineScanTests.levels) { level in
          #expect(LineBounds(level).children(line: line.span, node: node.span) == expected)
        }
      }
    }
  }

  /// A child whose corner is exactly 0, the least that is above it, and one that is NaN: by hand.
  @Test func edgesOfANode() throws {
    // 1 − x over highs, and lows that must not be looked at.
    var node = [Double](repeating: .nan, count: 32)
    for child in 0..<16 { node[16 + child] = 1 - Double(child - 2) * 0x1p-53 }
    (node[16 + 9], node[16 + 15]) = (.nan, -.infinity)
    let line = [1.0, -1]
    try withEvery("level", in: LineScanTests.levels) { level in
      // 1 + 2⁻⁵² and 1 are hits, child 1 at 1 + 2⁻⁵³ is rounded to 1; all below 1 are not.
      #expect(LineBounds(level).children(line: line.span, node: node.span) == 0b10_0000_0111)
    }
  }

  @Test func everyLevelJoinsChildrenAsAPlainLoopDoes() throws {
    var random = RandomStream(seed: 33, stream: 0, purpose: 0)
    try withEvery("factors", in: [0, 1, 2, 3, 7]) { factors in
      try withEvery("children", in: 0...16) { children in
        let parts = (0..<factors * 2).map { part -> [Double] in
          (0..<16).map { _ in
            if random.choice(count: 3) == 0 { return part % 2 == 0 ? -7 : 0 }
            return random.uniform(from: part % 2 == 0 ? 1 : 2, to: part % 2 == 0 ? 2 : 3)
          }
        }
        let bounds = (0..<factors).map { factor -> (Double, Double) in
          let counted = (0..<children).filter { parts[2 * factor + 1][$0] != 0 }
          return (
            counted.map { parts[2 * factor][$0] }.min() ?? 0,
            counted.map { parts[2 * factor + 1][$0] }.max() ?? 0
          )
        }
        try compare(parts.flatMap { $0 }, children, bounds.map(\.0), bounds.map(\.1))
      }
    }
  }

  private func compare(_ node: [Double], _ children: Int, _ lows: [Double], _ highs: [Double]) throws {
    try withEvery("level", in: LineScanTests.levels) { level in
      let bounds = LineBounds(level)
      var (low, high) = ([Double](repeating: .nan, count: lows.count), lows)
      var lowSpan = low.mutableSpan
      var highSpan = high.mutableSpan
      bounds.join(node: node.span, children: children, low: &lowSpan, high: &highSpan)
      #expect(low == lows && high == highs)
      var parent = [Double](repeating: 5, count: node.count)
      var expected = parent
      for factor in lows.indices {
        expected[factor * 32 + 11] = lows[factor]
        expected[factor * 32 + 16 + 11] = highs[factor]
      }
      var span = parent.mutableSpan
      bounds.join(node: node.span, children: children, into: &span, child: 11)
      #expect(parent == expected)
    }
  }
}
