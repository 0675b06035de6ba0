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
    var count: Int
    var scale: Int
    var sizeScale: Int
    var first: Int64
  }
  struct Column {
    var identifier: Int
    var width: Int
    var unit: UInt64
    var bytes: [UInt8]
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
    guard String(decoding: try take(4), as: UTF8.self) == "TBLK", try number(4) == 0 else {
      throw Broken(what: "TBLK")
    }
    let (count, seriesCount) = (Int(try number(4)), Int(try number(4)))
    let firstTime = try signed()
    _ = try signed()
    let columnCount = Int(try number(4))
    var series: [BlockSeries] = []
    for _ in 0..<seriesCount {
      _ = try number(2)
      var item = BlockSeries(key: try key(), count: Int(try number(4)), scale: 0, sizeScale: 0, first: 0)
      item.scale = Int(try number(1))
      item.sizeScale = Int(try number(1))
      _ = try number(2)
      item.first = try signed()
      _ = try take(32)
      series.append(item)
    }
    var descriptions: [(identifier: Int, width: Int, unit: UInt64, raw: Int, size: Int, digest: UInt64)] = []
    for _ in 0..<columnCount {
      let identifier = Int(try number(2))
      _ = try number(2)
      let width = Int(try number(1))
      _ = try number(3)
      descriptions.append(
        (identifier, width, try number(8), Int(try number(4)), Int(try number(4)), try number(8)))
    }
    var columns: [Int: Column] = [:]
    for item in descriptions {
      try frame(size: item.size, digest: item.digest)
      columns[item.identifier] = Column(
        identifier: item.identifier, width: item.width, unit: item.unit, bytes: try take(item.raw))
    }
    try readTicks(count, series, columns, firstTime: firstTime)
  }

  mutating func readTicks(_ count: Int, _ series: [BlockSeries], _ columns: [Int: Column], firstTime: Int64)
    throws
  {
    func value(_ column: Column, _ index: Int, of total: Int) -> UInt64 {
      (0..<column.width).reduce(0) { $0 | UInt64(column.bytes[$1 * total + index]) << UInt64(8 * $1) }
    }
    func unzigzag(_ value: UInt64) -> Int64 { value % 2 == 0 ? Int64(value / 2) : -Int64(value / 2) - 1 }
    guard let places = columns[1], let prices = columns[2], let times = columns[3] else {
      throw Broken(what: "columns")
    }
    let place = (0..<count).map { Int(value(places, $0, of: count)) }
    let hasSize = (0..<count).map { index in
      columns[4].map { $0.bytes[index / 8] >> UInt8(index % 8) & 1 == 1 } ?? (columns[5] != nil)
    }
    let sizeTotal = hasSize.count { $0 }
    var nextPrice = series.indices.map { local in place.count { $0 < local } }
    var nextSize = series.indices.map { local in place.indices.count { place[$0] < local && hasSize[$0] } }
    var mantissas = series.map(\.first)
    var time = firstTime
    for index in 0..<count {
      let local = place[index]
      time += Int64(value(times, index, of: count) * times.unit)
      mantissas[local] += unzigzag(value(prices, nextPrice[local], of: count))
      nextPrice[local] += 1
      var size: ExactDecimal?
      if hasSize[index], let sizes = columns[5] {
        size = ExactDecimal(
          mantissa: unzigzag(value(sizes, nextSize[local], of: sizeTotal)), scale: series[local].sizeScale)
        nextSize[local] += 1
      }
      let tick = Tick(
        time: Timestamp(nanoseconds: time), series: 0,
        price: ExactDecimal(mantissa: mantissas[local], scale: series[local].scale), size: size,
        flags: TickFlags(rawValue: columns[6]?.bytes[index] ?? 0))
      ticks += Sample(series: [series[local].key], ticks: [tick]).canonical
    }
  }
}
