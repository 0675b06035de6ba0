public import Market
public import Platform
public import Report

/// A study as read: what is to be replayed, under which rules, with whom, and over which grid.
///
/// Reading checks the study's own keys, types and axes. What needs the venue, the population or the ticks is
/// checked by ``SweepPlan``, for every point of the grid.
public struct Study: Sendable {
  /// The file as the user named it.
  public var path: String
  /// The whole study after overrides from the command line.
  public var document: Document
  /// Its name.
  public var name: String
  /// The tick files, paths relative to the study resolved.
  public var ticks: [TickPath]
  /// The window: from inclusive, to exclusive; nil for all of the ticks.
  public var window: Range<Timestamp>?
  /// Which kind plays the mark price; nil: mark where the ticks have it, else trade.
  public var mark: MarkChoice?
  /// Where `mark` stands, else where `ticks` does.
  public var markLocation: SourceLocation
  /// The venue: a built-in name, or a path.
  public var venue: String
  /// Where the venue stands.
  public var venueLocation: SourceLocation
  /// Values of the venue that the study sets, in order.
  public var overrides: [Override]
  /// The `population` section.
  public var population: Document.Node
  /// The population's seed; nil for a book.
  public var seed: UInt64?
  /// The axes, in order; empty for a single point.
  public var axes: [Axis]
  /// What is reported.
  public var report: ReportOptions

  /// A tick file and where the study names it.
  public struct TickPath: Sendable, Hashable {
    /// The path as it stands in the study.
    public var name: String
    /// The path from the working directory.
    public var path: String
    /// Where it stands.
    public var location: SourceLocation
  }

  /// The folder that relative paths count from.
  public var folder: String { path == "-" ? "." : Path.directory(path) }
  /// How many points the grid has.
  public var pointCount: Int { axes.reduce(1) { $0 * $1.values.count } }
}
