/// The skippable frames of the format: fixed sizes, and a digest of their own at the end.
enum FixedFrame {
  /// Bytes of a skippable frame's own header: magic number and size.
  static let prologue = 8

  /// A skippable frame around `payload`, closed by the XXH64 of everything before.
  static func frame(_ payload: ByteWriter) -> [UInt8] {
    var out = ByteWriter()
    out.put(TickFormat.skippableMagic)
    out.put(UInt32(payload.bytes.count + 8))
    out.put(payload.bytes)
    out.put(XXHash64.digest(out.bytes))
    return out.bytes
  }

  /// A reader that stands behind the magic text of the frame `bytes`, whose own digest has been checked.
  ///
  /// - Parameter hint: what is added to the message where the frame is another one.
  static func open(
    _ bytes: [UInt8], magic: String, what: String, hint: String = ""
  ) throws(FormatFault) -> ByteReader {
    var reader = ByteReader(bytes, what: what)
    guard try reader.u32() == Int(TickFormat.skippableMagic),
      try reader.u32() == bytes.count - prologue, Array(try reader.take(8)) == Array(magic.utf8)
    else { throw FormatFault("\(what) is not there\(hint)") }
    var tail = ByteReader(Array(bytes.suffix(8)), what: what)
    guard try tail.u64() == XXHash64.digest(bytes, 0..<bytes.count - 8) else {
      throw FormatFault("\(what) is damaged: its digest does not match")
    }
    return reader
  }
}

/// The first frame of a file.
struct FileOpening: Hashable {
  static let size = 48
  private static let magic = "MSWTICKS"
  private static let what = "the file header"

  /// Bytes of the metadata frame that follows.
  var metadataCompressed: Int
  /// Bytes of the metadata.
  var metadataRaw: Int
  /// XXH64 of the metadata frame.
  var metadataDigest: UInt64

  func encoded() -> [UInt8] {
    var out = ByteWriter()
    out.put(Self.magic.utf8)
    out.put(TickFormat.version)
    out.put(UInt16(0))
    out.put(UInt32(0))
    out.put(UInt32(metadataCompressed))
    out.put(UInt32(metadataRaw))
    out.put(metadataDigest)
    return FixedFrame.frame(out)
  }

  init(metadataCompressed: Int, metadataRaw: Int, metadataDigest: UInt64) {
    self.metadataCompressed = metadataCompressed
    self.metadataRaw = metadataRaw
    self.metadataDigest = metadataDigest
  }

  init(_ bytes: [UInt8]) throws(FormatFault) {
    var reader = try FixedFrame.open(
      bytes, magic: Self.magic, what: Self.what, hint: ": this is no tick file, or its beginning is damaged")
    try TickFormat.check(version: try reader.u16())
    try reader.zeros(6)
    metadataCompressed = try reader.u32()
    metadataRaw = try reader.u32()
    metadataDigest = try reader.u64()
    guard metadataRaw <= TickFormat.maximumMetadataBytes, metadataCompressed > 0,
      metadataCompressed <= 2 * TickFormat.maximumMetadataBytes
    else { throw FormatFault("\(Self.what) states impossible sizes") }
  }
}

/// The frame that marks the start of a block.
struct BlockMarker: Hashable {
  static let size = 48
  private static let magic = "MSWBLOCK"
  private static let what = "the block's marker"

  /// The block, counted from 0.
  var number: Int
  /// Bytes of the header frame that follows.
  var headerCompressed: Int
  /// Bytes of the header.
  var headerRaw: Int
  /// XXH64 of the header frame.
  var headerDigest: UInt64

  func encoded() -> [UInt8] {
    var out = ByteWriter()
    out.put(Self.magic.utf8)
    out.put(UInt32(number))
    out.put(UInt32(headerCompressed))
    out.put(UInt32(headerRaw))
    out.put(UInt32(0))
    out.put(headerDigest)
    return FixedFrame.frame(out)
  }

  init(number: Int, headerCompressed: Int, headerRaw: Int, headerDigest: UInt64) {
    self.number = number
    self.headerCompressed = headerCompressed
    self.headerRaw = headerRaw
    self.headerDigest = headerDigest
  }

  init(_ bytes: [UInt8]) throws(FormatFault) {
    var reader = try FixedFrame.open(bytes, magic: Self.magic, what: Self.what)
    number = try reader.u32()
    headerCompressed = try reader.u32()
    headerRaw = try reader.u32()
    try reader.zeros(4)
    headerDigest = try reader.u64()
    guard headerRaw <= TickFormat.maximumBlockHeaderBytes, headerCompressed > 0,
      headerCompressed <= 2 * TickFormat.maximumBlockHeaderBytes
    else { throw FormatFault("\(Self.what) states impossible sizes") }
  }
}

/// The last frame of a file; it says where the footer is.
struct FileClosing: Hashable {
  static let size = 56
  private static let magic = "MSWTFOOT"
  private static let what = "the end of the file"

  /// Where the footer's frame starts.
  var footerOffset: Int
  /// Bytes of the footer's frame.
  var footerCompressed: Int
  /// Bytes of the footer.
  var footerRaw: Int
  /// XXH64 of the footer's frame: the digest that identifies the file.
  var footerDigest: UInt64

  func encoded() -> [UInt8] {
    var out = ByteWriter()
    out.put(Self.magic.utf8)
    out.put(UInt64(footerOffset))
    out.put(UInt64(footerCompressed))
    out.put(UInt64(footerRaw))
    out.put(footerDigest)
    return FixedFrame.frame(out)
  }

  init(footerOffset: Int, footerCompressed: Int, footerRaw: Int, footerDigest: UInt64) {
    self.footerOffset = footerOffset
    self.footerCompressed = footerCompressed
    self.footerRaw = footerRaw
    self.footerDigest = footerDigest
  }

  /// Reads the last frame of a file of `fileSize` bytes.
  init(_ bytes: [UInt8], fileSize: Int) throws(FormatFault) {
    var reader = try FixedFrame.open(bytes, magic: Self.magic, what: Self.what)
    footerOffset = try reader.size()
    footerCompressed = try reader.size()
    footerRaw = try reader.size()
    footerDigest = try reader.u64()
    let (end, overflow) = footerOffset.addingReportingOverflow(footerCompressed)
    guard !overflow, footerCompressed > 0, end == fileSize - Self.size else {
      throw FormatFault("the footer is not where the end of the file says")
    }
    guard footerRaw <= TickFormat.maximumFooterBytes,
      footerRaw / TickFormat.maximumExpansion <= footerCompressed
    else { throw FormatFault("the footer states an impossible size") }
  }
}
