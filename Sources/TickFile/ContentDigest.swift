public import Market

/// XXH64 over what the ticks say, whatever file, block size, series numbers or trailing zeros they come with:
/// a file, its merge with an empty one and its export imported again have the same content digest.
///
/// Every tick counts as 36 bytes, little endian: time (8), XXH64 of `SYMBOL kind` in UTF-8 (8), price
/// mantissa (8) and size mantissa (8, 0 without size), both without zeros at the end of their decimals, price
/// scale (1), size scale (1, 255 without size), flags (1), 0 (1).
public struct ContentDigest {
  private let hash = StreamingXXHash64()
  private let keys: [UInt64]

  /// Starts a digest of ticks with these series numbers.
  public init(series: [SeriesKey]) { keys = series.map { XXHash64.digest(Array($0.description.utf8)) } }

  /// Adds the ticks of `columns`, which must hold ``TickColumnSet/all``.
  public mutating func add(_ columns: TickColumns) {
    var out = ByteWriter()
    out.reserve(columns.count * 36)
    for index in 0..<columns.count {
      let tick = columns.tick(index)
      let price = tick.price.normalized
      let size = tick.size?.normalized
      out.put(tick.time.nanoseconds)
      out.put(keys[tick.series])
      out.put(price.mantissa)
      out.put(size?.mantissa ?? 0)
      out.put(UInt8(price.scale))
      out.put(size.map { UInt8($0.scale) } ?? TickFormat.noScale)
      out.put(tick.flags.rawValue)
      out.put(UInt8(0))
    }
    hash.update(out.bytes)
  }

  /// The digest of what was added so far.
  public var value: UInt64 { hash.digest }
}

extension MergedTicks {
  /// Reads everything that is left and digests it; the merge must have been made with ``TickColumnSet/all``.
  public mutating func contentDigest() throws -> UInt64 {
    var digest = ContentDigest(series: series)
    var columns = TickColumns()
    while try next(into: &columns) { digest.add(columns) }
    return digest.value
  }
}

extension TickFileReader {
  /// The content digest of the whole file.
  public func contentDigest() throws -> UInt64 {
    var merged = try MergedTicks(readers: [self], columns: .all)
    return try merged.contentDigest()
  }
}
