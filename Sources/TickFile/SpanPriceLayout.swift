internal import Kernels

/// Where the parts of a span's price column are.
struct SpanPriceLayout {
  private(set) var placeBits = 0
  private(set) var places = 0
  private(set) var low = 0
  private(set) var planes = 0
  private(set) var width = 0

  /// Reads the head of the column, lists the series and checks that everything is there and nothing else.
  ///
  /// - Parameters:
  ///   - size: Bytes of the column.
  ///   - ticks: Ticks of the span.
  ///   - series: Series of the block.
  init(
    _ scratch: inout DecodeScratch, size: Int, ticks: Int, series: Int
  ) throws(FormatFault) {
    var head = ColumnHead(size: size, what: "price")
    let groupCount = try head.number(2, scratch.raw)
    width = try head.number(1, scratch.raw)
    guard (1...min(ticks, series)).contains(groupCount), width <= 8 else {
      throw FormatFault("column price states impossible sizes")
    }
    scratch.groups.removeAll(keepingCapacity: true)
    var (sum, lowSize) = (0, 0)
    for _ in 0..<groupCount {
      let group = SpanGroup(
        place: try head.number(2, scratch.raw), count: try head.number(2, scratch.raw),
        lowBits: try head.number(1, scratch.raw), first: Int64(try head.number(8, scratch.raw)))
      guard group.place > scratch.groups.last?.place ?? -1, group.place < series, group.count > 0,
        group.lowBits <= 8, group.first.magnitude < TickFormat.mantissaLimit.magnitude
      else { throw FormatFault("column price lists a series that cannot be") }
      sum += group.count
      lowSize += (group.count * group.lowBits + 7) / 8
      scratch.groups.append(group)
    }
    guard sum == ticks else { throw FormatFault("the series of a span have \(sum) ticks, the span \(ticks)") }
    placeBits = ColumnCodec.placeBits(groupCount)
    places = head.position
    low = places + (ticks * placeBits + 7) / 8
    planes = low + lowSize
    guard planes + ticks * width == size else { throw FormatFault("column price does not fill its frame") }
  }

  /// Calls `body` for every group with its values and the place of the first among those of all groups.
  func forEachGroup(_ groups: [SpanGroup], ticks: Int, _ body: (SpanGroup, ColumnValues, Int) -> Void) {
    var (place, low) = (0, low)
    for group in groups {
      body(
        group,
        ColumnValues(
          planes: planes + place, stride: ticks, width: width, low: low, lowBits: group.lowBits,
          count: group.count), place)
      place += group.count
      low += (group.count * group.lowBits + 7) / 8
    }
  }
}

/// Little-endian reading of what stands before the values of a column.
struct ColumnHead {
  /// Bytes of the column.
  let size: Int
  let what: StaticString
  private(set) var position = 0

  init(size: Int, what: StaticString) {
    self.size = size
    self.what = what
  }

  /// The next number of `count` bytes, 1 to 8; of 8 bytes it has a sign.
  mutating func number(_ count: Int, _ bytes: [UInt8]) throws(FormatFault) -> Int {
    guard count <= size - position else { throw FormatFault("column \(what) ends too early") }
    var value: UInt64 = 0
    for place in 0..<count { value |= UInt64(bytes[position + place]) << UInt64(8 * place) }
    position += count
    return Int(truncatingIfNeeded: value)
  }
}
