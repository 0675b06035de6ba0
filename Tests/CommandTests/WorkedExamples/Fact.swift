import Testing

/// A value that is not what a test looks for.
struct FactError: Error, CustomStringConvertible {
  var description: String
}

/// A value of a worked example or of the program's JSON.
enum Fact: Equatable, Sendable, Decodable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([Fact])
  case record([String: Fact])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([Fact].self) {
      self = .list(list)
    } else {
      self = .record(try container.decode([String: Fact].self))
    }
  }

  /// The member of a record; nil where there is none, or null.
  subscript(key: String) -> Fact? {
    if case .record(let members) = self, let member = members[key], member != .null { member } else { nil }
  }

  /// The number; throws where this is something else.
  func number() throws -> Double {
    guard case .number(let number) = self else { throw FactError(description: "\(self) is no number") }
    return number
  }

  /// The text; throws where this is something else.
  func text() throws -> String {
    guard case .text(let text) = self else { throw FactError(description: "\(self) is no text") }
    return text
  }

  /// The flag; throws where this is something else.
  func flag() throws -> Bool {
    guard case .flag(let flag) = self else {
      throw FactError(description: "\(self) is neither true nor false")
    }
    return flag
  }

  /// The items; throws where this is something else.
  func list() throws -> [Fact] {
    guard case .list(let items) = self else { throw FactError(description: "\(self) is no list") }
    return items
  }

  /// The members; throws where this is something else.
  func record() throws -> [String: Fact] {
    guard case .record(let members) = self else { throw FactError(description: "\(self) is no record") }
    return members
  }

  /// The member of a record; throws where there is none.
  func member(_ key: String) throws -> Fact { try #require(self[key], "no \(key)") }

  /// The number that is a member of a record; throws where there is none.
  func number(_ key: String) throws -> Double { try member(key).number() }

  /// The record of a list whose member `key` is `text`; throws where there is none.
  func item(_ key: String, _ text: String) throws -> Fact {
    try #require(try list().first { $0[key] == .text(text) }, "no item with \(key) \(text) in \(self)")
  }

  /// The only item of a list; throws where there are more or none.
  func only() throws -> Fact {
    let items = try list()
    try #require(items.count == 1, "\(items.count) items, expected one")
    return items[0]
  }
}

extension Fact: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  init(floatLiteral value: Double) { self = .number(value) }
  init(integerLiteral value: Int) { self = .number(Double(value)) }
  init(stringLiteral value: String) { self = .text(value) }
  init(booleanLiteral value: Bool) { self = .flag(value) }
  init(arrayLiteral elements: Fact...) { self = .list(elements) }
  init(dictionaryLiteral elements: (String, Fact)...) {
    self = .record(Dictionary(elements) { first, _ in first })
  }
}
