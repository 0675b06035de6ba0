import Kernels
import Platform
import Random
import Support
import Testing

/// The loops over columns against plain arithmetic, at every level that this processor has.
struct ColumnValuesTests {
  /// Values laid out as the type describes it, written bit by bit, with filler before and behind.
  private static func lay(
    _ values: [UInt64], width: Int, lowBits: Int, gap: Int
  ) -> (bytes: [UInt8], places: ColumnValues) {
    let stride = values.count + gap
    let low = 3
    let lowBytes = (values.count * lowBits + 7) / 8
    let planes = low + lowBytes + 8
    var bytes = [UInt8](repeating: 0xA5, count: planes + 8 * stride + 16)
    for place in low..<low + lowBytes { bytes[place] = 0 }
    for (index, value) in values.enumerated() {
      for bit in 0..<lowBits where value >> UInt64(bit) & 1 == 1 {
        bytes[low + (index * lowBits + bit) / 8] |= 1 << UInt8((index * lowBits + bit) % 8)
      }
      for plane in 0..<width {
        bytes[planes + plane * stride + index] = UInt8(
          truncatingIfNeeded: value >> UInt64(lowBits + 8 * plane))
      }
    }
    return (
      bytes,
      ColumnValues(
        planes: planes, stride: stride, width: width, low: low, lowBits: lowBits, count: values.count)
    )
  }

  /// Random values of at most `bits` bits.
  private static func random(_ count: Int, bits: Int, _ random: inout RandomStream) -> [UInt64] {
    (0..<count).map { _ in bits == 0 ? 0 : random.next() >> UInt64(64 - bits) }
  }

  private static func signed(_ value: UInt64) -> Int64 {
    value % 2 == 0 ? Int64(value / 2) : -Int64(value / 2) - 1
  }

  private static let limit: Int64 = 1 << 53

  @Test func everyLevelReadsTheValuesOfEveryLayout() throws {
    var random = RandomStream(seed: 21, stream: 0, purpose: 0)
    try withEvery("width", in: 0...8) { width in
      try withEvery("low bits", in: 0...8) { lowBits in
        try withEvery("count", in: [0, 1, 7, 8, 9, 16, 61]) { count in
          let bits = min(50, 8 * width + lowBits)
          let values = Self.random(count, bits: bits, &random)
          let (bytes, places) = Self.lay(values, width: width, lowBits: lowBits, gap: Int(count % 3))
          for index in 0..<count { #expect(places.value(index, of: bytes.span) == values[index]) }
          try withEvery("level", in: LineScanTests.levels) { level in
            try compare(values, bytes, places, level)
          }
        }
      }
    }
  }

  private func compare(
    _ values: [UInt64], _ bytes: [UInt8], _ places: ColumnValues, _ level: KernelLevel
  ) throws {
    let numbers = values.map(Self.signed)
    var sum: Int64 = 1_000
    let sums = numbers.map { number in
      sum += number
      return sum
    }
    let room = 2 + (values.count + 7) / 8 * 8
    var integers = [Int64](repeating: 7, count: room)
    var target = integers.mutableSpan
    #expect(places.numbers(of: bytes.span, into: &target, at: 2, level: level))
    #expect(Array(integers[..<(2 + values.count)]) == [7, 7] + numbers)

    target = integers.mutableSpan
    let areSmall = places.runningSums(of: bytes.span, first: 1_000, into: &target, at: 2, level: level)
    #expect(areSmall == sums.allSatisfy { $0.magnitude < Self.limit.magnitude })
    #expect(Array(integers[..<(2 + values.count)]) == [7, 7] + sums)

    var doubles = [Double](repeating: 7, count: room)
    var quotients = doubles.mutableSpan
    let areExact = places.runningQuotients(
      of: bytes.span, first: 1_000, divisor: 1e3, into: &quotients, at: 2, level: level)
    #expect(areExact == areSmall)
    if areSmall { #expect(Array(doubles[..<(2 + values.count)]) == [7, 7] + sums.map { Double($0) / 1e3 }) }

    for unit: UInt64 in [1, 1_000, 10_000_000_000_000_000_000] {
      target = integers.mutableSpan
      let bits = places.ascendingSums(
        of: bytes.span, first: -5, unit: unit, into: &target, at: 0, level: level)
      #expect(bits == values.reduce(0, |))
      var time: Int64 = -5
      let times = values.map { value in
        time &+= Int64(bitPattern: value &* unit)
        return time
      }
      #expect(Array(integers[..<values.count]) == times)
    }
  }

  /// As many differences as a span has, all at their largest, around counts, sizes and first mantissas at
  /// which the way of adding up may change: the sums are multiples of the step.
  @Test func longRunsOfLargeStepsAddUp() throws {
    try withEvery("count", in: [4_096, 4_100]) { count in
      try withEvery("bits", in: [16, 19, 20]) { bits in
        try withEvery("first", in: [0, 1 << 52, (1 << 52) + 1, -(1 << 52), -(1 << 52) - 1]) { first in
          // The largest value, which is odd, is a step down; the one before is a step up.
          for value in [UInt64(1) << UInt64(bits) - 1, UInt64(1) << UInt64(bits) - 2] {
            let step = value % 2 == 1 ? -(Int64(1) << Int64(bits - 1)) : Int64(1) << Int64(bits - 1) - 1
            let values = [UInt64](repeating: value, count: count)
            let (bytes, places) = Self.lay(
              values, width: (bits - 3) / 8, lowBits: bits - (bits - 3) / 8 * 8, gap: 1)
            let expected = (1...Int64(count)).map { Double(Int64(first) + $0 * step) / 100 }
            try withEvery("level", in: LineScanTests.levels) { level in
              var doubles = [Double](repeating: 7, count: (count + 7) / 8 * 8)
              var out = doubles.mutableSpan
              #expect(
                places.runningQuotients(
                  of: bytes.span, first: Int64(first), divisor: 100, into: &out, at: 0, level: level))
              #expect(Array(doubles[..<count]) == expected)
            }
          }
        }
      }
    }
  }

  /// Mantissas at both ends of what a Double holds exactly, and one step further: by hand.
  @Test func theLimitIsKeptOnBothSides() throws {
    func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }
    let last = Self.limit - 1
    try withEvery("level", in: LineScanTests.levels) { level in
      for (first, step, isRight) in [
        (last - 3, Int64(3), true), (last - 3, 4, false), (3 - last, -3, true), (3 - last, -4, false),
        (last, 0, true), (-last, 0, true), (0, last, true), (0, -last, true), (last, .max, false),
      ] {
        let (bytes, places) = Self.lay([0, zigzag(step), 0], width: 8, lowBits: 0, gap: 0)
        var doubles = [Double](repeating: 0, count: 8)
        var out = doubles.mutableSpan
        let found = places.runningQuotients(
          of: bytes.span, first: first, divisor: 1, into: &out, at: 0, level: level)
        #expect(found == isRight, "\(first) \(step)")
        if isRight { #expect(doubles[0] == Double(first) && doubles[2] == Double(first + step)) }
        var integers = [Int64](repeating: 0, count: 8)
        var sums = integers.mutableSpan
        #expect(places.runningSums(of: bytes.span, first: first, into: &sums, at: 0, level: level) == isRight)
        #expect(integers[0] == first)
      }
    }
  }
}
