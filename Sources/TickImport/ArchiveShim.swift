import CArchive
import Platform

/// Takes compressed bytes and hands out plain ones, through libarchive, in bounded memory.
///
/// The only place that calls libarchive. It reads through a ``ByteStream``, so libarchive opens no file.
// Safe: the handle is private, lives exactly as long as the object and is freed once.
@safe final class ArchiveStream: ByteStream {
  private let handle: OpaquePointer
  private let feeder: ArchiveFeeder
  private let path: String
  private let isZip: Bool
  /// The name of the file inside of a zip archive.
  private(set) var entryName: String?
  private var isAtEnd = false

  /// Starts to unpack `stream`, zstd, or a zip archive with one file; `path` names it in messages.
  init(_ stream: any ByteStream, path: String, isZip: Bool = false) throws {
    // Safe: the handle is freed in deinit, once, and nowhere else.
    guard let handle = unsafe archive_read_new() else {
      throw RunError("out of memory while opening \(path)")
    }
    unsafe self.handle = unsafe handle
    self.path = path
    self.isZip = isZip
    feeder = ArchiveFeeder(stream)
    // Safe: the calls take a live handle; the feeder lives as long as this object, which frees the handle.
    unsafe archive_read_support_filter_zstd(handle)
    if isZip {
      unsafe archive_read_support_format_zip_streamable(handle)
    } else {
      unsafe archive_read_support_format_raw(handle)
    }
    let context = unsafe Unmanaged.passUnretained(feeder).toOpaque()
    let status = unsafe archive_read_open(handle, context, nil, feedArchive, nil)
    try check(Int(status))
    // Safe: the entry belongs to the handle and is not kept; its name is copied at once.
    var entry = unsafe OpaquePointer?.none
    let header = Int(unsafe archive_read_next_header(handle, &entry))
    entryName =
      isZip && header == Int(ARCHIVE_OK)
      ? unsafe archive_entry_pathname(entry).map { unsafe String(cString: $0) } : nil
    try check(header, endIsFine: true)
    // A header that is cut off is not recognised, and the bytes would pass as they are.
    guard unsafe isZip || archive_filter_code(handle, 0) != ARCHIVE_FILTER_NONE else {
      throw CorruptDataError(
        path: path, problem: "the compressed data are corrupt or cut off (no whole header)")
    }
  }

  deinit {
    // Safe: the last use of the handle.
    unsafe archive_read_free(handle)
  }

  func read(into buffer: inout [UInt8], from offset: Int) throws -> Int {
    guard !isAtEnd, offset < buffer.count else { return 0 }
    // Safe: the pointer and count describe the rest of the caller's array, which lives for the call.
    let count = unsafe buffer.withUnsafeMutableBytes { bytes in
      unsafe archive_read_data(handle, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
    }
    if let error = feeder.error { throw error }
    try check(count)
    if count == 0 { try requireEnd() }
    return count
  }

  /// A zip archive holds one file; a second one would be lost without a word.
  private func requireEnd() throws {
    isAtEnd = true
    guard isZip else { return }
    // Safe: the entry belongs to the handle and is not kept.
    var entry = unsafe OpaquePointer?.none
    let status = unsafe archive_read_next_header(handle, &entry)
    guard status != ARCHIVE_EOF else { return }
    try check(Int(status))
    throw InputError(
      SourceLocation(path: path), "the zip archive holds more than one file",
      expected: "one file in each archive")
  }

  /// Turns libarchive's verdict into an error of ours.
  private func check(_ status: Int, endIsFine: Bool = false) throws {
    if let error = feeder.error { throw error }
    if endIsFine && status == Int(ARCHIVE_EOF) {
      isAtEnd = true
      return
    }
    guard status < 0 || (status == Int(ARCHIVE_EOF) && endIsFine) else { return }
    // Safe: the text belongs to the handle and is copied at once.
    let reason = unsafe archive_error_string(handle).map { unsafe String(cString: $0) }
    throw CorruptDataError(
      path: path, problem: "the compressed data are corrupt or cut off (\(reason ?? "no reason given"))")
  }
}

/// Holds the bytes that libarchive works on until it asks for the next ones.
// Safe: the block is allocated and freed with the object; only the callback hands it out, to its owner.
@safe private final class ArchiveFeeder {
  static let size = 1 << 16
  let stream: any ByteStream
  var staging = [UInt8](repeating: 0, count: ArchiveFeeder.size)
  let block: UnsafeMutableRawBufferPointer
  var error: (any Error)?

  init(_ stream: any ByteStream) {
    self.stream = stream
    // Safe: freed in deinit.
    unsafe block = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.size, alignment: 16)
  }

  deinit { unsafe block.deallocate() }

  /// Reads the next bytes into the block; their number, 0 at the end, -1 after an error.
  func next() -> Int {
    do {
      let count = try stream.read(into: &staging, from: 0)
      // Safe: both are `size` bytes long and `count` is at most that.
      unsafe block.copyBytes(from: staging[0..<count])
      return count
    } catch {
      self.error = error
      return -1
    }
  }
}

/// The callback through which libarchive asks for bytes.
private func feedArchive(
  _ handle: OpaquePointer?, _ context: UnsafeMutableRawPointer?,
  _ bytes: UnsafeMutablePointer<UnsafeRawPointer?>?
) -> la_ssize_t {
  // Safe: the pointers are looked at, not followed.
  guard let context = unsafe context, let bytes = unsafe bytes else { return -1 }
  // Safe: the context is the feeder of the stream that owns the handle.
  let feeder = unsafe Unmanaged<ArchiveFeeder>.fromOpaque(context).takeUnretainedValue()
  let count = feeder.next()
  unsafe bytes.pointee = unsafe UnsafeRawPointer(feeder.block.baseAddress)
  return la_ssize_t(count)
}
