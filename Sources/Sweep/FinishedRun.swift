internal import Market
internal import Platform
internal import Report
internal import TickFile

/// A finished run, read back from its `manifest.json` so that a part of it can be replayed.
///
/// The study and the venue are those of the manifest, not of the files that the user may have changed since.
public struct FinishedRun: Sendable {
  /// The run directory.
  public let directory: String
  /// The version of the program that made the run.
  public let version: String
  /// The study, ready to be replayed.
  public let plan: SweepPlan

  private static let keys = [
    "format", "program", "study", "venue", "folder", "seed", "inputs", "candle_path", "axes", "points",
    "counts",
    "conservation", "engine", "timings", "throughput", "files",
  ]
  /// The most bytes and nodes of a manifest that are read.
  private static let limits = Document.Limits(bytes: 64 << 20, depth: 64, nodes: 16_000_000)

  /// Reads the manifest, opens the tick files and checks that they are those of the run.
  ///
  /// - Parameters:
  ///   - directory: the run directory.
  ///   - folder: the folder that the study's relative paths count from; nil for the one that the manifest
  ///     names.
  /// - Throws: `InputError` where this is no run directory, or a tick file is missing or another than that of
  ///   the run; `CorruptDataError` for a damaged tick file.
  public init(directory: String, folder: String? = nil) throws {
    self.directory = directory
    let path = Path.join(directory, "manifest.json")
    guard try Files.exists(path) else {
      throw InputError(
        SourceLocation(path: directory), "is no finished run, it has no manifest.json",
        expected: "the directory that a sweep has written")
    }
    let text = try Files.readText(path, limit: Self.limits.bytes)
    let document = try Document.parse(text, path: path, limits: Self.limits)
    let reader = try document.root.mapping(keys: Self.keys)
    _ = try reader.required("format").integer(in: Manifest.format...Manifest.format)
    let program = try reader.required("program").mapping(keys: ["name", "version"])
    version = try program.required("version").text()
    let home = try folder ?? reader.optional("folder")?.text()
    guard let home else {
      throw InputError(
        document.root.location, "the manifest does not name the folder of the study",
        expected: "the option --folder, the folder that the study's relative paths count from")
    }
    // Only the folder of this path is used; places in messages are those of the manifest.
    let study = try Study(
      document: Document(
        path: Path.join(home, "manifest.json"), root: try reader.required("study").labelled("")))
    try Self.checkInputs(try reader.required("inputs"), study)
    let venue = Document(path: path, root: try reader.required("venue").labelled(""))
    plan = try SweepPlan(study: study, venueFile: VenueFile(document: venue))
    try Self.checkPoints(try reader.required("points"), plan)
  }

  /// Every tick file is there and has the digest that the manifest names.
  private static func checkInputs(_ node: Document.Node, _ study: Study) throws {
    let items = try node.items("a list of tick files")
    guard items.count == study.ticks.count else {
      throw node.error(expected: "\(study.ticks.count) files, as the study has")
    }
    for (item, tick) in zip(items, study.ticks) {
      let reader = try item.mapping(keys: ["path", "digest", "bytes", "ticks", "source", "notes"])
      let digest = try reader.required("digest")
      let file: TickFileReader
      do {
        file = try TickFileReader(path: tick.path)
      } catch let error as InputError {
        throw InputError(
          item.location, "the tick file \(tick.path): \(error.problem)",
          expected: "the file of the run; --folder names the folder that relative paths count from")
      }
      let found = HexadecimalDigest.text(file.digest)
      guard try digest.text() == found else {
        throw InputError(
          digest.location, "the tick file \(tick.path) is not the one of the run: its digest is \(found)",
          expected: "the file with digest \(try digest.text())")
      }
    }
  }

  /// The grid gives the points that the run had.
  private static func checkPoints(_ node: Document.Node, _ plan: SweepPlan) throws {
    let items = try node.items("a list of points")
    guard items.count == plan.pointCount else {
      throw node.error(expected: "\(plan.pointCount) points, as the study's axes give")
    }
    for (number, item) in items.enumerated() {
      let reader = try item.mapping(keys: ["point", "axes", "accounts"])
      let values = try reader.required("axes").entries().map { try $0.value.text(limit: 1 << 20) }
      guard values == plan.axisValues(number) else {
        throw item.error(
          expected:
            "the axis values \(plan.axisValues(number).joined(separator: ", ")), which the study gives")
      }
    }
  }
}

/// The digest of a tick file as manifests show it.
enum HexadecimalDigest {
  /// 16 hexadecimal digits.
  static func text(_ digest: UInt64) -> String {
    let text = String(digest, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }
}
