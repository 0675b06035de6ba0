internal import Glibc

/// Bytes read from start to end: a file, a pipe, or standard input under the name `-`.
///
/// One thread at a time.
public final class ByteSource {
  /// The source as the user named it, `-` for standard input.
  public let path: String
  /// Bytes handed out so far.
  public private(set) var position = 0
  /// Bytes of a regular file when it was opened; nil for what tells no size.
  public private(set) var sizeAtOpening: Int?
  private let descriptor: Int32
  private let ownsDescriptor: Bool
  /// Bytes read ahead by ``peek(_:)``, from `start` on.
  private var ahead: [UInt8] = []
  private var start = 0

  /// Opens `path`, or takes standard input where it is `-`.
  ///
  /// - Throws: ``InputError`` where nothing or a directory stands there, ``SystemCallError`` otherwise.
  public init(path: String) throws {
    self.path = path
    ownsDescriptor = path != "-"
    guard ownsDescriptor else {
      descriptor = STDIN_FILENO
      return
    }
    descriptor = try InputFile.open(path)
    let status = try SystemCalls.status(descriptor, path: path)
    // Files of the system, such as those of /proc, say that they are empty.
    sizeAtOpening = status.kind == .regular && status.size > 0 ? status.size : nil
    guard status.kind != .directory else {
      throw InputError(SourceLocation(path: path), "is a directory", expected: "a file or a pipe")
    }
  }

  deinit {
    if ownsDescriptor { try? SystemCalls.close(descriptor, path: path) }
  }

  /// The name that messages use.
  private var name: String { ownsDescriptor ? path : "standard input" }

  /// Reads into `buffer` until it is full or the source ends.
  ///
  /// - Returns: The number of bytes read; less than the buffer's only at the end.
  public func read(into buffer: inout MutableRawSpan) throws -> Int {
    // Safe: only as many bytes are written as the buffer holds.
    let count = try unsafe buffer.withUnsafeMutableBytes { bytes in
      var done = unsafe takeAhead(into: bytes)
      while done < bytes.count {
        // Safe: the rest of the caller's buffer, which lives for the closure.
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
        let count = try unsafe SystemCalls.read(descriptor, into: rest, path: name)
        if count == 0 { break }
        done += count
      }
      return done
    }
    position += count
    return count
  }

  /// Reads up to `count` bytes; fewer only at the end of the source, none where it is over.
  public func read(upTo count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var span = bytes.mutableSpan
    // Safe: bytes are plain data.
    var raw = unsafe span.mutableBytes
    let got = try read(into: &raw)
    bytes.removeLast(count - got)
    return bytes
  }

  /// Reads all that is left.
  ///
  /// - Throws: ``InputError`` where more than `limit` bytes are left.
  public func readAll(limit: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let chunk = try read(upTo: 1 << 16)
      if chunk.isEmpty { return bytes }
      guard chunk.count <= limit - bytes.count else {
        throw InputError(SourceLocation(path: path), "is too large", expected: "at most \(limit) bytes")
      }
      bytes += chunk
    }
  }

  /// Up to `count` of the next bytes, without taking them; for recognising a format by its content.
  public func peek(_ count: Int) throws -> [UInt8] {
    let missing = count - (ahead.count - start)
    if missing > 0 {
      ahead.removeFirst(start)
      start = 0
      let old = ahead.count
      ahead += [UInt8](repeating: 0, count: missing)
      var done = old
      while done < ahead.count {
        // Safe: the rest of the array, which lives for the closure.
        let got = try unsafe ahead.withUnsafeMutableBytes { bytes in
          let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
          return try unsafe SystemCalls.read(descriptor, into: rest, path: name)
        }
        if got == 0 { break }
        done += got
      }
      ahead.removeLast(ahead.count - done)
    }
    return Array(ahead[start...].prefix(count))
  }

  /// Hands out what was read ahead.
  private func takeAhead(into bytes: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(bytes.count, ahead.count - start)
    guard count > 0 else { return 0 }
    // Safe: `count` is within both.
    unsafe bytes.copyBytes(from: ahead[start..<start + count])
    start += count
    if start == ahead.count {
      ahead = []
      start = 0
    }
    return count
  }
}
