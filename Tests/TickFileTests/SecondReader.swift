import Market

@testable import TickFile

/// XXH64 as its specification states it, without the library.
func plainXXH64(_ data: [UInt8]) -> UInt64 {
  let p1: UInt64 = 11_400_714_785_074_694_791
  let p2: UInt64 = 14_029_467_366_897_019_727
  let p3: UInt64 = 1_609_587_929_392_839_161
  let p4: UInt64 = 9_650_029_242_287_828_579
  let p5: UInt64 = 2_870_177_450_012_600_261
  func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 { value << bits | value >> (64 - bits) }
  func word(_ at: Int, _ bytes: Int) -> UInt64 {
    (0..<bytes).reduce(0) { $0 | UInt64(data[at + $1]) << UInt64(8 * $1) }
  }
  func round(_ lane: UInt64, _ input: UInt64) -> UInt64 { rotate(lane &+ input &* p2, 31) &* p1 }
  var at = 0
  var hash = p5
  if data.count >= 32 {
    var lanes = [p1 &+ p2, p2, 0, 0 &- p1]
    while at + 32 <= data.count {
      for lane in 0..<4 { lanes[lane] = round(lanes[lane], word(at + 8 * lane, 8)) }
      at += 32
    }
    hash = rotate(lanes[0], 1) &+ rotate(lanes[1], 7) &+ rotate(lanes[2], 12) &+ rotate(lanes[3], 18)
    for lane in lanes { hash = (hash ^ round(0, lane)) &* p1 &+ p4 }
  }
  hash = hash &+ UInt64(data.count)
  while at + 8 <= data.count {
    hash = rotate(hash ^ round(0, word(at, 8)), 27) &* p1 &+ p4
    at += 8
  }
  if at + 4 <= data.count {
    hash = rotate(hash ^ word(at, 4) &* p1, 23) &* p2 &+ p3
    at += 4
  }
  while at < data.count {
    hash = rotate(hash ^ UInt64(data[at]) &* p5, 11) &* p1
    at += 1
  }
  hash = (hash ^ hash >> 33) &* p2
  hash = (hash ^ hash >> 29) &* p3
  return hash ^ hash >> 32
}

/// A reader written from the format document alone. It gets the file and what `zstd -dc` makes of it: the
/// contents of all Zstandard frames one after the other.
struct SecondReader {
  struct Broken: Error { var what: String }
  struct BlockSeries {
    var key: SeriesKey
    var scale: Int
    var sizeScale: Int
  }
  /// One span as its columns are read one after the other.
  struct Span {
    var count: Int
    /// By group: the place in the block's list, ticks, mantissas of the prices.
    var groups: [(place: Int, count: Int, prices: [Int64])] = []
    /// The group of each tick.
    var order: [Int] = []
    var times: [Int64] = []
    /// By tick; nil without a size.
    var sizes: [Int64?] = []
    var flags: [UInt8] = []
  }

  let file: [UInt8]
  let content: [UInt8]
  var filePosition = 0
  var position = 0
  var ticks: [String] = []
  var frameDigests: [UInt64] = []

  init(file: [UInt8], content: [UInt8]) {
    self.file = file
    self.content = content
  }

  mutating func take(_ count: Int) throws -> [UInt8] {
    guard position + count <= content.count else { throw Broken(what: "content ends") }
    defer { position += count }
    return Array(content[position..<(position + count)])
  }

  mutating func number(_ bytes: Int) throws -> UInt64 {
    try take(bytes).enumerated().reduce(0) { $0 | UInt64($1.element) << UInt64(8 * $1.offset) }
  }

  mutating func signed() throws -> Int64 { Int64(bitPattern: try number(8)) }

  mutating func key() throws -> SeriesKey {
    let kinds: [SeriesKind] = [.trade, .mark, .index, .bid, .ask, .funding]
    let kind = kinds[Int(try number(1))]
    let length = Int(try number(1))
    return SeriesKey(symbol: String(decoding: try take(length), as: UTF8.self), kind: kind)
  }

  /// A field of a skippable frame that starts at `filePosition`.
  func field(_ at: Int, _ bytes: Int) -> UInt64 {
    (0..<bytes).reduce(0) { $0 | UInt64(file[filePosition + at + $1]) << UInt64(8 * $1) }
  }

  /// Passes a skippable frame and checks its magic, name and digest.
  mutating func skippable(_ name: String, size: Int) throws {
    let bytes = Array(file[filePosition..<(filePosition + size)])
    guard field(0, 4) == 0x184D_2A5D, field(4, 4) == UInt64(size - 8),
      Array(bytes[8..<16]) == Array(name.utf8),
      field(size - 8, 8) == plainXXH64(Array(bytes.dropLast(8)))
    else { throw Broken(what: name) }
    frameDigests.append(plainXXH64(bytes))
    filePosition += size
  }

  /// Passes a Zstandard frame of the file and checks its digest.
  mutating func frame(size: Int, digest: UInt64) throws {
    guard plainXXH64(Array(file[filePosition..<(filePosition + size)])) == digest else {
      throw Broken(what: "digest")
    }
    frameDigests.append(digest)
    filePosition += size
  }

  /// Reads the file up to its footer.
  mutating func readBlocks(_ count: Int) throws {
    let (size, raw, digest) = (Int(field(24, 4)), Int(field(28, 4)), field(32, 8))
    try skippable("MSWTICKS", size: 48)
    _ = try take(raw)
    try frame(size: size, digest: digest)
    for block in 0..<count {
      guard field(16, 4) == UInt64(block) else { throw Broken(what: "block number") }
      let (size, digest) = (Int(field(20, 4)), field(32, 8))
      try skippable("MSWBLOCK", size: 48)
      try frame(size: size, digest: digest)
      try readBlock()
    }
  }

  mutating func readBlock() throws {
    guard String(decoding: try take(4), as: UTF8.self) == "TBLK", try number(4) == 1 else {
      throw Broken(what: "TBLK")
    }
    let (count, seriesCount) = (Int(try number(4)), Int(try number(4)))
    _ = try take(16)
    let columnCount = Int(try number(4))
    var series: [BlockSeries] = []
    for _ in 0..<seriesCount {
      _ = try number(2)
      let key = try key()
      _ = try number(4)
      series.append(BlockSeries(key: key, scale: Int(try number(1)), sizeScale: Int(try number(1))))
      _ = try take(2 + 32)
    }
    var spans = stride(from: 0, to: count, by: 4_096).map { Span(count: min(4_096, count - $0)) }
    var columns: [(identifier: UInt64, frames: [(size: Int, digest: UInt64)])] = []
    for _ in 0..<columnCount {
      let identifier = try number(2)
      _ = try number(1)
      guard try number(1) == identifier, try number(4) == 0 else { throw Broken(what: "coding") }
      columns.append((identifier, try spans.map { _ in (Int(try number(4)), try number(8)) }))
    }
    for (identifier, frames) in columns {
      for place in spans.indices {
        if frames[place].size == 0 { continue }
        try frame(size: frames[place].size, digest: frames[place].digest)
        switch identifier {
        case 1: try readPrices(&spans[place])
        case 2: try readTimes(&spans[place])
        case 3: try readSizes(&spans[place])
        default: spans[place].flags = try take(spans[place].count)
        }
      }
    }
    for span in spans { list(span, series) }
  }

  /// `count` numbers of `bits` bits each.
  mutating func packed(_ count: Int, bits: Int) throws -> [UInt64] {
    let bytes = try take((count * bits + 7) / 8)
    return (0..<count).map { index in
      (0..<bits).reduce(0) { sum, bit in
        let place = index * bits + bit
        return sum + UInt64(bytes[place / 8] >> UInt8(place % 8) & 1) << UInt64(bit)
      }
    }
  }

  /// Split values in groups, each with its count and low bits.
  mutating func split(_ groups: [(count: Int, bits: Int)], width: Int) throws -> [[UInt64]] {
    let total = groups.reduce(0) { $0 + $1.count }
    let low = try groups.map { try packed($0.count, bits: $0.bits) }
    let planes = try (0..<width).map { _ in try take(total) }
    var start = 0
    return groups.enumerated().map { place, group in
      defer { start += group.count }
      return (0..<group.count).map { index in
        let high = planes.enumerated().reduce(UInt64(0)) {
          $0 + UInt64($1.element[start + index]) << UInt64(8 * $1.offset)
        }
        return high << UInt64(group.bits) + low[place][index]
      }
    }
  }

  func unzigzag(_ value: UInt64) -> Int64 { value % 2 == 0 ? Int64(value / 2) : -Int64(value / 2) - 1 }

  mutating func readPrices(_ span: inout Span) throws {
    let (groupCount, width) = (Int(try number(2)), Int(try number(1)))
    var heads: [(place: Int, count: Int, bits: Int, first: Int64)] = []
    for _ in 0..<groupCount {
      heads.append((Int(try number(2)), Int(try number(2)), Int(try number(1)), try signed()))
    }
    let bits = [(1, 0), (2, 1), (4, 2), (16, 4), (256, 8)].first { groupCount <= $0.0 }?.1 ?? 16
    span.order = try packed(span.count, bits: bits).map { Int($0) }
    let differences = try split(heads.map { ($0.count, $0.bits) }, width: width)
    for (head, values) in zip(heads, differences) {
      var price = head.first
      let prices = values.map { value in
        price += unzigzag(value)
        return price
      }
      span.groups.append((head.place, head.count, prices))
    }
  }

  mutating func readTimes(_ span: inout Span) throws {
    var time = try signed()
    let unit = (0..<Int(try number(1))).reduce(UInt64(1)) { power, _ in power * 10 }
    let (bits, width) = (Int(try number(1)), Int(try number(1)))
    for distance in try split([(span.count, bits)], width: width)[0] {
      time += Int64(distance * unit)
      span.times.append(time)
    }
  }

  mutating func readSizes(_ span: inout Span) throws {
    let (isPartial, width) = (try number(1) == 1, Int(try number(1)))
    let bits = try span.groups.map { _ in Int(try number(1)) }
    let order = span.order
    let presence = isPartial ? try packed(span.count, bits: 1) : order.map { _ in 1 }
    let counts = span.groups.indices.map { group in
      order.indices.count { order[$0] == group && presence[$0] == 1 }
    }
    var values = try split(Array(zip(counts, bits)), width: width).map { $0.map { unzigzag($0) } }
    span.sizes = order.indices.map { presence[$0] == 1 ? values[order[$0]].removeFirst() : nil }
  }

  mutating func list(_ span: Span, _ series: [BlockSeries]) {
    var next = span.groups.map { _ in 0 }
    for index in 0..<span.count {
      let group = span.order[index]
      let own = series[span.groups[group].place]
      let mantissa = span.groups[group].prices[next[group]]
      next[group] += 1
      let size = span.sizes.isEmpty ? nil : span.sizes[index]
      let tick = Tick(
        time: Timestamp(nanoseconds: span.times[index]), series: 0,
        price: ExactDecimal(mantissa: mantissa, scale: own.scale),
        size: size.map { ExactDecimal(mantissa: $0, scale: own.sizeScale) },
        flags: TickFlags(rawValue: span.flags.isEmpty ? 0 : span.flags[index]))
      ticks += Sample(series: [own.key], ticks: [tick]).canonical
    }
  }
}
