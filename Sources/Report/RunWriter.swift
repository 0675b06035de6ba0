internal import Platform

/// A file of a run directory.
public struct WrittenFile: Sendable, Hashable {
  /// Its name inside the directory.
  public var name: String
  /// Its size.
  public var bytes: Int
  /// Its rows without the header; nil for the manifest.
  public var rows: Int?
}

/// Writes a run directory: points in their order, then the manifest. The directory appears whole at
/// ``finish(_:)`` or not at all; without that call nothing stays. One thread at a time.
public final class RunWriter {
  /// The directory as it will be called.
  public let path: String
  private let directory: AtomicDirectory
  private let options: ReportOptions
  private let axisCount: Int
  private let points: TableFile
  private let liquidations: TableFile
  private let conversions: TableFile
  private var timeline: TableFile?
  private var accounts: TableFile?
  private var bands: TableFile?
  private var conservation = 0.0
  private var nextPoint = 0

  /// Starts a run directory.
  ///
  /// - Parameters:
  ///   - path: the directory to make.
  ///   - force: whether one that exists is replaced.
  ///   - axes: names of the axes, which are columns of `points.csv`.
  ///   - instruments: names of the instruments whose marks stand in `timeline.csv`.
  ///   - options: which optional files are written.
  /// - Throws: `InputError` where the directory exists and `force` is false; errors of the system.
  public init(path: String, force: Bool, axes: [String], instruments: [String], options: ReportOptions) throws
  {
    self.path = path
    self.options = options
    axisCount = axes.count
    if force { try Self.requireRun(path) }
    directory = try AtomicDirectory(path: path, force: force)
    points = try TableFile(directory, "points.csv") { PointsTable.header(axes: axes, to: &$0) }
    liquidations = try TableFile(directory, "liquidations.csv", LiquidationsTable.columns)
    conversions = try TableFile(directory, "conversions.csv", ConversionsTable.columns)
    if options.timeline != nil {
      timeline = try TableFile(
        directory, "timeline.csv", TimelineTable.columns + instruments.map(TimelineTable.markColumn))
    }
    if options.accounts { accounts = try TableFile(directory, "accounts.csv", AccountsTable.columns) }
    if options.bands { bands = try TableFile(directory, "bands.csv", BandsTable.columns) }
  }

  /// Only a run gives way to a run: a slip of the hand must not cost a folder of something else.
  private static func requireRun(_ path: String) throws {
    guard try Files.isDirectory(path) else { return }
    let names = try Files.list(path)
    guard names.isEmpty || names.contains("manifest.json") && names.contains("points.csv") else {
      throw InputError(
        SourceLocation(path: path), "is a directory that holds no run",
        expected: "a run to replace, an empty directory, or a new name")
    }
  }

  /// Writes the rows of the next point.
  ///
  /// - Parameters:
  ///   - reported: the point; points come in the order of their numbers.
  ///   - samples: the stretches and marks; needed where the options ask for `timeline.csv`.
  /// - Returns: the figures of its row in `points.csv`.
  /// - Throws: `RunError` where value was not conserved; errors of the system.
  @discardableResult
  public func write(_ reported: ReportedPoint, timeline samples: Timeline?) throws -> PointSummary {
    let rendered = try RenderedPoint(reported, timeline: samples, options: options)
    try append(rendered)
    return rendered.summary
  }

  /// Writes the rows of the next point, which may have been rendered on another thread.
  /// - Throws: `RunError` where value was not conserved; errors of the system.
  public func append(_ rendered: RenderedPoint) throws {
    try rendered.requireConservation()
    precondition(rendered.summary.point == nextPoint && rendered.summary.axisValues.count == axisCount)
    precondition((rendered.timeline != nil) == (timeline != nil))
    precondition((rendered.accounts != nil) == (accounts != nil))
    precondition((rendered.bands != nil) == (bands != nil))
    nextPoint += 1
    conservation = max(conservation, rendered.conservation.worstOverTolerance)
    try points.append(rendered.points)
    try liquidations.append(rendered.liquidations)
    try conversions.append(rendered.conversions)
    if let rows = rendered.timeline { try timeline?.append(rows) }
    if let rows = rendered.accounts { try accounts?.append(rows) }
    if let rows = rendered.bands { try bands?.append(rows) }
  }

  /// Writes the manifest, brings everything to the disk and gives the directory its name.
  ///
  /// - Returns: the files, in the order in which they were begun, the manifest last.
  public func finish(_ manifest: Manifest) throws -> [WrittenFile] {
    precondition(nextPoint == manifest.points.count)
    let tables = [points, liquidations, conversions, timeline, accounts, bands].compactMap { $0 }
    var files = try tables.map { try $0.finish() }
    let name = "manifest.json"
    let text = manifest.json(files: files, conservation: conservation).document()
    let file = ByteSink(try OutputFile(path: directory.file(name), mode: .create))
    try file.write(text)
    try file.sync()
    try file.close()
    files.append(WrittenFile(name: name, bytes: text.utf8.count, rows: nil))
    try directory.commit()
    return files
  }
}

/// One CSV file of an unfinished directory.
private final class TableFile {
  private let name: String
  private let sink: ByteSink
  private var rows = 0

  convenience init(_ directory: AtomicDirectory, _ name: String, _ columns: [String]) throws {
    try self.init(directory, name) { header in
      for column in columns { header.text(column) }
      header.endRow()
    }
  }

  init(_ directory: AtomicDirectory, _ name: String, header: (inout CSVBuffer) -> Void) throws {
    self.name = name
    sink = ByteSink(try OutputFile(path: directory.file(name), mode: .create))
    var buffer = CSVBuffer()
    header(&buffer)
    try sink.write(buffer.bytes)
  }

  func append(_ buffer: CSVBuffer) throws {
    try sink.write(buffer.bytes)
    rows += buffer.rows
  }

  func finish() throws -> WrittenFile {
    try sink.sync()
    try sink.close()
    return WrittenFile(name: name, bytes: sink.bytesWritten, rows: rows)
  }
}
