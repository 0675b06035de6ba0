internal import CXXHash

/// XXH64 with seed 0, the digest of frames, files and contents.
enum XXHash64 {
  /// Digest of `bytes`.
  static func digest(_ bytes: [UInt8]) -> UInt64 { digest(bytes, 0..<bytes.count) }

  /// Digest of a part of `bytes`.
  static func digest(_ bytes: [UInt8], _ part: Range<Int>) -> UInt64 {
    precondition(part.lowerBound >= 0 && part.upperBound <= bytes.count)
    // Safe: the pointer is used within the closure alone, for the part, which the array holds.
    return unsafe bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return XXH64(nil, 0, 0) }
      return unsafe XXH64(base + part.lowerBound, part.count, 0)
    }
  }
}

/// XXH64 of bytes that arrive piece by piece.
@safe
final class StreamingXXHash64 {
  private let state: OpaquePointer

  init() {
    // Safe: the state is owned by this object alone and freed once, in deinit.
    guard let made = unsafe XXH64_createState() else { preconditionFailure("no memory for a digest") }
    unsafe state = made
    _ = unsafe XXH64_reset(state, 0)
  }

  deinit {
    // Safe: made in init, freed only here.
    _ = unsafe XXH64_freeState(state)
  }

  /// Adds the bytes.
  func update(_ bytes: [UInt8]) {
    // Safe: the pointer is used within the closure alone, for exactly the bytes of the array.
    unsafe bytes.withUnsafeBytes { _ = unsafe XXH64_update(state, $0.baseAddress, $0.count) }
  }

  /// Digest of everything added so far.
  var digest: UInt64 {
    // Safe: reads the state, which lives as long as this object.
    unsafe XXH64_digest(state)
  }
}
