import Market

@testable import Margin

/// What an account can be placed on: every test of the rules that prices can set off, and what reports ask
/// for.
enum PlacedTrigger: Hashable, CaseIterable, CustomStringConvertible {
  case isolatedMargin, crossMargin, multiAssetMargin, lossFraction, stopLoss, topUp
  case loanToValue, threshold
  /// A pool in cooldown, which wakes where its equity is gone.
  case sleeping
  /// The largest margin ratio so far, and the lowest ratio of the yellow band.
  case worstRatio, band
  case loanCall(LoanRules.Formula), loanLiquidation(LoanRules.Formula), loanRecovery(LoanRules.Formula)

  static let allCases: [PlacedTrigger] =
    [
      .isolatedMargin, .crossMargin, .multiAssetMargin, .lossFraction, .stopLoss, .topUp, .loanToValue,
      .threshold, .sleeping, .worstRatio, .band,
    ] + LoanRules.Formula.allCases.map(PlacedTrigger.loanCall)
    + LoanRules.Formula.allCases.map(PlacedTrigger.loanLiquidation)
    + LoanRules.Formula.allCases.map(PlacedTrigger.loanRecovery)

  /// The formula of a loan's level; nil for triggers of positions.
  var formula: LoanRules.Formula? {
    switch self {
    case .loanCall(let formula), .loanLiquidation(let formula), .loanRecovery(let formula): formula
    default: nil
    }
  }

  var description: String {
    switch self {
    case .isolatedMargin: "isolated margin"
    case .crossMargin: "cross margin"
    case .multiAssetMargin: "multi-asset margin"
    case .lossFraction: "loss fraction"
    case .stopLoss: "stop-loss"
    case .topUp: "top-up"
    case .loanToValue: "auto-exchange by LTV"
    case .threshold: "auto-exchange by threshold"
    case .sleeping: "equity in cooldown"
    case .worstRatio: "worst ratio"
    case .band: "band"
    case .loanCall(let formula): "loan call, \(formula.rawValue)"
    case .loanLiquidation(let formula): "loan liquidation, \(formula.rawValue)"
    case .loanRecovery(let formula): "loan recovery, \(formula.rawValue)"
    }
  }
}

extension Placement {
  /// Whether the trigger holds, by the reference.
  func holds() -> Bool {
    switch trigger {
    case .isolatedMargin, .crossMargin, .multiAssetMargin, .lossFraction:
      return rules.fires(pool, account, now)
    case .stopLoss: return rules.firesStopLoss(account, now)
    case .topUp:
      return account.behaviour.topUp.map { rules.reachesTopUp(rules.value(pool, account, now), $0) } ?? false
    case .loanToValue:
      return account.balances.contains { $0 > 0 } && rules.firesLoanToValue(account, now)
    case .threshold:
      return account.balances.contains { $0 > 0 }
        && account.balances.indices.contains { rules.isBelowThreshold(account, $0) }
    case .sleeping: return rules.fires(pool, account, now) && !rules.sleeps(pool, account, now)
    case .worstRatio: return rules.value(pool, account, now).ratio > ratio
    case .band: return CheckReport.Band(ratio: rules.value(pool, account, now).ratio) != .green
    case .loanCall: return rules.firesMarginCall(account, now)
    case .loanLiquidation: return rules.firesLiquidationLevel(account, now)
    case .loanRecovery: return account.isCalled && !rules.firesMarginCall(account, now)
    }
  }

  /// What the test compares with 0, less than it where the trigger holds. Only a guide to where it turns, and
  /// exactly 0 where the two sides are equal.
  func slack() -> Double {
    let value = rules.value(pool, account, now)
    switch trigger {
    case .isolatedMargin, .crossMargin, .multiAssetMargin: return value.equity - value.maintenanceMargin
    case .lossFraction:
      guard case .position(let place) = pool else { return 0 }
      let held = account.positions[place]
      let pnl = rules.unrealizedPnL(held, mark: now.marks[held.instrument.rawValue])
      return pnl - -(rules.venue.liquidation.lossFraction ?? 0) * held.margin
    case .stopLoss:
      let limit = rules.paidIn(account) * (1 - (account.behaviour.stopLoss ?? 0))
      return rules.grossEquity(account, now) - limit
    case .topUp: return (account.behaviour.topUp?.atRatio ?? 0) * value.equity - value.maintenanceMargin
    case .loanToValue:
      let (negative, positive) = rules.loanToValue(account, now)
      return (rules.venue.autoExchange.ltv ?? 0) * positive - negative
    case .threshold:
      let limits = rules.venue.assets.indices.map { asset in
        account.balances[asset]
          - (rules.venue.assets[asset].autoThreshold?[account.userLevel.rawValue] ?? -.infinity)
      }
      return limits.min() ?? 0
    case .sleeping: return value.equity
    case .worstRatio: return ratio * value.equity - value.maintenanceMargin
    case .band: return CheckReport.Band.yellowRatio * value.equity - value.maintenanceMargin
    case .loanCall: return value.equity - (rules.venue.loan?.call ?? 0) * value.maintenanceMargin
    case .loanLiquidation: return value.equity - (rules.venue.loan?.liquidate ?? 0) * value.maintenanceMargin
    case .loanRecovery: return (rules.venue.loan?.call ?? 0) * value.maintenanceMargin - value.equity
    }
  }
}
