/// Databento files written by hand, byte by byte.
enum DBNFixture {
  private static func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }

  private static func text(_ text: String, _ count: Int) -> [UInt8] {
    Array(text.utf8) + [UInt8](repeating: 0, count: count - text.utf8.count)
  }

  /// Metadata of one instrument, number 7, by the name ESH1 on one day.
  static func metadata(version: UInt8, schema: UInt64) -> [UInt8] {
    let length = version == 1 ? 22 : 71
    var body = text("GLBX.MDP3", 16) + bytes(schema, 2) + bytes(0, 24)
    body += version == 1 ? bytes(0, 8) + [1, 0, 0] : [1, 0, 0] + bytes(71, 2)
    body += [UInt8](repeating: 0, count: version == 1 ? 47 : 53) + bytes(0, 4)
    body += bytes(1, 4) + text("ESH1", length) + bytes(0, 4) + bytes(0, 4)
    body += bytes(1, 4) + text("ESH1", length) + bytes(1, 4) + bytes(20_201_228, 4) + bytes(20_201_229, 4)
    body += text("7", length)
    return Array("DBN".utf8) + [version] + bytes(UInt64(body.count), 4) + body
  }

  private static let time: UInt64 = 1_609_160_400_000_000_000

  private static func record(_ kind: UInt8, _ body: [UInt8]) -> [UInt8] {
    let length = UInt8((16 + body.count) / 4)
    return [length, kind] + bytes(1, 2) + bytes(7, 4) + bytes(time, 8) + body
  }

  /// A trade or another action at 100.25.
  static func trade(_ action: String = "T", price: UInt64 = 100_250_000_000) -> [UInt8] {
    record(
      0,
      bytes(price, 8) + bytes(5, 4) + Array((action + "A").utf8) + [0, 0] + bytes(time + 9, 8) + bytes(0, 8))
  }

  /// Quotes of 100 and 100.5, with a trade.
  static let quotes = record(
    1,
    bytes(100_250_000_000, 8) + bytes(5, 4) + Array("TA".utf8) + [0, 0] + bytes(time, 8) + bytes(0, 8)
      + bytes(100_000_000_000, 8) + bytes(100_500_000_000, 8) + bytes(3, 4) + bytes(4, 4) + bytes(0, 8))

  static let candle = record(
    0x21,
    bytes(100_000_000_000, 8) + bytes(103_000_000_000, 8) + bytes(99_000_000_000, 8)
      + bytes(101_000_000_000, 8)
      + bytes(9, 8))

  static let order = record(
    0xA0,
    bytes(1, 8) + bytes(100_000_000_000, 8) + bytes(2, 4) + [0, 0] + Array("TA".utf8) + bytes(time, 8)
      + bytes(0, 8))

  static let all = [
    metadata(version: 1, schema: 4) + trade() + trade("C"), metadata(version: 2, schema: 1) + quotes + quotes,
    metadata(version: 3, schema: 3) + quotes, metadata(version: 2, schema: 6) + candle,
    metadata(version: 3, schema: 0) + order + order,
  ]
}
