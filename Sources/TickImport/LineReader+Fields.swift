import Market
import Platform

// What a field or another part of the line holds; parts are counted in bytes of the buffer.
extension LineReader {
  /// The text of a field.
  func text(_ field: Int) -> String {
    String(decoding: buffer[range(of: field)], as: UTF8.self)
  }

  /// Whether the field is exactly `text`.
  func matches(_ field: Int, _ text: [UInt8]) -> Bool { matches(range(of: field), text) }

  /// Whether the part is exactly `text`.
  func matches(_ range: Range<Int>, _ text: [UInt8]) -> Bool {
    guard range.count == text.count else { return false }
    for index in 0..<text.count where buffer[range.lowerBound + index] != text[index] { return false }
    return true
  }

  /// The field's text for a message: at most 40 bytes, everything unprintable as `?`.
  func excerpt(_ field: Int) -> String {
    field < fieldCount ? excerpt(range(of: field)) : "nothing"
  }

  /// The part's text for a message: at most 40 bytes, everything unprintable as `?`.
  func excerpt(_ range: Range<Int>) -> String {
    if range.isEmpty { return "an empty field" }
    var shown: [UInt8] = []
    for index in range.prefix(40) {
      shown.append((0x20..<0x7F).contains(buffer[index]) ? buffer[index] : UInt8(ascii: "?"))
    }
    let text = String(decoding: shown, as: UTF8.self)
    return range.count > 40 ? "'\(text)…'" : "'\(text)'"
  }

  /// An error about a field of the line.
  func error(_ field: Int, _ problem: String, expected: String) -> InputError {
    InputError(
      SourceLocation(path: path, line: line, column: column(of: field)), problem, expected: expected)
  }

  /// An error about a byte of the line.
  func error(at position: Int, _ problem: String, expected: String) -> InputError {
    InputError(
      SourceLocation(path: path, line: line, column: column(at: position)), problem, expected: expected)
  }

  /// An error about the line as a whole.
  func error(_ problem: String, expected: String) -> InputError {
    InputError(SourceLocation(path: path, line: line), problem, expected: expected)
  }

  /// Checks that the line has `count` fields.
  func requireFields(_ count: Int) throws {
    guard fieldCount != count else { return }
    throw error(
      min(fieldCount, count), "the line has \(fieldCount) columns", expected: "\(count) columns as above it")
  }

  /// What is wrong with a price that is not above zero.
  func noPrice(_ field: Int, _ meaning: String) -> InputError {
    error(field, "the \(meaning) is \(excerpt(field))", expected: "a price above zero")
  }

  /// The field as an exact decimal.
  func decimal(_ field: Int, _ meaning: String) throws -> ExactDecimal {
    try decimal(at: range(of: field), meaning)
  }

  /// The part as an exact decimal.
  func decimal(at range: Range<Int>, _ meaning: String) throws -> ExactDecimal {
    do {
      return try DecimalText.parse(buffer.span, range)
    } catch DecimalProblem.tooManyDigits {
      throw error(
        at: range.lowerBound, "the \(meaning) \(excerpt(range)) has more digits than a tick holds",
        expected: DecimalText.expectation)
    } catch {
      throw self.error(
        at: range.lowerBound, "the \(meaning) is \(excerpt(range)), not a number",
        expected: DecimalText.expectation)
    }
  }

  /// The field as a size: a decimal of zero or more.
  func size(_ field: Int) throws -> ExactDecimal { try size(at: range(of: field)) }

  /// The part as a size: a decimal of zero or more.
  func size(at range: Range<Int>) throws -> ExactDecimal {
    let size = try decimal(at: range, "size")
    guard size.mantissa >= 0 else {
      throw error(
        at: range.lowerBound, "the size is \(excerpt(range))", expected: "a size of zero or more")
    }
    return size
  }

  /// The field as the name of an instrument.
  func symbol(_ field: Int) throws -> String {
    let symbol = text(field)
    guard Name.isValid(symbol) else {
      throw error(field, "the symbol is \(excerpt(field))", expected: Name.expectation)
    }
    return symbol
  }

  /// What tells the record apart: a whole number as it stands, of any other text a hash (FNV-1a), of which
  /// two of one moment are hardly ever equal by chance.
  func identifier(_ field: Int) -> Int64 {
    let range = range(of: field)
    if let number = TimeText.integer(buffer.span, range), number >= 0 { return number }
    if range.isEmpty { return ImportRow.noID }
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in range { hash = (hash ^ UInt64(buffer[index])) &* 0x100_0000_01B3 }
    return Int64(hash >> 1)
  }

  /// The part as a whole number of zero or more.
  func integer(at range: Range<Int>) throws -> Int64 {
    if let value = TimeText.integer(buffer.span, range), value >= 0 { return value }
    throw error(at: range.lowerBound, "\(excerpt(range)) is no whole number", expected: "0 or more")
  }

  /// The field as a funding rate: a fraction of notional, at most 1 in size.
  func fundingRate(_ field: Int) throws -> ExactDecimal { try fundingRate(at: range(of: field)) }

  /// The part as a funding rate: a fraction of notional, at most 1 in size.
  func fundingRate(at range: Range<Int>) throws -> ExactDecimal {
    let value = try decimal(at: range, "funding rate")
    let size = ExactDecimal(mantissa: abs(value.mantissa), scale: value.scale)
    guard !DecimalOrder.isLess(ExactDecimal(mantissa: 1, scale: 0), size) else {
      throw error(
        at: range.lowerBound, "the funding rate is \(excerpt(range))",
        expected: "a fraction of notional between -1 and 1; 0.0001 is 0.01 %")
    }
    return value
  }

  /// The field as ns since the epoch.
  func time(_ field: Int, unit: TimeUnit? = nil) throws -> Int64 {
    try time(at: range(of: field), unit: unit)
  }

  /// The part as ns since the epoch.
  func time(at range: Range<Int>, unit: TimeUnit? = nil) throws -> Int64 {
    if let time = TimeText.parse(buffer.span, range, unit: unit) { return time }
    let expected = unit.map { "an integer in \($0.rawValue) since 1970" } ?? TimeText.expectation
    throw error(at: range.lowerBound, "the time is \(excerpt(range))", expected: expected)
  }
}
