internal import Platform
internal import Yams

extension Document {
  /// Reads one YAML document (JSON is a subset).
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - path: the file as the user named it, for locations.
  ///   - limits: bounds on size, depth and node count.
  ///   - firstLine: the number of the text's first line, for a document that is one line of a longer file.
  /// - Throws: `InputError` with line and column where the text is no YAML or leaves the accepted subset.
  public static func parse(
    _ text: String, path: String, limits: Limits = Limits(), firstLine: Int = 1
  ) throws -> Document {
    // The parser takes a byte order mark for a character.
    let text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    guard text.utf8.count <= limits.bytes else {
      throw InputError(
        SourceLocation(path: path), "the text has \(text.utf8.count) bytes",
        expected: "at most \(limits.bytes)")
    }
    // The scan refuses what could make the parser below recurse or multiply without bound.
    var scanner = DocumentScanner(text, path: path, limits: limits, firstLine: firstLine)
    try scanner.scan()
    guard scanner.nodeCount > 0 else {
      throw InputError(
        SourceLocation(path: path, line: firstLine), "the document is empty", expected: "a mapping")
    }
    let composer = Composer(path: path, firstLine: firstLine, depthLimit: limits.depth)
    do {
      let parser = try Yams.Parser(yaml: text, resolver: .basic, encoding: .utf8)
      guard let root = try parser.singleRoot() else {
        throw InputError(
          SourceLocation(path: path, line: firstLine), "the document is empty", expected: "a mapping")
      }
      // Nodes hold their anchors weakly: the parser owns them and must outlive the check.
      return try withExtendedLifetime(parser) { Document(path: path, root: try composer.node(root, "", 0)) }
    } catch let error as YamlError {
      throw composer.inputError(error)
    }
  }
}

/// Turns the parser's tree into ours.
private struct Composer {
  let path: String
  let firstLine: Int
  let depthLimit: Int

  func location(_ mark: Mark?) -> SourceLocation {
    guard let mark else { return SourceLocation(path: path, line: firstLine) }
    return SourceLocation(path: path, line: mark.line + firstLine - 1, column: mark.column)
  }

  func node(_ node: Yams.Node, _ label: String, _ depth: Int) throws -> Document.Node {
    let place = location(node.mark)
    guard node.anchor == nil, node.alias == nil else {
      throw InputError(place, "anchors and aliases are not accepted", expected: "the value itself")
    }
    // The scan counts columns; a sequence at the column of its key is one level more than it sees.
    guard node.isScalar || depth < depthLimit else {
      throw InputError(
        place, "the document is nested too deeply", expected: "at most \(depthLimit) levels")
    }
    switch node {
    case .scalar(let scalar):
      let isQuoted = scalar.style == .singleQuoted || scalar.style == .doubleQuoted
      return Document.Node(
        .scalar(Document.Scalar(scalar.string, isQuoted: isQuoted)), at: place, label: label)
    case .sequence(let items):
      var nodes: [Document.Node] = []
      nodes.reserveCapacity(items.count)
      for item in items { nodes.append(try self.node(item, "\(label)[\(nodes.count)]", depth + 1)) }
      return Document.Node(.sequence(nodes), at: place, label: label)
    case .mapping(let pairs):
      var entries: [Document.Entry] = []
      entries.reserveCapacity(pairs.count)
      for (key, value) in pairs { entries.append(try entry(key, value, label, depth)) }
      return Document.Node(.mapping(entries), at: place, label: label)
    case .alias:
      throw InputError(place, "anchors and aliases are not accepted", expected: "the value itself")
    }
  }

  private func entry(
    _ key: Yams.Node, _ value: Yams.Node, _ label: String, _ depth: Int
  ) throws -> Document.Entry {
    guard case .scalar(let scalar) = key, key.anchor == nil else {
      throw InputError(location(key.mark), "a key is not plain text", expected: "a name as key")
    }
    let path = label.isEmpty ? scalar.string : "\(label).\(scalar.string)"
    return Document.Entry(
      key: scalar.string, at: location(key.mark), value: try node(value, path, depth + 1))
  }

  func inputError(_ error: YamlError) -> InputError {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let whole = context.map { "\($0.text.trimmed) (line \($0.mark.line + firstLine - 1)): " } ?? ""
      return InputError(location(mark), "no valid YAML: \(whole)\(problem)", expected: "valid YAML")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let keys = duplicates.joined(separator: ", ")
      return InputError(location(context.mark), "the key \(keys) stands twice", expected: "every key once")
    default:
      return InputError(
        SourceLocation(path: path, line: firstLine), "no valid YAML: the text cannot be decoded",
        expected: "UTF-8 text without control characters")
    }
  }
}

extension Yams.Node {
  fileprivate var isScalar: Bool { if case .scalar = self { true } else { false } }
}

extension String {
  /// Without the blanks at both ends.
  fileprivate var trimmed: Substring {
    let end = lastIndex { !$0.isWhitespace }.map { index(after: $0) } ?? startIndex
    return self[..<end].drop { $0.isWhitespace }
  }
}
