extension Timestamp {
  /// What a time may look like, for error messages.
  public static let expectation =
    "a UTC time such as 2021-05-19T12:00:00Z (a fraction of up to 9 digits, or the date alone, may be given)"

  private static let nanosecondsPerSecond: Int64 = 1_000_000_000
  private static let secondsPerDay: Int64 = 86_400

  /// Reads an ISO 8601 UTC time: `2021-05-19T12:00:00Z`, with up to 9 digits of fraction, or a date alone,
  /// which means its midnight.
  ///
  /// Nil where the text is anything else, names a day that does not exist, a leap second, or a moment outside
  /// of what 64 bits of nanoseconds hold (1677-09-21 to 2262-04-11).
  public init?(_ text: some StringProtocol) {
    var digits = Digits(text.utf8)
    guard let year = digits.number(of: 4), digits.skip("-"), let month = digits.number(of: 2),
      digits.skip("-"), let day = digits.number(of: 2),
      let date = CivilDate(year: year, month: month, day: day)
    else { return nil }
    var secondOfDay = 0
    var fraction = 0
    if !digits.isAtEnd {
      guard digits.skip("T"), let hour = digits.number(of: 2), hour < 24, digits.skip(":"),
        let minute = digits.number(of: 2), minute < 60, digits.skip(":"),
        let second = digits.number(of: 2), second < 60
      else { return nil }
      secondOfDay = (hour * 60 + minute) * 60 + second
      if digits.skip(".") {
        guard let read = digits.fraction() else { return nil }
        fraction = read
      }
      guard digits.skip("Z"), digits.isAtEnd else { return nil }
    }
    self.init(days: date.daysSinceEpoch, secondOfDay: secondOfDay, fraction: fraction)
  }

  private init?(days: Int, secondOfDay: Int, fraction: Int) {
    let seconds = Int64(days) * Self.secondsPerDay + Int64(secondOfDay)
    // The widest product lies outside of Int64 only by the fraction of one second, hence 128 bits.
    let total = Int128(seconds) * Int128(Self.nanosecondsPerSecond) + Int128(fraction)
    guard let nanoseconds = Int64(exactly: total) else { return nil }
    self.init(nanoseconds: nanoseconds)
  }

  /// Appends the time as 30 bytes, `2021-05-19T12:00:00.000000000Z`.
  public func append(to bytes: inout [UInt8]) {
    let seconds = floorDivide(nanoseconds, Self.nanosecondsPerSecond)
    let days = floorDivide(seconds, Self.secondsPerDay)
    let date = CivilDate(daysSinceEpoch: Int(days))
    let secondOfDay = Int(seconds - days * Self.secondsPerDay)
    // The remainder is taken without a product, which could leave Int64 at its lower end.
    let remainder = nanoseconds % Self.nanosecondsPerSecond
    let fraction = remainder < 0 ? remainder + Self.nanosecondsPerSecond : remainder
    func put(_ value: Int, _ width: Int, _ end: Character) {
      var divisor = (1..<width).reduce(1) { product, _ in product * 10 }
      while divisor > 0 {
        bytes.append(0x30 + UInt8(value / divisor % 10))
        divisor /= 10
      }
      bytes.append(contentsOf: end.utf8)
    }
    put(date.year, 4, "-")
    put(date.month, 2, "-")
    put(date.day, 2, "T")
    put(secondOfDay / 3_600, 2, ":")
    put(secondOfDay / 60 % 60, 2, ":")
    put(secondOfDay % 60, 2, ".")
    put(Int(fraction), 9, "Z")
  }
}

extension Timestamp: CustomStringConvertible {
  /// `2021-05-19T12:00:00.000000000Z`, always with 9 digits of fraction.
  public var description: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(30)
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Reads fixed-width decimal fields from the front of a text.
private struct Digits<Bytes: Collection> where Bytes.Element == UInt8 {
  private var rest: Bytes.SubSequence

  init(_ bytes: Bytes) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard let first = rest.first, UInt32(first) == character.value else { return false }
    rest = rest.dropFirst()
    return true
  }

  mutating func number(of width: Int) -> Int? {
    var value = 0
    for _ in 0..<width {
      guard let digit = nextDigit() else { return nil }
      value = value * 10 + digit
    }
    return value
  }

  /// One to nine digits after the point, as nanoseconds.
  mutating func fraction() -> Int? {
    var value = 0
    var count = 0
    while let digit = nextDigit() {
      count += 1
      guard count <= 9 else { return nil }
      value = value * 10 + digit
    }
    guard count > 0 else { return nil }
    for _ in count..<9 { value *= 10 }
    return value
  }

  private mutating func nextDigit() -> Int? {
    guard let byte = rest.first, (0x30...0x39).contains(byte) else { return nil }
    rest = rest.dropFirst()
    return Int(byte) - 0x30
  }
}
