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

  /// The greatest power of ten, at most 10^18, that divides every one of `values`; 10^0 where all are zero.
  static func commonPowerOfTen(_ values: some Sequence<UInt64>) -> ExactPower {
    var power = ExactPower(exponent: 18)
    var seen = false
    for value in values where value != 0 {
      seen = true
      while !power.divides(value) { power = ExactPower(exponent: power.exponent - 1) }
      if power.exponent == 0 { break }
    }
    return seen ? power : ExactPower(exponent: 0)
  }
}

/// A power of ten by which numbers are divided that are multiples of it, without a division.
///
/// Source: Granlund and Montgomery, "Division by invariant integers using multiplication", 1994, section 9: a
/// multiple of an odd number times its inverse modulo 2^64 is the quotient, and all else becomes greater than
/// any quotient.
struct ExactPower {
  /// The power is `10^exponent`.
  let exponent: Int
  private let lowBits: UInt64
  private let inverse: UInt64
  private let greatest: UInt64

  init(exponent: Int) {
    self.exponent = exponent
    lowBits = 1 << UInt64(exponent) - 1
    let five = (0..<exponent).reduce(UInt64(1)) { power, _ in power * 5 }
    // Newton's step doubles the right bits; an odd number is its own inverse modulo 8.
    inverse = (0..<5).reduce(five) { guess, _ in guess &* (2 &- five &* guess) }
    greatest = UInt64.max / five
  }

  /// Whether `value` is a multiple.
  @inline(__always)
  func divides(_ value: UInt64) -> Bool { value & lowBits == 0 && quotient(value) <= greatest }

  /// A multiple, divided.
  @inline(__always)
  func quotient(_ value: UInt64) -> UInt64 { (value >> UInt64(exponent)) &* inverse }
}

/// Values as a column holds them: the low bits, of which nothing can be saved, apart from the high bytes.
struct SplitValues {
  /// Low bits of each group's values, 0 to 8.
  private(set) var lowBits: [UInt8] = []
  /// The low bits, each group from a whole byte on.
  private(set) var low: [UInt8] = []
  /// The high parts of all groups, one group behind the other.
  private var high: [UInt64] = []
  /// The bits that any of the high parts has.
  private var highBits: UInt64 = 0

  /// Adds a group with as many low bits as make it shortest.
  mutating func add(_ values: [UInt64]) {
    let all = values.reduce(0) { $0 | $1 }
    let bits = LowBits.best(values, all: all)
    lowBits.append(UInt8(bits))
    if bits > 0 {
      let mask: UInt64 = 1 << UInt64(bits) - 1
      low += ColumnCodec.packed(values.lazy.map { $0 & mask }, bits: bits)
    }
    high.reserveCapacity(high.count + values.count)
    for value in values { high.append(value >> UInt64(bits)) }
    highBits |= all >> UInt64(bits)
  }

  /// Bytes of a high part, 0 to 8.
  var width: Int { (UInt64.bitWidth - highBits.leadingZeroBitCount + 7) / 8 }

  /// The high parts: the lowest byte of every value, the next byte of every value, and so on.
  var planes: [[UInt8]] {
    (0..<width).map { plane in
      let shift = UInt64(8 * plane)
      var bytes = [UInt8](repeating: 0, count: high.count)
      for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: high[index] >> shift) }
      return bytes
    }
  }
}

/// The choice of the number of low bits. It counts in integers, so that every machine writes the same file.
enum LowBits {
  /// What a byte value that occurs costs besides, in the table of its code: two bits.
  fileprivate static let symbolCost = 2 << 16

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

  /// Of many values every fourth one is looked at: more of them would rarely choose otherwise.
  private static let (many, stride) = (1024, 4)

  /// How many bits of `values`, at most the ticks of a span, are best kept apart; `all` are the bits that any
  /// of them has.
  static func best(_ values: [UInt64], all: UInt64) -> Int {
    guard all != 0 else { return 0 }
    let step = values.count >= many ? stride : 1
    var sample: [UInt64] = []
    sample.reserveCapacity(values.count / step + 1)
    for place in Swift.stride(from: 0, to: values.count, by: step) { sample.append(values[place]) }
    var counter = SymbolCounter(sample, all: all, entropy: entropy, step: step)
    var (best, least) = (0, Int.max)
    for bits in 0...8 {
      let cost = values.count * bits << 16 + counter.cost(from: UInt64(bits))
      // A thousandth is not worth bytes that no compression can shorten any more.
      if cost < least - least >> 10 { (best, least) = (bits, cost) }
    }
    return best
  }

  /// Counts the byte values of what lies above some bits.
  private struct SymbolCounter {
    let sample: [UInt64]
    let all: UInt64
    let entropy: [Int]
    let step: Int
    private var counts = [Int](repeating: 0, count: 256)
    /// The counts of the highest byte, and above how many bits it lies; nil before the first.
    private var top = [Int](repeating: 0, count: 256)
    private var topShift: UInt64?

    init(_ sample: [UInt64], all: UInt64, entropy: [Int], step: Int) {
      self.sample = sample
      self.all = all
      self.entropy = entropy
      self.step = step
    }

    /// About how many bits the bytes above `bits` bits take, in 65,536ths.
    mutating func cost(from bits: UInt64) -> Int {
      var shift = bits
      var cost = 0
      while shift < 64, all >> shift != 0 {
        if all >> shift > 255 {
          Self.count(sample, shift, into: &counts)
          cost += self.cost(of: counts, greatest: 255)
        } else {
          countTop(shift)
          cost += self.cost(of: top, greatest: Int(all >> shift))
        }
        shift += 8
      }
      return cost
    }

    private static func count(_ sample: [UInt64], _ shift: UInt64, into counts: inout [Int]) {
      for symbol in counts.indices { counts[symbol] = 0 }
      for value in sample { counts[Int(truncatingIfNeeded: value >> shift & 255)] += 1 }
    }

    /// Counts the highest byte. One bit more below it joins its values by twos.
    private mutating func countTop(_ shift: UInt64) {
      defer { topShift = shift }
      guard let topShift, topShift + 1 == shift else { return Self.count(sample, shift, into: &top) }
      let half = Int(all >> shift) + 1
      for symbol in 0..<min(half, 128) { top[symbol] = top[2 * symbol] + top[2 * symbol + 1] }
      for symbol in half..<min(2 * half, 256) { top[symbol] = 0 }
    }

    private func cost(of counts: [Int], greatest: Int) -> Int {
      var cost = entropy[sample.count] * step
      for symbol in 0...greatest where counts[symbol] > 0 {
        cost += LowBits.symbolCost - entropy[counts[symbol]] * step
      }
      return cost
    }
  }
}
