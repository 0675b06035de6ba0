internal import Kernels

extension SpanDecoder {
  private static let wrongCounts = FormatFault("the ticks of a series are not as many as the span says")

  /// Spreads the places of the ticks.
  func spreadPlaces(_ layout: SpanPriceLayout, _ scratch: inout DecodeScratch) {
    let count = ticks.count
    switch layout.placeBits {
    case 0: break
    case 8:
      for tick in 0..<count { scratch.places[tick] = scratch.raw[layout.places + tick] }
    case 16:
      scratch.widePlaces.removeAll(keepingCapacity: true)
      for tick in 0..<count {
        let at = layout.places + 2 * tick
        scratch.widePlaces.append(UInt16(scratch.raw[at]) | UInt16(scratch.raw[at + 1]) << 8)
      }
    default:
      GroupedColumns.spread(
        scratch.raw, from: layout.places, bits: layout.placeBits, count: count, into: &scratch.places,
        level: level)
    }
  }

  /// Counts the ticks of every group, where no merge does that.
  func checkCounts(_ scratch: DecodeScratch) throws(FormatFault) {
    guard scratch.groups.count > 1 else { return }
    var left = scratch.groups.map(\.count)
    for tick in 0..<ticks.count {
      let group = scratch.group(tick)
      guard group < left.count, left[group] > 0 else { throw Self.wrongCounts }
      left[group] -= 1
    }
  }

  /// The prices of all ticks.
  func quotients(
    _ layout: SpanPriceLayout, _ scratch: inout DecodeScratch, into out: inout [Double]
  ) throws(FormatFault) {
    // The loop writes whole eights; the values of a single series are in order already.
    let isInPlace = scratch.groups.count == 1 && ticks.count % ColumnValues.slack == 0
    var isWithin = true
    layout.forEachGroup(scratch.groups, ticks: ticks.count) { group, values, place in
      let divisor = PowersOfTen.double[block.zones[group.place].priceScale]
      let isRight: Bool
      if isInPlace {
        isRight = values.runningQuotients(
          of: scratch.raw, first: group.first, divisor: divisor, into: &out, at: start, level: level)
      } else {
        isRight = values.runningQuotients(
          of: scratch.raw, first: group.first, divisor: divisor, into: &scratch.doubles, at: place,
          level: level)
      }
      isWithin = isWithin && isRight
    }
    guard isWithin else { throw FormatFault("a price has too many digits") }
    if !isInPlace { try merge(scratch.groups.map(\.count), &scratch, into: &out) }
  }

  /// The mantissas of all ticks.
  func mantissas(
    _ layout: SpanPriceLayout, _ scratch: inout DecodeScratch, into out: inout [Int64]
  ) throws(FormatFault) {
    var isWithin = true
    layout.forEachGroup(scratch.groups, ticks: ticks.count) { group, values, place in
      let isRight = values.runningSums(
        of: scratch.raw, first: group.first, into: &scratch.integers, at: place, level: level)
      isWithin = isWithin && isRight
    }
    guard isWithin else { throw FormatFault("a price has too many digits") }
    try merge(scratch.groups.map(\.count), &scratch, into: &out)
  }

  /// Brings `scratch.doubles`, with `counts` values of each group, into the order of the ticks.
  func merge(
    _ counts: [Int], _ scratch: inout DecodeScratch, into out: inout [Double]
  ) throws(FormatFault) {
    guard counts.count > 1 else {
      for tick in 0..<ticks.count { out[start + tick] = scratch.doubles[tick] }
      return
    }
    guard counts.count <= GroupedColumns.maximumGroups else {
      let order = try places(counts, scratch)
      for tick in 0..<ticks.count { out[start + tick] = scratch.doubles[order[tick]] }
      return
    }
    Self.setStarts(counts, &scratch.starts)
    GroupedColumns.merge(
      scratch.places, count: ticks.count, starts: &scratch.starts, groups: counts.count,
      source: scratch.doubles, into: &out, at: start, level: level)
    try Self.checkEnds(counts, &scratch.starts)
  }

  /// Brings `scratch.integers`, with `counts` values of each group, into the order of the ticks.
  func merge(
    _ counts: [Int], _ scratch: inout DecodeScratch, into out: inout [Int64]
  ) throws(FormatFault) {
    guard counts.count > 1 else {
      for tick in 0..<ticks.count { out[start + tick] = scratch.integers[tick] }
      return
    }
    if counts.count <= GroupedColumns.maximumGroups {
      Self.setStarts(counts, &scratch.starts)
      GroupedColumns.merge(
        scratch.places, count: ticks.count, starts: &scratch.starts, groups: counts.count,
        source: scratch.integers, into: &out, at: start, level: level)
      return try Self.checkEnds(counts, &scratch.starts)
    }
    let order = try places(counts, scratch)
    for tick in 0..<ticks.count { out[start + tick] = scratch.integers[order[tick]] }
  }

  /// For each tick the place of its value among those of all groups.
  private func places(_ counts: [Int], _ scratch: DecodeScratch) throws(FormatFault) -> [Int] {
    var sum = 0
    var next = counts.map { count in
      defer { sum += count }
      return sum
    }
    let ends = zip(next, counts).map { $0 + $1 }
    var order: [Int] = []
    order.reserveCapacity(ticks.count)
    for tick in 0..<ticks.count {
      let group = scratch.group(tick)
      guard group < next.count, next[group] < ends[group] else { throw Self.wrongCounts }
      order.append(next[group])
      next[group] += 1
    }
    return order
  }

  /// Sets where the values of each group start. Behind the groups stands what an earlier span left there,
  /// which is no more than a span has ticks.
  private static func setStarts(_ counts: [Int], _ starts: inout [Int]) {
    var sum = 0
    for group in counts.indices {
      starts[group] = sum
      sum += counts[group]
    }
  }

  /// Every group has given as many values as it has; all of them together are as many as the ticks.
  private static func checkEnds(_ counts: [Int], _ starts: inout [Int]) throws(FormatFault) {
    var sum = 0
    for group in counts.indices {
      sum += counts[group]
      guard starts[group] == sum else {
        for place in starts.indices { starts[place] = 0 }
        throw wrongCounts
      }
    }
  }

  /// The number of every tick's series.
  func numbers(_ scratch: inout DecodeScratch, into out: inout [UInt16]) {
    let groups = scratch.groups
    if groups.count == 1 {
      let number = UInt16(block.zones[groups[0].place].series)
      for tick in 0..<ticks.count { out[start + tick] = number }
    } else if groups.count <= GroupedColumns.maximumGroups {
      for (place, group) in groups.enumerated() {
        scratch.table[place] = UInt16(block.zones[group.place].series)
      }
      GroupedColumns.lookUp(
        scratch.table, groups: groups.count, places: scratch.places, count: ticks.count,
        into: &out, at: start, level: level)
    } else {
      let table = groups.map { UInt16(block.zones[$0.place].series) }
      for tick in 0..<ticks.count { out[start + tick] = table[scratch.group(tick)] }
    }
  }
}
