/// How a pool is liquidated.
public struct LiquidationRules: Sendable, Hashable {
  /// When equity meets maintenance margin exactly: does it liquidate?
  public enum Comparator: String, CaseIterable, Sendable {
    case lessOrEqual = "<="
    case less = "<"
  }
  /// How much is closed at a time.
  public enum Rule: String, CaseIterable, Sendable {
    case none
    case tierDown = "tier_down"
    case minimal
    case fixedFraction = "fixed_fraction"
  }
  /// Which position of the pool goes first.
  public enum Pick: String, CaseIterable, Sendable {
    case largestMaintenance = "largest_maintenance"
    case largestLoss = "largest_loss"
    case largestNotional = "largest_notional"
    case listed
  }
  /// Liquidates at `equity <= mm` or only below.
  public var comparator: Comparator = .lessOrEqual
  /// How much is closed at a time.
  public var rule: Rule = .none
  /// Which position of the pool goes first.
  public var pick: Pick = .largestMaintenance
  /// `minimal` stops once this multiple of the maintenance margin is covered by equity, at least 1.
  public var targetEquityOverMaintenance: Double = 1
  /// Share of the quantity that `fixed_fraction` closes, in (0, 1].
  public var fraction: ExactDecimal = ExactDecimal(mantissa: 2, scale: 1)
  /// Sleep of the margin test after a `fixed_fraction` step, in ns.
  public var cooldownNanoseconds: Int64 = 0
  /// Distance of the closing price from the mark, in hundredths of a percent.
  public var slippageBasisPoints: Double = 0
  /// Isolated: liquidates when this share of the margin is lost, in place of the margin test.
  public var lossFraction: Double?
  /// Makes the default rules.
  public init() {}
}
