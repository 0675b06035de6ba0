import Market
import Platform

extension LineReader {
  /// The text of a field.
  func text(_ field: Int) -> String {
    let range = range(of: field)
    return String(decoding: buffer[range], as: UTF8.self)
  }

  /// Whether the field is exactly `text`.
  func matches(_ field: Int, _ text: [UInt8]) -> Bool {
    let range = range(of: field)
    guard range.count == text.count else { return false }
    for index in 0..<text.count where buffer[range.lowerBound + index] != text[index] { return false }
    return true
  }

  /// The field's text for a message: at most 40 bytes, everything unprintable as `?`.
  func excerpt(_ field: Int) -> String {
    guard field < fieldCount else { return "nothing" }
    let range = range(of: field)
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

  /// The field as an exact decimal.
  func decimal(_ field: Int, _ meaning: String) throws -> ExactDecimal {
    do {
      return try DecimalText.parse(buffer.span, range(of: field))
    } catch DecimalProblem.tooManyDigits {
      throw error(
        field, "the \(meaning) \(excerpt(field)) has more digits than a tick holds",
        expected: DecimalText.expectation)
    } catch {
      throw self.error(
        field, "the \(meaning) is \(excerpt(field)), not a number", expected: DecimalText.expectation)
    }
  }

  /// The field as a price: a decimal above zero.
  func price(_ field: Int, _ meaning: String) throws -> ExactDecimal {
    let value = try decimal(field, meaning)
    guard value.mantissa > 0 else {
      throw error(field, "the \(meaning) is \(excerpt(field))", expected: "a price above zero")
    }
    return value
  }

  /// The field as a funding rate: a fraction of notional, at most 1 in size.
  func fundingRate(_ field: Int) throws -> ExactDecimal {
    let value = try decimal(field, "funding rate")
    let size = ExactDecimal(mantissa: abs(value.mantissa), scale: value.scale)
    guard !DecimalOrder.isLess(ExactDecimal(mantissa: 1, scale: 0), size) else {
      throw error(
        field, "the funding rate is \(excerpt(field))",
        expected: "a fraction of notional between -1 and 1; 0.0001 is 0.01 %")
    }
    return value
  }

  /// The field as ns since the epoch.
  func time(_ field: Int, unit: TimeUnit? = nil) throws -> Int64 {
    if let time = TimeText.parse(buffer.span, range(of: field), unit: unit) { return time }
    let expected = unit.map { "an integer in \($0.rawValue) since 1970" } ?? TimeText.expectation
    throw error(field, "the time is \(excerpt(field))", expected: expected)
  }
}
