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
  /// Where the values of one series lie, in record order.
  struct Group {
    /// Number of the series.
    var number: Int
    /// Digits after the point of its prices, and of its sizes.
    var scale: Int
    var sizeScale: Int
    /// Its part of ``BlockEncoder/mantissas``, and of ``BlockEncoder/sizes``.
    var prices: Range<Int>
    var sizes: Range<Int>
    var range: ClosedRange<Int64>?
  }

  let builder: BlockBuilder
  /// By place in the block's list of series.
  private(set) var groups: [Group] = []
  /// Place in the block's list, by record.
  private(set) var local: [UInt16] = []
  /// Mantissas of the prices, one group behind the other.
  private(set) var mantissas: [Int64]
  /// Mantissas of the sizes of the ticks that have one, one group behind the other.
  private(set) var sizes: [Int64]
  let anySize: Bool
  let anyFlag: Bool

  init(_ builder: BlockBuilder) {
    self.builder = builder
    anySize = builder.anySize
    anyFlag = builder.ticks.contains { $0.flags != 0 }
    var places = [UInt16](repeating: 0, count: builder.states.count)
    var (count, sizeCount) = (0, 0)
    for (place, number) in builder.present.enumerated() {
      let state = builder.states[number]
      places[number] = UInt16(place)
      groups.append(
        Group(
          number: number, scale: Int(state.price.scale), sizeScale: Int(state.size.scale),
          prices: count..<count + state.count, sizes: sizeCount..<sizeCount + state.sizeCount))
      count += state.count
      sizeCount += state.sizeCount
    }
    mantissas = [Int64](repeating: 0, count: count)
    sizes = [Int64](repeating: 0, count: sizeCount)
    local.reserveCapacity(count)
    gather(places)
    for place in groups.indices {
      let group = groups[place]
      groups[place].scale = Self.reduce(&mantissas, group.prices, scale: group.scale)
      groups[place].sizeScale = Self.reduce(&sizes, group.sizes, scale: group.sizeScale)
    }
  }

  /// Brings the values of the records into their groups; `places` are by series number.
  private mutating func gather(_ places: [UInt16]) {
    var (next, nextSize) = (groups.map(\.prices.lowerBound), groups.map(\.sizes.lowerBound))
    let scales = groups.map { UInt8($0.scale) }
    let sizeScales = groups.map { UInt8($0.sizeScale) }
    let powers = PowersOfTen.integer
    for tick in builder.ticks {
      let place = Int(places[Int(tick.series)])
      local.append(UInt16(truncatingIfNeeded: place))
      mantissas[next[place]] = Self.rescaled(tick.mantissa, tick.scale, to: scales[place], powers)
      next[place] += 1
      if tick.hasSize {
        sizes[nextSize[place]] = Self.rescaled(
          tick.sizeMantissa, tick.sizeScale, to: sizeScales[place], powers)
        nextSize[place] += 1
      }
    }
  }

  @inline(__always)
  private static func rescaled(
    _ mantissa: Int64, _ scale: UInt8, to target: UInt8, _ powers: [Int64]
  ) -> Int64 {
    guard scale != target, mantissa != 0 else { return mantissa }
    return mantissa * powers[Int(target - scale)]
  }

  /// Drops the decimals that are zero in every value of a part; returns the scale that remains.
  private static func reduce(_ mantissas: inout [Int64], _ part: Range<Int>, scale: Int) -> Int {
    guard scale > 0 else { return 0 }
    guard mantissas[part].contains(where: { $0 != 0 }) else { return 0 }
    let common = ColumnCodec.commonPowerOfTen(mantissas[part].lazy.map { UInt64($0.magnitude) })
    let digits = min(scale, common.exponent)
    if digits > 0 {
      let divisor = PowersOfTen.integer[digits]
      for index in part { mantissas[index] /= divisor }
    }
    return scale - digits
  }

  /// The block; `carried` holds each series' last unflagged price and is moved past the block, as `run` is.
  mutating func encode(
    keys: [SeriesKey], carried: inout [CarriedPrice?], run: inout InstantRun, compressor: ZstdCompressor
  ) throws(FormatFault) -> EncodedBlock {
    var carriedIn: [CarriedPrice?] = []
    for group in groups { carriedIn.append(carried[group.number]) }
    let spans = envelopes(carried: &carried, &run)
    var series: [BlockSeries] = []
    for (place, group) in groups.enumerated() {
      let zone = TickSeriesZone(
        series: group.number, count: group.prices.count, priceScale: group.scale,
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
      count: builder.count, firstTime: builder.ticks[0].time, lastTime: builder.ticks[builder.count - 1].time,
      series: series, columns: columns)
    return EncodedBlock(header: header, spans: spans, frames: frames)
  }

  /// Walks the records once: envelopes of the spans, zone maps of the block, last prices.
  private mutating func envelopes(
    carried: inout [CarriedPrice?], _ run: inout InstantRun
  ) -> [FooterSpan] {
    var spans: [FooterSpan] = []
    var next = groups.map(\.prices.lowerBound)
    var lastRecord = [Int?](repeating: nil, count: groups.count)
    for start in stride(from: 0, to: builder.count, by: TickFormat.ticksPerSpan) {
      let records = start..<min(start + TickFormat.ticksPerSpan, builder.count)
      var ranges = [SpanRange?](repeating: nil, count: groups.count)
      var instants = 0
      for record in records {
        let place = Int(local[record])
        let mantissa = mantissas[next[place]]
        next[place] += 1
        let tick = builder.ticks[record]
        guard tick.isInMarket else { continue }
        lastRecord[place] = record
        if run.starts(Int(tick.series), at: tick.time) { instants += 1 }
        ranges[place] = SpanRange(ranges[place], and: mantissa, of: place, at: tick.time)
      }
      let present = ranges.compactMap { $0 }
      for span in present {
        groups[span.local].range = span.joined(to: groups[span.local].range)
      }
      spans.append(
        FooterSpan(
          firstTime: builder.ticks[records.lowerBound].time,
          lastTime: builder.ticks[records.upperBound - 1].time, instants: instants, ranges: present))
    }
    for (place, record) in lastRecord.enumerated() {
      guard let record else { continue }
      let tick = builder.ticks[record]
      carried[groups[place].number] = CarriedPrice(
        time: Timestamp(nanoseconds: tick.time), price: tick.price.normalized)
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
