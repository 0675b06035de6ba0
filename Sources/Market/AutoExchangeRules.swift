/// When and how positive balances are sold to cover negative ones (multi-asset).
public struct AutoExchangeRules: Sendable, Hashable {
  /// Which assets are sold first.
  public enum Order: String, CaseIterable, Sendable {
    case proRata = "pro_rata"
    case stableFirst = "stable_first"
    case ascendingHaircut = "ascending_haircut"
    case highestFactorFirst = "highest_factor_first"
  }
  /// For which accounts the LTV limit counts.
  public enum Scope: String, CaseIterable, Sendable {
    /// Only accounts without open positions.
    case flat
    case always
  }
  /// Which assets are sold first.
  public var order: Order = .proRata
  /// LTV at which negative balances are covered; nil where the venue has no such limit.
  public var ltv: Double?
  /// For which accounts the LTV limit counts.
  public var ltvScope: Scope = .flat
  /// Makes the default rules.
  public init() {}
}
