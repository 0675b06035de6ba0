import CZlib
import Platform

/// Takes gzip and hands out plain bytes, through zlib, in bounded memory.
///
/// A file may be made of several members, as parallel packers and plain concatenation write them; their
/// contents follow each other (RFC 1952, section 2.2). The check value and the length of each are verified.
/// Behind a member stands another one or nothing: what is no member could be the rest of a damaged one, so
/// it is refused.
///
/// The only place that calls zlib.
// Safe: the state is private, lives exactly as long as the object and is freed once.
@safe final class GzipStream: ByteStream {
  private static let inputSize = 1 << 16
  /// Windows of up to 32 KiB, the greatest there are; and a header and trailer of gzip's.
  private static let windowBits: Int32 = 15 + 16

  private let stream: any ByteStream
  private let path: String
  /// zlib keeps the address, so the state must not move.
  private let state: UnsafeMutablePointer<z_stream>
  private var input = [UInt8](repeating: 0, count: GzipStream.inputSize)
  /// What of the input is still to be unpacked.
  private var waiting = 0..<0
  /// Whether a member has begun and not ended.
  private var isInMember = true
  private var membersDone = 0

  /// Starts to unpack `stream`; `path` names it in messages.
  init(_ stream: any ByteStream, path: String) throws {
    self.stream = stream
    self.path = path
    // Safe: freed in deinit, once, and nowhere else. All-zero is how zlib wants the state at first.
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: unsafe z_stream())
    let size = Int32(unsafe MemoryLayout<z_stream>.size)
    guard unsafe inflateInit2_(state, Self.windowBits, ZLIB_VERSION, size) == Z_OK else {
      throw RunError("out of memory while opening \(path)")
    }
  }

  deinit {
    // Safe: the last use of the state; what was not begun is nothing to end.
    unsafe inflateEnd(state)
    unsafe state.deallocate()
  }

  func read(into buffer: inout [UInt8], from offset: Int) throws -> Int {
    guard offset < buffer.count else { return 0 }
    while true {
      if waiting.isEmpty {
        waiting = 0..<(try stream.read(into: &input, from: 0))
        if waiting.isEmpty {
          if isInMember { throw corrupt("they end inside of a gzip member") }
          return 0
        }
      }
      if !isInMember {
        // Safe: the state is live.
        unsafe inflateReset(state)
        isInMember = true
      }
      let count = try unpack(into: &buffer, from: offset)
      if count > 0 { return count }
    }
  }

  /// Unpacks what is waiting, as far as there is room; how many plain bytes came of it.
  private func unpack(into buffer: inout [UInt8], from offset: Int) throws -> Int {
    var room = UInt32(clamping: buffer.count - offset)
    let roomBefore = room
    // Safe: both pointers are used within the closures alone, with the sizes of what they point to.
    let status = unsafe input.withUnsafeMutableBufferPointer { bytes in
      unsafe buffer.withUnsafeMutableBufferPointer { out in
        unsafe state.pointee.next_in = bytes.baseAddress?.advanced(by: waiting.lowerBound)
        unsafe state.pointee.avail_in = UInt32(waiting.count)
        unsafe state.pointee.next_out = out.baseAddress?.advanced(by: offset)
        unsafe state.pointee.avail_out = room
        let status = unsafe inflate(state, Z_NO_FLUSH)
        waiting = unsafe waiting.upperBound - Int(state.pointee.avail_in)..<waiting.upperBound
        room = unsafe state.pointee.avail_out
        return status
      }
    }
    switch status {
    case Z_STREAM_END:
      isInMember = false
      membersDone += 1
    // No progress is no error where the input has run out.
    case Z_OK, Z_BUF_ERROR: break
    case Z_MEM_ERROR: throw RunError("out of memory while reading \(path)")
    default: throw failure()
    }
    return Int(roomBefore - room)
  }

  private func failure() -> CorruptDataError {
    // Safe: zlib's texts are constants that end with a zero.
    let reason = unsafe state.pointee.msg.map { unsafe String(cString: $0) } ?? "no reason given"
    guard membersDone > 0 else { return corrupt(reason) }
    return corrupt("\(reason), behind \(membersDone) whole gzip member\(membersDone == 1 ? "" : "s")")
  }

  private func corrupt(_ reason: String) -> CorruptDataError {
    CorruptDataError(path: path, problem: "the compressed data are corrupt or cut off (\(reason))")
  }
}
