internal import Platform

extension LiquidationRules {
  /// Reads the `liquidation` section; what is left out keeps its default.
  init(node: Document.Node) throws {
    let reader = try node.mapping(keys: [
      "comparator", "rule", "pick", "target_equity_over_mm", "fraction", "cooldown", "slippage_bps",
      "loss_fraction",
    ])
    self.init()
    comparator = try reader.optional("comparator")?.choice() ?? comparator
    rule = try reader.optional("rule")?.choice() ?? rule
    pick = try reader.optional("pick")?.choice() ?? pick
    targetEquityOverMaintenance =
      try reader.optional("target_equity_over_mm")?.double(in: .atLeast(1)) ?? targetEquityOverMaintenance
    let share = Bounds(0, 1, excludesLower: true)
    fraction = try reader.optional("fraction")?.decimal(in: share) ?? fraction
    cooldownNanoseconds = try reader.optional("cooldown")?.span().nanoseconds ?? cooldownNanoseconds
    // At 10,000 a long would be sold for nothing.
    let slippage = Bounds(0, 10_000, excludesUpper: true)
    slippageBasisPoints = try reader.optional("slippage_bps")?.double(in: slippage) ?? slippageBasisPoints
    lossFraction = try reader.optional("loss_fraction")?.double(in: share)
  }
}

extension AutoExchangeRules {
  /// Reads the `auto_exchange` section; what is left out keeps its default.
  init(node: Document.Node) throws {
    let reader = try node.mapping(keys: ["order", "ltv", "ltv_scope"])
    self.init()
    order = try reader.optional("order")?.choice() ?? order
    ltv = try reader.optional("ltv")?.double(in: .positive)
    ltvScope = try reader.optional("ltv_scope")?.choice() ?? ltvScope
  }
}

extension DefaultFunding {
  /// The shortest time between settlements, in ns. Venues settle hourly at most; without a limit the
  /// settlements of a gap between two ticks could outgrow the memory.
  private static let shortest: Int64 = 60_000_000_000

  /// Reads the `funding` section.
  init(node: Document.Node) throws {
    let reader = try node.mapping(keys: ["rate", "every"])
    let every = try reader.required("every")
    let span = try every.span(isPositive: true)
    guard span.nanoseconds >= Self.shortest else { throw every.error(expected: "a duration of at least 1m") }
    self.init(
      rate: try reader.required("rate").double(in: Bounds(-1, 1)), everyNanoseconds: span.nanoseconds)
  }
}
