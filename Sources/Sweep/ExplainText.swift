internal import Engine
internal import Margin
internal import Market
internal import Report

/// Names and numbers of a venue as an explanation writes them.
struct ExplainText {
  let venue: Venue

  /// A number with at most eight decimals.
  static func number(_ value: Double) -> String {
    let scaled = (value * 1e8).rounded()
    guard scaled.magnitude < 9_007_199_254_740_992 else {
      return value.isInfinite ? (value > 0 ? "inf" : "-inf") : NumberText.shortest(value)
    }
    return NumberText.shortest(scaled / 1e8)
  }

  func asset(_ index: AssetIndex) -> String { venue.assets[index.rawValue].name }
  func instrument(_ index: InstrumentIndex) -> String { venue.instruments[index.rawValue].name }
  func marginAsset(_ index: InstrumentIndex) -> AssetIndex { venue.instruments[index.rawValue].marginAsset }

  /// `100 USDT`.
  func units(_ value: Double, _ index: AssetIndex) -> String { "\(Self.number(value)) \(asset(index))" }

  /// `pool USDT`, `pool BTCUSDT long`.
  func pool(_ pool: Pool, _ side: Side?) -> String {
    "pool " + LiquidationsTable.poolName(pool, venue) + (side.map { " \($0.rawValue)" } ?? "")
  }

  /// The unit of a pool's amounts.
  func unit(_ pool: Pool) -> String {
    switch pool {
    case .isolated(let instrument): asset(marginAsset(instrument))
    case .cross(let index): asset(index)
    case .account: "USD"
    }
  }

  /// `long 0.5 BTCUSDT from 30000, mark 31000, margin 200 USDT`.
  func position(_ position: Position, _ quotes: Quotes) -> String {
    let side: Side = position.isLong ? .long : .short
    let mark = Self.number(quotes.marks[position.instrument.rawValue])
    var text =
      "\(side.rawValue) \(Self.number(position.quantity.magnitude)) \(instrument(position.instrument))"
    text += " from \(Self.number(position.entry)), mark \(mark)"
    if position.isIsolated { text += ", margin \(units(position.margin, marginAsset(position.instrument)))" }
    return text
  }

  /// The prices that an account's value depends on: `at BTCUSDT 31000; index BTC 31000`.
  func prices(_ account: Account, _ quotes: Quotes) -> String? {
    var parts: [String] = []
    for place in heldInstruments(account) {
      parts.append("\(instrument(place)) \(Self.number(quotes.marks[place.rawValue]))")
    }
    for place in heldAssets(account) where quotes.index[place.rawValue] != 1 {
      parts.append("index \(asset(place)) \(Self.number(quotes.index[place.rawValue]))")
    }
    return parts.isEmpty ? nil : "at " + parts.joined(separator: ", ")
  }

  func heldInstruments(_ account: Account) -> [InstrumentIndex] {
    Set(account.positions.map(\.instrument)).sorted()
  }

  /// Assets with a balance or a debt, and margin assets of positions.
  func heldAssets(_ account: Account) -> [AssetIndex] {
    var assets = Set(account.positions.map { marginAsset($0.instrument) })
    for place in account.balances.indices where account.balances[place] != 0 {
      assets.insert(AssetIndex(place))
    }
    assets.formUnion(owed(account))
    return assets.sorted()
  }

  // MARK: JSON

  /// Marks and index prices of what an account holds.
  func priceMembers(_ account: Account, _ quotes: Quotes) -> [(name: String, value: JSONValue)] {
    [
      (
        "marks",
        .object(heldInstruments(account).map { (instrument($0), .number(quotes.marks[$0.rawValue])) })
      ),
      ("index", .object(heldAssets(account).map { (asset($0), .number(quotes.index[$0.rawValue])) })),
    ]
  }

  /// Balances, debts, positions and pools of an account; the pool of a loan has its level in place of equity
  /// and maintenance margin.
  func stateMembers(
    _ account: Account, _ rules: Rules, _ quotes: Quotes
  ) -> [(name: String, value: JSONValue)] {
    let balances = account.balances.indices.filter { account.balances[$0] != 0 }
      .map { (venue.assets[$0].name, JSONValue.number(account.balances[$0])) }
    let positions = account.positions.map { position in
      JSONValue.object([
        ("instrument", .text(instrument(position.instrument))), ("quantity", .number(position.quantity)),
        ("entry", .number(position.entry)),
        ("margin", position.isIsolated ? .number(position.margin) : .null),
      ])
    }
    if account.mode == .loan {
      return [
        ("gross_equity", .number(rules.grossEquity(account, quotes))), ("balances", .object(balances)),
        ("debts", debtMembers(account)), ("positions", .array([])),
        ("pools", .array(levelMembers(account, rules, quotes))),
      ] + priceMembers(account, quotes)
    }
    let pools = rules.poolStates(account, quotes).map { state in
      JSONValue.object([
        ("pool", .text(LiquidationsTable.poolName(state.pool, venue))),
        ("side", .optional(state.side?.rawValue)), ("unit", .text(unit(state.pool))),
        ("equity", .number(state.value.equity)),
        ("maintenance_margin", .number(state.value.maintenanceMargin)),
        ("initial_margin", .number(state.initialMargin)), ("margin_ratio", .number(state.value.ratio)),
      ])
    }
    return [
      ("gross_equity", .number(rules.grossEquity(account, quotes))), ("balances", .object(balances)),
      ("positions", .array(positions)), ("pools", .array(pools)),
    ] + priceMembers(account, quotes)
  }
}
