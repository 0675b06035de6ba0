internal import Platform

/// Reads frames of a file and checks their digests.
struct FrameSource {
  private let file: InputFile

  init(_ file: InputFile) { self.file = file }

  var size: Int { file.size }

  /// Exactly `count` bytes.
  func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    var buffer: [UInt8] = []
    try read(at: offset, count: count, into: &buffer)
    return Array(buffer.prefix(count))
  }

  /// Fills `count` bytes of `buffer` from `start` on; it grows when needed.
  func read(at offset: Int, count: Int, into buffer: inout [UInt8], at start: Int = 0) throws {
    guard offset >= 0, count >= 0, offset <= size, count <= size - offset else {
      throw FormatFault("the file ends too early")
    }
    let missing = start + count - buffer.count
    if missing > 0 { buffer.append(contentsOf: repeatElement(0, count: missing)) }
    var span = buffer.mutableSpan
    // Safe: any bytes are valid elements of the buffer.
    var bytes = unsafe span.mutableBytes
    var part = bytes._mutatingExtracting(start..<start + count)
    guard try file.read(into: &part, at: offset) == count else {
      throw FormatFault("the file became shorter while it was read")
    }
  }

  /// Decompresses a frame into `buffers.raw`, after its digest has been found to match.
  func content(
    at offset: Int, size: Int, digest: UInt64, raw: Int, what: String, _ buffers: inout DecodeScratch
  ) throws {
    try read(at: offset, count: size, into: &buffers.frame)
    guard XXHash64.digest(buffers.frame, 0..<size) == digest else {
      throw FormatFault("\(what) is damaged: its digest does not match")
    }
    let found = try buffers.decompressor.decompress(buffers.frame, 0..<size, into: &buffers.raw, atMost: raw)
    guard found == raw else { throw FormatFault("a zstd frame does not hold the stated \(raw) bytes") }
  }
}
