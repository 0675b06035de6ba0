internal import Platform

/// Holds the replayed rows of an account to those in the files of its run.
struct RowComparison {
  let directory: String
  let point: Int
  let account: String

  /// The longest line that is read, in bytes.
  private static let lineLimit = 1 << 20
  private static let chunk = 1 << 20

  /// Reads a file as a stream and compares every row of the account.
  ///
  /// - Parameters:
  ///   - name: the file.
  ///   - expected: the replayed rows, each with its line feed.
  /// - Returns: how many rows there are; nil where the run has no such file.
  /// - Throws: `RunError` at the first row that differs, is missing or is one too many.
  func rows(of name: String, equal expected: [UInt8]) throws -> Int? {
    let path = Path.join(directory, name)
    guard try Files.exists(path) else { return nil }
    let prefix = Array("\(point),\(account),".utf8)
    let source = try ByteSource(path: path)
    var open = expected[...]
    var rows = 0
    var line = 0
    try eachLine(source) { bytes in
      line += 1
      if line == 1 { return true }
      guard bytes.starts(with: prefix) else { return Self.point(of: bytes) <= point }
      let wanted = open.prefix { $0 != 0x0A }
      guard !open.isEmpty, bytes.elementsEqual(wanted) else {
        throw mismatch(path, line, found: bytes, replayed: open.isEmpty ? nil : wanted)
      }
      open = open.dropFirst(wanted.count + 1)
      rows += 1
      return true
    }
    guard open.isEmpty else {
      throw mismatch(path, nil, found: nil, replayed: open.prefix { $0 != 0x0A })
    }
    return rows
  }

  private func mismatch(
    _ path: String, _ line: Int?, found: ArraySlice<UInt8>?, replayed: ArraySlice<UInt8>?
  ) -> RunError {
    func text(_ row: ArraySlice<UInt8>?) -> String {
      row.map { "'\(String(decoding: $0, as: UTF8.self))'" } ?? "no further row"
    }
    let place = line.map { "\(path):\($0)" } ?? path
    return RunError(
      "\(place): the replay of account \(account) at point \(point) is not what the run has: the file has "
        + "\(text(found)), the replay \(text(replayed)); the file, a book of the study or the program "
        + "has changed since the run")
  }

  /// The point's number at the start of a row; the rows come in its order. No number counts as 0.
  private static func point(of bytes: ArraySlice<UInt8>) -> Int {
    var number = 0
    for byte in bytes.prefix(18) {
      guard (0x30...0x39).contains(byte) else { break }
      number = number * 10 + Int(byte - 0x30)
    }
    return number
  }

  /// Calls `body` with every line without its line feed, until it answers false.
  private func eachLine(_ source: ByteSource, _ body: (ArraySlice<UInt8>) throws -> Bool) throws {
    var rest: [UInt8] = []
    while true {
      try Interrupt.check()
      let more = try source.read(upTo: Self.chunk)
      if more.isEmpty { break }
      let bytes = rest + more
      var start = 0
      while let end = bytes[start...].firstIndex(of: 0x0A) {
        guard try body(bytes[start..<end]) else { return }
        start = end + 1
      }
      rest = Array(bytes[start...])
      guard rest.count <= Self.lineLimit else {
        throw CorruptDataError(
          path: source.path, problem: "a line is longer than \(Self.lineLimit) bytes")
      }
    }
    if !rest.isEmpty { _ = try body(rest[...]) }
  }
}
