internal import Margin
internal import Market
internal import Platform

extension CohortPlan {
  /// The most cohorts of a study.
  static let cohortLimit = 10_000
  /// The greatest equity, USD; beyond it cents are lost.
  static let equityLimit = 1e13
  /// The greatest exposure.
  static let leverageLimit = 10_000.0

  /// Reads `{accounts, seed, cohorts}`.
  convenience init(_ reader: MappingReader, venue: Venue, context: PopulationContext) throws {
    let accounts = try reader.required("accounts").integer(in: 1...Population.accountLimit)
    let seed = UInt64(try reader.optional("seed")?.integer(in: 0...(1 << 53 - 1)) ?? 0)
    let list = try reader.required("cohorts")
    let items = try list.items("a sequence of cohorts")
    guard (1...Self.cohortLimit).contains(items.count) else {
      throw InputError(
        list.location, "\(list.label) has \(items.count) cohorts", expected: "1 to \(Self.cohortLimit)")
    }
    var cohorts: [Cohort] = []
    for item in items {
      let cohort = try Cohort(item, venue: venue, context: context)
      guard !cohorts.contains(where: { $0.name == cohort.name }) else {
        throw (item["name"] ?? item).error(expected: "a name that no other cohort has")
      }
      cohorts.append(cohort)
    }
    self.init(accounts: accounts, seed: seed, cohorts: cohorts, store: context.people)
  }
}

extension Cohort {
  static let keys = [
    "name", "weight", "mode", "user_level", "equity", "collateral", "spot", "leverage", "positions", "open",
    "open_fee", "behaviour", "actions",
  ]

  /// Reads one cohort; the leverage and mode of an axis take the place of its own.
  init(_ node: Document.Node, venue: Venue, context: PopulationContext) throws {
    let reader = try node.mapping(keys: Self.keys)
    let modeNode = try reader.required("mode")
    let ownMode = try modeNode.choice(of: MarginMode.self)
    let mode = context.mode ?? ownMode
    try Self.checkMode(modeNode, mode, reader, venue)
    let actions = try reader.optional("actions").map { try Action.list($0, venue: venue, mode: mode) } ?? []
    let ownLeverage = try Draw(try reader.required("leverage"), limit: CohortPlan.leverageLimit)
    self.init(
      name: try reader.required("name").name(),
      weight: try reader.optional("weight")?.double(in: Bounds(0, 1e15, excludesLower: true)) ?? 1,
      mode: mode,
      userLevel: try reader.optional("user_level")?.userLevel() ?? .regular,
      equity: try Draw(try reader.required("equity"), limit: CohortPlan.equityLimit),
      collateral: try Collateral(try reader.required("collateral"), venue: venue, mode: mode),
      spot: try reader.optional("spot")?.units(venue, in: .unitsNotNegative) ?? [],
      leverage: context.leverage.map(Draw.constant) ?? ownLeverage,
      positions: mode == .loan
        ? .shares([])
        : try PositionPlan(try reader.required("positions"), venue: venue, context: context),
      open: try reader.optional("open").map { try OpeningTime($0, context: context) } ?? .start,
      behaviour: try reader.optional("behaviour").map { try Behaviour($0, mode: mode) } ?? Behaviour(),
      actions: actions,
      paysOpeningFee: try reader.optional("open_fee")?.boolean() ?? false)
    try checkActions(reader.optional("actions"), ownMode)
    self.actions = Action.inTimeOrder(actions)
  }

  /// A cohort of loans has no positions, so no axis can turn it into another, nor another into it.
  private static func checkMode(
    _ own: Document.Node, _ mode: MarginMode, _ reader: MappingReader, _ venue: Venue
  ) throws {
    let isLoan = try own.choice(of: MarginMode.self) == .loan
    guard isLoan == (mode == .loan) else {
      throw own.error(
        expected: "\(mode.rawValue), as the axis mode sets: loans have no positions, so people with loans "
          + "and people with positions are cohorts of their own, without a mode axis that mixes them")
    }
    guard isLoan else { return }
    _ = try venue.loanTerms(for: own)
    if let positions = reader.optional("positions") {
      throw InputError(
        positions.location, "\(positions.label) stands in a cohort of loans",
        expected: "no positions: leverage × the shares of collateral are held, the rest is borrowed")
    }
    if let fee = reader.optional("open_fee"), try fee.boolean() {
      throw fee.error(expected: "false: a loan account opens no positions")
    }
  }

  /// Margin can only be added to a position that stands alone. A mode axis may take that away; then nothing
  /// happens.
  private func checkActions(_ node: Document.Node?, _ ownMode: MarginMode) throws {
    guard ownMode != .isolated, let items = try node?.items() else { return }
    for (item, action) in zip(items, actions) {
      guard case .addMargin = action.kind else { continue }
      throw (item["do"] ?? item).error(
        expected: "transfer: only positions in isolated mode have a margin to add to")
    }
  }
}

extension Cohort.Collateral {
  /// Reads shares by asset, or `{dirichlet: {ASSET: concentration}}`.
  fileprivate init(_ node: Document.Node, venue: Venue, mode: MarginMode) throws {
    let entries = try node.namedEntries("a mapping of assets to shares, or {dirichlet: …}")
    if entries.count == 1, let entry = entries.first, entry.key == "dirichlet" {
      // Beyond these ends a draw is all or nothing, or no draw at all.
      self = .dirichlet(try Self.shares(entry.value, venue, mode, in: Bounds(1e-6, 1e6)))
    } else {
      self = .shares(try Self.shares(node, venue, mode, in: Bounds(0, 1e15, excludesLower: true)))
    }
  }

  private static func shares(
    _ node: Document.Node, _ venue: Venue, _ mode: MarginMode, in bounds: Bounds
  ) throws -> [AssetShare] {
    let entries = try node.namedEntries("a mapping of assets to numbers")
    guard !entries.isEmpty else { throw node.error(expected: "at least one asset") }
    return try entries.map { entry in
      let asset = try venue.asset(of: entry)
      if mode == .loan { try venue.requireLoanTerms(of: asset, at: entry.location) }
      return AssetShare(asset: asset, share: try entry.value.double(in: bounds))
    }
  }
}

extension Cohort.PositionPlan {
  /// Reads signed shares by instrument, a list of `{instrument, share}`, or `{random: …, long: …}`.
  fileprivate init(_ node: Document.Node, venue: Venue, context: PopulationContext) throws {
    if case .sequence(let items) = node.content {
      self = .shares(try Self.shares(items, node, venue))
      return
    }
    let entries = try node.namedEntries(
      "a mapping of instruments to signed shares, a sequence, or {random: …}")
    if entries.contains(where: { $0.key == "random" }) {
      self = try Self.random(node, venue: venue, context: context)
      return
    }
    guard !entries.isEmpty else { throw node.error(expected: "at least one instrument") }
    self = .shares(
      try entries.map {
        InstrumentShare(instrument: try venue.instrument(of: $0), share: try Self.share($0.value))
      })
  }

  private static func share(_ node: Document.Node) throws -> Double {
    let share = try node.double(in: Bounds(-1e15, 1e15))
    guard share != 0 else {
      throw node.error(expected: "a share that is not 0: above for a long, below for a short")
    }
    return share
  }

  /// The list form, in which an instrument may stand twice: once long, once short.
  private static func shares(
    _ items: [Document.Node], _ node: Document.Node, _ venue: Venue
  ) throws -> [InstrumentShare] {
    guard !items.isEmpty else { throw node.error(expected: "at least one position {instrument, share}") }
    var shares: [InstrumentShare] = []
    for item in items {
      let reader = try item.mapping(keys: ["instrument", "share"])
      let named = try reader.required("instrument")
      let instrument = try venue.instrument(of: named)
      let share = try Self.share(try reader.required("share"))
      guard !shares.contains(where: { $0.instrument == instrument && ($0.share > 0) == (share > 0) }) else {
        throw named.error(expected: "each instrument at most once long and once short")
      }
      shares.append(InstrumentShare(instrument: instrument, share: share))
    }
    return shares
  }

  /// `{random: N}` of all instruments, or `{random: [A, B, C], count: N}` of some; `long` is a probability.
  private static func random(
    _ node: Document.Node, venue: Venue, context: PopulationContext
  ) throws -> Self {
    let reader = try node.mapping(keys: ["random", "count", "long"])
    let what = try reader.required("random")
    let long = try reader.optional("long")?.double(in: .fraction) ?? 0.5
    guard case .sequence(let items) = what.content else {
      if let count = reader.optional("count") {
        throw InputError(
          count.location, "count stands beside a number", expected: "count beside a list of instruments")
      }
      let candidates = context.tradable ?? venue.instruments.indices.map(InstrumentIndex.init)
      guard !candidates.isEmpty else {
        throw what.error(expected: "ticks that price at least one instrument")
      }
      return .random(count: try what.integer(in: 1...candidates.count), of: candidates, long: long)
    }
    guard !items.isEmpty else { throw what.error(expected: "a number, or at least one instrument") }
    let candidates = try items.map { try venue.instrument(of: $0) }
    guard Set(candidates).count == candidates.count else {
      throw what.error(expected: "each instrument once")
    }
    let count = try reader.optional("count")?.integer(in: 1...candidates.count) ?? 1
    return .random(count: count, of: candidates, long: long)
  }
}

extension Cohort.OpeningTime {
  /// Reads `start`, `{uniform: window}`, `{uniform: {from, to}}` or a time.
  fileprivate init(_ node: Document.Node, context: PopulationContext) throws {
    if node.isStart {
      self = .start
      return
    }
    guard case .mapping = node.content else {
      guard let time = try? node.timestamp() else {
        throw node.error(
          expected: "start, {uniform: window}, {uniform: {from, to}} or \(Timestamp.expectation)")
      }
      self = .at(time)
      return
    }
    let what = try node.mapping(keys: ["uniform"]).required("uniform")
    guard case .mapping = what.content else {
      guard (try? what.text()) == "window" else { throw what.error(expected: "window or {from, to}") }
      guard let window = context.window, !window.isEmpty else {
        throw what.error(expected: "a study with a window, or {from, to}")
      }
      self = .uniform(window)
      return
    }
    let ends = try what.mapping(keys: ["from", "to"])
    let from = try ends.required("from").timestamp()
    let toNode = try ends.required("to")
    let to = try toNode.timestamp()
    guard from < to, !to.nanoseconds.subtractingReportingOverflow(from.nanoseconds).overflow else {
      throw toNode.error(expected: "a time after from, at most 292 years later")
    }
    self = .uniform(from..<to)
  }
}
