public import Market
internal import Platform

/// Writes ticks as CSV with the columns `time,symbol,kind,price,size,flags`: exact decimals, an empty
/// size where there is none, flags as a number (1: no market trade). An output whose name ends in `.csv.zst`
/// is compressed, one Zstandard frame after the other. What `ticks import` makes of it has the same content
/// digest.
public struct TickExport: Sendable {
  /// How times are written.
  public enum TimeStyle: Sendable {
    /// ISO 8601 in UTC with nine digits of fraction.
    case iso8601
    /// Nanoseconds since the epoch.
    case nanoseconds
  }

  /// Only ticks from the lower bound on and before the upper bound; nil for all.
  public var window: Range<Timestamp>?
  /// Only these series; nil for all.
  public var series: Set<SeriesKey>?
  /// How times are written.
  public var timeStyle: TimeStyle

  /// Makes an export.
  public init(
    window: Range<Timestamp>? = nil, series: Set<SeriesKey>? = nil, timeStyle: TimeStyle = .iso8601
  ) {
    self.window = window
    self.series = series
    self.timeStyle = timeStyle
  }

  /// Writes the merge of `readers` to `output`, `-` for standard output.
  ///
  /// - Returns: The number of ticks written.
  /// - Throws: `InputError` where a series is in none of the files, or `output` exists or is an input;
  ///   `CorruptDataError` where a block is damaged. Nothing stays of the output then.
  public func write(_ readers: [TickFileReader], to output: String, force: Bool) throws -> Int {
    try readers.requireOthers(than: output)
    var merged = try MergedTicks(readers: readers, columns: .all, window: window)
    for key in series ?? [] where !merged.series.contains(key) {
      let known = merged.series.map(\.description).joined(separator: ", ")
      throw InputError(
        SourceLocation(path: readers.first?.path ?? "-"), "no series \(key)", expected: "one of \(known)")
    }
    let names = merged.series.map { key in
      series?.contains(key) ?? true ? Array(",\(key.symbol),\(key.kind.rawValue),".utf8) : nil
    }
    let file = try AtomicFile(path: output, force: force)
    let compressor = output.hasSuffix(".csv.zst") ? ZstdCompressor(level: 3) : nil
    var columns = TickColumns()
    var count = 0
    var bytes = Array("time,symbol,kind,price,size,flags\n".utf8)
    while try merged.next(into: &columns) {
      try Interrupt.check()
      for index in 0..<columns.count {
        let tick = columns.tick(index)
        guard let name = names[tick.series] else { continue }
        append(tick, name: name, to: &bytes)
        count += 1
      }
      try write(&bytes, to: file, compressor)
    }
    try write(&bytes, to: file, compressor)
    try file.commit()
    return count
  }

  /// Writes the lines as they are, or as a frame, and empties them.
  private func write(_ lines: inout [UInt8], to file: AtomicFile, _ compressor: ZstdCompressor?) throws {
    guard !lines.isEmpty else { return }
    do {
      try file.sink.write(try compressor?.frame(lines) ?? lines)
    } catch let fault as FormatFault {
      throw RunError("\(file.path): \(fault.problem)")
    }
    lines.removeAll(keepingCapacity: true)
  }

  private func append(_ tick: Tick, name: [UInt8], to bytes: inout [UInt8]) {
    switch timeStyle {
    case .iso8601: tick.time.append(to: &bytes)
    case .nanoseconds: NumberText.append(tick.time.nanoseconds, to: &bytes)
    }
    bytes += name
    bytes += tick.price.description.utf8
    bytes.append(UInt8(ascii: ","))
    if let size = tick.size { bytes += size.description.utf8 }
    bytes.append(UInt8(ascii: ","))
    bytes += String(tick.flags.rawValue).utf8
    bytes.append(UInt8(ascii: "\n"))
  }
}
