public import Market
internal import Platform
internal import Report

extension Study {
  static let keys = [
    "name", "ticks", "window", "mark", "venue", "overrides", "population", "axes", "report",
  ]
  /// The most tick files of a study.
  static let fileLimit = 4_096
  /// The most bytes of a study.
  static let sizeLimit = 16 << 20

  /// Reads a study file, `-` for standard input.
  ///
  /// - Parameters:
  ///   - path: the file; tick files, book and venue file count from its folder.
  ///   - settings: `path=value` from the command line, such as `population.accounts=100` or
  ///     `venue.assets.BTC.bid_buffer=0.05`.
  /// - Throws: `InputError` with the place of what is wrong.
  public init(path: String, settings: [String] = []) throws {
    let text = try Files.readText(path, limit: Self.sizeLimit)
    try self.init(document: try Document.parse(text, path: path), settings: settings)
  }

  /// Reads a study from its document.
  /// - Throws: `InputError` with the place of what is wrong.
  public init(document: Document, settings: [String] = []) throws {
    var document = document
    for setting in settings { try document.apply(setting: setting) }
    self.document = document
    path = document.path
    let reader = try document.root.mapping(keys: Self.keys)
    name = try reader.required("name").name()
    let ticksNode = try reader.required("ticks")
    ticks = try Self.ticks(ticksNode, folder: path == "-" ? "." : Path.directory(path))
    window = try reader.optional("window").map(Self.window)
    let markNode = reader.optional("mark")
    mark = try markNode?.choice(of: MarkChoice.self)
    markLocation = (markNode ?? ticksNode).location
    let venueNode = try reader.required("venue")
    venue = try venueNode.text()
    venueLocation = venueNode.location
    overrides = try reader.optional("overrides").map(Self.overrides) ?? []
    population = try reader.required("population")
    seed = try Self.seed(population)
    axes =
      try reader.optional("axes").map { [seed] in
        try Axis.list($0, study: document.root, seed: seed ?? 0)
      } ?? []
    report = try reader.optional("report").map(Self.report) ?? ReportOptions()
  }

  private static func ticks(_ node: Document.Node, folder: String) throws -> [TickPath] {
    let items = try node.items("a list of tick files")
    guard (1...fileLimit).contains(items.count) else {
      throw InputError(
        node.location, "\(node.label) has \(items.count) files", expected: "1 to \(fileLimit)")
    }
    return try items.map { item in
      let name = try item.text()
      return TickPath(name: name, path: Path.join(folder, name), location: item.location)
    }
  }

  private static func window(_ node: Document.Node) throws -> Range<Timestamp> {
    let reader = try node.mapping(keys: ["from", "to"])
    let from = try reader.optional("from")?.timestamp() ?? Timestamp(nanoseconds: .min)
    let end = reader.optional("to")
    let to = try end?.timestamp() ?? Timestamp(nanoseconds: .max)
    guard from < to else { throw (end ?? node).error(expected: "a time after from, \(from)") }
    return from..<to
  }

  private static func overrides(_ node: Document.Node) throws -> [Override] {
    try node.entries("a mapping of paths to values").map { entry in
      guard entry.key.hasPrefix("venue."), entry.key.utf8.count > 6 else {
        throw InputError(
          entry.location, "the override \(entry.key) is no path of the venue",
          expected: "a path such as venue.assets.BTC.bid_buffer")
      }
      return Override(path: entry.key, value: entry.value)
    }
  }

  private static func seed(_ population: Document.Node) throws -> UInt64? {
    if population["book"] != nil { return nil }
    guard let node = population["seed"], !node.isNull else { return 0 }
    return UInt64(try node.integer(in: 0...(1 << 53 - 1)))
  }

  private static func report(_ node: Document.Node) throws -> ReportOptions {
    let reader = try node.mapping(keys: ["timeline", "accounts", "worst_ratio", "bands", "compress"])
    if let compress = reader.optional("compress"), try compress.boolean() {
      throw compress.error(expected: "false: this version writes plain CSV files")
    }
    return ReportOptions(
      timeline: try reader.optional("timeline")?.span(isPositive: true),
      accounts: try reader.optional("accounts")?.boolean() ?? false,
      worstRatio: try reader.optional("worst_ratio")?.boolean() ?? false,
      bands: try reader.optional("bands")?.boolean() ?? false)
  }
}

extension Document {
  /// Sets a value from the command line, `path=value`; the value is YAML. A path of the venue becomes an
  /// override.
  mutating func apply(setting: String) throws {
    guard let equals = setting.firstIndex(of: "="), equals != setting.startIndex else {
      throw InputError(
        SourceLocation(path: "--set \(setting)"), "the setting has no path and value",
        expected: "path=value, such as population.accounts=1000")
    }
    let key = String(setting[..<equals])
    let text = String(setting[setting.index(after: equals)...])
    let value = try Document.parse(text, path: "--set \(key)").root
    if key.hasPrefix("venue.") {
      root = root.settingOverride(key, to: value)
    } else {
      root = try root.setting(path: PopulationPath.placed(key, in: root), to: value)
    }
  }
}

extension Document.Node {
  /// The study's root with an override added behind the others, or replaced.
  fileprivate func settingOverride(_ path: String, to value: Document.Node) -> Document.Node {
    guard case .mapping(var entries) = content else { return self }
    let place = entries.firstIndex { $0.key == "overrides" }
    var overrides: [Document.Entry] = []
    if let place, case .mapping(let given) = entries[place].value.content { overrides = given }
    overrides.removeAll { $0.key == path }
    overrides.append(
      Document.Entry(key: path, at: value.location, value: value.labelled("overrides.\(path)")))
    let node = Document.Node(.mapping(overrides), at: value.location, label: "overrides")
    if let place {
      entries[place].value.content = node.content
    } else {
      entries.append(Document.Entry(key: "overrides", at: value.location, value: node))
    }
    var copy = self
    copy.content = .mapping(entries)
    return copy
  }
}
