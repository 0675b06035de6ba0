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
private struct CodeScanner {
  private let input: [Character]
  private var position = 0
  private var output = ""

  static func code(of text: String) -> String {
    var scanner = CodeScanner(input: Array(text), position: 0, output: "")
    scanner.scanCode(untilParenthesis: false)
    return scanner.output
  }

  private init(input: [Character], position: Int, output: String) {
    self.input = input
    self.position = position
    self.output = output
  }

  private func starts(with text: String) -> Bool {
    input[position...].starts(with: text)
  }

  /// Copies code; inside an interpolation it ends at the closing parenthesis.
  private mutating func scanCode(untilParenthesis: Bool) {
    var depth = 0
    while position < input.count {
      if starts(with: "//") {
        while position < input.count, input[position] != "\n" { position += 1 }
        continue
      }
      if starts(with: "/*") {
        skipBlockComment()
        continue
      }
      if let marks = openingOfString() {
        scanString(marks)
        continue
      }
      let character = input[position]
      if character == "(" { depth += 1 }
      if character == ")" {
        if untilParenthesis, depth == 0 { return }
        depth -= 1
      }
      output.append(character)
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
        if input[position] == "\n" { output.append("\n") }
        position += 1
      }
    } while depth > 0 && position < input.count
  }

  /// How a string that begins here is written: its number signs, and whether it has three quotes.
  private func openingOfString() -> (signs: String, quotes: String)? {
    var end = position
    while end < input.count, input[end] == "#" { end += 1 }
    guard end < input.count, input[end] == "\"" else { return nil }
    let signs = String(repeating: "#", count: end - position)
    let isTriple = input[end...].starts(with: "\"\"\"")
    return (signs, isTriple ? "\"\"\"" : "\"")
  }

  private mutating func scanString(_ marks: (signs: String, quotes: String)) {
    position += marks.signs.count + marks.quotes.count
    output += "\""
    let close = marks.quotes + marks.signs
    let escape = "\\" + marks.signs
    while position < input.count {
      if starts(with: close) {
        position += close.count
        break
      }
      if starts(with: escape + "(") {
        position += escape.count + 1
        output += "("
        scanCode(untilParenthesis: true)
        output += ")"
        position += 1
      } else if starts(with: escape) {
        position += escape.count + 1
      } else {
        if input[position] == "\n" { output.append("\n") }
        position += 1
      }
    }
    output += "\""
  }
}
