import Platform
import Support
import Testing

@testable import TickImport

/// Directories, patterns and checksums.
@Suite struct InputListTests {
  static let day = "1,100,1,1,1,1621425600000,true\n"

  @Test func directoriesAndPatternsStandForTheirFiles() throws {
    let folder = try TemporaryDirectory()
    try Files.createDirectory(folder.file("a/b"))
    for name in [
      "a/2.csv", "a/1.zip", "a/b/3.csv.gz", "a/1.zip.CHECKSUM", "a/.4.csv", "a/x.ticks.zst", "a/n.txt",
    ] {
      try folder.write(name, "")
    }
    func names(_ inputs: String...) throws -> [String] {
      try InputList.expand(inputs.map { $0 == "-" ? $0 : folder.file($0) }).map {
        $0.replacing(folder.file(""), with: "")
      }
    }
    #expect(try names("a") == ["a/1.zip", "a/2.csv", "a/b/3.csv.gz"])
    #expect(try names("a/*.csv", "-", "a/?.zip*") == ["a/2.csv", "-", "a/1.zip"])
    #expect(try names("*/[1-2].*") == ["a/1.zip", "a/2.csv"])
    #expect(try names("a/b", "gone.csv") == ["a/b/3.csv.gz", "gone.csv"])
    try folder.write("odd[1].csv", "")
    #expect(try names("odd[1].csv") == ["odd[1].csv"])
    #expect {
      _ = try names("*.none")
    } throws: {
      "\($0)".contains("the pattern matches no file")
    }
    try Files.createDirectory(folder.file("empty"))
    #expect {
      _ = try names("empty")
    } throws: {
      "\($0)".contains("the directory holds no file to import")
    }
  }

  @Test func aDirectoryOfDaysIsImported() throws {
    let folder = try TemporaryDirectory()
    try Files.createDirectory(folder.file("days"))
    try folder.write("days/BTCUSDT-aggTrades-2.csv", "2,101,1,2,2,1621425700000,true\n")
    try folder.write("days/BTCUSDT-aggTrades-1.csv", Self.day)
    let output = folder.file("x.ticks.zst")
    let summary = try ImportRequest(inputs: [folder.file("days")], output: output).run()
    #expect(
      summary.inputs.map { Path.name($0.path) } == ["BTCUSDT-aggTrades-1.csv", "BTCUSDT-aggTrades-2.csv"])
    #expect(summary.ticks == 2)
  }

  @Test func theChecksumBesideAFileIsVerified() throws {
    let folder = try TemporaryDirectory()
    // The digest of the three letters abc, from the standard's examples.
    let path = try folder.write("BTCUSDT-x.csv", "abc")
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(try !ChecksumFile.verify(path))
    try folder.write("BTCUSDT-x.csv.CHECKSUM", "\(digest)  BTCUSDT-x.csv\n")
    #expect(try ChecksumFile.verify(path))
    try folder.write("BTCUSDT-x.csv", "abd")
    #expect {
      _ = try importFiles([path])
    } throws: {
      guard let error = $0 as? CorruptDataError else { return false }
      return error.problem.contains(
        "its SHA-256 is a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9")
    }
    try folder.write("BTCUSDT-x.csv.CHECKSUM", "none\n")
    #expect {
      _ = try importFiles([path])
    } throws: {
      "\($0)".contains("BTCUSDT-x.csv.CHECKSUM:1: no SHA-256, expected 64 hexadecimal digits")
    }
  }

  @Test func theSummaryTellsThatTheChecksumAgrees() throws {
    let folder = try TemporaryDirectory()
    let path = try folder.write("BTCUSDT-aggTrades-1.csv", Self.day)
    var hash = SHA256()
    hash.add(Array(Self.day.utf8))
    try folder.write("BTCUSDT-aggTrades-1.csv.CHECKSUM", hash.finish() + "  BTCUSDT-aggTrades-1.csv")
    let summary = try importFiles([path]).summary
    #expect(summary.inputs.map(\.isChecked) == [true])
    #expect(summary.description.contains("agrees"))
  }
}
