internal import Market

/// What a column of a block holds.
enum ColumnIdentifier: UInt16 {
  case price = 1
  case time = 2
  case size = 3
  case flags = 4

  /// How its values became bytes.
  var coding: UInt8 { UInt8(rawValue) }
  /// Whether every span of every block has it.
  var isRequired: Bool { self == .price || self == .time }
}

/// One column of one span: a frame of its own.
struct SpanFrame: Hashable, Sendable {
  /// Bytes of the frame, 0 where the span has none.
  var size: Int
  /// XXH64 of the frame, 0 where there is none.
  var digest: UInt64

  static let none = SpanFrame(size: 0, digest: 0)
}

/// The self-description of one column of a block.
struct ColumnDescription: Hashable, Sendable {
  /// A ``ColumnIdentifier``, or one of a later version.
  var identifier: UInt16
  /// Whether a reader that does not know the column must refuse the file.
  var isRequired: Bool
  /// How the values became bytes.
  var coding: UInt8
  /// Its frames, one a span.
  var frames: [SpanFrame]
}

/// One series as a block header lists it.
struct BlockSeries: Hashable, Sendable {
  /// Symbol and kind, repeated in every block so that a file without a footer can be repaired.
  var key: SeriesKey
  /// Its zone map.
  var zone: TickSeriesZone
}

/// The content of a block's header frame.
struct BlockHeader: Hashable, Sendable {
  var count: Int
  var firstTime: Int64
  var lastTime: Int64
  var series: [BlockSeries]
  var columns: [ColumnDescription]

  private static let magic: [UInt8] = Array("TBLK".utf8)

  func encoded() -> [UInt8] {
    var out = ByteWriter()
    out.put(Self.magic)
    out.put(TickFormat.version)
    out.put(UInt16(0))
    out.put(UInt32(count))
    out.put(UInt32(series.count))
    out.put(firstTime)
    out.put(lastTime)
    out.put(UInt32(columns.count))
    for item in series { Self.put(item, to: &out) }
    for column in columns { Self.put(column, to: &out) }
    return out.bytes
  }

  private static func put(_ item: BlockSeries, to out: inout ByteWriter) {
    let zone = item.zone
    out.put(UInt16(zone.series))
    out.put(key: item.key)
    out.put(UInt32(zone.count))
    out.put(UInt8(zone.priceScale))
    out.put(UInt8(zone.sizeScale))
    out.put(UInt8((zone.range == nil ? 0 : 1) | (zone.carriedIn == nil ? 0 : 2)))
    out.put(UInt8(zone.carriedIn?.price.scale ?? 0))
    out.put(zone.range?.lowerBound ?? 0)
    out.put(zone.range?.upperBound ?? 0)
    out.put(zone.carriedIn?.price.mantissa ?? 0)
    out.put(zone.carriedIn?.time.nanoseconds ?? 0)
  }

  private static func put(_ column: ColumnDescription, to out: inout ByteWriter) {
    out.put(column.identifier)
    out.put(UInt8(column.isRequired ? 1 : 0))
    out.put(column.coding)
    out.put(UInt32(0))
    for frame in column.frames {
      out.put(UInt32(frame.size))
      out.put(frame.digest)
    }
  }

  init(count: Int, firstTime: Int64, lastTime: Int64, series: [BlockSeries], columns: [ColumnDescription]) {
    self.count = count
    self.firstTime = firstTime
    self.lastTime = lastTime
    self.series = series
    self.columns = columns
  }

  /// Reads and checks a header; what it says about itself is consistent afterwards, the columns are unread.
  init(_ bytes: [UInt8]) throws(FormatFault) {
    var reader = ByteReader(bytes, what: "the block header")
    guard Array(try reader.take(4)) == Self.magic else { throw FormatFault("the block header has no magic") }
    try TickFormat.check(version: try reader.u16())
    try reader.zeros(2)
    count = try reader.u32()
    let seriesCount = try reader.u32()
    firstTime = try reader.i64()
    lastTime = try reader.i64()
    let columnCount = try reader.u32()
    guard (1...TickFormat.maximumTicksPerBlock).contains(count) else {
      throw FormatFault("\(count) ticks in a block, expected 1 to \(TickFormat.maximumTicksPerBlock)")
    }
    guard (1...min(count, TickFormat.maximumSeries)).contains(seriesCount) else {
      throw FormatFault("\(seriesCount) series in a block of \(count) ticks")
    }
    guard columnCount <= TickFormat.maximumColumns else { throw FormatFault("\(columnCount) columns") }
    guard firstTime <= lastTime else { throw FormatFault("the block ends before it starts") }
    series = []
    for _ in 0..<seriesCount { series.append(try Self.series(&reader)) }
    columns = []
    for _ in 0..<columnCount { columns.append(try Self.column(&reader, count: count)) }
    try reader.expectEnd()
    try checkSeries()
    try checkColumns()
  }

  private static func series(_ reader: inout ByteReader) throws(FormatFault) -> BlockSeries {
    let number = try reader.u16()
    let key = try reader.key()
    let count = try reader.u32()
    let priceScale = Int(try reader.u8())
    let sizeScale = Int(try reader.u8())
    let present = try reader.u8()
    let carriedScale = Int(try reader.u8())
    let (low, high) = (try reader.i64(), try reader.i64())
    let carried = try reader.i64()
    let carriedTime = try reader.i64()
    guard present <= 3, max(priceScale, sizeScale, carriedScale) <= TickFormat.maximumScale else {
      throw FormatFault("the zone map of \(key) is out of its limits")
    }
    for mantissa in [low, high, carried] {
      guard mantissa.magnitude < TickFormat.mantissaLimit.magnitude else {
        throw FormatFault("a price of \(key) has too many digits")
      }
    }
    guard low <= high else { throw FormatFault("the lowest price of \(key) is above the highest") }
    guard present & 1 == 1 || (low == 0 && high == 0),
      present & 2 == 2 || (carried == 0 && carriedTime == 0 && carriedScale == 0)
    else { throw FormatFault("the zone map of \(key) has values that it says are absent") }
    let carriedIn = CarriedPrice(
      time: Timestamp(nanoseconds: carriedTime),
      price: ExactDecimal(mantissa: carried, scale: carriedScale))
    let zone = TickSeriesZone(
      series: number, count: count, priceScale: priceScale, sizeScale: sizeScale,
      range: present & 1 == 1 ? low...high : nil, carriedIn: present & 2 == 2 ? carriedIn : nil)
    return BlockSeries(key: key, zone: zone)
  }

  private static func column(
    _ reader: inout ByteReader, count: Int
  ) throws(FormatFault) -> ColumnDescription {
    let identifier = UInt16(try reader.u16())
    let required = try reader.u8()
    let coding = try reader.u8()
    try reader.zeros(4)
    var frames: [SpanFrame] = []
    for _ in 0..<TickFormat.spans(of: count) {
      let frame = SpanFrame(size: try reader.u32(), digest: try reader.u64())
      guard required <= 1, frame.size <= 2 * TickFormat.maximumSpanBytes, frame.size > 0 || frame == .none
      else { throw FormatFault("column \(identifier) is out of its limits") }
      frames.append(frame)
    }
    return ColumnDescription(
      identifier: identifier, isRequired: required == 1, coding: coding, frames: frames)
  }

  private func checkSeries() throws(FormatFault) {
    var total = 0
    var previous = -1
    for item in series {
      let zone = item.zone
      guard zone.series > previous, zone.series < TickFormat.maximumSeries else {
        throw FormatFault("the series of the block are not in ascending order")
      }
      guard zone.count > 0 else { throw FormatFault("series \(item.key) is listed without a tick") }
      if let carried = zone.carriedIn, carried.time.nanoseconds > lastTime {
        throw FormatFault("the carried-in price of \(item.key) is from after the block")
      }
      previous = zone.series
      total += zone.count
    }
    guard total == count else {
      throw FormatFault("the series of the block have \(total) ticks, the block \(count)")
    }
  }

  /// Every known column has the coding that this version gives it; the required ones are there, in every
  /// span.
  private func checkColumns() throws(FormatFault) {
    var seen: Set<UInt16> = []
    for column in columns {
      guard seen.insert(column.identifier).inserted else {
        throw FormatFault("column \(column.identifier) stands twice")
      }
      guard let identifier = ColumnIdentifier(rawValue: column.identifier) else {
        if column.isRequired {
          throw FormatFault("column \(column.identifier) is required and unknown to this version")
        }
        continue
      }
      guard column.coding == identifier.coding, column.isRequired == identifier.isRequired else {
        throw FormatFault("column \(identifier) has a coding that this version does not know")
      }
      guard !identifier.isRequired || !column.frames.contains(.none) else {
        throw FormatFault("a span has no column \(identifier)")
      }
    }
    for needed in [ColumnIdentifier.price, .time] where !seen.contains(needed.rawValue) {
      throw FormatFault("column \(needed) is missing")
    }
  }
}
