internal import Market

/// Writes JSON on one line, keys in the order of the calls; numbers in shortest round-trip form.
struct JSONBuilder {
  private var bytes: [UInt8] = []
  private var needsComma = false

  /// What was written so far.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  /// The value null.
  mutating func null() { bytes.append(contentsOf: "null".utf8) }

  /// An object; `body` writes its members.
  mutating func object(_ body: (inout JSONBuilder) -> Void) { wrap("{", "}", body) }

  private mutating func wrap(_ open: String, _ close: String, _ body: (inout JSONBuilder) -> Void) {
    bytes.append(contentsOf: open.utf8)
    needsComma = false
    body(&self)
    bytes.append(contentsOf: close.utf8)
    needsComma = true
  }

  /// A member whose value `body` writes.
  mutating func member(_ key: String, _ body: (inout JSONBuilder) -> Void) {
    separate()
    JSONText.append(key, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    body(&self)
  }

  /// A member that is text; null for nil.
  mutating func member(_ key: String, _ value: String?) {
    member(key) { json in
      guard let value else { return json.null() }
      JSONText.append(value, to: &json.bytes)
    }
  }

  /// A member that is a number; null for nil, infinity and NaN.
  mutating func member(_ key: String, _ value: Double?) {
    member(key) { json in
      guard let value, NumberText.append(value, to: &json.bytes) else {
        return json.null()
      }
    }
  }

  /// A member that is true or false; null for nil.
  mutating func member(_ key: String, _ value: Bool?) {
    member(key, literal: value.map { $0 ? "true" : "false" } ?? "null")
  }

  /// A member whose value is written as it stands.
  mutating func member(_ key: String, literal: String) {
    member(key) { $0.bytes.append(contentsOf: literal.utf8) }
  }

  /// A member that is an array; `body` writes each item.
  mutating func array<Items: Sequence>(
    _ key: String, _ items: Items, _ body: (inout JSONBuilder, Items.Element) -> Void
  ) {
    member(key) { json in
      json.wrap("[", "]") { json in
        for item in items {
          json.separate()
          body(&json, item)
        }
      }
    }
  }
}
