public import Platform

/// A YAML or JSON text as a tree whose every node knows where it stands.
///
/// The accepted subset is strict: one document, no anchors, aliases, tags, directives or block scalars, no
/// text that runs on over the next line without quotes, no key twice. Size, depth and node count are bounded.
public struct Document: Sendable {
  /// The file as the user named it.
  public var path: String
  /// The tree.
  public var root: Node

  /// Wraps a tree.
  public init(path: String, root: Node) {
    self.path = path
    self.root = root
  }

  /// Bounds on what ``parse(_:path:limits:firstLine:)`` reads.
  public struct Limits: Sendable {
    /// Length of the text in bytes; at most 64 MiB.
    public var bytes: Int
    /// How deep collections may be nested.
    public var depth: Int
    /// How many scalars and collections there may be.
    public var nodes: Int

    /// Makes limits; `bytes` is cut to 64 MiB.
    public init(bytes: Int = 16 << 20, depth: Int = 32, nodes: Int = 1_000_000) {
      self.bytes = min(bytes, 64 << 20)
      self.depth = depth
      self.nodes = nodes
    }
  }
}

extension Document {
  /// A scalar, a sequence or a mapping, with its place in the text.
  public struct Node: Sendable, Hashable {
    /// Where it begins.
    public var location: SourceLocation
    /// Its path from the root, such as `instruments.BTCUSDT.brackets[2].rate`; empty for the root.
    public var label: String
    /// What it holds.
    public var content: Content

    /// Makes a node.
    public init(_ content: Content, at location: SourceLocation, label: String = "") {
      self.content = content
      self.location = location
      self.label = label
    }
  }

  /// What a node holds.
  public enum Content: Sendable, Hashable {
    case scalar(Scalar)
    case sequence([Node])
    case mapping([Entry])
  }

  /// A single value, kept as its text.
  public struct Scalar: Sendable, Hashable {
    /// The text without quotes.
    public var text: String
    /// Whether it stood in quotes; then it is text and never a number.
    public var isQuoted: Bool

    /// Makes a scalar.
    public init(_ text: String, isQuoted: Bool = false) {
      self.text = text
      self.isQuoted = isQuoted
    }
  }

  /// A key and its value. Mappings keep their order.
  public struct Entry: Sendable, Hashable {
    /// The key's text.
    public var key: String
    /// Where the key stands.
    public var location: SourceLocation
    /// What it is set to.
    public var value: Node

    /// Makes an entry.
    public init(key: String, at location: SourceLocation, value: Node) {
      self.key = key
      self.location = location
      self.value = value
    }
  }
}

extension Document.Node {
  /// A scalar made from text, as if it had stood unquoted at `location`.
  public static func scalar(_ text: String, isQuoted: Bool = false, at location: SourceLocation) -> Self {
    Self(.scalar(Document.Scalar(text, isQuoted: isQuoted)), at: location)
  }

  /// The shortest text of a number, as a scalar.
  public static func number(_ value: Double, at location: SourceLocation) -> Self {
    scalar(NumberText.shortest(value), at: location)
  }

  /// The value of a key; nil where the node is no mapping or has no such key.
  public subscript(key: String) -> Self? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.first { $0.key == key }?.value
  }

  /// Whether this is an explicit `null` or `~`.
  public var isNull: Bool {
    guard case .scalar(let scalar) = content else { return false }
    return !scalar.isQuoted && (scalar.text == "null" || scalar.text == "~")
  }

  /// What the node is, for error messages: `a mapping`, `1.5`, `the text "x"`.
  public var summary: String {
    switch content {
    case .sequence: "a sequence"
    case .mapping: "a mapping"
    case .scalar(let scalar) where scalar.isQuoted: "the text \"\(Self.shortened(scalar.text))\""
    case .scalar(let scalar) where scalar.text.isEmpty: "empty"
    case .scalar(let scalar): Self.shortened(scalar.text)
    }
  }

  /// Cuts a long text, and keeps control characters out of messages.
  static func shortened(_ text: String) -> String {
    let printable = String(
      String.UnicodeScalarView(text.unicodeScalars.prefix(61).map { $0.value < 0x20 ? " " : $0 }))
    return printable.unicodeScalars.count > 60 ? "\(printable.unicodeScalars.prefix(57))..." : printable
  }

  /// An error about this node: `assets.BTC.bid_buffer is 1.5, expected …`.
  public func error(expected: String) -> InputError {
    InputError(location, "\(label.isEmpty ? "the document" : label) is \(summary)", expected: expected)
  }

  /// The same node and everything below it with labels that begin at `label`.
  public func labelled(_ label: String) -> Self {
    var copy = self
    copy.label = label
    switch content {
    case .scalar: break
    case .sequence(let items):
      copy.content = .sequence(items.enumerated().map { $1.labelled("\(label)[\($0)]") })
    case .mapping(let entries):
      copy.content = .mapping(
        entries.map { entry in
          let path = label.isEmpty ? entry.key : "\(label).\(entry.key)"
          return Document.Entry(key: entry.key, at: entry.location, value: entry.value.labelled(path))
        })
    }
    return copy
  }
}
