public import Market

/// What one can know of a tick file without decoding its ticks.
public struct TickFileInfo: Sendable {
  /// One series of the file.
  public struct Series: Sendable {
    /// Symbol and kind.
    public var key: SeriesKey
    /// Its ticks.
    public var count: Int
    /// Times of its first and last tick, nil where it has none.
    public var times: ClosedRange<Timestamp>?
    /// Lowest price of an unflagged tick, nil where there is none.
    public var lowest: ExactDecimal?
    /// Highest price of an unflagged tick, nil where there is none.
    public var highest: ExactDecimal?
  }

  /// The file as the caller named it.
  public var path: String
  /// What the file says about itself.
  public var metadata: TickFileMetadata
  /// Version of the format.
  public var version: Int
  /// The digest that identifies the file.
  public var digest: UInt64
  /// Ticks.
  public var tickCount: Int
  /// Blocks.
  public var blockCount: Int
  /// Bytes of the file.
  public var compressedSize: Int
  /// Compressed bytes of each column over all blocks, by name; `index` is everything that is no column.
  public var columnSizes: [String: Int]
  /// Times of the first and last tick, nil where there are none.
  public var times: ClosedRange<Timestamp>?
  /// The series, by number.
  public var series: [Series]

  /// Bytes of the file per tick, nil without ticks.
  public var bytesPerTick: Double? { tickCount > 0 ? Double(compressedSize) / Double(tickCount) : nil }

  /// Collects what `reader` knows.
  public init(_ reader: TickFileReader) {
    path = reader.path
    metadata = reader.metadata
    version = Int(TickFormat.version)
    digest = reader.digest
    tickCount = reader.tickCount
    blockCount = reader.blocks.count
    compressedSize = reader.compressedSize
    if let first = reader.firstTime, let last = reader.lastTime { times = first...last }
    series = reader.series.indices.map { number in
      Series(key: reader.series[number], count: reader.counts[number], times: reader.times[number])
    }
    var sizes: [String: Int] = [:]
    for block in reader.blocks {
      for column in block.columns {
        let known = ColumnIdentifier(rawValue: column.identifier)
        let name = known.map { "\($0)" } ?? "column \(column.identifier)"
        sizes[name, default: 0] += column.frames.reduce(0) { $0 + $1.size }
      }
      for zone in block.zones {
        guard let range = zone.range else { continue }
        let low = ExactDecimal(mantissa: range.lowerBound, scale: zone.priceScale).normalized
        let high = ExactDecimal(mantissa: range.upperBound, scale: zone.priceScale).normalized
        if series[zone.series].lowest.map({ low.double < $0.double }) ?? true {
          series[zone.series].lowest = low
        }
        if series[zone.series].highest.map({ high.double > $0.double }) ?? true {
          series[zone.series].highest = high
        }
      }
    }
    sizes["index"] = compressedSize - sizes.values.reduce(0, +)
    columnSizes = sizes
  }
}
