internal import Market

/// One series as the footer lists it.
struct FooterSeries: Hashable, Sendable {
  var key: SeriesKey
  /// Ticks in the whole file.
  var count: Int
  /// Times of the first and the last of them; 0 where there are none.
  var firstTime: Int64
  var lastTime: Int64
  /// The last price that is not flagged as no market trade.
  var last: CarriedPrice?
}

/// What one series of a block does within one span.
struct SpanRange: Hashable, Sendable {
  /// Place in the block's list of series.
  var local: Int
  /// Mantissas of its unflagged ticks, at the block's scale of the series.
  var range: ClosedRange<Int64>
  /// The last of them.
  var last: Int64
  /// Time of the last one.
  var lastTime: Int64
}

/// One span as the footer lists it.
struct FooterSpan: Hashable, Sendable {
  /// Times of its first and its last tick.
  var firstTime: Int64
  var lastTime: Int64
  /// How many instants start in it, flagged ticks left out; see ``InstantRun``.
  var instants: Int
  /// The series with unflagged ticks, by place.
  var ranges: [SpanRange]
}

/// One block as the footer lists it.
struct FooterBlock: Hashable, Sendable {
  /// XXH64 of the marker frame.
  var markerDigest: UInt64
  /// Bytes and XXH64 of the header frame.
  var headerCompressed: Int
  var headerDigest: UInt64
  /// The block's own header, repeated.
  var header: BlockHeader
  /// Its spans.
  var spans: [FooterSpan]
}

/// The content of the footer's frame.
struct TickFooter: Hashable, Sendable {
  /// XXH64 of the file's first frame.
  var openingDigest: UInt64
  /// Bytes and XXH64 of the metadata frame.
  var metadataCompressed: Int
  var metadataDigest: UInt64
  /// Metadata that is known only at the end, as JSON.
  var closingJSON: [UInt8]
  var series: [FooterSeries]
  var blocks: [FooterBlock]

  private static let magic = Array("TFTR".utf8)

  func encoded() -> [UInt8] {
    var out = ByteWriter()
    out.put(Self.magic)
    out.put(TickFormat.version)
    out.put(UInt16(0))
    out.put(UInt32(TickFormat.ticksPerSpan))
    out.put(UInt32(series.count))
    out.put(UInt32(blocks.count))
    out.put(UInt64(series.reduce(0) { $0 + $1.count }))
    out.put(openingDigest)
    out.put(UInt32(metadataCompressed))
    out.put(UInt32(closingJSON.count))
    out.put(metadataDigest)
    out.put(closingJSON)
    for item in series {
      out.put(key: item.key)
      out.put(UInt64(item.count))
      out.put(item.firstTime)
      out.put(item.lastTime)
      out.put(UInt8(item.last == nil ? 0 : 1))
      out.put(UInt8(item.last?.price.scale ?? 0))
      out.put(item.last?.price.mantissa ?? 0)
      out.put(item.last?.time.nanoseconds ?? 0)
    }
    for block in blocks { Self.put(block, to: &out) }
    return out.bytes
  }

  private static func put(_ block: FooterBlock, to out: inout ByteWriter) {
    out.put(block.markerDigest)
    out.put(block.headerDigest)
    out.put(UInt32(block.headerCompressed))
    let header = block.header.encoded()
    out.put(UInt32(header.count))
    out.put(header)
    for span in block.spans { put(span, to: &out) }
  }

  init(
    openingDigest: UInt64, metadataCompressed: Int, metadataDigest: UInt64, closingJSON: [UInt8],
    series: [FooterSeries], blocks: [FooterBlock]
  ) {
    self.openingDigest = openingDigest
    self.metadataCompressed = metadataCompressed
    self.metadataDigest = metadataDigest
    self.closingJSON = closingJSON
    self.series = series
    self.blocks = blocks
  }

  /// Reads and checks a footer; it is consistent in itself afterwards.
  init(_ bytes: [UInt8]) throws(FormatFault) {
    var reader = ByteReader(bytes, what: "the footer")
    guard Array(try reader.take(4)) == Self.magic else { throw FormatFault("the footer has no magic") }
    try TickFormat.check(version: try reader.u16())
    try reader.zeros(2)
    guard try reader.u32() == TickFormat.ticksPerSpan else { throw FormatFault("the footer has other spans") }
    let seriesCount = try reader.u32()
    let blockCount = try reader.u32()
    let tickCount = try reader.size()
    openingDigest = try reader.u64()
    metadataCompressed = try reader.u32()
    let jsonSize = try reader.u32()
    metadataDigest = try reader.u64()
    closingJSON = Array(try reader.take(jsonSize))
    guard seriesCount <= TickFormat.maximumSeries else { throw FormatFault("\(seriesCount) series") }
    series = []
    for _ in 0..<seriesCount { series.append(try Self.series(&reader)) }
    blocks = []
    for _ in 0..<blockCount { blocks.append(try Self.block(&reader)) }
    try reader.expectEnd()
    try check(tickCount: tickCount)
  }

  private static func series(_ reader: inout ByteReader) throws(FormatFault) -> FooterSeries {
    let key = try reader.key()
    let count = try reader.size()
    let (firstTime, lastTime) = (try reader.i64(), try reader.i64())
    let present = try reader.u8()
    let scale = Int(try reader.u8())
    let mantissa = try reader.i64()
    let time = try reader.i64()
    guard present <= 1, scale <= TickFormat.maximumScale,
      mantissa.magnitude < TickFormat.mantissaLimit.magnitude
    else { throw FormatFault("the last price of \(key) is out of its limits") }
    let last = CarriedPrice(
      time: Timestamp(nanoseconds: time), price: ExactDecimal(mantissa: mantissa, scale: scale))
    return FooterSeries(
      key: key, count: count, firstTime: firstTime, lastTime: lastTime, last: present == 1 ? last : nil)
  }

  private static func block(_ reader: inout ByteReader) throws(FormatFault) -> FooterBlock {
    let markerDigest = try reader.u64()
    let headerDigest = try reader.u64()
    let headerCompressed = try reader.u32()
    let headerSize = try reader.u32()
    let header = try BlockHeader(Array(try reader.take(headerSize)))
    var spans: [FooterSpan] = []
    var time = header.firstTime
    for start in stride(from: 0, to: header.count, by: TickFormat.ticksPerSpan) {
      let ticks = min(TickFormat.ticksPerSpan, header.count - start)
      let span = try Self.span(&reader, header, ticks: ticks)
      guard span.firstTime >= time, spans.isEmpty ? span.firstTime == time : true else {
        throw FormatFault("the spans of a block are not in time order")
      }
      time = span.lastTime
      spans.append(span)
    }
    guard time == header.lastTime else { throw FormatFault("the spans of a block end before or after it") }
    return FooterBlock(
      markerDigest: markerDigest, headerCompressed: headerCompressed, headerDigest: headerDigest,
      header: header, spans: spans)
  }

  private func check(tickCount: Int) throws(FormatFault) {
    guard Set(series.map(\.key)).count == series.count else { throw FormatFault("a series stands twice") }
    var counts = [Int](repeating: 0, count: series.count)
    var time = Int64.min
    for block in blocks {
      guard block.header.firstTime >= time else { throw FormatFault("the blocks are not in time order") }
      time = block.header.lastTime
      for item in block.header.series {
        guard item.zone.series < series.count, series[item.zone.series].key == item.key else {
          throw FormatFault("block and footer differ about series \(item.key)")
        }
        counts[item.zone.series] += item.zone.count
      }
    }
    guard counts == series.map(\.count), counts.reduce(0, +) == tickCount else {
      throw FormatFault("the counts of the footer do not add up")
    }
    for item in series {
      guard item.firstTime <= item.lastTime else {
        throw FormatFault("series \(item.key) ends before it starts")
      }
    }
  }
}

extension TickFormat {
  /// How many spans a block of `count` ticks has.
  static func spans(of count: Int) -> Int { (count + ticksPerSpan - 1) / ticksPerSpan }
}
