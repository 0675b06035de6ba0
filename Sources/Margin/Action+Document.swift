public import Market
internal import Platform

extension Action {
  /// The most actions that one account may have.
  static let countLimit = 10_000

  private static let keys = ["at", "do", "asset", "instrument", "amount", "mode"]

  /// Reads a sequence of actions of an account that starts in a mode.
  /// - Throws: `InputError`.
  public static func list(_ node: Document.Node, venue: Venue, mode: MarginMode) throws -> [Action] {
    let items = try node.items("a sequence of actions {at, do, asset or instrument, amount}")
    guard items.count <= countLimit else {
      throw InputError(
        node.location, "\(node.label) has \(items.count) actions", expected: "at most \(countLimit)")
    }
    return try items.map { try Action($0, venue: venue, mode: mode) }
  }

  /// Reads `{at, do: transfer, asset, amount}`, `{at, do: add_margin, instrument, amount}`,
  /// `{at, do: switch_mode, mode}`; of a loan account `{at, do: borrow, asset, amount}` and
  /// `{at, do: repay, asset, amount}`.
  private init(_ node: Document.Node, venue: Venue, mode: MarginMode) throws {
    let kind = try node.mapping(keys: Self.keys).required("do")
    switch (try kind.text(), mode) {
    case ("transfer", _):
      let reader = try node.mapping(keys: ["at", "do", "asset", "amount"])
      let asset = try Self.asset(reader, venue, mode)
      self.init(
        at: try reader.required("at").timestamp(),
        kind: .transfer(asset: asset, amount: try Self.amount(reader)))
    case ("borrow", .loan), ("repay", .loan):
      let reader = try node.mapping(keys: ["at", "do", "asset", "amount"])
      let asset = try Self.asset(reader, venue, mode)
      let amount = try reader.required("amount").double(in: .unitsAboveZero)
      self.init(
        at: try reader.required("at").timestamp(),
        kind: try kind.text() == "borrow"
          ? .borrow(asset: asset, amount: amount) : .repay(asset: asset, amount: amount))
    case (_, .loan):
      throw kind.error(expected: "one of: transfer, borrow, repay (the account is a loan)")
    case ("add_margin", _):
      let reader = try node.mapping(keys: ["at", "do", "instrument", "amount"])
      let instrument = try venue.instrument(of: try reader.required("instrument"))
      self.init(
        at: try reader.required("at").timestamp(),
        kind: .addMargin(instrument: instrument, amount: try Self.amount(reader)))
    case ("switch_mode", _):
      let reader = try node.mapping(keys: ["at", "do", "mode"])
      self.init(
        at: try reader.required("at").timestamp(), kind: .switchMode(try Self.target(reader)))
    case ("borrow", _), ("repay", _):
      throw kind.error(
        expected: "one of: transfer, add_margin, switch_mode (only accounts in loan mode have loans)")
    default:
      throw kind.error(expected: "one of: transfer, add_margin, switch_mode")
    }
  }

  /// The asset of an action; one that comes into a loan account needs terms there.
  private static func asset(
    _ reader: MappingReader, _ venue: Venue, _ mode: MarginMode
  ) throws -> AssetIndex {
    let node = try reader.required("asset")
    let asset = try venue.asset(of: node)
    if mode == .loan { try venue.requireLoanTerms(of: asset, at: node.location) }
    return asset
  }

  private static func amount(_ reader: MappingReader) throws -> Double {
    let node = try reader.required("amount")
    let amount = try node.double(in: .units)
    guard amount != 0 else { throw node.error(expected: "an amount that is not 0") }
    return amount
  }

  /// The mode that an account may switch to.
  private static func target(_ reader: MappingReader) throws -> MarginMode {
    let node = try reader.required("mode")
    guard let mode = try? node.choice(of: MarginMode.self), mode != .loan else {
      throw node.error(
        expected: "one of: isolated, cross, multi-asset (loans stand in a wallet of their own)")
    }
    return mode
  }
}
