internal import Platform

extension Bracket {
  /// The most rows that a table may have.
  static let rowLimit = 1_000

  /// How far a given amount may lie from the continuous one, as a share of it (and of at least 1).
  static let amountTolerance = 1e-6

  /// Reads a leverage table: floors from 0 and strictly rising, rates strictly rising, leverage not rising.
  ///
  /// Amounts that are given must continue the rows before them: `amount + floor · (rate − rate before)`, the
  /// published rule for maintenance amounts. Amounts that are missing are worked out by the same formula.
  ///
  /// - Parameters:
  ///   - node: a sequence of `{floor, rate, max_leverage, amount}`.
  ///   - requiresLeverage: false where `max_leverage` may be left out; it is then 1 / rate, at least 1.
  /// - Throws: `InputError` at the row or value at fault.
  public static func table(from node: Document.Node, requiresLeverage: Bool = true) throws -> [Bracket] {
    let rows = try node.items("a sequence of brackets {floor, rate, max_leverage, amount}")
    guard (1...rowLimit).contains(rows.count) else {
      throw InputError(
        node.location, "\(node.label) has \(rows.count) rows", expected: "1 to \(rowLimit) brackets")
    }
    var table: [Bracket] = []
    for row in rows {
      table.append(try bracket(from: row, after: table.last, requiresLeverage: requiresLeverage))
    }
    return table
  }

  private static func bracket(
    from node: Document.Node, after last: Bracket?, requiresLeverage: Bool
  ) throws -> Bracket {
    let reader = try node.mapping(keys: ["floor", "rate", "max_leverage", "amount"])
    let floorNode = try reader.required("floor")
    let floor = try floorNode.double(
      in: last.map { Bounds($0.floor, .infinity, excludesLower: true) } ?? Bounds(0, 0))
    let rate = try reader.required("rate").double(
      in: last.map { Bounds($0.rate, 1, excludesLower: true) } ?? Bounds.fraction)
    let leverageBounds = Bounds(1, last?.maxLeverage ?? 10_000)
    let leverage: Double
    if let given = requiresLeverage ? try reader.required("max_leverage") : reader.optional("max_leverage") {
      leverage = try given.double(in: leverageBounds)
    } else {
      leverage = max(1, min(leverageBounds.upper, rate > 0 ? 1 / rate : leverageBounds.upper))
    }
    var amount = last.map { $0.amount + (floor * rate - floor * $0.rate) } ?? 0
    if let given = reader.optional("amount") {
      let value = try given.double(in: .notNegative)
      if last != nil { try checkContinuity(of: value, with: amount, given) }
      amount = value
    }
    return Bracket(floor: floor, rate: rate, maxLeverage: leverage, amount: amount)
  }

  /// Refuses an amount at which the margin would jump at the row's floor.
  static func checkContinuity(of value: Double, with expected: Double, _ node: Document.Node) throws {
    guard abs(value - expected) <= amountTolerance * max(1, abs(expected)) else {
      throw node.error(
        expected:
          "\(NumberText.shortest(expected)), which continues the rows before it (or none, to work it out)")
    }
  }
}
