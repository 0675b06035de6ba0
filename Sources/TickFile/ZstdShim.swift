internal import CZstd

/// Compresses one frame after the other; every frame states its content size.
@safe
final class ZstdCompressor {
  private let context: OpaquePointer

  /// Makes a compressor.
  ///
  /// - Parameters:
  ///   - level: 1 (fast) to 19 (small).
  ///   - isForColumns: whether what is compressed are parts of columns, whose digests stand elsewhere. They
  ///     have no checksum of zstd's, and few repeats but by chance: short ones cost more than they save.
  init(level: Int, isForColumns: Bool = false) {
    // Safe: the context is owned by this object alone and freed once, in deinit.
    guard let made = unsafe ZSTD_createCCtx() else { preconditionFailure("no memory for a compressor") }
    unsafe context = made
    _ = unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level))
    _ = unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, isForColumns ? 0 : 1)
    _ = unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 1)
    if isForColumns { _ = unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_minMatch, 7) }
  }

  deinit {
    // Safe: made in init, freed only here.
    _ = unsafe ZSTD_freeCCtx(context)
  }

  /// One frame that holds `bytes`.
  func frame(_ bytes: [UInt8]) throws(FormatFault) -> [UInt8] { try frame(pieces: [bytes]) }

  /// One frame that holds the pieces one behind the other. Each has blocks of its own, so that what one of
  /// them is like does not spoil the codes of the next.
  func frame(pieces: [[UInt8]]) throws(FormatFault) -> [UInt8] {
    let pieces = pieces.filter { !$0.isEmpty }
    let size = pieces.reduce(0) { $0 + $1.count }
    let bound = ZSTD_compressBound(size) + 32 * pieces.count
    var failure: String?
    // Safe: the pointers are used within the closures alone and with the sizes of their buffers; the
    // initialised count is what the library reports to have written.
    let frame = unsafe [UInt8](unsafeUninitializedCapacity: bound) { output, count in
      _ = unsafe ZSTD_CCtx_reset(context, ZSTD_reset_session_only)
      _ = unsafe ZSTD_CCtx_setPledgedSrcSize(context, UInt64(size))
      var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: bound, pos: 0)
      for place in 0..<max(1, pieces.count) where failure == nil {
        let isLast = place + 1 >= pieces.count
        let rest = unsafe (place < pieces.count ? pieces[place] : []).withUnsafeBytes { bytes in
          var source = unsafe ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
          return unsafe ZSTD_compressStream2(
            context, &target, &source, isLast ? ZSTD_e_end : ZSTD_e_flush)
        }
        failure = Zstd.failure(rest)
        if failure == nil && rest > 0 { failure = "there is not enough room" }
      }
      // Safe: a number that the library has set.
      count = failure == nil ? unsafe target.pos : 0
    }
    if let failure { throw FormatFault("compression failed: \(failure)") }
    return frame
  }
}

/// Decompresses frames of known size. One thread at a time.
// Safe: only `DecodeScratch` moves one between threads, and it uses one that is no other value's.
@safe
final class ZstdDecompressor: @unchecked Sendable {
  private let context: OpaquePointer

  init() {
    // Safe: the context is owned by this object alone and freed once, in deinit.
    guard let made = unsafe ZSTD_createDCtx() else { preconditionFailure("no memory for a decompressor") }
    unsafe context = made
  }

  deinit {
    // Safe: made in init, freed only here.
    _ = unsafe ZSTD_freeDCtx(context)
  }

  /// Decompresses the frame that fills a part of `frame` to the start of `output`, which grows when needed.
  ///
  /// - Parameters:
  ///   - limit: the most bytes that the frame may hold. It states how many.
  ///   - padding: bytes that shall be there behind them.
  /// - Returns: the bytes that the frame held, exactly as many as it stated.
  func decompress(
    _ frame: [UInt8], _ part: Range<Int>, into output: inout [UInt8], atMost limit: Int, padding: Int = 0
  ) throws(FormatFault) -> Int {
    precondition(part.lowerBound >= 0 && part.upperBound <= frame.count && limit >= 0 && padding >= 0)
    // Safe: the pointer is used within the closure alone, for the part, which the array holds.
    let (found, declared) = unsafe frame.withUnsafeBytes { bytes in
      let part = unsafe UnsafeRawBufferPointer(rebasing: bytes[part])
      return unsafe (
        ZSTD_findFrameCompressedSize(part.baseAddress, part.count),
        ZSTD_getFrameContentSize(part.baseAddress, part.count)
      )
    }
    if let failure = Zstd.failure(found) { throw FormatFault("not a zstd frame: \(failure)") }
    guard found == part.count else { throw FormatFault("a zstd frame is shorter than stated") }
    guard declared <= UInt64(limit) else {
      throw FormatFault("a zstd frame states more than \(limit) bytes, or none")
    }
    let size = Int(declared)
    if output.count < size + padding { output = [UInt8](repeating: 0, count: size + padding) }
    // Safe: both pointers are used within the closures alone; the library writes at most `size` bytes to the
    // output and reads exactly the part of the frame, and both arrays are at least that long.
    let written = unsafe output.withUnsafeMutableBytes { target in
      unsafe frame.withUnsafeBytes { bytes in
        let part = unsafe UnsafeRawBufferPointer(rebasing: bytes[part])
        return unsafe ZSTD_decompressDCtx(context, target.baseAddress, size, part.baseAddress, part.count)
      }
    }
    if let failure = Zstd.failure(written) { throw FormatFault("zstd frame is damaged: \(failure)") }
    guard written == size else { throw FormatFault("a zstd frame does not hold the stated \(size) bytes") }
    return size
  }
}

private enum Zstd {
  /// The library's words for a result that is an error, nil for a size.
  static func failure(_ result: Int) -> String? {
    guard ZSTD_isError(result) != 0 else { return nil }
    // Safe: the library returns a constant, terminated string.
    return unsafe String(cString: ZSTD_getErrorName(result))
  }
}
