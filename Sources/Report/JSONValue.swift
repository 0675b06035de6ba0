internal import Market

/// A JSON document to be written. Numbers are in their shortest text; infinity and NaN become `null`.
public enum JSONValue: Sendable {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  /// JSON text that is valid already, such as that of a document's node.
  case raw(String)
  case array([JSONValue])
  /// Members in their order.
  case object([(String, JSONValue)])

  /// A text, or null.
  public static func optional(_ text: String?) -> JSONValue { text.map { .text($0) } ?? .null }

  /// The document as text, with line breaks down to `depth` levels and none below, ended by a line feed.
  public func document(depth: Int = 2) -> String {
    var bytes: [UInt8] = []
    append(to: &bytes, indent: 0, depth: depth)
    bytes.append(0x0A)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func append(to bytes: inout [UInt8], indent: Int, depth: Int) {
    switch self {
    case .null: bytes += "null".utf8
    case .boolean(let value): bytes += (value ? "true" : "false").utf8
    case .integer(let value): NumberText.append(Int64(value), to: &bytes)
    case .number(let value): if !NumberText.append(value, to: &bytes) { bytes += "null".utf8 }
    case .text(let text): JSONText.append(text, to: &bytes)
    case .raw(let text): bytes += text.utf8
    case .array(let items):
      Self.append("[", "]", items, to: &bytes, indent, depth) { item, bytes in
        item.append(to: &bytes, indent: indent + 1, depth: depth - 1)
      }
    case .object(let members):
      Self.append("{", "}", members, to: &bytes, indent, depth) { member, bytes in
        JSONText.append(member.0, to: &bytes)
        bytes += ": ".utf8
        member.1.append(to: &bytes, indent: indent + 1, depth: depth - 1)
      }
    }
  }

  private static func append<Item>(
    _ open: String, _ close: String, _ items: [Item], to bytes: inout [UInt8], _ indent: Int, _ depth: Int,
    _ body: (Item, inout [UInt8]) -> Void
  ) {
    func lineBreak(_ level: Int, to bytes: inout [UInt8]) {
      bytes.append(0x0A)
      for _ in 0..<level { bytes += "  ".utf8 }
    }
    bytes += open.utf8
    for (index, item) in items.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      if depth > 0 {
        lineBreak(indent + 1, to: &bytes)
      } else if index > 0 {
        bytes.append(UInt8(ascii: " "))
      }
      body(item, &bytes)
    }
    if depth > 0, !items.isEmpty { lineBreak(indent, to: &bytes) }
    bytes += close.utf8
  }
}
