internal import Platform

/// Typed reading of nodes. Every function throws `InputError` at the node's place.
extension Document.Node {
  private func plainText(_ expected: String) throws -> String {
    guard case .scalar(let scalar) = content, !scalar.isQuoted, !isNull else {
      throw error(expected: expected)
    }
    return scalar.text
  }

  /// A finite number inside of `bounds`, written as decimal text without quotes.
  public func double(in bounds: Bounds = .any) throws -> Double {
    let text = try plainText(bounds.expectation)
    guard DecimalText(text.utf8) != nil, let value = Double(text), bounds.contains(value) else {
      throw error(expected: bounds.expectation)
    }
    // A negative zero would only show up again as a sign in the results.
    return value == 0 ? 0 : value
  }

  /// A whole number inside of `range`.
  public func integer(in range: ClosedRange<Int>) throws -> Int {
    let expected = "a whole number, \(range.lowerBound) to \(range.upperBound)"
    let text = try plainText(expected)
    guard let value = ExactDecimal(text), value.scale == 0, let number = Int(exactly: value.mantissa),
      range.contains(number)
    else { throw error(expected: expected) }
    return number
  }

  /// A decimal number kept exactly, inside of `bounds`.
  public func decimal(in bounds: Bounds = .any) throws -> ExactDecimal {
    let expected =
      bounds.text.isEmpty ? ExactDecimal.expectation : "\(ExactDecimal.expectation), \(bounds.text)"
    guard let value = ExactDecimal(try plainText(expected)), bounds.contains(value.double) else {
      throw error(expected: expected)
    }
    return value
  }

  /// `true` or `false`.
  public func boolean() throws -> Bool {
    switch try plainText("true or false") {
    case "true": true
    case "false": false
    default: throw error(expected: "true or false")
    }
  }

  /// Any text of at most `limit` bytes that is not empty.
  public func text(limit: Int = 4096) throws -> String {
    let expected = "a text of 1 to \(limit) bytes"
    guard case .scalar(let scalar) = content, !isNull, (1...limit).contains(scalar.text.utf8.count) else {
      throw error(expected: expected)
    }
    return scalar.text
  }

  /// A name, see ``Name``.
  public func name() throws -> String {
    guard case .scalar(let scalar) = content, !isNull, Name.isValid(scalar.text) else {
      throw error(expected: Name.expectation)
    }
    return scalar.text
  }

  /// A UTC time, see ``Timestamp``.
  public func timestamp() throws -> Timestamp {
    guard case .scalar(let scalar) = content, let time = Timestamp(scalar.text) else {
      throw error(expected: Timestamp.expectation)
    }
    return time
  }

  /// A duration, see ``TimeSpan``; above zero where `isPositive`.
  public func span(isPositive: Bool = false) throws -> TimeSpan {
    guard case .scalar(let scalar) = content, let span = TimeSpan(scalar.text),
      !isPositive || span.nanoseconds > 0
    else { throw error(expected: TimeSpan.expectation + (isPositive ? ", above zero" : "")) }
    return span
  }

  /// One of the raw values of an enumeration.
  public func choice<T: CaseIterable & RawRepresentable>(of type: T.Type = T.self) throws -> T
  where T.RawValue == String {
    guard case .scalar(let scalar) = content, let value = T(rawValue: scalar.text) else {
      throw error(expected: "one of: " + T.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return value
  }

  /// The items of a sequence.
  public func items(_ expected: String = "a sequence") throws -> [Document.Node] {
    guard case .sequence(let items) = content else { throw error(expected: expected) }
    return items
  }

  /// The entries of a mapping whose keys are free, in their order.
  public func entries(_ expected: String = "a mapping") throws -> [Document.Entry] {
    guard case .mapping(let entries) = content else { throw error(expected: expected) }
    return entries
  }

  /// The entries of a mapping whose keys are names; another key is refused at its place.
  public func namedEntries(_ expected: String = "a mapping") throws -> [Document.Entry] {
    let entries = try entries(expected)
    for entry in entries where !Name.isValid(entry.key) {
      throw InputError(
        entry.location, "\(Document.Node.shortened(entry.key)) is no name", expected: Name.expectation)
    }
    return entries
  }

  /// A reader over a mapping with the given keys; see ``MappingReader``.
  public func mapping(keys: [String]) throws -> MappingReader { try MappingReader(self, keys: keys) }
}
