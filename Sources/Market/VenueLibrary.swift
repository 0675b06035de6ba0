public import Platform

/// The folder of built-in venue files.
public struct VenueLibrary: Sendable {
  /// What the library needs of the file system, so that tests can do without one.
  public struct Files: Sendable {
    /// The text of a file.
    public var readText: @Sendable (_ path: String) throws -> String
    /// The names in a folder; nil where it is no folder.
    public var list: @Sendable (_ path: String) -> [String]?

    /// Makes it from its functions.
    public init(
      readText: @escaping @Sendable (_ path: String) throws -> String,
      list: @escaping @Sendable (_ path: String) -> [String]?
    ) {
      self.readText = readText
      self.list = list
    }
  }

  /// The folder, such as `/opt/marginsweep/data/venues`; nil where none was found.
  public var folder: String?
  private let files: Files

  /// A library over a folder.
  public init(folder: String?, files: Files) {
    self.folder = folder
    self.files = files
  }

  /// Finds the library's folder: `data` in the environment (`MARGINSWEEP_DATA`), else `../data` beside the
  /// executable, else `data` in a folder above the executable that has a `Package.swift`.
  public static func find(executablePath: String, environment: [String: String], files: Files) -> VenueLibrary
  {
    if let data = environment["MARGINSWEEP_DATA"], !data.isEmpty {
      return VenueLibrary(folder: data + "/venues", files: files)
    }
    var folder = parent(of: executablePath)
    let installed = parent(of: folder) + "/data/venues"
    if files.list(installed) != nil { return VenueLibrary(folder: installed, files: files) }
    while !folder.isEmpty {
      if files.list(folder)?.contains("Package.swift") == true, files.list(folder + "/data/venues") != nil {
        return VenueLibrary(folder: folder + "/data/venues", files: files)
      }
      folder = parent(of: folder)
    }
    return VenueLibrary(folder: nil, files: files)
  }

  private static func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  /// The names of the built-in venues, sorted.
  public func names() -> [String] {
    let found = folder.flatMap(files.list) ?? []
    return found.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.filter(Name.isValid).sorted()
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
    if isPath {
      let path = reference.hasPrefix("/") ? reference : base.map { $0 + "/" + reference } ?? reference
      return try VenueFile(text: try files.readText(path), path: path)
    }
    let available = names()
    guard let folder, available.contains(reference) else {
      throw InputError(
        location, "there is no venue \(Document.Node.shortened(reference))",
        expected: available.isEmpty
          ? "the path of a venue file, or MARGINSWEEP_DATA set to the data folder"
          : Spelling.expectation(of: available, insteadOf: reference))
    }
    let path = "\(folder)/\(reference).yaml"
    return try VenueFile(text: try files.readText(path), path: path)
  }
}
