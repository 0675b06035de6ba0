internal import Platform

/// Splits a CSV text into rows of fields (RFC 4180).
enum CSVReader {
  /// - Parameter path: the file, for errors.
  /// - Throws: `InputError` where quotes are not closed or a row's fields are not as many as the header's.
  static func rows(_ bytes: [UInt8], path: String) throws -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var index = 0
    func endRow() throws {
      row.append(String(decoding: field, as: UTF8.self))
      field = []
      guard row.count == rows.first?.count ?? row.count else {
        throw InputError(
          SourceLocation(path: path, line: rows.count + 1), "the row has \(row.count) fields",
          expected: "\(rows[0].count), as the header")
      }
      rows.append(row)
      row = []
    }
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\"") where isQuoted && index < bytes.count && bytes[index] == byte:
        field.append(byte)
        index += 1
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted:
        row.append(String(decoding: field, as: UTF8.self))
        field = []
      case 0x0D where !isQuoted: continue
      case 0x0A where !isQuoted: try endRow()
      default: field.append(byte)
      }
    }
    guard !isQuoted else {
      throw InputError(
        SourceLocation(path: path, line: rows.count + 1), "a quote is not closed", expected: "RFC 4180")
    }
    if !field.isEmpty || !row.isEmpty { try endRow() }
    return rows
  }
}
