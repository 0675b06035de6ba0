import Kernels
import Platform
import Random
import Support
import Testing

/// Merging groups against a plain loop, at every level that this processor has.
struct GroupedColumnsTests {
  @Test func everyLevelMergesAsAPlainLoop() throws {
    var random = RandomStream(seed: 22, stream: 0, purpose: 0)
    try withEvery("groups", in: [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 256]) { groups in
      try withEvery("count", in: [0, 1, 63, 64, 65, 128, 200, 1_000]) { count in
        // Runs of one group, too, not only a mixture.
        var group = 0
        let places = (0..<count).map { _ -> UInt8 in
          if random.choice(count: 3) == 0 { group = random.choice(count: groups) }
          return UInt8(group)
        }
        try compare(places, groups)
      }
    }
  }

  private func compare(_ places: [UInt8], _ groups: Int) throws {
    let count = places.count
    var starts = [Int](repeating: 0, count: 256)
    var sum = 0
    for group in 0..<256 {
      starts[group] = sum
      sum += places.count { $0 == UInt8(group) }
    }
    let source = (0..<2 * count + 64).map { Double($0) }
    var next = starts
    let expected = places.map { place in
      defer { next[Int(place)] += 1 }
      return Double(next[Int(place)])
    }
    let table = (0..<256).map { UInt16($0 * 3 + 1) }
    let plain = (0..<256).map { UInt16($0) }
    let padded = places + [UInt8](repeating: 255, count: 64)
    try withEvery("level", in: LineScanTests.levels) { level in
      var own = starts
      var out = [Double](repeating: -1, count: count + 2)
      var numbers = [UInt16](repeating: 9, count: count + 2)
      var moving = own.mutableSpan
      var target = out.mutableSpan
      GroupedColumns.merge(
        padded.span, count: count, starts: &moving, groups: groups, source: source.span, into: &target, at: 1,
        level: level)
      #expect(out == [-1] + expected + [-1])
      #expect(Array(own[..<groups]) == Array(next[..<groups]))
      // Bits that are no number as a double, too, and two tables: one of it is the places themselves.
      let integers = source.map { Int64(bitPattern: 0x7FF4_0000_0000_0000) + Int64($0) }
      var mantissas = [Int64](repeating: -1, count: count + 2)
      own = starts
      moving = own.mutableSpan
      var moved = mantissas.mutableSpan
      GroupedColumns.merge(
        padded.span, count: count, starts: &moving, groups: groups, source: integers.span, into: &moved,
        at: 1, level: level)
      #expect(mantissas == [-1] + expected.map { integers[Int($0)] } + [-1])
      var found = numbers.mutableSpan
      GroupedColumns.lookUp(
        plain.span, groups: groups, places: padded.span, count: count, into: &found,
        at: 1, level: level)
      #expect(numbers == [9] + places.map { UInt16($0) } + [9])
      found = numbers.mutableSpan
      GroupedColumns.lookUp(
        table.span, groups: groups, places: padded.span, count: count, into: &found, at: 1, level: level)
      #expect(numbers == [9] + places.map { table[Int($0)] } + [9])
    }
  }

  /// Places that are no groups lead nowhere: what comes out does not matter, but the call ends, and what the
  /// starts say then is not what a true column leaves.
  @Test func placesThatAreNoGroupsDoNoHarm() throws {
    let places = [UInt8](repeating: 200, count: 100) + [UInt8](repeating: 0, count: 64)
    let source = [Double](repeating: 1, count: 300)
    try withEvery("level", in: LineScanTests.levels) { level in
      var starts = [Int](repeating: 0, count: 256)
      starts[1] = 50
      var out = [Double](repeating: -1, count: 100)
      var moving = starts.mutableSpan
      var target = out.mutableSpan
      GroupedColumns.merge(
        places.span, count: 100, starts: &moving, groups: 2, source: source.span, into: &target, at: 0,
        level: level)
      #expect(starts[0] != 50)
    }
  }

  @Test func packedPlacesAreSpread() throws {
    var random = RandomStream(seed: 23, stream: 0, purpose: 0)
    try withEvery("bits", in: [1, 2, 4]) { bits in
      try withEvery("count", in: [0, 1, 7, 8, 9, 100]) { count in
        let places = (0..<count).map { _ in UInt8(random.choice(count: 1 << bits)) }
        var bytes = [UInt8](repeating: 0, count: 2 + (count * bits + 7) / 8)
        for (index, place) in places.enumerated() {
          bytes[2 + index * bits / 8] |= place << UInt8(index * bits % 8)
        }
        bytes += [UInt8](repeating: 255, count: 16)
        try withEvery("level", in: LineScanTests.levels) { level in
          var out = [UInt8](repeating: 0, count: count + 7)
          var target = out.mutableSpan
          GroupedColumns.spread(
            bytes.span, from: 2, bits: bits, count: count, into: &target, level: level)
          #expect(Array(out[..<count]) == places)
        }
      }
    }
  }
}
