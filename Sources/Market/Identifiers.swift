/// The place of an asset in its venue's table.
public struct AssetIndex: Hashable, Comparable, Sendable {
  /// The place, counted from 0.
  public var rawValue: Int
  /// Wraps a place in the table.
  public init(_ rawValue: Int) { self.rawValue = rawValue }
  /// Table order.
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// The place of an instrument in its venue's table.
public struct InstrumentIndex: Hashable, Comparable, Sendable {
  /// The place, counted from 0.
  public var rawValue: Int
  /// Wraps a place in the table.
  public init(_ rawValue: Int) { self.rawValue = rawValue }
  /// Table order.
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// What a series of a tick file holds.
public enum SeriesKind: String, CaseIterable, Hashable, Sendable {
  /// Price of an ordinary market trade.
  case trade
  /// The mark price that the venue published.
  case mark
  /// The index price: value of the base asset.
  case index
  /// Best bid.
  case bid
  /// Best ask.
  case ask
  /// A funding settlement; its value is the rate as a fraction of notional.
  case funding
}

/// One stream of a tick file: an instrument or an asset, and what is recorded of it.
public struct SeriesKey: Hashable, Sendable, CustomStringConvertible {
  /// Name of the instrument or asset.
  public var symbol: String
  /// What the values are.
  public var kind: SeriesKind
  /// Names a series.
  public init(symbol: String, kind: SeriesKind) {
    self.symbol = symbol
    self.kind = kind
  }
  /// `BTCUSDT mark`.
  public var description: String { "\(symbol) \(kind.rawValue)" }
}

/// Names of studies, cohorts, accounts, instruments and assets.
public enum Name {
  /// What a name may look like, for error messages.
  public static let expectation =
    "a name of 1 to 64 characters out of A-Z a-z 0-9 . _ + -, starting with a letter or digit"

  /// Whether `text` is a name.
  public static func isValid(_ text: String) -> Bool {
    let bytes = text.utf8
    guard (1...64).contains(bytes.count), let first = bytes.first, isAlphanumeric(first) else { return false }
    return bytes.allSatisfy { isAlphanumeric($0) || ".-_+".utf8.contains($0) }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
}
