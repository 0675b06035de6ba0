internal import Market

extension BlockEncoder {
  /// What the columns hold, span by span, each as pieces that are alike in themselves. A span without the
  /// column has none.
  func contents() -> [(ColumnIdentifier, [[[UInt8]]])] {
    var (prices, times, sizes, flags): ([[[UInt8]]], [[[UInt8]]], [[[UInt8]]], [[[UInt8]]]) = ([], [], [], [])
    var next = groups.map(\.prices.lowerBound)
    var nextSize = groups.map(\.sizes.lowerBound)
    for start in stride(from: 0, to: builder.count, by: TickFormat.ticksPerSpan) {
      let records = start..<min(start + TickFormat.ticksPerSpan, builder.count)
      let span = SpanGroups(local[records], of: groups.count)
      prices.append(priceColumn(records, span, &next))
      times.append(timeColumn(records))
      if anySize { sizes.append(sizeColumn(records, span, &nextSize)) }
      if anyFlag {
        let own = builder.ticks[records].map(\.flags)
        flags.append(own.contains { $0 != 0 } ? [own] : [])
      }
    }
    var columns: [(ColumnIdentifier, [[[UInt8]]])] = [(.price, prices), (.time, times)]
    if anySize { columns.append((.size, sizes)) }
    if anyFlag { columns.append((.flags, flags)) }
    return columns
  }

  /// The series that have ticks in one span.
  private struct SpanGroups {
    /// Their places in the block's list, ascending.
    var places: [Int] = []
    /// Their ticks in the span.
    var counts: [Int] = []
    /// By place in the block's list: which one of them it is.
    var numbers: [UInt16]

    init(_ local: ArraySlice<UInt16>, of seriesCount: Int) {
      var all = [Int](repeating: 0, count: seriesCount)
      for place in local { all[Int(place)] += 1 }
      numbers = [UInt16](repeating: 0, count: seriesCount)
      for place in all.indices where all[place] > 0 {
        numbers[place] = UInt16(places.count)
        places.append(place)
        counts.append(all[place])
      }
    }
  }

  private func priceColumn(_ records: Range<Int>, _ span: SpanGroups, _ next: inout [Int]) -> [[UInt8]] {
    var split = SplitValues()
    var firsts: [Int64] = []
    for (place, count) in zip(span.places, span.counts) {
      let own = mantissas[next[place]..<next[place] + count]
      next[place] += count
      var previous = own[own.startIndex]
      firsts.append(previous)
      var differences: [UInt64] = []
      differences.reserveCapacity(count)
      for mantissa in own {
        differences.append(ColumnCodec.zigzag(mantissa - previous))
        previous = mantissa
      }
      split.add(differences)
    }
    var head = ByteWriter()
    head.put(UInt16(span.places.count))
    head.put(UInt8(split.width))
    for (number, place) in span.places.enumerated() {
      head.put(UInt16(place))
      head.put(UInt16(span.counts[number]))
      head.put(split.lowBits[number])
      head.put(firsts[number])
    }
    let bits = ColumnCodec.placeBits(span.places.count)
    let places = ColumnCodec.packed(
      local[records].lazy.map { UInt64(span.numbers[Int($0)]) }, bits: bits)
    return [head.bytes + places, split.low] + split.planes
  }

  private func timeColumn(_ records: Range<Int>) -> [[UInt8]] {
    let first = builder.ticks[records.lowerBound].time
    var values: [UInt64] = []
    values.reserveCapacity(records.count)
    var previous = first
    for tick in builder.ticks[records] {
      // The distance of two Int64 always fits UInt64, even where their signed difference does not.
      values.append(UInt64(bitPattern: tick.time &- previous))
      previous = tick.time
    }
    let unit = ColumnCodec.commonPowerOfTen(values)
    if unit.exponent > 0 { values = values.map { unit.quotient($0) } }
    var split = SplitValues()
    split.add(values)
    var head = ByteWriter()
    head.put(first)
    head.put(UInt8(unit.exponent))
    head.put(split.lowBits[0])
    head.put(UInt8(split.width))
    return [head.bytes + split.low] + split.planes
  }

  private func sizeColumn(_ records: Range<Int>, _ span: SpanGroups, _ next: inout [Int]) -> [[UInt8]] {
    var counts = [Int](repeating: 0, count: groups.count)
    for (place, count) in zip(span.places, span.counts) { counts[place] = count }
    var presence: [UInt64] = []
    // Mostly every tick of a block has a size, or none has.
    if sizes.count < builder.count {
      for record in records {
        let isPresent = builder.ticks[record].hasSize
        presence.append(isPresent ? 1 : 0)
        if !isPresent { counts[Int(local[record])] -= 1 }
      }
      guard presence.contains(1) else { return [] }
    }
    let isPartial = presence.contains(0)
    var split = SplitValues()
    for place in span.places {
      let own = sizes[next[place]..<next[place] + counts[place]]
      next[place] += counts[place]
      split.add(own.map { ColumnCodec.zigzag($0) })
    }
    var head = ByteWriter()
    head.put(UInt8(isPartial ? 1 : 0))
    head.put(UInt8(split.width))
    head.put(split.lowBits)
    let bits = isPartial ? ColumnCodec.packed(presence, bits: 1) : []
    return [head.bytes + bits, split.low] + split.planes
  }
}
