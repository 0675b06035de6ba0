internal import Platform

/// A value of a venue that a study, a command or an axis sets, by its path.
public struct Override: Sendable, Hashable {
  /// The path, such as `assets.BTC.bid_buffer`; a leading `venue.` is accepted.
  public var path: String
  /// The value, with the place where the user wrote it.
  public var value: Document.Node

  /// Makes an override.
  public init(path: String, value: Document.Node) {
    self.path = path
    self.value = value
  }
}

/// A venue file as read, from which venues with and without overrides are made.
public struct VenueFile: Sendable {
  /// The document; its root is the venue's mapping.
  public var document: Document

  /// Wraps a document.
  public init(document: Document) { self.document = document }

  /// Reads a venue file's text.
  /// - Throws: `InputError`.
  public init(text: String, path: String) throws {
    document = try Document.parse(text, path: path)
  }

  /// The venue with some of its values replaced, every check made.
  ///
  /// Overrides apply in their order, before the file's own dated changes. Setting a `floor` or a `rate` of a
  /// bracket or tier table drops the amounts of that table that are not set as well: they are recomputed.
  /// - Throws: `InputError` at the override or at the file's own line.
  public func venue(overriding overrides: [Override] = []) throws -> Venue {
    try Venue(document: resolved(overriding: overrides))
  }

  /// The document with the overrides applied, as a manifest shows it.
  /// - Throws: `InputError` where a path does not exist.
  public func resolved(overriding overrides: [Override]) throws -> Document {
    var copy = document
    copy.root = try copy.root.applying(overrides)
    return copy
  }
}
