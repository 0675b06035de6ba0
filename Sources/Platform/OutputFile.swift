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
  private var descriptor: Int32
  private let isStandardStream: Bool

  /// Opens `path`.
  public init(path: String, mode: Mode) throws {
    self.path = path
    isStandardStream = false
    let flags: Int32
    switch mode {
    case .create: flags = O_WRONLY | O_CREAT | O_EXCL
    case .replace: flags = O_WRONLY | O_CREAT | O_TRUNC
    case .append: flags = O_WRONLY | O_CREAT
    }
    descriptor = try SystemCalls.open(path, flags)
    if mode == .append { try SystemCalls.seekToEnd(descriptor, path: path) }
  }

  private init(standard descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
    isStandardStream = true
  }

  /// Standard output.
  public static func standardOutput() -> OutputFile { OutputFile(standard: STDOUT_FILENO, path: "-") }
  /// Standard error.
  public static func standardError() -> OutputFile {
    OutputFile(standard: STDERR_FILENO, path: "standard error")
  }

  deinit { try? close() }

  /// The name that messages use.
  private var name: String { path == "-" && isStandardStream ? "standard output" : path }

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
