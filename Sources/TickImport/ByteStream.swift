/// Bytes that are read once, from front to back.
protocol ByteStream: AnyObject {
  /// Fills `buffer` from `offset` to its end, as far as one read gives; 0 at the end of the stream.
  func read(into buffer: inout [UInt8], from offset: Int) throws -> Int
}

/// Bytes that are in memory already.
final class MemoryStream: ByteStream {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func read(into buffer: inout [UInt8], from offset: Int) -> Int {
    let count = min(buffer.count - offset, bytes.count - position)
    buffer.replaceSubrange(offset..<offset + count, with: bytes[position..<position + count])
    position += count
    return count
  }
}

/// Bytes that were read ahead, then the rest of the stream they came from.
final class PrefixedStream: ByteStream {
  private let prefix: MemoryStream
  private let rest: any ByteStream
  private var isPastPrefix = false

  init(prefix: [UInt8], rest: any ByteStream) {
    self.prefix = MemoryStream(prefix)
    self.rest = rest
  }

  func read(into buffer: inout [UInt8], from offset: Int) throws -> Int {
    if !isPastPrefix {
      let count = prefix.read(into: &buffer, from: offset)
      if count > 0 || offset == buffer.count { return count }
      isPastPrefix = true
    }
    return try rest.read(into: &buffer, from: offset)
  }
}

extension ByteStream {
  /// Reads up to `limit` bytes ahead; fewer only where the stream ends.
  func readAhead(_ limit: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: limit)
    var count = 0
    while count < limit {
      let read = try read(into: &bytes, from: count)
      if read == 0 { break }
      count += read
    }
    bytes.removeSubrange(count...)
    return bytes
  }
}
