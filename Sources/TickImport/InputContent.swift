import Platform

/// What an input holds, told from its first plain bytes.
enum InputContent: String {
  /// Lines with columns.
  case table = "a table"
  /// Lines of JSON, each with the time of its receipt before it or not.
  case messages = "lines of JSON"
  /// Databento's binary encoding.
  case dbn = "Databento records"

  /// How many bytes are looked at.
  static let lookAhead = 64

  /// Tells the content.
  ///
  /// Throws `InputError` for content that is known and not read.
  init(of start: [UInt8], path: String) throws {
    for (magic, problem, expected) in Self.refused where start.starts(with: magic) {
      throw InputError(SourceLocation(path: path), problem, expected: expected)
    }
    if start.starts(with: "DBN".utf8) {
      self = .dbn
      return
    }
    let text = start.starts(with: [0xEF, 0xBB, 0xBF]) ? start.dropFirst(3) : start[...]
    let stamp = text.prefix { (0x30...0x39).contains($0) }
    let rest = text.dropFirst(stamp.count)
    let message = stamp.isEmpty ? rest : rest.first == UInt8(ascii: " ") ? rest.dropFirst() : []
    self = message.first == UInt8(ascii: "{") ? .messages : .table
  }

  private static let csv = "a table in text (CSV), plain or packed"
  private static let packed = "gzip, zstd or zip; unpack it first, for example into a pipe"
  /// The first bytes of a tick file.
  static let tickFileMagic: [UInt8] = [0x5D, 0x2A, 0x4D, 0x18]
  private static let refused: [(magic: [UInt8], problem: String, expected: String)] = [
    (Array("ARROW1".utf8), "an Arrow (Feather) file is not read", csv),
    (Array("FEA1".utf8), "a Feather file is not read", csv),
    (Array("PAR1".utf8), "a Parquet file is not read", csv),
    (Array("[".utf8), "a JSON array is not read", csv),
    ([0x42, 0x5A, 0x68], "a bzip2 file is not read", packed),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "an xz file is not read", packed),
    ([0x04, 0x22, 0x4D, 0x18], "an lz4 file is not read", packed),
    ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7z archive is not read", packed),
    (tickFileMagic, "it is a tick file already", "files of other formats; see ticks merge"),
  ]
}

/// The names under which an input is known.
struct InputNames: Hashable, Sendable {
  /// The path that the user named.
  var path = ""
  /// The name of the file inside of an archive.
  var entry: String?

  /// The last parts of the names, that of the archive's file first.
  var files: [String] { [entry, path].compactMap { $0.map(Path.name) } }
}
