internal import Market
internal import Platform

extension Axis {
  /// The most points of a grid, which is also the most values of an axis.
  public static let pointLimit = 1_000_000
  /// The most axes of a study.
  static let countLimit = 32

  /// Reads the study's `axes`, in their order.
  ///
  /// - Parameters:
  ///   - node: the mapping of names to values.
  ///   - study: the study's root, for the places of cohorts named in paths.
  ///   - seed: the population's seed, from which random axes draw unless they have their own.
  /// - Throws: `InputError` with the place of what is wrong.
  static func list(_ node: Document.Node, study: Document.Node, seed: UInt64) throws -> [Axis] {
    let entries = try node.entries("a mapping of axes to their values")
    guard entries.count <= countLimit else {
      throw InputError(
        node.location, "the study has \(entries.count) axes", expected: "at most \(countLimit)")
    }
    let axes = try entries.enumerated().map { place, entry in
      try Axis(entry, place: place, study: study, seed: seed)
    }
    var points = 1
    for axis in axes {
      points *= axis.values.count
      guard points <= pointLimit else {
        throw InputError(
          axis.location, "the grid has more than \(pointLimit) points", expected: "fewer or shorter axes")
      }
    }
    try refuseOverlaps(axes)
    return axes
  }

  private init(_ entry: Document.Entry, place: Int, study: Document.Node, seed: UInt64) throws {
    name = entry.key
    location = entry.location
    target = try Self.target(entry, study)
    values = try AxisValues.read(entry.value, place: place, seed: seed)
    for value in values { try check(value) }
    var seen: Set<String> = []
    for (number, value) in values.enumerated() where !seen.insert(text(number)).inserted {
      throw InputError(
        value.location, "the axis \(name) has \(text(number)) twice", expected: "every value once")
    }
  }

  private static func target(_ entry: Document.Entry, _ study: Document.Node) throws -> Target {
    switch entry.key {
    case "leverage": return .leverage
    case "haircut_scale": return .haircutScale
    case "mode": return .mode
    default: break
    }
    let names = ["leverage", "haircut_scale", "mode"]
    if entry.key.hasPrefix("venue."), entry.key.utf8.count > 6 {
      return .venue(path: String(entry.key.dropFirst(6)))
    }
    if entry.key.hasPrefix("population."), entry.key.utf8.count > 11 {
      return .population(path: PopulationPath.placed(entry.key, in: study))
    }
    let near = Spelling.nearest(to: entry.key, in: names).map { " (did you mean \($0)?)" } ?? ""
    throw InputError(
      entry.location, "unknown axis \(Document.Node.scalar(entry.key, at: entry.location).summary)",
      expected: "leverage, haircut_scale, mode, or a path that begins with venue. or population.\(near)")
  }

  private func check(_ value: Document.Node) throws {
    switch target {
    case .leverage: _ = try value.double(in: Bounds(0, 10_000, excludesLower: true))
    case .haircutScale: _ = try value.double(in: Bounds(0, 1e6))
    case .mode: _ = try MarginModeAxis.mode(value)
    case .venue, .population: break
    }
  }

  /// Two axes that change the same thing would hide one another.
  private static func refuseOverlaps(_ axes: [Axis]) throws {
    for axis in axes {
      guard case .population(let path) = axis.target else { continue }
      for other in axes {
        let key: String
        switch other.target {
        case .leverage: key = ".leverage"
        case .mode: key = ".mode"
        case .haircutScale, .venue, .population: continue
        }
        guard path.contains("\(key).") || path.hasSuffix(key) else { continue }
        throw InputError(
          axis.location, "the axis \(axis.name) changes what the axis \(other.name) replaces",
          expected: "one of the two")
      }
    }
  }
}
