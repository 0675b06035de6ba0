/// The margin level of a loan account as the two sides that it divides, USD.
public struct LoanValue: Sendable, Hashable {
  /// What the assets count for; under `pro` what they count for net of the debts.
  public var collateral: Double
  /// What it is measured against: principal and interest, under `pro` the maintenance margin of the debts.
  public var required: Double
  /// Collateral less debt: what is left for the owner after haircuts, USD.
  public var equity: Double

  /// Collateral / required: infinite without debt.
  public var level: Double { required == 0 ? .infinity : collateral / required }

  /// Whether the level is at or under a limit: `collateral <= limit·required`; never without debt.
  public func isAtOrUnder(_ limit: Double) -> Bool { required > 0 && collateral <= limit * required }
}
