internal import Platform

/// Reads frames of a file and checks their digests. One thread at a time.
struct FrameSource {
  /// Decompresses the frames of this source.
  let decompressor = ZstdDecompressor()
  private let file: InputFile

  init(_ file: InputFile) { self.file = file }

  var size: Int { file.size }

  /// Exactly `count` bytes.
  func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    var buffer: [UInt8] = []
    try read(at: offset, count: count, into: &buffer)
    return Array(buffer.prefix(count))
  }

  /// Fills the first `count` bytes of `buffer`, which grows when needed.
  func read(at offset: Int, count: Int, into buffer: inout [UInt8]) throws {
    guard offset >= 0, count >= 0, offset <= size, count <= size - offset else {
      throw FormatFault("the file ends too early")
    }
    if buffer.count < count { buffer = [UInt8](repeating: 0, count: count) }
    var span = buffer.mutableSpan
    // Safe: any bytes are valid elements of the buffer.
    var bytes = unsafe span.mutableBytes
    var part = bytes._mutatingExtracting(0..<count)
    guard try file.read(into: &part, at: offset) == count else {
      throw FormatFault("the file became shorter while it was read")
    }
  }

  /// Decompresses a frame into `buffers.raw`, after its digest has been found to match.
  func content(
    at offset: Int, size: Int, digest: UInt64, raw: Int, what: String, _ buffers: inout DecodeScratch
  ) throws {
    try read(at: offset, count: size, into: &buffers.frame)
    guard XXHash64.digest(buffers.frame, count: size) == digest else {
      throw FormatFault("\(what) is damaged: its digest does not match")
    }
    try decompressor.decompress(buffers.frame, frameSize: size, into: &buffers.raw, size: raw)
  }
}
