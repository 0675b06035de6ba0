internal import Margin
internal import Market
internal import Platform

/// Imported accounts: JSON lines, one account document a line.
struct Book: Sendable {
  /// The accounts, in file order.
  private(set) var accounts: [AccountDocument] = []
  /// The cohorts in the order of their first account.
  private(set) var cohortNames: [String] = []
  private var names: Set<String> = []
  private var knownCohorts: Set<String> = []

  /// The most accounts of a book, which are all held in memory.
  static let accountLimit = 10_000_000
  /// The longest line, in bytes.
  static let lineLimit = 1 << 20

  /// Reads a file; a relative path counts from `folder`.
  init(path: String, in folder: String?, at location: SourceLocation, venue: Venue) throws {
    let full = path.hasPrefix("/") || path == "-" ? path : folder.map { $0 + "/" + path } ?? path
    let source: ByteSource
    do {
      source = try ByteSource(path: full)
    } catch let error as InputError {
      throw InputError(location, "the book \(full): \(error.problem)", expected: error.expected)
    }
    try self.init(source, venue: venue)
  }

  /// Reads lines until the source ends. Blank lines are skipped.
  init(_ source: ByteSource, venue: Venue) throws {
    var line: [UInt8] = []
    var number = 0
    var isAtEnd = false
    while !isAtEnd {
      let chunk = try source.read(upTo: 1 << 16)
      isAtEnd = chunk.isEmpty
      var rest = chunk[...]
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        line += rest[..<end]
        rest = rest[(end + 1)...]
        number += 1
        try append(line, number, source.path, venue)
        line.removeAll(keepingCapacity: true)
      }
      line += rest
      guard line.count <= Self.lineLimit else {
        throw InputError(
          SourceLocation(path: source.path, line: number + 1), "the line is too long",
          expected: "an account document of at most \(Self.lineLimit) bytes")
      }
    }
    if !line.isEmpty { try append(line, number + 1, source.path, venue) }
    guard !accounts.isEmpty else {
      throw InputError(
        SourceLocation(path: source.path), "the book holds no account",
        expected: "one account document a line")
    }
    names = []
  }

  private mutating func append(_ bytes: [UInt8], _ number: Int, _ path: String, _ venue: Venue) throws {
    guard bytes.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { return }
    let place = SourceLocation(path: path, line: number)
    guard bytes.count <= Self.lineLimit, let text = String(validating: bytes, as: UTF8.self) else {
      throw InputError(
        place, "the line is too long or no UTF-8 text",
        expected: "an account document of at most \(Self.lineLimit) bytes")
    }
    guard accounts.count < Self.accountLimit else {
      throw InputError(place, "the book goes on", expected: "at most \(Self.accountLimit) accounts")
    }
    let entry = try Self.entry(text, at: place, number: accounts.count, venue)
    let name = entry.name ?? String(accounts.count)
    guard names.insert(name).inserted else {
      throw InputError(
        place, "a second account has the name \(name)", expected: "a name that no other account has")
    }
    if let cohort = entry.cohort, knownCohorts.insert(cohort).inserted { cohortNames.append(cohort) }
    accounts.append(entry)
  }

  /// Reads one line; errors name that line, even where a parser runs on behind its end.
  private static func entry(
    _ text: String, at place: SourceLocation, number: Int, _ venue: Venue
  ) throws -> AccountDocument {
    let line = place.line ?? 1
    let limits = Document.Limits(bytes: lineLimit, depth: 8, nodes: 100_000)
    do {
      let document = try Document.parse(text, path: place.path, limits: limits, firstLine: line)
      try refuseRules(document.root, venue)
      return try AccountDocument(document.root, venue: venue, number: number)
    } catch let error as InputError where error.location.line != line {
      throw InputError(place, error.problem, expected: error.expected)
    }
  }

  /// The rules of a study are its own: an account of a book cannot bring others. Its prices are not used.
  private static func refuseRules(_ node: Document.Node, _ venue: Venue) throws {
    for key in ["overrides", "brackets"] {
      guard let value = node[key], !value.isNull else { continue }
      throw InputError(
        value.location, "\(key) stands in an account of a book",
        expected: "\(key) in the study, for all accounts")
    }
    guard let named = node["venue"], !named.isNull else { return }
    guard try named.text() == venue.name else {
      throw named.error(expected: "\(venue.name), the venue of the study, or none")
    }
  }
}
