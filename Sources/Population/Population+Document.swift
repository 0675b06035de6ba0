public import Margin
public import Market
public import Platform

/// What a study knows besides its population.
public struct PopulationContext: Sendable {
  /// The window that `open: {uniform: window}` draws from: the study's, cut to the ticks; nil where unknown.
  public var window: Range<Timestamp>?
  /// The instruments that `{random: N}` picks from: those that the ticks price; nil for all of the venue.
  public var tradable: [InstrumentIndex]?
  /// The folder that a relative `book` counts from; nil for the working directory.
  public var folder: String?
  /// Exposure in place of every cohort's `leverage`, from an axis.
  public var leverage: Double?
  /// Mode in place of every cohort's `mode`, from an axis.
  public var mode: MarginMode?
  /// Keeps the people of one population for others that draw the same; nil where there are none.
  public var people: PeopleStore?
  /// Makes a context.
  public init(
    window: Range<Timestamp>? = nil, tradable: [InstrumentIndex]? = nil, folder: String? = nil,
    leverage: Double? = nil, mode: MarginMode? = nil
  ) {
    self.window = window
    self.tradable = tradable
    self.folder = folder
    self.leverage = leverage
    self.mode = mode
  }
}

extension Population {
  /// The most accounts of one population.
  public static let accountLimit = 100_000_000

  /// Reads a study's `population`: `{accounts, seed, cohorts: […]}` or `{book: FILE.jsonl}`.
  ///
  /// - Parameters:
  ///   - node: the mapping, overrides and axes applied.
  ///   - venue: the tables that its names stand in.
  ///   - context: the rest of the study.
  /// - Throws: `InputError` with the place of what is wrong.
  public init(_ node: Document.Node, venue: Venue, context: PopulationContext = PopulationContext()) throws {
    let reader = try node.mapping(keys: ["accounts", "seed", "cohorts", "book"])
    guard let bookNode = reader.optional("book") else {
      self.init(.cohorts(try CohortPlan(reader, venue: venue, context: context)), venue: venue)
      return
    }
    for key in ["accounts", "seed", "cohorts"] {
      guard let extra = reader.optional(key) else { continue }
      throw InputError(
        extra.location, "\(node.label.isEmpty ? "the population" : node.label) has book and \(key)",
        expected: "book alone, or accounts, seed and cohorts")
    }
    guard context.leverage == nil, context.mode == nil else {
      throw InputError(
        bookNode.location, "the study has a leverage or mode axis over a book",
        expected: "axes of the venue: the accounts of a book bring their own positions and mode")
    }
    let book = try Book(
      path: try bookNode.text(), in: context.folder, at: bookNode.location, venue: venue)
    self.init(.book(book), venue: venue)
  }

  /// A population that is a book, read from a source of its own.
  /// - Throws: `InputError` with the line of what is wrong.
  public init(book source: ByteSource, venue: Venue) throws {
    self.init(.book(try Book(source, venue: venue)), venue: venue)
  }

  /// Replaces a cohort's name in a path by its place: `population.cohorts.hedged.leverage` becomes
  /// `population.cohorts[0].leverage`; other paths stay as they are.
  ///
  /// - Parameters:
  ///   - path: a path from the root of the study.
  ///   - study: the study's root.
  public static func placedPath(_ path: String, in study: Document.Node) -> String {
    let prefix = "population.cohorts."
    guard path.hasPrefix(prefix), case .sequence(let cohorts)? = study["population"]?["cohorts"]?.content
    else {
      return path
    }
    let rest = path.dropFirst(prefix.count)
    var best: (place: Int, length: Int)?
    for (place, cohort) in cohorts.enumerated() {
      guard let name = try? cohort["name"]?.name(), rest.hasPrefix(name) else { continue }
      let tail = rest.dropFirst(name.count)
      guard tail.isEmpty || tail.first == "." || tail.first == "[" else { continue }
      // Names may hold dots, so the longest one that fits is meant.
      if name.count > best?.length ?? 0 { best = (place, name.count) }
    }
    guard let best else { return path }
    return "population.cohorts[\(best.place)]\(rest.dropFirst(best.length))"
  }
}
