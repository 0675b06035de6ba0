internal import Market

/// A block as it goes to the file.
struct EncodedBlock {
  var header: BlockHeader
  var spans: [FooterSpan]
  /// Frames of the columns: all spans of the first, then those of the next.
  var frames: [UInt8]
}

/// Turns the ticks of a builder into columns, zone maps and envelopes.
struct BlockEncoder {
  /// The values of one series, in record order.
  struct Group {
    var number: Int
    var scale: Int
    var mantissas: [Int64] = []
    var sizeScale: Int
    var sizes: [Int64] = []
    var range: ClosedRange<Int64>?
  }

  let builder: BlockBuilder
  /// By place in the block's list of series.
  private(set) var groups: [Group]
  /// Place in the block's list, by record.
  let local: [UInt16]

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
        sizeScale: group.sizeScale, range: group.range, carriedIn: carriedIn[place])
      series.append(BlockSeries(key: keys[group.number], zone: zone))
    }
    var columns: [ColumnDescription] = []
    var frames: [UInt8] = []
    for (identifier, spans) in contents() {
      var column = ColumnDescription(
        identifier: identifier.rawValue, isRequired: identifier.isRequired, coding: identifier.coding,
        frames: [])
      for pieces in spans {
        let frame = pieces.isEmpty ? [] : try compressor.frame(pieces: pieces)
        let digest = pieces.isEmpty ? 0 : XXHash64.digest(frame)
        column.frames.append(SpanFrame(size: frame.count, digest: digest))
        frames += frame
      }
      columns.append(column)
    }
    let header = BlockHeader(
      count: builder.count, firstTime: builder.times[0], lastTime: builder.times[builder.count - 1],
      series: series, columns: columns)
    return EncodedBlock(header: header, spans: spans, frames: frames)
  }

  /// Walks the records once: envelopes of the spans, zone maps of the block, last prices.
  private mutating func envelopes(carried: inout [CarriedPrice?]) -> [FooterSpan] {
    var spans: [FooterSpan] = []
    var next = [Int](repeating: 0, count: groups.count)
    var lastRecord = [Int?](repeating: nil, count: groups.count)
    for start in stride(from: 0, to: builder.count, by: TickFormat.ticksPerSpan) {
      let records = start..<min(start + TickFormat.ticksPerSpan, builder.count)
      var ranges = [SpanRange?](repeating: nil, count: groups.count)
      for record in records {
        let place = Int(local[record])
        let mantissa = groups[place].mantissas[next[place]]
        next[place] += 1
        if TickFlags(rawValue: builder.flags[record]).contains(.notMarketTrade) { continue }
        lastRecord[place] = record
        ranges[place] = SpanRange(
          ranges[place], and: mantissa, of: place, at: builder.times[record])
      }
      let present = ranges.compactMap { $0 }
      for span in present {
        groups[span.local].range = span.joined(to: groups[span.local].range)
      }
      spans.append(
        FooterSpan(
          firstTime: builder.times[records.lowerBound], lastTime: builder.times[records.upperBound - 1],
          ranges: present))
    }
    for (place, record) in lastRecord.enumerated() {
      guard let record else { continue }
      let time = Timestamp(nanoseconds: builder.times[record])
      carried[groups[place].number] = CarriedPrice(time: time, price: builder.prices[record].normalized)
    }
    return spans
  }
}

extension SpanRange {
  /// The range with one more unflagged tick of the series.
  init(_ before: SpanRange?, and mantissa: Int64, of place: Int, at time: Int64) {
    let range = before?.range ?? mantissa...mantissa
    self.init(
      local: place, range: min(range.lowerBound, mantissa)...max(range.upperBound, mantissa), last: mantissa,
      lastTime: time)
  }

  /// What holds the range and another one.
  func joined(to other: ClosedRange<Int64>?) -> ClosedRange<Int64> {
    guard let other else { return range }
    return min(other.lowerBound, range.lowerBound)...max(other.upperBound, range.upperBound)
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
