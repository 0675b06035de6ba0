extension TickFooter {
  static func put(_ span: FooterSpan, to out: inout ByteWriter) {
    out.put(span.firstTime)
    out.put(UInt64(bitPattern: span.lastTime &- span.firstTime))
    out.put(UInt16(span.instants))
    out.put(UInt32(span.ranges.count))
    for item in span.ranges {
      out.put(UInt16(item.local))
      out.put(item.range.lowerBound)
      // The distances are small, and the zeros above them cost next to nothing.
      out.put(UInt64(bitPattern: item.range.upperBound &- item.range.lowerBound))
      out.put(UInt64(bitPattern: item.last &- item.range.lowerBound))
      out.put(UInt64(bitPattern: item.lastTime &- span.firstTime))
    }
  }

  /// A span of `ticks` ticks of a block with `header`; consistent in itself and with the zone maps.
  static func span(
    _ reader: inout ByteReader, _ header: BlockHeader, ticks: Int
  ) throws(FormatFault) -> FooterSpan {
    let firstTime = try reader.i64()
    let lastTime = firstTime &+ Int64(bitPattern: try reader.u64())
    guard lastTime >= firstTime else { throw FormatFault("a span ends before it starts") }
    let instants = try reader.u16()
    guard instants <= ticks else { throw FormatFault("a span has more instants than ticks") }
    let count = try reader.u32()
    guard count <= header.series.count else { throw FormatFault("an envelope has too many series") }
    var ranges: [SpanRange] = []
    for _ in 0..<count {
      let local = try reader.u16()
      let low = try reader.i64()
      let high = low &+ Int64(bitPattern: try reader.u64())
      let last = low &+ Int64(bitPattern: try reader.u64())
      let time = firstTime &+ Int64(bitPattern: try reader.u64())
      guard local > ranges.last?.local ?? -1, local < header.series.count,
        let zone = header.series[local].zone.range, zone.lowerBound <= low, low <= last, last <= high,
        high <= zone.upperBound
      else { throw FormatFault("an envelope is outside of its block's zone map") }
      guard firstTime <= time, time <= lastTime else {
        throw FormatFault("an envelope has a time outside of its span")
      }
      ranges.append(SpanRange(local: local, range: low...high, last: last, lastTime: time))
    }
    return FooterSpan(firstTime: firstTime, lastTime: lastTime, instants: instants, ranges: ranges)
  }
}
