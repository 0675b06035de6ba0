internal import Platform

/// Walks over YAML text before the parser sees it, token by token, and refuses what is not accepted.
///
/// The parser builds its tree by recursion and compares keys by their whole content, so depth and aliases
/// must be bounded beforehand. The walk mirrors how libyaml finds tokens. Where plain text could be read in
/// two ways (block scalars, unquoted text over several lines, complex keys) it refuses, so that the two can
/// never disagree about where a token begins.
struct DocumentScanner {
  private enum Token { case none, plain, quoted, closing, other }

  private let bytes: [UInt8]
  private let path: String
  private let limits: Document.Limits
  private var position = 0
  private var line: Int
  /// Column of `position`, counted from 0 in Unicode scalars, as libyaml does.
  private var column = 0
  /// Brackets and braces that are open.
  private var flowDepth = 0
  /// Columns of the block collections that are open, rising.
  private var indents: [Int] = []
  private var lastToken = Token.none
  private var isFirstOnLine = true
  /// Scalars and collections seen.
  private(set) var nodeCount = 0

  init(_ text: String, path: String, limits: Document.Limits, firstLine: Int) {
    bytes = Array(text.utf8)
    self.path = path
    self.limits = limits
    line = firstLine
  }

  mutating func scan() throws {
    try refuseOddCharacters()
    while true {
      skipToToken()
      guard let byte = peek() else { return }
      if flowDepth == 0 { unroll(to: column) }
      try refuseContinuation(byte)
      if try scanDocumentMarker() { continue }
      try scanToken(byte)
      isFirstOnLine = false
    }
  }

  // MARK: Tokens

  private mutating func scanToken(_ byte: UInt8) throws {
    switch byte {
    case "[", "{":
      try countNode()
      flowDepth += 1
      try checkDepth()
      advance()
      lastToken = .other
    case "]", "}":
      flowDepth = max(0, flowDepth - 1)
      advance()
      lastToken = .closing
    case ",":
      advance()
      lastToken = .other
    case "-" where isBlank(peek(1)):
      try roll(to: column)
      advance()
      lastToken = .other
    case "?" where flowDepth > 0 || isBlank(peek(1)):
      throw error("a complex key (?) is not accepted", expected: "a name as key")
    case ":" where flowDepth > 0 || isBlank(peek(1)):
      guard flowDepth > 0 else { throw error("a key is not plain text", expected: "a name before the colon") }
      advance()
      lastToken = .other
    case "&", "*":
      throw error("anchors and aliases are not accepted", expected: "the value itself, or the text in quotes")
    case "!":
      throw error("tags are not accepted", expected: "the value itself, or the text in quotes")
    case "|", ">":
      throw error("block text (| and >) is not accepted", expected: "the text in quotes")
    case "@", "`", "%":
      throw error("a value cannot begin with this character", expected: "the text in quotes")
    case "\"", "'":
      try scanScalar(isQuoted: true)
    default:
      try scanScalar(isQuoted: false)
    }
  }

  private mutating func scanScalar(isQuoted: Bool) throws {
    try countNode()
    let start = (line: line, column: column)
    if isQuoted { try skipQuoted() } else { skipPlain() }
    lastToken = isQuoted ? .quoted : .plain
    guard flowDepth == 0, line == start.line else { return }
    // A colon behind it, on the same line, makes it a key, and a key opens a block mapping at its column.
    while peek() == " " || peek() == "\t" { advance() }
    guard peek() == ":", isBlank(peek(1)) else { return }
    try roll(to: start.column)
    advance()
    lastToken = .other
  }

  private mutating func skipPlain() {
    while let byte = peek(), byte != "\n", byte != "\r" {
      if byte == ":", isBlank(peek(1)) { return }
      if flowDepth > 0, ",[]{}".utf8.contains(byte) { return }
      if byte == " " || byte == "\t", peek(1) == "#" { return }
      advance()
    }
  }

  private mutating func skipQuoted() throws {
    let start = SourceLocation(path: path, line: line, column: column + 1)
    let quote = peek()
    advance()
    while let byte = peek() {
      if byte == "\\", quote == "\"" {
        advance()
        if peek() != nil { advance() }
      } else if byte == quote, quote == "'", peek(1) == quote {
        advance()
        advance()
      } else {
        advance()
        if byte == quote { return }
      }
    }
    throw InputError(start, "quotes are not closed", expected: "a closing quote")
  }

  /// `---` may open the only document; nothing else of the kind is accepted.
  private mutating func scanDocumentMarker() throws -> Bool {
    guard column == 0, let byte = peek(), byte == "-" || byte == ".", peek(1) == byte, peek(2) == byte,
      isBlank(peek(3))
    else { return false }
    guard byte == "-", lastToken == .none else {
      throw error("a second document begins here", expected: "one document")
    }
    for _ in 0..<3 { advance() }
    lastToken = .other
    return true
  }

  /// Refuses unquoted text that runs on from the line before.
  private func refuseContinuation(_ byte: UInt8) throws {
    guard isFirstOnLine, lastToken == .plain else { return }
    let continues = flowDepth > 0 ? !",]}".utf8.contains(byte) : column > (indents.last ?? -1)
    guard continues else { return }
    throw error(
      "unquoted text runs over several lines, or a comma or colon is missing", expected: "the text in quotes")
  }

  // MARK: Nesting

  private mutating func unroll(to column: Int) {
    while let last = indents.last, last > column { indents.removeLast() }
  }

  private mutating func roll(to column: Int) throws {
    guard flowDepth == 0 else { return }
    unroll(to: column)
    guard column > (indents.last ?? -1) else { return }
    indents.append(column)
    try countNode()
    try checkDepth()
  }

  private func checkDepth() throws {
    guard flowDepth + indents.count <= limits.depth else {
      throw error("the document is nested too deeply", expected: "at most \(limits.depth) levels")
    }
  }

  private mutating func countNode() throws {
    nodeCount += 1
    guard nodeCount <= limits.nodes else {
      throw error("the document has too many values", expected: "at most \(limits.nodes)")
    }
  }

  // MARK: Characters

  private mutating func skipToToken() {
    while let byte = peek() {
      switch byte {
      case " ", "\t":
        advance()
      case "#":
        while let next = peek(), next != "\n", next != "\r" { advance() }
      case "\n", "\r":
        advance()
        isFirstOnLine = true
      default:
        return
      }
    }
  }

  /// Moves on by one byte and counts lines and columns.
  private mutating func advance() {
    let byte = bytes[position]
    position += 1
    if byte == "\n" || (byte == "\r" && peek() != "\n") {
      line += 1
      column = 0
    } else if byte & 0xC0 != 0x80, byte != "\r" {
      column += 1
    }
  }

  private func peek(_ offset: Int = 0) -> UInt8? {
    position + offset < bytes.count ? bytes[position + offset] : nil
  }

  private func isBlank(_ byte: UInt8?) -> Bool {
    guard let byte else { return true }
    return byte == " " || byte == "\t" || byte == "\n" || byte == "\r"
  }

  /// YAML also breaks lines at U+0085, U+2028 and U+2029, and skips byte order marks; none is accepted here.
  private func refuseOddCharacters() throws {
    let odd: [[UInt8]] = [[0xC2, 0x85], [0xE2, 0x80, 0xA8], [0xE2, 0x80, 0xA9], [0xEF, 0xBB, 0xBF]]
    var copy = self
    while let byte = copy.peek() {
      let isControl = byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D || byte == 0x7F
      if isControl || (byte >= 0xC2 && odd.contains { copy.bytes[copy.position...].starts(with: $0) }) {
        throw copy.error("a control character stands here", expected: "plain text")
      }
      copy.advance()
    }
  }

  private func error(_ problem: String, expected: String) -> InputError {
    InputError(SourceLocation(path: path, line: line, column: column + 1), problem, expected: expected)
  }
}

extension UInt8 {
  /// Lets bytes be compared with ASCII literals in patterns.
  fileprivate static func ~= (pattern: Unicode.Scalar, byte: UInt8) -> Bool {
    UInt32(byte) == pattern.value
  }
  fileprivate static func == (byte: UInt8, character: Unicode.Scalar) -> Bool {
    UInt32(byte) == character.value
  }
  fileprivate static func != (byte: UInt8, character: Unicode.Scalar) -> Bool {
    UInt32(byte) != character.value
  }
}

extension UInt8? {
  fileprivate static func == (byte: UInt8?, character: Unicode.Scalar) -> Bool {
    byte.map { UInt32($0) == character.value } ?? false
  }
  fileprivate static func != (byte: UInt8?, character: Unicode.Scalar) -> Bool { !(byte == character) }
}
