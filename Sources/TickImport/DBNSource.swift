import Market
import Platform

/// Reads the records of a Databento file.
///
/// The time of a record is that of its receipt (`ts_recv`), in whose order the files are; of a candle it is
/// its opening (`ts_event`). A record's place in messages is its number.
final class DBNSource: RowSource {
  /// Bytes that are read together.
  private static let chunk = 1 << 18
  /// Bytes of the header of a record.
  private static let headerLength = 16

  /// The interval of candles, once there is one, in ns.
  var candleInterval: Int64? { decoder.candleInterval }
  private(set) var bytesRead = 0

  private let stream: any ByteStream
  private let path: String
  private let lane: BatchLane
  private var decoder: DBNDecoder
  private var buffer: [UInt8] = []
  private var count = 0
  private var isAtEnd = false

  /// Reads the metadata; the stream stands on the first record then.
  init(_ stream: any ByteStream, _ plan: InputPlan, path candlePath: CandlePath, isStrict: Bool) throws {
    self.stream = stream
    path = plan.path
    lane = BatchLane(isStrict: isStrict)
    let prefix = try stream.readAhead(DBNMetadata.prefixLength)
    let length = try DBNMetadata.length(prefix, path: plan.path)
    let bytes = try stream.readAhead(length)
    guard bytes.count == length else {
      throw CorruptDataError(path: plan.path, problem: "the file is cut off in its metadata")
    }
    let metadata = try DBNMetadata(bytes, version: prefix[3], path: plan.path)
    decoder = DBNDecoder(metadata, plan, candlePath)
    buffer = [UInt8](repeating: 0, count: Self.chunk)
  }

  func next() throws -> [BatchLane] {
    if isAtEnd { return [] }
    lane.batch.removeAll()
    while count < buffer.count {
      let read = try stream.read(into: &buffer, from: count)
      if read == 0 {
        isAtEnd = true
        break
      }
      count += read
      bytesRead += read
    }
    do {
      try decode()
    } catch {
      lane.failure = error
    }
    return [lane]
  }

  private func decode() throws {
    let bytes = buffer
    let position = try decodeRecords(bytes.span)
    let rest = count - position
    if isAtEnd {
      guard rest == 0 else {
        throw CorruptDataError(path: path, problem: "the file is cut off in record \(decoder.number + 1)")
      }
      decoder.finish(into: &lane.batch)
      return
    }
    buffer.replaceSubrange(0..<rest, with: Array(buffer[position..<count]))
    count = rest
  }

  /// Reads the whole records; where the unfinished one starts.
  private func decodeRecords(_ bytes: Span<UInt8>) throws -> Int {
    var position = 0
    while count - position >= Self.headerLength {
      let length = Int(bytes[position]) * 4
      guard length >= Self.headerLength else {
        throw CorruptDataError(
          path: path, problem: "record \(decoder.number + 1) states a length of \(length) bytes")
      }
      if count - position < length { break }
      try decoder.decode(DBNRecord(position: position, length: length), of: bytes, into: &lane.batch)
      position += length
    }
    return position
  }
}

/// Where a record lies.
struct DBNRecord {
  /// Its first byte.
  var position: Int
  /// Its bytes, header included.
  var length: Int

  /// The number of `count` bytes at `offset` of the record, little-endian.
  func number(_ offset: Int, _ count: Int, _ bytes: Span<UInt8>) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<count { value |= UInt64(bytes[position + offset + index]) << UInt64(8 * index) }
    return value
  }

  /// The signed number of eight bytes at `offset`.
  func signed(_ offset: Int, _ bytes: Span<UInt8>) -> Int64 { Int64(bitPattern: number(offset, 8, bytes)) }
}
