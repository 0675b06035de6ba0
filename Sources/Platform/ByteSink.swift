/// A buffered writer over an ``OutputFile``. One thread at a time.
///
/// What is not flushed when the sink goes away is lost: end with ``flush()`` or ``close()``.
public final class ByteSink {
  /// Where the bytes go.
  public let file: OutputFile
  /// Bytes written so far, buffered ones included.
  public private(set) var bytesWritten = 0
  private var buffer: [UInt8] = []
  private let capacity: Int

  /// Makes a writer; `capacity` is the size of its buffer in bytes.
  public init(_ file: OutputFile, capacity: Int = 1 << 18) {
    self.file = file
    self.capacity = capacity
    buffer.reserveCapacity(capacity)
  }

  /// A writer to standard output.
  public static func standardOutput() -> ByteSink { ByteSink(.standardOutput()) }
  /// A writer to standard error.
  public static func standardError() -> ByteSink { ByteSink(.standardError()) }

  /// Appends text in UTF-8.
  public func write(_ text: String) throws {
    var text = text
    // Safe: the text's own bytes are copied while it lives.
    let count = text.withUTF8 { bytes in
      unsafe buffer.append(contentsOf: bytes)
      return bytes.count
    }
    bytesWritten += count
    if buffer.count >= capacity { try drain() }
  }

  /// Appends one byte.
  public func write(byte: UInt8) throws {
    buffer.append(byte)
    bytesWritten += 1
    if buffer.count >= capacity { try drain() }
  }

  /// Appends bytes.
  public func write(_ bytes: [UInt8]) throws {
    bytesWritten += bytes.count
    guard bytes.count < capacity else {
      try drain()
      // Safe: bytes are plain data.
      return try unsafe file.write(bytes.span.bytes)
    }
    buffer += bytes
    if buffer.count >= capacity { try drain() }
  }

  /// Appends bytes.
  public func write(_ bytes: RawSpan) throws {
    bytesWritten += bytes.byteCount
    guard bytes.byteCount < capacity else {
      try drain()
      return try file.write(bytes)
    }
    // Safe: the bytes are copied while the span lives.
    unsafe bytes.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
    if buffer.count >= capacity { try drain() }
  }

  /// Hands what is buffered to the operating system.
  public func flush() throws { try drain() }

  /// Flushes and brings everything to the disk.
  public func sync() throws {
    try drain()
    try file.sync()
  }

  /// Flushes and closes.
  public func close() throws {
    try drain()
    try file.close()
  }

  private func drain() throws {
    guard !buffer.isEmpty else { return }
    // Safe: the buffer is not changed while it is written.
    try unsafe buffer.withUnsafeBytes { try unsafe file.write($0) }
    buffer.removeAll(keepingCapacity: true)
  }
}
