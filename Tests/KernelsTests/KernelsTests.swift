import Kernels
import Platform
import Random
import Support
import Testing

/// Every level that this processor has against a scalar loop. In debug builds all levels are compiled for the
/// baseline: `scripts/check-kernels` runs these tests optimised, and under emulators.
struct LineScanTests {
  static let levels = KernelLevel.allCases.filter(\.isSupported)

  /// Lines and columns, and what a scalar loop sees in them.
  struct World {
    var factors: Int
    var stride: Int
    /// The numbers of each line, its constant first.
    var lines: [[Double]]
    var columns: [Double]

    /// The rule itself: summed from the left with every rounding; a hit unless it is above 0.
    func isHit(_ line: Int, _ instant: Int) -> Bool {
      var value = lines[line][0]
      for factor in 0..<factors {
        let product = lines[line][factor + 1] * columns[factor * stride + instant]
        value += product
      }
      return !(value > 0)
    }

    func firstHit(_ line: Int, _ range: Range<Int>) -> Int? { range.first { isHit(line, $0) } }

    /// Eight lines of one number after the other.
    var interleaved: [Double] {
      Swift.stride(from: 0, to: lines.count, by: LineScan.lanes).flatMap { group in
        (0...factors).flatMap { number in (group..<group + LineScan.lanes).map { lines[$0][number] } }
      }
    }
  }

  /// Whoever runs the tests on some processor, real or emulated, may say which level is found there.
  @Test func theProcessorHasTheLevelExpected() {
    guard let expected = Environment.value("MARGINSWEEP_EXPECTED_KERNEL"), !expected.isEmpty else { return }
    #expect(KernelLevel.best.rawValue == expected)
  }

  /// Where nothing lacks, under no emulator, this says nothing.
  @Test func levelsThatTheProcessorLacksAreRefused() {
    let names = Self.levels.map(\.rawValue).joined(separator: ", ")
    for level in KernelLevel.allCases where !level.isSupported {
      #expect {
        try KernelLevel.chosen(level, environment: nil)
      } throws: {
        "\($0)" == "--kernel: this processor cannot run the kernel \(level), expected \(names)"
      }
    }
  }

  /// Small whole numbers, whose sums are often exactly 0, or numbers of every kind.
  static func number(_ random: inout RandomStream, isWild: Bool) -> Double {
    guard isWild else { return Double(random.choice(count: 7) - 3) }
    let special: [Double] = [
      .nan, -.nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
      .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNormalMagnitude, 1, -1,
    ]
    if random.choice(count: 4) == 0 { return special[random.choice(count: special.count)] }
    return random.uniform(from: -2, to: 2) * (random.choice(count: 9) == 0 ? 1e300 : 1)
  }

  /// Lines that are mostly positive, so that first hits lie anywhere.
  static func world(_ random: inout RandomStream, factors: Int, groups: Int, stride: Int) -> World {
    let kind = random.choice(count: 3)
    let columns = (0..<factors * stride).map { _ in
      kind == 0 ? random.uniform(from: 1, to: 2) : number(&random, isWild: kind == 1)
    }
    let lines = (0..<groups * LineScan.lanes).map { _ in
      (0...factors).map { place in
        switch (kind, place) {
        case (0, 0): random.uniform(from: -0.2, to: 3)
        case (0, _): random.uniform(from: -1, to: 1)
        default: number(&random, isWild: kind == 1) + (place == 0 ? 4 : 0)
        }
      }
    }
    return World(factors: factors, stride: stride, lines: lines, columns: columns)
  }

  private func compare(_ world: World, _ range: Range<Int>) throws {
    let expected = world.lines.indices.map { world.firstHit($0, range) }
    let (lines, columns) = (world.interleaved, world.columns)
    var others: [Int]?
    try withEvery("level", in: Self.levels) { level in
      let scan = LineScan(level)
      var starts = [Int](repeating: -1, count: LineScan.mostLines)
      var span = starts.mutableSpan
      let hits = scan.hits(
        lines: lines.span, factors: world.factors, columns: columns.span, stride: world.stride,
        range: range, starts: &span)
      try withEvery("line", in: world.lines.indices) { line in
        let isHit = hits & (1 << UInt32(line)) != 0
        #expect(isHit == (expected[line] != nil))
        if let first = expected[line] { #expect(range.contains(starts[line]) && starts[line] <= first) }
        let numbers = world.lines[line]
        let found = scan.firstHit(
          line: numbers.span, columns: columns.span, stride: world.stride, range: range)
        #expect(found == expected[line])
      }
      #expect(world.lines.count == LineScan.mostLines || hits < 1 << UInt32(world.lines.count))
      #expect(others ?? starts == starts, "levels begin their searches elsewhere")
      others = starts
    }
  }

  @Test func everyLevelSeesTheHitsOfAScalarLoop() throws {
    var random = RandomStream(seed: 4, stream: 0, purpose: 0)
    try withEvery("factors", in: [0, 1, 2, 3, 4, 5, 9]) { factors in
      try withEvery("count", in: 0...70) { count in
        let start = random.choice(count: 9)
        let world = Self.world(
          &random, factors: factors, groups: 1 + random.choice(count: 4), stride: start + count + 3)
        try withEvery("start", in: [start]) { try compare(world, $0..<$0 + count) }
      }
    }
  }

  /// Longer than a cell of instants, with few hits far into it.
  @Test func firstHitsOfLongRangesAreFound() throws {
    var random = RandomStream(seed: 5, stream: 0, purpose: 0)
    try withEvery("factors", in: [1, 2, 3, 6]) { factors in
      try withEvery("groups", in: 1...4) { groups in
        let stride = 3_000
        var world = World(
          factors: factors, stride: stride,
          lines: (0..<groups * LineScan.lanes).map { _ in
            [1] + (0..<factors).map { _ in random.uniform(from: 0, to: 1) }
          },
          columns: (0..<factors * stride).map { _ in random.uniform(from: 1, to: 2) })
        world.columns[1_777] = .nan
        for line in Swift.stride(from: 0, to: world.lines.count, by: 3) { world.lines[line][factors] = -1 }
        for instant in [2_100, 2_900] { world.columns[(factors - 1) * stride + instant] = 9 }
        try compare(world, 5..<1_700)
        try compare(world, 1..<stride)
        try compare(world, 2_101..<2_950)
      }
    }
  }

  /// A sum of two numbers is above 0 where one is above the other's negative, and nowhere else: by hand.
  @Test(
    arguments: [
      (1, -1, true), (1, -0.5, false), (0, 0, true), (-0.0, 0, true), (0, 1, false),
      (.infinity, -.infinity, true),
      (-.infinity, .infinity, true), (.infinity, 1, false), (.infinity, -.greatestFiniteMagnitude, false),
      (.greatestFiniteMagnitude, .greatestFiniteMagnitude, false), (.nan, 1, true), (1, .nan, true),
      (.leastNonzeroMagnitude, 0, false), (.leastNonzeroMagnitude, -.leastNonzeroMagnitude, true),
      (.leastNormalMagnitude, -Double.leastNormalMagnitude.nextDown, false),
    ] as [(Double, Double, Bool)]
  )
  func edgesOfTheComparison(constant: Double, price: Double, isHit: Bool) throws {
    let prices = [price]
    let lines = [Double](repeating: constant, count: 8) + [Double](repeating: 1, count: 8)
    try withEvery("level", in: Self.levels) { level in
      var starts = [Int](repeating: 0, count: 8)
      var span = starts.mutableSpan
      let hits = LineScan(level).hits(
        lines: lines.span, factors: 1, columns: prices.span, stride: 1, range: 0..<1, starts: &span)
      #expect(hits == (isHit ? 0xff : 0))
    }
  }
}
