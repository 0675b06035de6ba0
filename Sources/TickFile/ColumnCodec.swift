/// The steps between values and the bytes of a column.
enum ColumnCodec {
  /// Maps small numbers of either sign to small unsigned ones: 0, -1, 1, -2 become 0, 1, 2, 3.
  @inline(__always)
  static func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }

  /// The inverse of ``zigzag(_:)``.
  @inline(__always)
  static func unzigzag(_ value: UInt64) -> Int64 {
    Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// The fewest bytes, 0 to 8, that hold each of `values`.
  static func width(_ values: [UInt64]) -> Int {
    let all = values.reduce(0) { $0 | $1 }
    return (UInt64.bitWidth - all.leadingZeroBitCount + 7) / 8
  }

  /// Bits of a place in a list of `groups` series: 0, 1, 2, 4, 8 or 16.
  static func placeBits(_ groups: Int) -> Int {
    switch groups {
    case ...1: 0
    case ...2: 1
    case ...4: 2
    case ...16: 4
    case ...256: 8
    default: 16
    }
  }

  /// Numbers of `bits` bits each, one behind the other from the lowest bit of the first byte on.
  static func packed(_ values: some Sequence<UInt64>, bits: Int) -> [UInt8] {
    var out: [UInt8] = []
    guard bits > 0 else { return out }
    var (waiting, count): (UInt64, Int) = (0, 0)
    for value in values {
      waiting |= value << UInt64(count)
      count += bits
      while count >= 8 {
        out.append(UInt8(truncatingIfNeeded: waiting))
        waiting >>= 8
        count -= 8
      }
    }
    if count > 0 { out.append(UInt8(truncatingIfNeeded: waiting)) }
    return out
  }

  /// The greatest power of ten, at most 10^18, that divides every one of `values`; 1 where all are zero.
  static func commonPowerOfTen(_ values: some Sequence<UInt64>) -> UInt64 {
    var power: UInt64 = 1_000_000_000_000_000_000
    var seen = false
    for value in values where value != 0 {
      seen = true
      while value % power != 0 { power /= 10 }
      if power == 1 { break }
    }
    return seen ? power : 1
  }
}

/// Values as a column holds them: the low bits, of which nothing can be saved, apart from the high bytes.
struct SplitValues {
  /// Low bits of each group's values, 0 to 8.
  private(set) var lowBits: [UInt8] = []
  /// The low bits, each group from a whole byte on.
  private(set) var low: [UInt8] = []
  /// The high parts of all groups, one group behind the other.
  private var high: [UInt64] = []

  /// Adds a group with as many low bits as make it shortest.
  mutating func add(_ values: some RandomAccessCollection<UInt64>) {
    let bits = LowBits.best(values)
    lowBits.append(UInt8(bits))
    let mask: UInt64 = 1 << UInt64(bits) - 1
    low += ColumnCodec.packed(values.lazy.map { $0 & mask }, bits: bits)
    high.append(contentsOf: values.lazy.map { $0 >> UInt64(bits) })
  }

  /// Bytes of a high part, 0 to 8.
  var width: Int { ColumnCodec.width(high) }

  /// The high parts: the lowest byte of every value, the next byte of every value, and so on.
  var planes: [[UInt8]] {
    (0..<width).map { plane in high.map { UInt8(truncatingIfNeeded: $0 >> UInt64(8 * plane)) } }
  }
}

/// The choice of the number of low bits. It counts in integers, so that every machine writes the same file.
enum LowBits {
  /// What a byte value that occurs costs besides, in the table of its code: two bits.
  private static let symbolCost = 2 << 16

  /// For every count up to that of a span's ticks: count · log2(count), in 65,536ths, rounded down.
  private static let entropy: [Int] = (0...TickFormat.ticksPerSpan).map { count in
    guard count > 1 else { return 0 }
    // The logarithm bit by bit: squaring a number between 1 and 2 doubles what is left of it.
    let whole = Int.bitWidth - 1 - count.leadingZeroBitCount
    var rest = UInt64(count) << UInt64(30 - whole)
    var logarithm = whole
    for _ in 0..<16 {
      rest = (rest * rest) >> 30
      logarithm <<= 1
      if rest >= 1 << 31 {
        rest >>= 1
        logarithm += 1
      }
    }
    return count * logarithm
  }

  /// How many bits of `values`, at most the ticks of a span, are best kept apart.
  static func best(_ values: some RandomAccessCollection<UInt64>) -> Int {
    let all = values.reduce(0) { $0 | $1 }
    guard all != 0 else { return 0 }
    var (best, least) = (0, Int.max)
    for bits in 0...8 {
      let cost = cost(values, bits, all)
      // A thousandth is not worth bytes that no compression can shorten any more.
      if cost < least - least >> 10 { (best, least) = (bits, cost) }
    }
    return best
  }

  /// Of many values every fourth one is looked at: more of them would rarely choose otherwise.
  private static let (many, stride) = (1024, 4)

  /// About how many bits the values take, in 65,536ths.
  private static func cost(
    _ values: some RandomAccessCollection<UInt64>, _ bits: Int, _ all: UInt64
  ) -> Int {
    var cost = values.count * bits << 16
    var shift = UInt64(bits)
    var counts = [UInt16](repeating: 0, count: 256)
    let step = values.count >= many ? stride : 1
    while shift < 64, all >> shift != 0 {
      var seen = 0
      var place = values.startIndex
      while values.distance(from: place, to: values.endIndex) > 0 {
        counts[Int(truncatingIfNeeded: values[place] >> shift & 255)] += 1
        seen += 1
        guard let next = values.index(place, offsetBy: step, limitedBy: values.endIndex) else { break }
        place = next
      }
      cost += entropy[seen] * step
      for symbol in counts.indices where counts[symbol] > 0 {
        cost += symbolCost - entropy[Int(counts[symbol])] * step
        counts[symbol] = 0
      }
      shift += 8
    }
    return cost
  }
}
