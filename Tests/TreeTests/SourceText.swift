/// A Swift file as the rules of the tree see it.
struct SourceText {
  /// From the root of the repository, for example `Sources/Margin/Rules.swift`.
  let path: String
  /// The lines as they stand.
  let lines: [String]
  /// The same lines without comments and without the text of strings.
  let code: [String]

  init(path: String, text: String) {
    self.path = path
    lines = Self.split(text)
    code = Self.split(CodeScanner.code(of: text))
  }

  /// `Margin` for `Sources/Margin/Rules.swift`; nil outside `Sources`.
  var module: String? {
    let parts = path.split(separator: "/")
    return parts.count >= 3 && parts[0] == "Sources" ? String(parts[1]) : nil
  }

  /// Splits at line ends; the line end of the last line starts no further one.
  private static func split(_ text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    return lines
  }
}

/// Blanks comments and the text of strings, so that rules look at code alone. Line ends stay where they are.
///
/// It works on bytes: all that it looks for is ASCII, and no byte of a longer character is.
private struct CodeScanner {
  private let input: [UInt8]
  private var position = 0
  private var output: [UInt8] = []

  private static let lineEnd = UInt8(ascii: "\n")
  private static let quote = UInt8(ascii: "\"")
  private static let sign = UInt8(ascii: "#")

  static func code(of text: String) -> String {
    var scanner = CodeScanner(Array(text.utf8))
    scanner.scanCode(untilParenthesis: false)
    return String(decoding: scanner.output, as: UTF8.self)
  }

  private init(_ input: [UInt8]) {
    self.input = input
    output.reserveCapacity(input.count)
  }

  private func starts(with bytes: [UInt8], at place: Int) -> Bool {
    guard place + bytes.count <= input.count else { return false }
    for index in bytes.indices where input[place + index] != bytes[index] { return false }
    return true
  }

  private func starts(with text: StaticString) -> Bool {
    starts(with: Array("\(text)".utf8), at: position)
  }

  /// Copies code; inside an interpolation it ends at the closing parenthesis.
  private mutating func scanCode(untilParenthesis: Bool) {
    var depth = 0
    while position < input.count {
      let byte = input[position]
      if byte == UInt8(ascii: "/") {
        if starts(with: "//") {
          while position < input.count, input[position] != Self.lineEnd { position += 1 }
          continue
        }
        if starts(with: "/*") {
          skipBlockComment()
          continue
        }
      }
      if byte == Self.quote || byte == Self.sign, let marks = openingOfString() {
        scanString(marks)
        continue
      }
      if byte == UInt8(ascii: "(") { depth += 1 }
      if byte == UInt8(ascii: ")") {
        if untilParenthesis, depth == 0 { return }
        depth -= 1
      }
      output.append(byte)
      position += 1
    }
  }

  private mutating func skipBlockComment() {
    var depth = 0
    repeat {
      if starts(with: "/*") {
        depth += 1
        position += 2
      } else if starts(with: "*/") {
        depth -= 1
        position += 2
      } else {
        if input[position] == Self.lineEnd { output.append(Self.lineEnd) }
        position += 1
      }
    } while depth > 0 && position < input.count
  }

  /// How a string that begins here is written: its number signs, and whether it has three quotes.
  private func openingOfString() -> (signs: [UInt8], quotes: [UInt8])? {
    var end = position
    while end < input.count, input[end] == Self.sign { end += 1 }
    guard end < input.count, input[end] == Self.quote else { return nil }
    let signs = [UInt8](repeating: Self.sign, count: end - position)
    let triple = [UInt8](repeating: Self.quote, count: 3)
    return (signs, starts(with: triple, at: end) ? triple : [Self.quote])
  }

  private mutating func scanString(_ marks: (signs: [UInt8], quotes: [UInt8])) {
    position += marks.signs.count + marks.quotes.count
    output.append(Self.quote)
    let close = marks.quotes + marks.signs
    let escape = [UInt8(ascii: "\\")] + marks.signs
    let interpolation = escape + [UInt8(ascii: "(")]
    while position < input.count {
      if starts(with: close, at: position) {
        position += close.count
        break
      }
      if starts(with: interpolation, at: position) {
        position += interpolation.count
        output.append(UInt8(ascii: "("))
        scanCode(untilParenthesis: true)
        output.append(UInt8(ascii: ")"))
        position += 1
      } else if starts(with: escape, at: position) {
        position += escape.count + 1
      } else {
        if input[position] == Self.lineEnd { output.append(Self.lineEnd) }
        position += 1
      }
    }
    output.append(Self.quote)
  }
}
