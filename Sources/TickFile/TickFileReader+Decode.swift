internal import Market
internal import Platform

extension TickFileReader {
  /// Decodes the columns of a block; what is not asked for is not read.
  ///
  /// - Throws: `CorruptDataError` with the block's number where the bytes are damaged or do not say what the
  ///   footer says; an error of the system where they cannot be read.
  public func decode(block number: Int, columns: TickColumnSet, into out: inout TickColumns) throws {
    do {
      var decoder = BlockDecoder(block: blocks[number], source: FrameSource(file))
      try decoder.decode(columns, into: &out)
    } catch let fault as FormatFault {
      throw CorruptDataError(path: path, block: number, problem: fault.problem)
    }
  }
}

/// Decodes one block.
struct BlockDecoder {
  let block: TickBlockInfo
  let source: FrameSource

  init(block: TickBlockInfo, source: FrameSource) {
    self.block = block
    self.source = source
  }

  /// Fills `out` with exactly the columns that are asked for.
  mutating func decode(_ columns: TickColumnSet, into out: inout TickColumns) throws {
    out.resize(block.count, columns)
    if !columns.isDisjoint(with: [.series, .prices, .exact, .sizes]) {
      try decodeSeries(into: &out, keep: columns.contains(.series))
    }
    if !columns.isDisjoint(with: [.prices, .exact]) { try decodePrices(columns, into: &out) }
    if columns.contains(.times) { try decodeTimes(into: &out) }
    if columns.contains(.sizes) { try decodeSizes(exact: columns.contains(.exact), into: &out) }
    if columns.contains(.flags) { try decodeFlags(into: &out) }
  }

  /// Reads a column's bytes into `scratch.raw`; nil where the block has no such column.
  private func load(_ identifier: ColumnIdentifier, _ scratch: inout DecodeScratch) throws
    -> ColumnDescription?
  {
    guard let index = block.columns.firstIndex(where: { $0.identifier == identifier.rawValue }) else {
      return nil
    }
    let column = block.columns[index]
    let frame = block.columnFrames[index]
    try source.read(at: frame.offset, count: frame.size, into: &scratch.frame)
    guard XXHash64.digest(scratch.frame, count: frame.size) == frame.digest else {
      throw FormatFault("column \(identifier) is damaged: its digest does not match")
    }
    try source.decompressor.decompress(
      scratch.frame, frameSize: frame.size, into: &scratch.raw, size: column.rawSize)
    return column
  }

  /// Reads a column that every block has.
  private func require(_ identifier: ColumnIdentifier, _ scratch: inout DecodeScratch) throws
    -> ColumnDescription
  {
    guard let column = try load(identifier, &scratch) else {
      throw FormatFault("column \(identifier) is missing")
    }
    return column
  }

  private func decodeSeries(into out: inout TickColumns, keep: Bool) throws {
    let column = try require(.series, &out.scratch)
    let count = block.count
    let zones = block.zones
    if out.scratch.local.count != count { out.scratch.local = [UInt16](repeating: 0, count: count) }
    let isTrue = ColumnCodec.places(
      out.scratch.raw, width: column.width, counts: zones.map(\.count), into: &out.scratch.local)
    guard isTrue else { throw FormatFault("the ticks of a series are not as many as the block says") }
    guard keep else { return }
    ColumnCodec.numbers(out.scratch.local, zones.map { UInt16($0.series) }, into: &out.series)
  }

  /// Where each series' values start in a column that is grouped by series, given how many each has.
  private static func starts(_ counts: [Int]) -> [Int] {
    var sum = 0
    return counts.map { count in
      defer { sum += count }
      return sum
    }
  }

  private func decodePrices(_ columns: TickColumnSet, into out: inout TickColumns) throws {
    let column = try require(.price, &out.scratch)
    ColumnCodec.values(
      fromPlanes: out.scratch.raw, count: block.count, width: column.width, into: &out.scratch.values)
    let runs = zip(block.zones, Self.starts(block.zones.map(\.count))).map { zone, start in
      ColumnCodec.Run(
        next: start, mantissa: zone.firstMantissa, divisor: PowersOfTen.double[zone.priceScale])
    }
    let isWithinLimit = ColumnCodec.prices(
      out.scratch.values, places: out.scratch.local, runs: runs, prices: &out.prices,
      mantissas: &out.mantissas)
    guard isWithinLimit else { throw FormatFault("a price has too many digits") }
    guard columns.contains(.exact) else { return }
    let scales = block.zones.map { UInt8($0.priceScale) }
    for index in 0..<block.count { out.scales[index] = scales[Int(out.scratch.local[index])] }
  }

  private func decodeTimes(into out: inout TickColumns) throws {
    let column = try require(.time, &out.scratch)
    ColumnCodec.values(
      fromPlanes: out.scratch.raw, count: block.count, width: column.width, into: &out.scratch.values)
    let last = ColumnCodec.times(
      out.scratch.values, unit: column.parameter, first: block.firstTime.nanoseconds, into: &out.times)
    guard out.times.first == block.firstTime.nanoseconds, last == block.lastTime.nanoseconds else {
      throw FormatFault("the times are not those that the block's header states")
    }
  }

  /// Which ticks have a size, nil where all or none do.
  private func presence(_ scratch: inout DecodeScratch) throws -> [Bool]? {
    guard try load(.sizePresence, &scratch) != nil else { return nil }
    let used = block.count % 8
    if used != 0, scratch.raw[block.count / 8] >> UInt8(used) != 0 {
      throw FormatFault("column sizePresence has bits behind its end")
    }
    let bytes = scratch.raw
    return (0..<block.count).map { bytes[$0 / 8] >> UInt8($0 % 8) & 1 == 1 }
  }

  private func decodeSizes(exact: Bool, into out: inout TickColumns) throws {
    let present = try presence(&out.scratch)
    guard let column = try load(.size, &out.scratch) else {
      for index in 0..<block.count {
        out.sizes[index] = .nan
        if exact { (out.sizeMantissas[index], out.sizeScales[index]) = (0, TickFormat.noScale) }
      }
      return
    }
    var counts = block.zones.map(\.count)
    if let present {
      counts = [Int](repeating: 0, count: counts.count)
      for index in 0..<block.count where present[index] { counts[Int(out.scratch.local[index])] += 1 }
    }
    let total = counts.reduce(0, +)
    guard column.rawSize == total * column.width else {
      throw FormatFault("column size does not fit its presence")
    }
    ColumnCodec.values(
      fromPlanes: out.scratch.raw, count: total, width: column.width, into: &out.scratch.values)
    var next = Self.starts(counts)
    let divisors = block.zones.map { PowersOfTen.double[$0.sizeScale] }
    for index in 0..<block.count {
      guard present?[index] ?? true else {
        out.sizes[index] = .nan
        if exact { (out.sizeMantissas[index], out.sizeScales[index]) = (0, TickFormat.noScale) }
        continue
      }
      let local = Int(out.scratch.local[index])
      let mantissa = ColumnCodec.unzigzag(out.scratch.values[next[local]])
      next[local] += 1
      guard mantissa.magnitude < TickFormat.mantissaLimit.magnitude else {
        throw FormatFault("a size has too many digits")
      }
      out.sizes[index] = Double(mantissa) / divisors[local]
      if exact {
        out.sizeMantissas[index] = mantissa
        out.sizeScales[index] = UInt8(block.zones[local].sizeScale)
      }
    }
  }

  private func decodeFlags(into out: inout TickColumns) throws {
    guard try load(.flags, &out.scratch) != nil else {
      out.flags = [UInt8](repeating: 0, count: block.count)
      return
    }
    out.flags.replaceSubrange(0..<block.count, with: out.scratch.raw[..<block.count])
  }
}
