internal import Market

/// A block as it goes to the file.
struct EncodedBlock {
  var header: BlockHeader
  var spans: [[SpanRange]]
  /// Frames of the columns, in the order of the header.
  var frames: [[UInt8]]
}

/// Turns the ticks of a builder into columns, zone maps and envelopes.
struct BlockEncoder {
  /// The values of one series, in record order.
  private struct Group {
    var number: Int
    var scale: Int
    var mantissas: [Int64] = []
    var sizeScale: Int
    var sizes: [Int64] = []
    var range: ClosedRange<Int64>?
  }

  private let builder: BlockBuilder
  /// By place in the block's list of series.
  private var groups: [Group]
  /// Place in the block's list, by record.
  private var local: [UInt16]

  init(_ builder: BlockBuilder) {
    self.builder = builder
    let present = builder.present.sorted()
    var places = [UInt16](repeating: 0, count: builder.states.count)
    for (place, number) in present.enumerated() { places[number] = UInt16(place) }
    local = builder.series.map { places[Int($0)] }
    groups = present.map { number in
      let state = builder.states[number]
      return Group(number: number, scale: state.price.scale, sizeScale: state.size.scale)
    }
    for (index, place) in local.enumerated() {
      let place = Int(place)
      groups[place].mantissas.append(Self.rescaled(builder.prices[index], to: groups[place].scale))
      let size = builder.sizes[index]
      if size.scale != Int(TickFormat.noScale) {
        groups[place].sizes.append(Self.rescaled(size, to: groups[place].sizeScale))
      }
    }
    for place in groups.indices {
      groups[place].scale = Self.reduce(&groups[place].mantissas, scale: groups[place].scale)
      groups[place].sizeScale = Self.reduce(&groups[place].sizes, scale: groups[place].sizeScale)
    }
  }

  private static func rescaled(_ value: ExactDecimal, to scale: Int) -> Int64 {
    guard value.scale != scale, value.mantissa != 0 else { return value.mantissa }
    return value.mantissa * PowersOfTen.integer[scale - value.scale]
  }

  /// Drops the decimals that are zero in every value; returns the scale that remains.
  private static func reduce(_ mantissas: inout [Int64], scale: Int) -> Int {
    guard scale > 0 else { return 0 }
    guard mantissas.contains(where: { $0 != 0 }) else { return 0 }
    let common = ColumnCodec.commonPowerOfTen(mantissas.map { UInt64($0.magnitude) })
    var digits = 0
    while digits < scale, PowersOfTen.integer[digits] < Int64(common) { digits += 1 }
    if digits > 0 {
      let divisor = PowersOfTen.integer[digits]
      for index in mantissas.indices { mantissas[index] /= divisor }
    }
    return scale - digits
  }

  /// The block; `carried` holds each series' last unflagged price and is moved past the block.
  mutating func encode(
    keys: [SeriesKey], carried: inout [CarriedPrice?], compressor: ZstdCompressor
  ) throws(FormatFault) -> EncodedBlock {
    var carriedIn: [CarriedPrice?] = []
    for group in groups { carriedIn.append(carried[group.number]) }
    let spans = envelopes(carried: &carried)
    var series: [BlockSeries] = []
    for (place, group) in groups.enumerated() {
      let zone = TickSeriesZone(
        series: group.number, count: group.mantissas.count, priceScale: group.scale,
        sizeScale: group.sizeScale, range: group.range, carriedIn: carriedIn[place],
        firstMantissa: group.mantissas[0])
      series.append(BlockSeries(key: keys[group.number], zone: zone))
    }
    var columns: [ColumnDescription] = []
    var frames: [[UInt8]] = []
    for column in self.columns() {
      let frame = try compressor.frame(column.bytes)
      var description = column.description
      description.compressedSize = frame.count
      description.digest = XXHash64.digest(frame)
      columns.append(description)
      frames.append(frame)
    }
    let header = BlockHeader(
      count: builder.count, firstTime: builder.times[0], lastTime: builder.times[builder.count - 1],
      series: series, columns: columns)
    return EncodedBlock(header: header, spans: spans, frames: frames)
  }

  /// Walks the records once: envelopes of the spans, zone maps of the block, last prices.
  private mutating func envelopes(carried: inout [CarriedPrice?]) -> [[SpanRange]] {
    var spans: [[SpanRange]] = []
    var next = [Int](repeating: 0, count: groups.count)
    var lastRecord = [Int?](repeating: nil, count: groups.count)
    for start in stride(from: 0, to: builder.count, by: TickFormat.ticksPerSpan) {
      var ranges = [ClosedRange<Int64>?](repeating: nil, count: groups.count)
      for record in start..<min(start + TickFormat.ticksPerSpan, builder.count) {
        let place = Int(local[record])
        let mantissa = groups[place].mantissas[next[place]]
        next[place] += 1
        if TickFlags(rawValue: builder.flags[record]).contains(.notMarketTrade) { continue }
        lastRecord[place] = record
        let range = ranges[place] ?? mantissa...mantissa
        ranges[place] = min(range.lowerBound, mantissa)...max(range.upperBound, mantissa)
      }
      var span: [SpanRange] = []
      for (place, range) in ranges.enumerated() {
        guard let range else { continue }
        span.append(SpanRange(local: place, range: range))
        let whole = groups[place].range ?? range
        groups[place].range =
          min(whole.lowerBound, range.lowerBound)...max(whole.upperBound, range.upperBound)
      }
      spans.append(span)
    }
    for (place, record) in lastRecord.enumerated() {
      guard let record else { continue }
      let time = Timestamp(nanoseconds: builder.times[record])
      carried[groups[place].number] = CarriedPrice(time: time, price: builder.prices[record].normalized)
    }
    return spans
  }
}

extension BlockEncoder {
  /// A column before compression.
  private struct RawColumn {
    var description: ColumnDescription
    var bytes: [UInt8]
  }

  private func columns() -> [RawColumn] {
    var columns = [seriesColumn(), priceColumn(), timeColumn()]
    if builder.anySize {
      if builder.anyWithoutSize { columns.append(presenceColumn()) }
      columns.append(sizeColumn())
    }
    if builder.anyFlag { columns.append(column(.flags, .planes, width: 1, builder.flags)) }
    return columns
  }

  private func column(
    _ identifier: ColumnIdentifier, _ coding: ColumnCoding, width: Int, parameter: UInt64 = 0,
    _ bytes: [UInt8]
  ) -> RawColumn {
    let isRequired = identifier == .series || identifier == .price || identifier == .time
    let description = ColumnDescription(
      identifier: identifier.rawValue, isRequired: isRequired, coding: coding.rawValue, width: width,
      parameter: parameter, rawSize: bytes.count, compressedSize: 0, digest: 0)
    return RawColumn(description: description, bytes: bytes)
  }

  private func seriesColumn() -> RawColumn {
    let width = groups.count <= 256 ? 1 : 2
    return column(.series, .planes, width: width, ColumnCodec.planes(local.map { UInt64($0) }, width: width))
  }

  private func priceColumn() -> RawColumn {
    var values: [UInt64] = []
    values.reserveCapacity(builder.count)
    for group in groups {
      var previous = group.mantissas[0]
      for mantissa in group.mantissas {
        values.append(ColumnCodec.zigzag(mantissa - previous))
        previous = mantissa
      }
    }
    let width = ColumnCodec.width(values)
    return column(.price, .groupedDeltas, width: width, ColumnCodec.planes(values, width: width))
  }

  private func timeColumn() -> RawColumn {
    var values: [UInt64] = []
    values.reserveCapacity(builder.count)
    var previous = builder.times[0]
    for time in builder.times {
      // The distance of two Int64 always fits UInt64, even where their signed difference does not.
      values.append(UInt64(bitPattern: time &- previous))
      previous = time
    }
    let unit = ColumnCodec.commonPowerOfTen(values)
    if unit > 1 { values = values.map { $0 / unit } }
    let width = ColumnCodec.width(values)
    return column(
      .time, .ascendingDeltas, width: width, parameter: unit, ColumnCodec.planes(values, width: width))
  }

  private func presenceColumn() -> RawColumn {
    var bytes = [UInt8](repeating: 0, count: (builder.count + 7) / 8)
    for (index, size) in builder.sizes.enumerated() where size.scale != Int(TickFormat.noScale) {
      bytes[index / 8] |= 1 << UInt8(index % 8)
    }
    return column(.sizePresence, .bits, width: 0, bytes)
  }

  private func sizeColumn() -> RawColumn {
    let values = groups.flatMap { $0.sizes.map { ColumnCodec.zigzag($0) } }
    let width = ColumnCodec.width(values)
    return column(.size, .groupedValues, width: width, ColumnCodec.planes(values, width: width))
  }
}

extension ExactDecimal {
  /// The same number with the fewest decimals.
  var normalized: ExactDecimal {
    var result = self
    if mantissa == 0 { return ExactDecimal(mantissa: 0, scale: 0) }
    while result.scale > 0, result.mantissa % 10 == 0 {
      result.mantissa /= 10
      result.scale -= 1
    }
    return result
  }
}
