internal import Platform

/// Strict access to a mapping whose keys are fixed: an unknown key is refused at once.
public struct MappingReader: Sendable {
  /// The mapping.
  public let node: Document.Node
  private let keys: [String]
  private let entries: [Document.Entry]

  /// Checks that `node` is a mapping and has no key beside `keys`.
  /// - Throws: `InputError` at the first unknown key, with a suggestion and the accepted keys.
  public init(_ node: Document.Node, keys: [String]) throws {
    self.node = node
    self.keys = keys
    entries = try node.entries("a mapping with the keys: \(keys.joined(separator: ", "))")
    for entry in entries where !keys.contains(entry.key) {
      let place = node.label.isEmpty ? "" : " in \(node.label)"
      throw InputError(
        entry.location, "unknown key \(Document.Node.shortened(entry.key))\(place)",
        expected: Spelling.expectation(of: keys, insteadOf: entry.key))
    }
  }

  /// The value of a key; nil where the key is absent or set to `null`.
  public func optional(_ key: String) -> Document.Node? {
    precondition(keys.contains(key), "a reader asks only for the keys it accepts")
    guard let value = entries.first(where: { $0.key == key })?.value, !value.isNull else { return nil }
    return value
  }

  /// The value of a key that must be there.
  /// - Throws: `InputError` at the mapping where the key is absent.
  public func required(_ key: String) throws -> Document.Node {
    if let value = optional(key) { return value }
    let place = node.label.isEmpty ? "the document" : node.label
    throw InputError(node.location, "\(place) has no \(key)", expected: "the key \(key)")
  }

  /// Whether the key is there and not `null`.
  public func has(_ key: String) -> Bool { optional(key) != nil }
}

/// Suggestions for misspelt names.
public enum Spelling {
  /// `one of: a, b (did you mean a?)`, for error messages about an unknown name.
  public static func expectation(of names: [String], insteadOf wrong: String) -> String {
    let shown = names.prefix(60).joined(separator: ", ") + (names.count > 60 ? ", …" : "")
    let list = names.isEmpty ? "nothing here" : "one of: \(shown)"
    return nearest(to: wrong, in: names).map { "\(list) (did you mean \($0)?)" } ?? list
  }

  /// The name that is nearest to `wrong`, where it is near enough to be meant; the first of several.
  public static func nearest(to wrong: String, in names: [String]) -> String? {
    guard wrong.utf8.count <= 64 else { return nil }
    let distances = names.map { distance(Array(wrong.lowercased().utf8), Array($0.lowercased().utf8)) }
    guard let least = distances.min(), least <= max(1, wrong.utf8.count / 3) else { return nil }
    return distances.firstIndex(of: least).map { names[$0] }
  }

  /// Insertions, deletions, replacements and swaps of neighbours that lead from one text to the other.
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var rows = [Array(0...b.count)]
    for (i, left) in a.enumerated() {
      var row = [i + 1]
      for (j, right) in b.enumerated() {
        var least = min(rows[i][j] + (left == right ? 0 : 1), row[j] + 1, rows[i][j + 1] + 1)
        if i > 0, j > 0, left == b[j - 1], right == a[i - 1] { least = min(least, rows[i - 1][j - 1] + 1) }
        row.append(least)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
