/// A length of time in whole nanoseconds.
public struct TimeSpan: Hashable, Comparable, Sendable {
  /// Its length in ns; zero or more where it was read from text.
  public var nanoseconds: Int64

  /// Wraps a number of nanoseconds.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// Shorter first.
  public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }

  /// What a duration may look like, for error messages.
  public static let expectation =
    "a duration such as 500ms, 30s or 8h (a whole number and one of ns, us, ms, s, m, h, d)"

  /// The units, longest first, in ns.
  private static let units: [(name: String, nanoseconds: Int64)] = [
    ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
    ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
  ]

  /// Reads a whole number followed by its unit: `500ms`, `30s`, `1m`, `8h`, `1d`, `100us`, `5ns`.
  ///
  /// Nil where the text is anything else or the span does not fit into 64 bits of nanoseconds (292 years).
  public init?(_ text: some StringProtocol) {
    let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
    let unitName = String(text[digits.endIndex...])
    guard !digits.isEmpty, let count = Int64(text[..<digits.endIndex]),
      let unit = Self.units.first(where: { $0.name == unitName })
    else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: unit.nanoseconds)
    guard !overflow else { return nil }
    nanoseconds = product
  }
}

extension TimeSpan: CustomStringConvertible {
  /// The span in the longest unit that divides it: `8h`, `90s`.
  public var description: String {
    guard nanoseconds != 0 else { return "0s" }
    let unit = Self.units.first { nanoseconds % $0.nanoseconds == 0 }
    return unit.map { "\(nanoseconds / $0.nanoseconds)\($0.name)" } ?? "\(nanoseconds)ns"
  }
}
