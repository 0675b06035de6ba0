internal import Engine
public import Market
internal import Platform
internal import Population
internal import Report
public import TickFile

/// A study made ready to run: every point has been decoded and checked, every price has its series.
///
/// ```swift
/// let plan = try SweepPlan(study: try Study(path: "crash.yaml"), library: library)
/// let outcome = try SweepRun(plan: plan, directory: "out").run()
/// ```
public struct SweepPlan: Sendable {
  /// The study.
  public let study: Study
  /// The venue file before overrides.
  public let venueFile: VenueFile
  /// The tick files, in the study's order.
  public let files: [TickFileReader]
  /// The window cut to the ticks: what the study can see.
  public let window: Range<Timestamp>
  /// Names of the instruments that accounts of any point may hold, in table order.
  public private(set) var instruments: [String] = []
  /// Accounts of every point.
  public private(set) var accounts: [Int] = []
  /// The series that the ticks hold.
  let available: Set<SeriesKey>
  let grid: Grid
  /// Names of all that any account of any point may hold: the series of the study follow from them, so that
  /// all points see the same instants.
  var used = UsedNames()
  private let cache = PointCache()

  /// Names of what accounts may hold.
  struct UsedNames: Sendable {
    var instruments: Set<String> = []
    var assets: Set<String> = []
    var spot: Set<String> = []
  }

  /// How many points the grid has.
  public var pointCount: Int { grid.count }
  /// Names of the axes.
  public var axes: [String] { study.axes.map(\.name) }

  /// Opens the tick files and checks every point of the grid. Nothing is simulated.
  ///
  /// - Throws: `InputError` with the place of what is wrong; `CorruptDataError` for a damaged tick file.
  public init(study: Study, library: VenueLibrary) throws {
    try self.init(
      study: study,
      venueFile: try library.load(study.venue, relativeTo: study.folder, at: study.venueLocation))
  }

  /// Opens the tick files and checks every point of the grid under a venue file that has been read already.
  ///
  /// - Throws: as ``init(study:library:)`` does.
  public init(study: Study, venueFile: VenueFile) throws {
    self.study = study
    self.venueFile = venueFile
    files = try study.ticks.map(Self.open)
    try Self.refuseDoubles(files, study)
    available = Set(files.flatMap(\.series))
    window = try Self.window(study, files)
    grid = Grid(study.axes)
    try Self.refuseShortStretches(study, window)
    try check()
  }

  private static func open(_ tick: Study.TickPath) throws -> TickFileReader {
    do {
      return try TickFileReader(path: tick.path)
    } catch let error as InputError {
      throw InputError(
        tick.location, "the tick file \(tick.path): \(error.problem)", expected: error.expected)
    }
  }

  /// What stands in two files would count twice.
  private static func refuseDoubles(_ files: [TickFileReader], _ study: Study) throws {
    guard let overlap = TickFileOverlap.find(in: files, names: study.ticks.map(\.name)) else { return }
    throw InputError(
      study.ticks[overlap.files.second].location, overlap.problem, expected: overlap.expected)
  }

  /// The study's window cut to the ticks.
  private static func window(_ study: Study, _ files: [TickFileReader]) throws -> Range<Timestamp> {
    let place = study.ticks.first?.location ?? SourceLocation(path: study.path)
    guard let first = files.compactMap(\.firstTime).min(), let last = files.compactMap(\.lastTime).max()
    else { throw InputError(place, "the tick files are empty", expected: "at least one tick") }
    let end = Timestamp(nanoseconds: last.nanoseconds == .max ? .max : last.nanoseconds + 1)
    guard let window = study.window else { return first..<end }
    let (from, to) = (max(first, window.lowerBound), min(end, window.upperBound))
    guard from < to else {
      throw InputError(
        place, "the window \(window.lowerBound) to \(window.upperBound) holds no ticks",
        expected: "a window that meets the ticks, \(first) to \(last)")
    }
    return from..<to
  }

  /// A timeline has a limit, and a slip of the unit should not be found out after the first pass.
  private static func refuseShortStretches(_ study: Study, _ window: Range<Timestamp>) throws {
    guard let width = study.report.timeline, let node = study.document.root["report"]?["timeline"] else {
      return
    }
    let length = window.upperBound.nanoseconds.subtractingReportingOverflow(window.lowerBound.nanoseconds)
    guard length.overflow || length.partialValue / width.nanoseconds >= ReplayTicks.maximumBuckets else {
      return
    }
    throw node.error(
      expected: "a longer one: a timeline has at most \(ReplayTicks.maximumBuckets) stretches")
  }

  /// The values of the axes at a point, as text.
  public func axisValues(_ point: Int) -> [String] {
    zip(study.axes, grid.places(point)).map { $0.text($1) }
  }

  /// Works a point out.
  /// - Throws: `InputError` as ``init(study:library:)`` does.
  public func point(_ number: Int) throws -> PlannedPoint {
    let places = grid.places(number)
    let venue = try venue(places)
    return PlannedPoint(
      number: number, axisValues: axisValues(number), venue: venue,
      population: try population(places, venue))
  }

  /// Decodes the venue of a combination; those that were seen last are kept.
  func venue(_ places: [Int]) throws -> Venue {
    try cache.venue(grid.key(places, where: \.isOfVenue)) {
      var overrides = study.overrides
      for (axis, place) in zip(study.axes, places) {
        if case .venue(let path) = axis.target {
          overrides.append(Override(path: path, value: axis.values[place]))
        }
      }
      var venue = try venueFile.venue(overriding: overrides)
      for (axis, place) in zip(study.axes, places) where axis.target == .haircutScale {
        venue = venue.scalingHaircuts(by: try axis.values[place].double())
      }
      return venue
    }
  }

  /// Decodes the population of a combination; those that were seen last are kept.
  func population(_ places: [Int], _ venue: Venue) throws -> Population {
    let key = grid.key(places) { !$0.isOfVenue }
    return try cache.population(key, VenueTables(venue)) {
      let prices = try fullPrices(venue)
      var context = PopulationContext(window: window, folder: study.folder)
      context.people = cache.people
      context.tradable = venue.instruments.indices.map(InstrumentIndex.init).filter { instrument in
        let margin = venue.instruments[instrument.rawValue].marginAsset
        return prices.marks[instrument.rawValue] != nil && prices.indexes[margin.rawValue] != nil
      }
      var root = study.document.root
      for (axis, place) in zip(study.axes, places) {
        switch axis.target {
        case .leverage: context.leverage = try axis.values[place].double()
        case .mode: context.mode = try MarginModeAxis.mode(axis.values[place])
        case .population(let path): root = try root.setting(path: path, to: axis.values[place])
        case .venue, .haircutScale: continue
        }
      }
      guard let node = root["population"] else { preconditionFailure("the study has one, and axes keep it") }
      return try Population(node, venue: venue, context: context)
    }
  }

  /// The sources of all prices of a venue that the ticks have.
  func fullPrices(_ venue: Venue) throws -> PriceModel {
    try cache.prices(VenueTables(venue)) {
      try PriceModel(venue: venue, available: available, mark: study.mark, at: study.markLocation)
    }
  }

  /// The replay of a point: the same series at every point, where their venues have the same tables.
  func replay(_ venue: Venue) throws -> Replay {
    let prices = try fullPrices(venue).restricted(
      venue, to: Set(used.instruments.compactMap(venue.instrument)),
      Set(used.assets.union(used.spot).compactMap(venue.asset)))
    return Replay(
      files: files, window: study.window == nil ? nil : window, venue: venue, prices: prices,
      funding: venue.funding)
  }

  // MARK: Checks

  private mutating func check() throws {
    var seen: Set<[Int]> = []
    var order: [String] = []
    for number in 0..<grid.count {
      let places = grid.places(number)
      let venue = try venue(places)
      let population = try population(places, venue)
      accounts.append(population.count)
      // Leverage, mode and haircuts change nothing in what may be held.
      let key = grid.key(places) { ![.leverage, .mode, .haircutScale].contains($0.target) }
      guard seen.insert(key).inserted else { continue }
      try refuseDatedFunding(venue)
      for instrument in venue.instruments where !order.contains(instrument.name) {
        order.append(instrument.name)
      }
      try note(population.tables, venue)
    }
    instruments = order.filter(used.instruments.contains)
  }

  /// Default funding is one schedule for the whole replay, and the fund has one start.
  private func refuseDatedFunding(_ venue: Venue) throws {
    for change in venue.changes
    where change.venue.funding != venue.funding || change.venue.fundSize != venue.fundSize {
      let place = venueFile.document.root["changes"]?.location ?? study.venueLocation
      throw InputError(
        place, "the change at \(change.at) sets funding or fund",
        expected: "changes of other sections: these two hold for the whole window")
    }
  }

  /// Notes what a population may hold, and refuses what the ticks do not price.
  private mutating func note(_ tables: PopulationTables, _ venue: Venue) throws {
    let prices = try fullPrices(venue)
    for instrument in tables.instruments.sorted() {
      let name = venue.instruments[instrument.rawValue].name
      try prices.requireMark(
        of: instrument, venue: venue, available: available, at: study.location(ofHolding: name))
      used.instruments.insert(name)
    }
    for asset in tables.assets.union(tables.spot).sorted() {
      let name = venue.assets[asset.rawValue].name
      try prices.requireIndex(
        of: asset, venue: venue, available: available, at: study.location(ofHolding: name))
      if tables.assets.contains(asset) { used.assets.insert(name) } else { used.spot.insert(name) }
    }
  }
}

extension Study {
  /// Where the population first names an instrument or asset as a key; the section itself where it does not.
  func location(ofHolding name: String) -> SourceLocation {
    guard case .sequence(let cohorts)? = population["cohorts"]?.content else { return population.location }
    for cohort in cohorts {
      for section in ["positions", "collateral", "spot"] {
        guard let node = cohort[section], let place = node.location(ofKey: name) else { continue }
        return place
      }
    }
    return population.location
  }
}

extension Document.Node {
  fileprivate func location(ofKey name: String) -> SourceLocation? {
    guard case .mapping(let entries) = content else { return nil }
    for entry in entries {
      if entry.key == name { return entry.location }
      if let place = entry.value.location(ofKey: name) { return place }
    }
    return nil
  }
}
