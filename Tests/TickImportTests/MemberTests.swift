import Platform
import Support
import Testing

@testable import TickImport

/// Compressed files made of several parts, as parallel packers and plain concatenation make them.
@Suite struct MemberTests {
  static let text = Array(
    """
    open_time,open,high,low,close
    1621425600000,100,105,99,101
    1621425660000,101,102.5,90,95.5

    """.utf8)

  /// A gzip member that holds `bytes` as they are (RFC 1951, section 3.2.4; RFC 1952).
  static func member(_ bytes: ArraySlice<UInt8>, extra: [UInt8] = []) -> [UInt8] {
    func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 255) } }
    var check = UInt32.max
    for byte in bytes {
      check ^= UInt32(byte)
      for _ in 0..<8 { check = check & 1 == 1 ? check >> 1 ^ 0xEDB8_8320 : check >> 1 }
    }
    var out: [UInt8] = [0x1F, 0x8B, 8, extra.isEmpty ? 0 : 4, 0, 0, 0, 0, 0, 255]
    if !extra.isEmpty { out += little(extra.count, 2) + extra }
    // One block, the last one, of bytes as they are.
    out.append(1)
    out += little(bytes.count, 2) + little(~bytes.count, 2)
    out += bytes
    return out + little(Int(~check), 4) + little(bytes.count, 4)
  }

  private func lines(_ bytes: [UInt8]) throws -> [String] {
    let folder = try TemporaryDirectory()
    return try importFiles([try folder.write("BTCUSDT-1m.csv.gz", bytes: bytes)]).sink.lines
  }

  @Test func membersFollowEachOther() throws {
    for place in 0...Self.text.count {
      let bytes = Self.member(Self.text[..<place]) + Self.member(Self.text[place...])
      #expect(try lines(bytes) == CompressedTests.expected, "parted at \(place)")
    }
    // One byte in each, with an empty one behind each, and the field of block sizes that bgzip writes.
    let field: [UInt8] = [0x42, 0x43, 2, 0, 0x1B, 0]
    let small = Self.text.indices.flatMap {
      Self.member(Self.text[$0...$0], extra: field) + Self.member([], extra: field)
    }
    #expect(try lines(small) == CompressedTests.expected)
  }

  /// More than a buffer of compressed bytes, and more than a chunk of text.
  @Test func aLargeFileOfManyMembersIsReadToItsEnd() throws {
    var bytes = Self.member(Array("open_time,open,high,low,close\n".utf8)[...])
    for candle in 0..<20_000 {
      bytes += Self.member(Array("\(1_621_425_600_000 + 60_000 * candle),100,105,99,101\n".utf8)[...])
    }
    let lines = try lines(bytes)
    #expect(lines.count == 80_000)
    #expect(lines.last == "BTCUSDT trade 1622625599999000000 101")
  }

  /// A cut between two members leaves a whole file, which nothing tells from the one that was meant.
  @Test func everyCutInsideOfAMemberIsFound() throws {
    let first = Self.member(Self.text[..<45])
    let bytes = first + Self.member(Self.text[45...])
    for count in 4..<bytes.count where count != first.count {
      #expect("cut to \(count) bytes") {
        _ = try lines(Array(bytes.prefix(count)))
      } throws: {
        guard let error = $0 as? CorruptDataError else { return false }
        return error.problem.contains("corrupt or cut off") && error.exitStatus == .corruptData
      }
    }
  }

  /// In the content, check value and length of either member every flip is found; in a header, and in the
  /// bits that fill the first byte of a block, it changes no byte of the text or is found as well.
  @Test func everyFlippedBitIsFound() throws {
    let (first, second) = (Self.member(Self.text[..<45]), Self.member(Self.text[45...]))
    for index in 0..<(first.count + second.count) {
      let isHeader = (index < first.count ? index : index - first.count) < 11
      for bit in 0..<8 {
        var bytes = first + second
        bytes[index] ^= 1 << UInt8(bit)
        let found = try? lines(bytes)
        #expect(
          found == nil || (isHeader && found == CompressedTests.expected), "byte \(index), bit \(bit)")
      }
    }
  }

  @Test(arguments: ["more", "\u{0}\u{0}\u{0}\u{0}", "\u{1F}"])
  func whatIsNoMemberIsRefused(_ rest: String) throws {
    #expect {
      _ = try lines(Self.member(Self.text[...]) + Array(rest.utf8))
    } throws: {
      guard let error = $0 as? CorruptDataError else { return false }
      return error.problem.contains("corrupt or cut off")
    }
  }

  /// A frame of zstd's that says nothing, as pzstd puts before each of its frames.
  static let skippable: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]

  /// A zstd frame that holds `bytes` as they are: one raw block, its size in one byte (RFC 8878).
  static func frame(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    let block = bytes.count << 3 | 1
    let head: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x20, UInt8(bytes.count)]
    return head + [UInt8(block & 255), UInt8(block >> 8), 0] + bytes
  }

  @Test func framesFollowEachOther() throws {
    for place in 0...Self.text.count {
      let (first, second) = (Self.frame(Self.text[..<place]), Self.frame(Self.text[place...]))
      #expect(try lines(first + second) == CompressedTests.expected, "parted at \(place)")
      let marked = Self.skippable + first + Self.skippable + second + Self.skippable
      #expect(try lines(marked) == CompressedTests.expected, "parted at \(place)")
    }
  }

  @Test func whatIsNoFrameIsRefused() throws {
    let (first, second) = (Self.frame(Self.text[..<45]), Self.frame(Self.text[45...]))
    let bytes = first + second
    for count in 4..<bytes.count where count != first.count {
      #expect(throws: CorruptDataError.self, "cut to \(count)") { try lines(Array(bytes.prefix(count))) }
    }
    for rest in ["more", "\u{0}\u{0}\u{0}\u{0}", "("] {
      #expect(throws: CorruptDataError.self) { try lines(bytes + Array(rest.utf8)) }
    }
  }

  @Test(
    arguments: [
      ("bzip2", [0x42, 0x5A, 0x68, 0x39, 0x31, 0x41]), ("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]),
      ("lz4", [0x04, 0x22, 0x4D, 0x18]), ("7z", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]),
    ] as [(String, [UInt8])])
  func otherContainersAreNamed(_ name: String, _ magic: [UInt8]) throws {
    #expect {
      _ = try lines(magic + [1, 2, 3])
    } throws: {
      "\($0)".contains("\(name) ")
        && "\($0)".contains("is not read, expected gzip, zstd or zip; unpack it first")
    }
  }
}
