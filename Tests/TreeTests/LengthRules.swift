import Foundation

/// How long files, lines and functions may be.
enum LengthRules {
  static let file = TreeRule(name: "file length") { file in
    file.lines.count > 400 ? [(file.lines.count, "more than 400 lines: one concern a file")] : []
  }

  static let line = TreeRule(name: "line length") { file in
    file.lines.enumerated().compactMap { index, line in
      line.count > 110 ? (index + 1, "a line of \(line.count) columns, at most 110") : nil
    }
  }

  static let function = TreeRule(name: "function length") { file in
    functions(in: file.code).compactMap { function in
      let length = function.last - function.first + 1
      return length > 70 ? (function.first, "a function of \(length) lines, at most 70") : nil
    }
  }

  static let all = [file, line, function]

  /// First and last line of every function, counted from 1; nested ones too.
  static func functions(in code: [String]) -> [(first: Int, last: Int)] {
    let start = #"(^|\s)(func\s+[^\s(]+|init[?]?|deinit|subscript)\s*[<({]"#
    return code.indices.compactMap { index in
      guard code[index].range(of: start, options: .regularExpression) != nil else { return nil }
      return end(of: index, in: code).map { (index + 1, $0 + 1) }
    }
  }

  /// The line on which the body that begins at or after `start` is closed; nil where there is no body.
  private static func end(of start: Int, in code: [String]) -> Int? {
    var depth = 0
    var parentheses = 0
    var isOpen = false
    for index in start..<code.count {
      for character in code[index] {
        switch character {
        case "(": parentheses += 1
        case ")": parentheses -= 1
        case "{":
          depth += 1
          if parentheses == 0 { isOpen = true }
        case "}":
          depth -= 1
          // A requirement of a protocol has no body: the type ends first.
          if depth < 0 { return nil }
          if isOpen, depth == 0 { return index }
        default: break
        }
      }
      let isComplete = !isOpen && parentheses == 0 && depth == 0
      let next = index + 1 < code.count ? code[index + 1] : ""
      if isComplete, !next.contains("{"), !next.contains("->"), !next.contains("where ") { return nil }
    }
    return nil
  }
}
