import Market
import Platform

/// Reads rows of the usual spelling in one pass over their bytes: plain digits, no quotes, signs or
/// exponents, a price above zero. Whatever is spelled otherwise is left to the general reader, which knows
/// every spelling and every error.
struct UsualRow {
  /// What a column holds.
  private enum Role { case skipped, id, time, price, size }

  /// The most digits of a decimal that need no check: 10^15 < 2^53.
  private static let mostDigits = 15
  /// The most digits of a whole number that need no check: 10^18 < 2^63.
  private static let mostWholeDigits = 18
  private static let comma = UInt8(ascii: ",")
  private static let lineFeed = UInt8(ascii: "\n")

  private let roles: [Role]
  private let unit: TimeUnit?

  /// Nil for tables whose rows hold more than time, price, size and number.
  init?(_ layout: ColumnLayout, kind: SeriesKind) {
    guard kind != .funding, layout.symbol == nil, layout.kind == nil, layout.flags == nil,
      layout.prices.count == 1
    else { return nil }
    unit = layout.timeUnit
    var roles = [Role](repeating: .skipped, count: layout.columnCount)
    roles[layout.time] = .time
    if let id = layout.id { roles[id] = .id }
    if let size = layout.size { roles[size] = .size }
    roles[layout.prices[0]] = .price
    self.roles = roles
  }

  /// Reads lines as long as they are of the usual spelling.
  func parse(
    _ cursor: inout LineCursor, of bytes: Span<UInt8>, series: UInt16, into batch: inout RowBatch
  ) {
    let first = cursor.line
    while cursor.position < cursor.end, let end = row(at: cursor, of: bytes, series, into: &batch.rows) {
      cursor.position = end
      cursor.line += 1
    }
    batch.counts.rows += cursor.line - first
  }

  /// Reads one line; the start of the next one, or nil where the line is not usual.
  private func row(
    at cursor: LineCursor, of bytes: Span<UInt8>, _ series: UInt16, into rows: inout [ImportRow]
  ) -> Int? {
    var position = cursor.position
    var row = ImportRow(series: series, line: cursor.line)
    let last = roles.count - 1
    for column in 0...last {
      let start = position
      switch roles[column] {
      case .skipped:
        // Letters, digits, signs and points lie above the comma; all else ends the field.
        Self.skip(bytes, &position)
      case .id:
        guard let number = Self.whole(bytes, &position) else { return nil }
        row.id = number
      case .time:
        guard let number = Self.whole(bytes, &position), let time = nanoseconds(number) else { return nil }
        row.time = time
        row.timeColumn = UInt16(clamping: start - cursor.position + 1)
      case .price:
        guard let decimal = Self.decimal(bytes, &position), decimal.mantissa > 0 else { return nil }
        row.mantissa = decimal.mantissa
        row.scale = decimal.scale
        row.priceColumn = UInt16(clamping: start - cursor.position + 1)
      case .size:
        guard let decimal = Self.decimal(bytes, &position) else { return nil }
        row.sizeMantissa = decimal.mantissa
        row.sizeScale = decimal.scale
      }
      if column == last { break }
      guard bytes[position] == Self.comma else { return nil }
      position += 1
    }
    if bytes[position] == UInt8(ascii: "\r") { position += 1 }
    guard bytes[position] == Self.lineFeed else { return nil }
    rows.append(row)
    return position + 1
  }

  @inline(__always)
  private static func skip(_ bytes: Span<UInt8>, _ position: inout Int) {
    while let eight = EightBytes(bytes, at: position) {
      let length = eight.lengthAboveComma
      position += length
      if length < 8 { return }
    }
    while bytes[position] > comma { position += 1 }
  }

  @inline(__always)
  private static func whole(_ bytes: Span<UInt8>, _ position: inout Int) -> Int64? {
    let start = position
    var value: UInt64 = 0
    if let eight = EightBytes(bytes, at: position), eight.areDigits {
      value = eight.number
      position += 8
    }
    var digit = bytes[position] &- 0x30
    while digit < 10 {
      value = value &* 10 &+ UInt64(digit)
      position += 1
      digit = bytes[position] &- 0x30
    }
    guard position > start, position - start <= mostWholeDigits else { return nil }
    return Int64(value)
  }

  @inline(__always)
  private static func decimal(
    _ bytes: Span<UInt8>, _ position: inout Int
  ) -> (mantissa: Int64, scale: UInt8)? {
    let start = position
    var value: UInt64 = 0
    var digit = bytes[position] &- 0x30
    while digit < 10 {
      value = value &* 10 &+ UInt64(digit)
      position += 1
      digit = bytes[position] &- 0x30
    }
    guard position > start, position - start <= mostDigits else { return nil }
    guard bytes[position] == UInt8(ascii: ".") else { return (Int64(value), 0) }
    position += 1
    // Zeros at the end of the fraction are dropped: the digits up to the last other one are kept.
    var kept = value
    var scale = 0
    let point = position
    digit = bytes[position] &- 0x30
    while digit < 10 {
      value = value &* 10 &+ UInt64(digit)
      position += 1
      if digit != 0 { (kept, scale) = (value, position - point) }
      digit = bytes[position] &- 0x30
    }
    guard position - start - 1 <= mostDigits else { return nil }
    return (Int64(kept), UInt8(scale))
  }

  /// The time in ns; without a stated unit for counts of milli- and microseconds from the year 2000 on.
  private func nanoseconds(_ number: Int64) -> Int64? {
    if let unit {
      let (time, overflow) = number.multipliedReportingOverflow(by: unit.nanoseconds)
      return overflow ? nil : time
    }
    if (946_684_800_000...9_223_372_036_854).contains(number) { return number * 1_000_000 }
    if (946_684_800_000_000...9_223_372_036_854_775).contains(number) { return number * 1_000 }
    return nil
  }
}
