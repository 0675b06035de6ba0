public import Platform

/// The folder of built-in venue files.
public struct VenueLibrary: Sendable {
  /// The folder, such as `/opt/marginsweep/data/venues`; nil where none was found.
  public var folder: String?

  /// The most bytes of a venue file that are read.
  public static let fileLimit = 16 << 20

  /// A library over a folder.
  public init(folder: String?) { self.folder = folder }

  /// The library of this installation: see ``find(executablePath:dataFolder:)``.
  public static func standard() -> VenueLibrary {
    find(
      executablePath: try? Environment.executablePath(), dataFolder: Environment.value("MARGINSWEEP_DATA"))
  }

  /// Finds the library's folder: `venues` in the data folder that the environment names
  /// (`MARGINSWEEP_DATA`), else in `../data` beside the executable, else in `data` of the nearest folder
  /// above the executable that has a `Package.swift`.
  public static func find(executablePath: String?, dataFolder: String?) -> VenueLibrary {
    if let dataFolder, !dataFolder.isEmpty { return VenueLibrary(folder: Path.join(dataFolder, "venues")) }
    guard let executablePath, executablePath.hasPrefix("/") else { return VenueLibrary(folder: nil) }
    var folder = Path.directory(executablePath)
    let installed = Path.join(Path.directory(folder), "data/venues")
    if isDirectory(installed) { return VenueLibrary(folder: installed) }
    while true {
      let venues = Path.join(folder, "data/venues")
      if (try? Files.exists(Path.join(folder, "Package.swift"))) == true, isDirectory(venues) {
        return VenueLibrary(folder: venues)
      }
      let parent = Path.directory(folder)
      guard parent != folder else { return VenueLibrary(folder: nil) }
      folder = parent
    }
  }

  private static func isDirectory(_ path: String) -> Bool { (try? Files.isDirectory(path)) == true }

  /// The names of the built-in venues, sorted; empty where there is no folder.
  /// - Throws: `SystemCallError` where the folder cannot be read.
  public func names() throws -> [String] {
    guard let folder, Self.isDirectory(folder) else { return [] }
    let files = try Files.list(folder).filter { $0.hasSuffix(".yaml") }
    return files.map { String($0.dropLast(5)) }.filter(Name.isValid).sorted()
  }

  /// Reads a venue by its name, or from a path: a text with a slash or the ending `.yaml`, `.yml` or `.json`.
  ///
  /// - Parameters:
  ///   - reference: the name or path.
  ///   - base: the folder that a relative path counts from; nil for the working directory.
  ///   - location: where the reference stands, for errors.
  /// - Throws: `InputError` where there is no such venue, naming those that there are.
  public func load(
    _ reference: String, relativeTo base: String? = nil, at location: SourceLocation
  ) throws -> VenueFile {
    let isPath = reference.contains("/") || [".yaml", ".yml", ".json"].contains(where: reference.hasSuffix)
    if isPath { return try Self.read(Path.join(base ?? "", reference)) }
    let available = try names()
    guard let folder, available.contains(reference) else {
      throw InputError(
        location, "there is no venue \(Document.Node.shortened(reference))",
        expected: available.isEmpty
          ? "the path of a venue file, or MARGINSWEEP_DATA set to the data folder"
          : Spelling.expectation(of: available, insteadOf: reference))
    }
    return try Self.read(Path.join(folder, reference + ".yaml"))
  }

  private static func read(_ path: String) throws -> VenueFile {
    try VenueFile(text: try Files.readText(path, limit: fileLimit), path: path)
  }
}
