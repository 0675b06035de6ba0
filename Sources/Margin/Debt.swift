/// What an account owes in one asset, in units of it.
public struct Debt: Sendable, Hashable {
  /// What was borrowed and not paid back: it bears interest.
  public var principal: Double
  /// Interest charged and not paid; it bears none.
  public var interest: Double

  /// Makes a debt; by default nothing is owed.
  public init(principal: Double = 0, interest: Double = 0) {
    self.principal = principal
    self.interest = interest
  }

  /// Principal and interest.
  public var total: Double { principal + interest }

  /// Pays `units`, interest before principal; whoever pays all owes exactly nothing.
  mutating func pay(_ units: Double) {
    if units >= total {
      self = Debt()
    } else if units <= interest {
      interest -= units
    } else {
      principal = max(0, principal - (units - interest))
      interest = 0
    }
  }
}
