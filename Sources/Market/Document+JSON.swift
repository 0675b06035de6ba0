extension Document.Node {
  /// The tree as JSON on one line, entries in the order of the document.
  ///
  /// Unquoted numbers keep their text, `true`, `false` and `null` stay literals, all else is a string.
  public var json: String {
    var bytes: [UInt8] = []
    appendJSON(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends ``json`` to a buffer.
  public func appendJSON(to bytes: inout [UInt8]) {
    switch content {
    case .scalar(let scalar):
      if scalar.isJSONLiteral {
        bytes.append(contentsOf: scalar.text == "~" ? "null".utf8 : scalar.text.utf8)
      } else {
        JSONText.append(scalar.text, to: &bytes)
      }
    case .sequence(let items):
      bytes.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        item.appendJSON(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .mapping(let entries):
      bytes.append(UInt8(ascii: "{"))
      for (index, entry) in entries.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        JSONText.append(entry.key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        entry.value.appendJSON(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }
}

extension Document.Scalar {
  fileprivate var isJSONLiteral: Bool {
    guard !isQuoted else { return false }
    return ["true", "false", "null", "~"].contains(text) || DecimalText(text.utf8) != nil
  }
}

/// Text as JSON strings.
public enum JSONText {
  /// Appends `text` in double quotes with the escapes that JSON demands.
  public static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0x0A: bytes.append(contentsOf: "\\n".utf8)
      case 0x0D: bytes.append(contentsOf: "\\r".utf8)
      case 0x09: bytes.append(contentsOf: "\\t".utf8)
      case 0..<0x20:
        let hex = "0123456789abcdef".utf8.map { $0 }
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(hex[Int(byte >> 4)])
        bytes.append(hex[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
