internal import Glibc

/// A file open for writing; for whole files see ``AtomicFile``. One thread at a time.
public final class OutputFile {
  /// How a file is opened.
  public enum Mode: Sendable {
    /// A new file; one that exists is an error.
    case create
    /// A new file, or an existing one emptied.
    case replace
    /// At the end of an existing file, or a new one.
    case append
  }

  /// The file as the caller named it; `-` for standard output.
  public let path: String
  /// The name that messages use.
  private let name: String
  private var descriptor: Int32
  private let isStandardStream: Bool

  /// Opens `path`.
  public convenience init(path: String, mode: Mode) throws {
    try self.init(path: path, mode: mode, name: path)
  }

  /// Opens `path`; messages call it `name`, because a user does not know a temporary name.
  init(path: String, mode: Mode, name: String) throws {
    self.path = path
    self.name = name
    isStandardStream = false
    let flags: Int32
    switch mode {
    case .create: flags = O_WRONLY | O_CREAT | O_EXCL
    case .replace: flags = O_WRONLY | O_CREAT | O_TRUNC
    case .append: flags = O_WRONLY | O_CREAT
    }
    do {
      descriptor = try SystemCalls.open(path, flags)
    } catch let error as SystemCallError {
      throw SystemCallError(call: error.call, path: name, code: error.code)
    }
    if mode == .append { try SystemCalls.seekToEnd(descriptor, path: name) }
  }

  private init(standard descriptor: Int32, name: String) {
    self.descriptor = descriptor
    path = descriptor == STDOUT_FILENO ? "-" : name
    self.name = name
    isStandardStream = true
  }

  /// Standard output.
  public static func standardOutput() -> OutputFile {
    OutputFile(standard: STDOUT_FILENO, name: "standard output")
  }
  /// Standard error.
  public static func standardError() -> OutputFile {
    OutputFile(standard: STDERR_FILENO, name: "standard error")
  }

  deinit { try? close() }

  /// Writes all of `bytes`.
  ///
  /// - Throws: ``ClosedPipeError`` where the reader of standard output went away.
  public func write(_ bytes: RawSpan) throws {
    // Safe: the buffer lives for the closure and is only read.
    try unsafe bytes.withUnsafeBytes { try unsafe write($0) }
  }

  /// Writes all of `bytes`.
  func write(_ bytes: UnsafeRawBufferPointer) throws {
    do {
      // Safe: the buffer lives for the call and is only read.
      try unsafe SystemCalls.write(descriptor, bytes, path: name)
    } catch let error as SystemCallError where error.code == EPIPE && isStandardStream {
      throw ClosedPipeError()
    }
  }

  /// Bytes in the file.
  public func size() throws -> Int { try SystemCalls.status(descriptor, path: name).size }

  /// Cuts the file to `size` bytes and goes on writing there.
  public func truncate(to size: Int) throws {
    try SystemCalls.truncate(descriptor, to: size, path: name)
    try SystemCalls.seekToEnd(descriptor, path: name)
  }

  /// Brings what was written to the disk.
  public func sync() throws {
    if !isStandardStream { try SystemCalls.fsync(descriptor, path: name) }
  }

  /// Closes the file; nothing can be written after. A standard stream stays open.
  public func close() throws {
    guard descriptor >= 0, !isStandardStream else { return }
    let closing = descriptor
    descriptor = -1
    try SystemCalls.close(closing, path: name)
  }
}
