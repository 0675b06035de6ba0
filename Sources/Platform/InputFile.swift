internal import Glibc

/// A regular file open for reading at any offset; safe to use from several threads at once.
public final class InputFile: Sendable {
  /// The file as the caller named it.
  public let path: String
  /// Bytes, as of the opening.
  public let size: Int
  private let descriptor: Int32

  /// Opens `path`.
  ///
  /// - Throws: ``InputError`` where nothing or no regular file stands there, ``SystemCallError`` otherwise.
  public init(path: String) throws {
    self.path = path
    descriptor = try Self.open(path)
    let status: SystemCalls.Status
    do {
      status = try SystemCalls.status(descriptor, path: path)
      guard status.kind == .regular else {
        let what = status.kind == .directory ? "is a directory" : "is a pipe or a device"
        throw InputError(SourceLocation(path: path), what, expected: "a regular file")
      }
    } catch {
      try? SystemCalls.close(descriptor, path: path)
      throw error
    }
    size = status.size
  }

  deinit { try? SystemCalls.close(descriptor, path: path) }

  /// Opens a file for reading; one that is not there is wrong input, not a failure of the system.
  static func open(_ path: String) throws -> Int32 {
    do {
      return try SystemCalls.open(path, O_RDONLY)
    } catch let error as SystemCallError where error.code == ENOENT || error.code == ENOTDIR {
      throw InputError(SourceLocation(path: path), "no such file", expected: "an existing file")
    }
  }

  /// Reads into `buffer` from `offset` (bytes) on until the buffer is full or the file ends.
  ///
  /// - Returns: The number of bytes read; less than the buffer's only at the end of the file.
  public func read(into buffer: inout MutableRawSpan, at offset: Int) throws -> Int {
    precondition(offset >= 0, "offsets count from the start of the file")
    // Safe: only as many bytes are written as the buffer holds.
    return try unsafe buffer.withUnsafeMutableBytes { bytes in
      var done = 0
      while done < bytes.count {
        // Safe: the rest of the caller's buffer, which lives for the closure.
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
        let count = try unsafe SystemCalls.pread(descriptor, into: rest, at: offset + done, path: path)
        if count == 0 { break }
        done += count
      }
      return done
    }
  }

  /// Reads exactly `count` bytes from `offset` on.
  ///
  /// - Throws: ``CorruptDataError`` where the file ends before.
  public func read(count: Int, at offset: Int) throws -> [UInt8] {
    guard count >= 0, offset >= 0, offset <= size, count <= size - offset else {
      throw CorruptDataError(
        path: path, problem: "the file ends at byte \(size), inside \(count) bytes at \(offset)")
    }
    var bytes = [UInt8](repeating: 0, count: count)
    var span = bytes.mutableSpan
    // Safe: bytes are plain data.
    var raw = unsafe span.mutableBytes
    guard try read(into: &raw, at: offset) == count else {
      throw CorruptDataError(path: path, problem: "the file became shorter while it was read")
    }
    return bytes
  }
}
