/// Eight bytes of text at once, the first one in the lowest bits.
///
/// The arithmetic on all eight is that of Lemire and Muła on parsing runs of digits ("Quickly parsing eight
/// digits", 2018 and 2022) and of Mycroft's test for small bytes.
struct EightBytes {
  private let word: UInt64

  /// Takes the bytes from `position` on; nil where fewer than eight are left.
  @inline(__always)
  init?(_ bytes: Span<UInt8>, at position: Int) {
    guard position <= bytes.count - 8 else { return nil }
    let part = bytes.extracting(position..<position &+ 8)
    word =
      UInt64(part[0]) | UInt64(part[1]) << 8 | UInt64(part[2]) << 16 | UInt64(part[3]) << 24
      | UInt64(part[4]) << 32 | UInt64(part[5]) << 40 | UInt64(part[6]) << 48 | UInt64(part[7]) << 56
  }

  /// Whether all of them are digits.
  @inline(__always)
  var areDigits: Bool {
    let high: UInt64 = 0xF0F0_F0F0_F0F0_F0F0
    let threes: UInt64 = 0x3030_3030_3030_3030
    return (word & high) == threes && ((word &+ 0x0606_0606_0606_0606) & high) == threes
  }

  /// The number that eight digits spell.
  @inline(__always)
  var number: UInt64 {
    let digits = word &- 0x3030_3030_3030_3030
    let pairs = (digits &* 10) &+ (digits >> 8)
    let mask: UInt64 = 0x0000_00FF_0000_00FF
    let first = (pairs & mask) &* 0x000F_4240_0000_0064
    let second = ((pairs >> 16) & mask) &* 0x0000_2710_0000_0001
    return (first &+ second) >> 32
  }

  /// How many of them lie above the comma before the first one that does not; eight where all do.
  @inline(__always)
  var lengthAboveComma: Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let small = (word &- ones &* 0x2D) & ~word & (ones << 7)
    return small.trailingZeroBitCount >> 3
  }
}
