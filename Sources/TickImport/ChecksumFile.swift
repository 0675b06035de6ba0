import Platform

/// The file with a checksum that the Binance archive publishes beside each of its files:
/// `NAME.zip.CHECKSUM` with one line, the SHA-256 in hexadecimal digits, two spaces and the name.
enum ChecksumFile {
  /// What is added to the name of the file.
  static let suffix = ".CHECKSUM"

  /// Compares a file with the checksum beside it; false where there is none.
  ///
  /// Throws `CorruptDataError` where they differ, `InputError` for a checksum file of another form.
  static func verify(_ path: String) throws -> Bool {
    let beside = path + suffix
    guard try Files.size(beside) != nil else { return false }
    let words = try Files.readText(beside, limit: 4096).split { " \t\r\n*".contains($0) }
    guard let stated = words.first?.lowercased(), stated.utf8.count == 64,
      stated.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else {
      throw InputError(
        SourceLocation(path: beside, line: 1), "no SHA-256",
        expected: "64 hexadecimal digits and the name of the file")
    }
    let digest = try digest(path)
    guard digest == stated else {
      throw CorruptDataError(
        path: path, problem: "its SHA-256 is \(digest), but \(beside) states \(stated)")
    }
    return true
  }

  private static func digest(_ path: String) throws -> String {
    let source = try ByteSource(path: path)
    var hash = SHA256()
    while true {
      try Interrupt.check()
      let bytes = try source.read(upTo: 1 << 18)
      if bytes.isEmpty { return hash.finish() }
      hash.add(bytes)
    }
  }
}
