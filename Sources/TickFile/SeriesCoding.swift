internal import Market

extension SeriesKind {
  /// The kind's number in a file.
  var code: UInt8 {
    switch self {
    case .trade: 0
    case .mark: 1
    case .index: 2
    case .bid: 3
    case .ask: 4
    case .funding: 5
    }
  }

  /// The kind of a number in a file.
  init?(code: UInt8) {
    guard let kind = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = kind
  }
}

extension ByteWriter {
  /// Kind, length of the symbol, symbol.
  mutating func put(key: SeriesKey) {
    put(key.kind.code)
    put(UInt8(key.symbol.utf8.count))
    put(key.symbol.utf8)
  }
}

extension ByteReader {
  /// What ``ByteWriter/put(key:)`` wrote.
  mutating func key() throws(FormatFault) -> SeriesKey {
    guard let kind = SeriesKind(code: try u8()) else { throw FormatFault("a series has an unknown kind") }
    let length = Int(try u8())
    let symbol = String(decoding: try take(length), as: UTF8.self)
    guard Name.isValid(symbol) else { throw FormatFault("a series has no valid name") }
    return SeriesKey(symbol: symbol, kind: kind)
  }
}

extension TickFormat {
  /// Refuses versions that this module does not know.
  static func check(version found: Int) throws(FormatFault) {
    guard found == Int(version) else {
      throw FormatFault("version \(found) of the format, this program reads version \(version)")
    }
  }
}
