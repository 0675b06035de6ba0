internal import CZstd

/// Compresses one frame after the other; every frame states its content size and carries zstd's checksum.
@safe
final class ZstdCompressor {
  private let context: OpaquePointer

  /// Makes a compressor of the given level, 1 (fast) to 19 (small).
  init(level: Int) {
    // Safe: the context is owned by this object alone and freed once, in deinit.
    guard let made = unsafe ZSTD_createCCtx() else { preconditionFailure("no memory for a compressor") }
    unsafe context = made
    _ = unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level))
    _ = unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    _ = unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 1)
  }

  deinit {
    // Safe: made in init, freed only here.
    _ = unsafe ZSTD_freeCCtx(context)
  }

  /// One frame that holds `bytes`.
  func frame(_ bytes: [UInt8]) throws(FormatFault) -> [UInt8] {
    let bound = ZSTD_compressBound(bytes.count)
    var failure: String?
    // Safe: both pointers are used within the closures alone and with the sizes of their buffers;
    // the initialised count is what the library reports to have written.
    let frame = unsafe [UInt8](unsafeUninitializedCapacity: bound) { output, count in
      let written = unsafe bytes.withUnsafeBytes {
        unsafe ZSTD_compress2(context, output.baseAddress, bound, $0.baseAddress, $0.count)
      }
      failure = Zstd.failure(written)
      count = failure == nil ? written : 0
    }
    if let failure { throw FormatFault("compression failed: \(failure)") }
    return frame
  }
}

/// Decompresses frames of known size.
@safe
final class ZstdDecompressor {
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

  /// Writes the content of the frame that fills the first `frameSize` bytes of `frame` to the first `size`
  /// bytes of `output`, which grows when needed. Frame and content must have exactly the given sizes.
  func decompress(
    _ frame: [UInt8], frameSize: Int, into output: inout [UInt8], size: Int
  ) throws(FormatFault) {
    precondition(frameSize <= frame.count && size >= 0)
    // Safe: the pointer is used within the closure alone, for no more bytes than the array holds.
    let (found, declared) = unsafe frame.withUnsafeBytes {
      unsafe (
        ZSTD_findFrameCompressedSize($0.baseAddress, frameSize),
        ZSTD_getFrameContentSize($0.baseAddress, frameSize)
      )
    }
    if let failure = Zstd.failure(found) { throw FormatFault("not a zstd frame: \(failure)") }
    guard found == frameSize else { throw FormatFault("a zstd frame is shorter than stated") }
    guard declared == UInt64(size) else {
      throw FormatFault("a zstd frame does not hold the stated \(size) bytes")
    }
    if output.count < size { output = [UInt8](repeating: 0, count: size) }
    // Safe: both pointers are used within the closures alone; the library writes at most `size` bytes to the
    // output and reads exactly `frameSize` bytes of the frame, and both arrays are at least that long.
    let written = unsafe output.withUnsafeMutableBytes { target in
      unsafe frame.withUnsafeBytes {
        unsafe ZSTD_decompressDCtx(context, target.baseAddress, size, $0.baseAddress, frameSize)
      }
    }
    if let failure = Zstd.failure(written) { throw FormatFault("zstd frame is damaged: \(failure)") }
    guard written == size else { throw FormatFault("a zstd frame does not hold the stated \(size) bytes") }
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
