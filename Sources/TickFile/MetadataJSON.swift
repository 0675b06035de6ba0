/// The part of JSON that metadata needs: objects, strings and whole numbers. Members keep their order.
enum MetadataJSON: CustomStringConvertible {
  case text(String)
  case number(Int)
  indirect case object([(String, MetadataJSON)])

  /// Deepest nesting that is read.
  private static let maximumDepth = 8

  /// The first member of that name.
  subscript(name: String) -> MetadataJSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.0 == name }?.1
  }

  /// The string, nil for anything else.
  var text: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }

  var description: String {
    switch self {
    case .text(let text): return Self.quoted(text)
    case .number(let number): return String(number)
    case .object(let members):
      let parts = members.map { "\(Self.quoted($0.0)):\($0.1)" }
      return "{\(parts.joined(separator: ","))}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }

  /// Reads one object that fills `bytes`.
  init(_ bytes: [UInt8]) throws(FormatFault) {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FormatFault("metadata is not UTF-8")
    }
    var parser = Parser(scalars: Array(text.unicodeScalars))
    self = try parser.value(depth: 0)
    try parser.expectEnd()
    guard case .object = self else { throw FormatFault("metadata is no JSON object") }
  }

  private struct Parser {
    let scalars: [Unicode.Scalar]
    var position = 0

    init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    mutating func value(depth: Int) throws(FormatFault) -> MetadataJSON {
      guard depth < MetadataJSON.maximumDepth else { throw FormatFault("metadata is nested too deep") }
      skipBlanks()
      switch peek() {
      case "{": return .object(try members(depth: depth))
      case "\"": return .text(try string())
      default: return .number(try number())
      }
    }

    mutating func expectEnd() throws(FormatFault) {
      skipBlanks()
      guard position == scalars.count else { throw broken() }
    }

    private mutating func members(depth: Int) throws(FormatFault) -> [(String, MetadataJSON)] {
      var members: [(String, MetadataJSON)] = []
      try expect("{")
      skipBlanks()
      if peek() == "}" {
        position += 1
        return members
      }
      while true {
        skipBlanks()
        let name = try string()
        skipBlanks()
        try expect(":")
        members.append((name, try value(depth: depth + 1)))
        skipBlanks()
        if peek() == "," {
          position += 1
        } else {
          try expect("}")
          return members
        }
      }
    }

    private mutating func string() throws(FormatFault) -> String {
      try expect("\"")
      var text = String.UnicodeScalarView()
      while let scalar = peek() {
        position += 1
        switch scalar {
        case "\"": return String(text)
        case "\\": text.append(try escaped())
        case _ where scalar.value < 0x20: throw broken()
        default: text.append(scalar)
        }
      }
      throw broken()
    }

    private mutating func escaped() throws(FormatFault) -> Unicode.Scalar {
      guard let scalar = peek() else { throw broken() }
      position += 1
      switch scalar {
      case "\"", "\\", "/": return scalar
      case "b": return "\u{8}"
      case "f": return "\u{c}"
      case "n": return "\n"
      case "r": return "\r"
      case "t": return "\t"
      case "u":
        guard position + 4 <= scalars.count else { throw broken() }
        var digits = String.UnicodeScalarView()
        digits.append(contentsOf: scalars[position..<(position + 4)])
        position += 4
        guard let code = UInt32(String(digits), radix: 16), let result = Unicode.Scalar(code) else {
          throw broken()
        }
        return result
      default: throw broken()
      }
    }

    private mutating func number() throws(FormatFault) -> Int {
      var digits = String.UnicodeScalarView()
      while let scalar = peek(), scalar == "-" || ("0"..."9").contains(scalar) {
        digits.append(scalar)
        position += 1
      }
      guard let number = Int(String(digits)) else { throw broken() }
      return number
    }

    private mutating func skipBlanks() {
      while let scalar = peek(), scalar == " " || scalar == "\n" || scalar == "\r" || scalar == "\t" {
        position += 1
      }
    }

    private mutating func expect(_ scalar: Unicode.Scalar) throws(FormatFault) {
      guard peek() == scalar else { throw broken() }
      position += 1
    }

    private func peek() -> Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private func broken() -> FormatFault { FormatFault("metadata is no JSON that this version reads") }
  }
}
