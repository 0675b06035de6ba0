internal import Kernels

extension SpanDecoder {
  /// Fills in that no tick of the span has a size.
  func noSizes(exact: Bool, into out: inout TickColumns) {
    for tick in start..<start + ticks.count {
      out.sizes[tick] = .nan
      if exact { (out.sizeMantissas[tick], out.sizeScales[tick]) = (0, TickFormat.noScale) }
    }
  }

  /// Decodes the size column; the groups of the span must be known from its price column.
  func sizes(
    size: Int, exact: Bool, _ scratch: inout DecodeScratch, into out: inout TickColumns
  ) throws(FormatFault) {
    var head = ColumnHead(size: size, what: "size")
    let isPartial = try head.number(1, scratch.raw)
    let width = try head.number(1, scratch.raw)
    guard isPartial <= 1, width <= 8 else { throw FormatFault("column size states impossible sizes") }
    var lowBits: [Int] = []
    for _ in scratch.groups { lowBits.append(try head.number(1, scratch.raw)) }
    var low = head.position
    let presence = low
    if isPartial == 1 { low += (ticks.count + 7) / 8 }
    guard low <= size, lowBits.allSatisfy({ $0 <= 8 }) else {
      throw FormatFault("column size states impossible sizes")
    }
    var counts = scratch.groups.map(\.count)
    if isPartial == 1 { counts = try present(presence, low, scratch) }
    let total = counts.reduce(0, +)
    let planes = low + zip(counts, lowBits).reduce(0) { $0 + ($1.0 * $1.1 + 7) / 8 }
    guard total > 0, planes + total * width == size else {
      throw FormatFault("column size does not fill its frame")
    }
    var place = 0
    for (count, bits) in zip(counts, lowBits) {
      let values = ColumnValues(
        planes: planes + place, stride: total, width: width, low: low, lowBits: bits, count: count)
      guard values.numbers(of: scratch.raw, into: &scratch.integers, at: place, level: level) else {
        throw FormatFault("a size has too many digits")
      }
      place += count
      low += (count * bits + 7) / 8
    }
    if isPartial == 0 { return try all(counts, exact: exact, &scratch, into: &out) }
    spread(counts, presence: presence, exact: exact, scratch, into: &out)
  }

  /// Copies the flags column, of which `size` bytes are there; nil where the span has none.
  func flags(
    size: Int?, _ scratch: DecodeScratch, into out: inout TickColumns
  ) throws(FormatFault) {
    guard let size else {
      for tick in start..<start + ticks.count { out.flags[tick] = 0 }
      return
    }
    guard size == ticks.count else { throw FormatFault("column flags does not fill its frame") }
    for tick in 0..<size { out.flags[start + tick] = scratch.raw[tick] }
  }

  /// How many ticks of each group have a size, by the bits from `presence` to `end`.
  private func present(
    _ presence: Int, _ end: Int, _ scratch: DecodeScratch
  ) throws(FormatFault) -> [Int] {
    var counts = [Int](repeating: 0, count: scratch.groups.count)
    for tick in 0..<ticks.count where scratch.bit(tick, from: presence) { counts[scratch.group(tick)] += 1 }
    for tick in ticks.count..<(end - presence) * 8 where scratch.bit(tick, from: presence) {
      throw FormatFault("column size has bits behind its end")
    }
    return counts
  }

  /// Gives every tick its size out of `scratch.integers`, where all of them have one.
  private func all(
    _ counts: [Int], exact: Bool, _ scratch: inout DecodeScratch, into out: inout TickColumns
  ) throws(FormatFault) {
    var place = 0
    for (group, count) in zip(scratch.groups, counts) {
      let divisor = PowersOfTen.double[block.zones[group.place].sizeScale]
      for value in place..<place + count {
        scratch.doubles[value] = Double(scratch.integers[value]) / divisor
      }
      place += count
    }
    try merge(counts, &scratch, into: &out.sizes)
    guard exact else { return }
    try merge(counts, &scratch, into: &out.sizeMantissas)
    let scales = scratch.groups.map { UInt8(block.zones[$0.place].sizeScale) }
    for tick in 0..<ticks.count { out.sizeScales[start + tick] = scales[scratch.group(tick)] }
  }

  /// Gives every tick its size out of `scratch.integers`.
  private func spread(
    _ counts: [Int], presence: Int, exact: Bool, _ scratch: DecodeScratch, into out: inout TickColumns
  ) {
    var sum = 0
    var next = counts.map { count in
      defer { sum += count }
      return sum
    }
    let scales = scratch.groups.map { block.zones[$0.place].sizeScale }
    let divisors = scales.map { PowersOfTen.double[$0] }
    for tick in 0..<ticks.count {
      if !scratch.bit(tick, from: presence) {
        out.sizes[start + tick] = .nan
        if exact { (out.sizeMantissas[start + tick], out.sizeScales[start + tick]) = (0, TickFormat.noScale) }
        continue
      }
      let group = scratch.group(tick)
      let mantissa = scratch.integers[next[group]]
      next[group] += 1
      out.sizes[start + tick] = Double(mantissa) / divisors[group]
      if exact {
        out.sizeMantissas[start + tick] = mantissa
        out.sizeScales[start + tick] = UInt8(scales[group])
      }
    }
  }
}

extension DecodeScratch {
  /// Bit `place` of the column from byte `start` on.
  func bit(_ place: Int, from start: Int) -> Bool { raw[start + place / 8] >> UInt8(place % 8) & 1 == 1 }
}
