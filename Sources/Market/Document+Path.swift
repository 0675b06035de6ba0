internal import Platform

extension Document.Node {
  /// The same tree with the value at `path` replaced, for overrides and axes.
  ///
  /// A path names keys with dots between them and items by their number, counted from 0:
  /// `instruments.BTCUSDT.brackets[1].rate` or `….brackets.1.rate`. Keys that hold dots are found too. Every
  /// parent must exist; a last key that is missing is added, and the decoder decides whether it knows it.
  ///
  /// - Throws: `InputError` at `value`'s place, naming the keys that exist there.
  public func setting(path: String, to value: Document.Node) throws -> Document.Node {
    let bytes = Array(path.utf8)
    guard !bytes.isEmpty, bytes.count <= 1024 else {
      throw InputError(
        value.location, "the path is empty or too long", expected: "a path such as assets.BTC.bid_buffer")
    }
    return try replacing(bytes[...], PathTarget(path: path, value: value))
  }

  private struct PathTarget {
    let path: String
    let value: Document.Node

    func error(_ problem: String, expected: String) -> InputError {
      InputError(value.location, "the path \(path): \(problem)", expected: expected)
    }
  }

  private func replacing(_ rest: ArraySlice<UInt8>, _ target: PathTarget) throws -> Document.Node {
    guard !rest.isEmpty else { return target.value.labelled(label) }
    switch content {
    case .scalar:
      throw target.error("\(label) holds no keys", expected: "a path that ends there")
    case .sequence(let items):
      return try replacingItem(of: items, rest, target)
    case .mapping(let entries):
      return try replacingEntry(of: entries, rest, target)
    }
  }

  private func replacingItem(
    of items: [Document.Node], _ rest: ArraySlice<UInt8>, _ target: PathTarget
  ) throws -> Document.Node {
    var tail = rest
    let isBracketed = tail.first == UInt8(ascii: "[")
    if isBracketed { tail.removeFirst() }
    let digits = tail.prefix { (0x30...0x39).contains($0) }
    tail = tail[digits.endIndex...]
    if isBracketed {
      guard tail.first == UInt8(ascii: "]") else {
        throw target.error("a bracket is not closed", expected: "a number in brackets")
      }
      tail.removeFirst()
    }
    guard let index = Int(String(decoding: digits, as: UTF8.self)), items.indices.contains(index),
      let next = Self.afterSeparator(tail)
    else {
      throw target.error(
        "\(label) has no such item",
        expected: "an item's number, 0 to \(items.count - 1), or its name where it has one")
    }
    var copy = self
    var changed = items
    changed[index] = try items[index].replacing(next, target)
    copy.content = .sequence(changed)
    return copy
  }

  private func replacingEntry(
    of entries: [Document.Entry], _ rest: ArraySlice<UInt8>, _ target: PathTarget
  ) throws -> Document.Node {
    var copy = self
    var changed = entries
    // Keys may hold dots, so the longest key that fits is taken.
    var best: (index: Int, tail: ArraySlice<UInt8>)?
    for (index, entry) in entries.enumerated() where rest.starts(with: entry.key.utf8) {
      let tail = rest.dropFirst(entry.key.utf8.count)
      guard let next = Self.afterSeparator(tail), next.count < best?.tail.count ?? .max else { continue }
      best = (index, next)
    }
    if let best {
      changed[best.index].value = try entries[best.index].value.replacing(best.tail, target)
    } else {
      let key = String(decoding: rest, as: UTF8.self)
      guard Name.isValid(key), !key.contains(".") else {
        let wrong = String(
          decoding: rest.prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "[") }, as: UTF8.self)
        let place = label.isEmpty ? "the document" : label
        throw target.error(
          "\(place) has no \(wrong)", expected: Spelling.expectation(of: entries.map(\.key), insteadOf: wrong)
        )
      }
      let place = label.isEmpty ? key : "\(label).\(key)"
      let added = target.value.labelled(place)
      changed.append(Document.Entry(key: key, at: target.value.location, value: added))
    }
    copy.content = .mapping(changed)
    return copy
  }

  /// What follows behind a dot or before a bracket; nil where the key or number goes on.
  private static func afterSeparator(_ tail: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let first = tail.first else { return tail }
    if first == UInt8(ascii: "[") { return tail }
    return first == UInt8(ascii: ".") && tail.count > 1 ? tail.dropFirst() : nil
  }
}
