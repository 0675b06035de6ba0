import Market
import Platform

/// What stands before the records of a Databento file.
struct DBNMetadata {
  /// An instrument's name on some days.
  struct Mapping: Hashable {
    /// The first day, as eight digits of year, month and day.
    var start: UInt32
    /// The day after the last one.
    var end: UInt32
    /// The name.
    var symbol: String
  }

  /// The kinds of records that a file was asked for, as far as their order matters.
  enum Schema { static let tbbo: UInt16 = 3, tcbbo: UInt16 = 17 }

  /// Bytes before the length of the metadata is known.
  static let prefixLength = 8
  /// The most bytes of metadata; those of every instrument of a venue fit.
  private static let mostBytes = 64 << 20
  private static let supported: ClosedRange<UInt8> = 1...3

  /// The kind of records that was asked for; 65,535 for a mix.
  let schema: UInt16
  /// The names of each instrument.
  private(set) var mappings: [UInt32: [Mapping]] = [:]

  /// The number of bytes behind the first eight.
  static func length(_ prefix: [UInt8], path: String) throws -> Int {
    guard prefix.count == prefixLength else {
      throw CorruptDataError(path: path, problem: "the file is cut off in its first bytes")
    }
    guard supported.contains(prefix[3]) else {
      throw InputError(
        SourceLocation(path: path), "Databento's encoding has version \(prefix[3])",
        expected: "version 1, 2 or 3")
    }
    let length = (4..<8).reduce(0) { $0 | Int(prefix[$1]) << (8 * ($1 - 4)) }
    guard length <= mostBytes else {
      throw CorruptDataError(path: path, problem: "the metadata state a length of \(length) bytes")
    }
    return length
  }

  /// Reads the metadata behind the first eight bytes, in `version`'s layout.
  init(_ bytes: [UInt8], version: UInt8, path: String) throws {
    var fields = DBNFields(bytes, path: path)
    // Dataset, then schema, start, end and limit.
    try fields.skip(16)
    schema = UInt16(truncatingIfNeeded: try fields.number(2))
    try fields.skip(24)
    if version == 1 { try fields.skip(8) }
    try fields.skip(3)
    let nameLength = version == 1 ? 22 : Int(try fields.number(2))
    guard (1...1024).contains(nameLength) else { throw fields.wrong("names of \(nameLength) bytes") }
    try fields.skip(version == 1 ? 47 : 53)
    try fields.skip(Int(try fields.number(4)))
    for _ in 0..<3 {
      let count = Int(try fields.number(4))
      try fields.skip(count * nameLength)
    }
    for _ in 0..<Int(try fields.number(4)) {
      let symbol = try fields.text(nameLength)
      for _ in 0..<Int(try fields.number(4)) {
        let (start, end) = (try fields.number(4), try fields.number(4))
        guard let instrument = UInt32(try fields.text(nameLength)) else { continue }
        mappings[instrument, default: []].append(
          Mapping(start: UInt32(start), end: UInt32(end), symbol: symbol))
      }
    }
  }

  /// The name of an instrument at a time; nil where the metadata have none.
  func symbol(of instrument: UInt32, at time: Int64) -> String? {
    guard let names = mappings[instrument], let first = names.first else { return nil }
    if names.allSatisfy({ $0.symbol == first.symbol }) { return first.symbol }
    let digits = Timestamp(nanoseconds: time).description.prefix(10).filter(\.isNumber)
    let day = UInt32(digits) ?? 0
    return (names.first { $0.start <= day && day < $0.end } ?? first).symbol
  }
}

/// Fields of a binary record, in order; every one is checked against the end.
struct DBNFields {
  private let bytes: [UInt8]
  private let path: String
  private var position = 0

  init(_ bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
  }

  /// The next little-endian number of `count` bytes.
  mutating func number(_ count: Int) throws -> UInt64 {
    guard bytes.count - position >= count else { throw wrong("a field behind their end") }
    defer { position += count }
    return (0..<count).reduce(0) { $0 | UInt64(bytes[position + $1]) << UInt64(8 * $1) }
  }

  /// The next text, which ends with a zero or fills `count` bytes.
  mutating func text(_ count: Int) throws -> String {
    guard bytes.count - position >= count else { throw wrong("a text behind their end") }
    defer { position += count }
    return String(decoding: bytes[position..<position + count].prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Passes over bytes.
  mutating func skip(_ count: Int) throws {
    guard bytes.count - position >= count else { throw wrong("a part behind their end") }
    position += count
  }

  /// An error about the metadata.
  func wrong(_ what: String) -> CorruptDataError {
    CorruptDataError(path: path, problem: "the metadata state \(what)")
  }
}
