internal import Kernels
internal import Market
internal import Platform

/// Puts the columns of one span together from what their frames hold, which lies in `scratch.raw`.
struct SpanDecoder {
  let block: TickBlockInfo
  /// The span's ticks, as places in the block.
  let ticks: Range<Int>
  /// Where the first of them goes.
  let start: Int
  let level: KernelLevel

  /// Decodes the price column: series, prices, mantissas and scales, as far as they are wanted.
  func prices(
    size: Int, _ columns: TickColumnSet, _ scratch: inout DecodeScratch, into out: inout TickColumns
  ) throws(FormatFault) {
    scratch.reserve()
    let layout = try SpanPriceLayout(&scratch, size: size, ticks: ticks.count, series: block.zones.count)
    spreadPlaces(layout, &scratch)
    if columns.contains(.prices) { try quotients(layout, &scratch, into: &out.prices) }
    if columns.contains(.exact) {
      try mantissas(layout, &scratch, into: &out.mantissas)
      let scales = scratch.groups.map { UInt8(block.zones[$0.place].priceScale) }
      for tick in 0..<ticks.count { out.scales[start + tick] = scales[scratch.group(tick)] }
    }
    if columns.isDisjoint(with: [.prices, .exact]) { try checkCounts(scratch) }
    if columns.contains(.series) { numbers(&scratch, into: &out.series) }
  }

  /// Decodes the time column.
  func times(
    size: Int, _ scratch: inout DecodeScratch, into out: inout TickColumns
  ) throws(FormatFault) {
    var head = ColumnHead(size: size, what: "time")
    let first = Int64(try head.number(8, scratch.raw))
    let exponent = try head.number(1, scratch.raw)
    let lowBits = try head.number(1, scratch.raw)
    let width = try head.number(1, scratch.raw)
    guard exponent <= 18, lowBits <= 8, width <= 8 else {
      throw FormatFault("column time states impossible sizes")
    }
    let low = head.position
    let planes = low + (ticks.count * lowBits + 7) / 8
    guard planes + width * ticks.count == size else {
      throw FormatFault("column time does not fill its frame")
    }
    let values = ColumnValues(
      planes: planes, stride: ticks.count, width: width, low: low, lowBits: lowBits, count: ticks.count)
    let unit = UInt64(PowersOfTen.integer[exponent])
    scratch.reserve()
    // The loop writes whole eights.
    let isInPlace = ticks.count % ColumnValues.slack == 0
    let bits =
      isInPlace
      ? values.ascendingSums(
        of: scratch.raw, first: first, unit: unit, into: &out.times, at: start, level: level)
      : values.ascendingSums(
        of: scratch.raw, first: first, unit: unit, into: &scratch.integers, at: 0, level: level)
    let areTrue = Self.areTrue(bits, unit: unit, count: ticks.count, first: first)
    if !areTrue {
      guard Self.sum(values, scratch.raw, first: first, unit: unit, into: &scratch.integers) else {
        throw FormatFault("the times of a span leave their range")
      }
    }
    if !isInPlace || !areTrue {
      out.times.replaceSubrange(start..<start + ticks.count, with: scratch.integers[..<ticks.count])
    }
    try check(first: out.times[start], last: out.times[start + ticks.count - 1], stated: first)
  }

  /// Holds the times of the span's first and last tick against what is known of it.
  private func check(first: Int64, last: Int64, stated: Int64) throws(FormatFault) {
    var isRight = first == stated
    if ticks.lowerBound == 0 { isRight = isRight && first == block.firstTime.nanoseconds }
    if ticks.upperBound == block.count { isRight = isRight && last == block.lastTime.nanoseconds }
    if !block.spans.isEmpty {
      let span = block.spans[ticks.lowerBound / TickFormat.ticksPerSpan]
      isRight = isRight && first == span.firstTime.nanoseconds && last == span.lastTime.nanoseconds
    }
    guard isRight else { throw FormatFault("the times are not those that the block's header states") }
  }

  /// Whether sums of `count` distances below or at `bits` cannot have left the range of times.
  private static func areTrue(_ bits: UInt64, unit: UInt64, count: Int, first: Int64) -> Bool {
    let (distance, isTooFar) = bits.multipliedReportingOverflow(by: unit)
    let (all, isTooMuch) = distance.multipliedReportingOverflow(by: UInt64(count))
    guard !isTooFar, !isTooMuch, let sum = Int64(exactly: all) else { return false }
    return !first.addingReportingOverflow(sum).overflow
  }

  /// Sums up distances one by one; false where time falls or leaves its range.
  private static func sum(
    _ values: ColumnValues, _ bytes: [UInt8], first: Int64, unit: UInt64, into out: inout [Int64]
  ) -> Bool {
    var time = first
    for index in 0..<values.count {
      let (distance, overflow) = values.value(index, of: bytes.span).multipliedReportingOverflow(by: unit)
      let later = time &+ Int64(bitPattern: distance)
      guard !overflow, later >= time else { return false }
      time = later
      out[index] = time
    }
    return true
  }
}
