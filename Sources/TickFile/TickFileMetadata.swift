/// What a tick file says about itself.
public struct TickFileMetadata: Hashable, Sendable {
  /// One remark.
  public struct Note: Hashable, Sendable {
    /// What it is about, for example `candle path`.
    public var key: String
    /// What it says.
    public var value: String

    /// Makes a remark.
    public init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  /// Where the ticks come from.
  public var source: String
  /// The program that wrote the file, with its version.
  public var tool: String
  /// Remarks in the order in which they were given.
  public var notes: [Note]
  /// Records of the source that are not in the file, counted by reason.
  public var dropped: [String: Int]

  /// Makes metadata.
  public init(
    source: String, tool: String, notes: [(key: String, value: String)] = [], dropped: [String: Int] = [:]
  ) {
    self.source = source
    self.tool = tool
    self.notes = notes.map { Note(key: $0.key, value: $0.value) }
    self.dropped = dropped
  }

  /// What is known when the file is started.
  var openingJSON: [UInt8] {
    let notes = notes.map { ($0.key, MetadataJSON.text($0.value)) }
    let members: [(String, MetadataJSON)] = [
      ("format", .text("marginsweep ticks")), ("version", .number(Int(TickFormat.version))),
      ("source", .text(source)), ("tool", .text(tool)), ("notes", .object(notes)),
    ]
    return Array(MetadataJSON.object(members).description.utf8)
  }

  /// What is known only at the end.
  var closingJSON: [UInt8] {
    let counts = dropped.sorted { $0.key < $1.key }.map { ($0.key, MetadataJSON.number($0.value)) }
    return Array(MetadataJSON.object([("dropped", .object(counts))]).description.utf8)
  }

  /// Reads what ``openingJSON`` holds; members that this version does not know are skipped.
  init(opening bytes: [UInt8]) throws(FormatFault) {
    let json = try MetadataJSON(bytes)
    var notes: [(key: String, value: String)] = []
    if case .object(let members)? = json["notes"] {
      for (key, value) in members {
        if case .text(let text) = value { notes.append((key, text)) }
      }
    }
    self.init(source: json["source"]?.text ?? "", tool: json["tool"]?.text ?? "", notes: notes)
  }

  /// Adds what ``closingJSON`` holds.
  mutating func add(closing bytes: [UInt8]) throws(FormatFault) {
    guard case .object(let members)? = try MetadataJSON(bytes)["dropped"] else { return }
    for (key, value) in members {
      if case .number(let count) = value { dropped[key] = count }
    }
  }
}
