import Engine
import Market

@testable import Margin

/// Everything that results hold as numbers that are equal where all bits are: far quicker than text.
///
/// ``FingerprintTests`` counts the fields of every type, so that none is forgotten.
struct Fingerprint: Equatable {
  /// One number for each entry, then one for each account, then the checks.
  private(set) var numbers: [Int] = []

  init(_ results: [PointResult]) {
    for result in results {
      numbers += result.entries.map { entry in Self.number { Self.add(entry, &$0) } }
      numbers += result.accounts.map { outcome in Self.number { Self.add(outcome, &$0) } }
      numbers.append(result.checks)
    }
  }

  private static func number(_ body: (inout Hasher) -> Void) -> Int {
    var hasher = Hasher()
    body(&hasher)
    return hasher.finalize()
  }

  /// Where two results differ, as text; nil where they are equal.
  static func difference(_ actual: [PointResult], _ expected: [PointResult]) -> String? {
    let (left, right) = (Fingerprint(actual).numbers, Fingerprint(expected).numbers)
    if left == right { return nil }
    return firstDifference(dump(actual), dump(expected)) ?? "numbers of equal text differ"
  }

  // MARK: Accounts

  private static func add(_ outcome: AccountOutcome, _ hasher: inout Hasher) {
    hasher.combine(outcome.rejection)
    hasher.combine(outcome.opened)
    hasher.combine(outcome.closed)
    hasher.combine(outcome.bands)
    if let account = outcome.account { add(account, &hasher) }
  }

  static func add(_ account: Account, _ hasher: inout Hasher) {
    hasher.combine(account.number)
    hasher.combine(account.mode)
    hasher.combine(account.userLevel)
    add(account.balances, &hasher)
    for debt in account.debts { add([debt.principal, debt.interest], &hasher) }
    add(account.spot, &hasher)
    for position in account.positions { add(position, &hasher) }
    hasher.combine(account.behaviour)
    hasher.combine(account.actions)
    hasher.combine(account.actionsDone)
    add([account.startEquity], &hasher)
    hasher.combine(account.stopLossFired)
    hasher.combine(account.isCalled)
    hasher.combine(account.interestUntil)
    hasher.combine(account.topUps)
    hasher.combine(account.cooldowns)
    add(account.tally, &hasher)
  }

  private static func add(_ position: Position, _ hasher: inout Hasher) {
    hasher.combine(position.instrument)
    hasher.combine(position.lots)
    hasher.combine(position.leverage)
    hasher.combine(position.isIsolated)
    hasher.combine(position.cooldownUntil)
    add([position.quantity, position.entry, position.margin], &hasher)
  }

  private static func add(_ tally: Tally, _ hasher: inout Hasher) {
    add(
      [
        tally.realizedPnL, tally.startUnrealizedPnL, tally.endUnrealizedPnL, tally.endEquity,
        tally.revaluation, tally.fees, tally.fundFees, tally.slippage, tally.funding, tally.interest,
        tally.conversionCost, tally.fundPayment, tally.topUps, tally.actions, tally.spotChange,
        tally.liquidatedNotional, tally.autoExchangeValue, tally.worstRatio,
      ], &hasher)
    hasher.combine(tally.rows)
    hasher.combine(tally.liquidationSteps)
    hasher.combine(tally.marginCalls)
    hasher.combine(tally.refusedActions)
    hasher.combine(tally.autoExchanges)
    hasher.combine(tally.firstLiquidation)
    hasher.combine(tally.worstTime)
    for units in tally.units {
      add([units.start, units.netFlow, units.absoluteFlow, units.valuedAt], &hasher)
    }
  }

  // MARK: Entries

  private static func add(_ entry: JournalEntry, _ hasher: inout Hasher) {
    hasher.combine(entry.account)
    hasher.combine(entry.time)
    switch entry {
    case .liquidation(let step): add(step, &hasher)
    case .conversion(let row):
      hasher.combine(row.step)
      hasher.combine(row.cause)
      hasher.combine(row.soldAsset)
      hasher.combine(row.coveredAsset)
      add([row.soldUnits, row.coveredUnits, row.cost, row.soldUSD], &hasher)
    case .fundPayment(let row):
      hasher.combine(row.step)
      hasher.combine(row.asset)
      hasher.combine(row.instant)
      add([row.units, row.usd], &hasher)
    case .flow(let flow):
      hasher.combine(flow.flow)
      hasher.combine(flow.asset)
      add([flow.units], &hasher)
    case .trigger(let record): add(record, &hasher)
    case .marginMove(let move):
      hasher.combine(move.instrument)
      add([move.units], &hasher)
    case .action(let note): hasher.combine(note.kind)
    }
  }

  private static func add(_ step: LiquidationStep, _ hasher: inout Hasher) {
    hasher.combine(step.step)
    hasher.combine(step.cause)
    hasher.combine(step.pool)
    hasher.combine(step.subject)
    hasher.combine(step.side)
    hasher.combine(step.outcome)
    hasher.combine(step.instant)
    add(
      [
        step.quantity, step.mark, step.price, step.notional, step.fee, step.realizedPnL, step.ratioBefore,
        step.ratioAfter, step.equityAfter, step.notionalUSD, step.fundFeeUSD,
      ], &hasher)
  }

  private static func add(_ record: TriggerRecord, _ hasher: inout Hasher) {
    hasher.combine(record.trigger)
    hasher.combine(record.pool)
    hasher.combine(record.side)
    hasher.combine(record.asset)
    add([record.measured, record.limit], &hasher)
    for value in [record.before, record.after] {
      add([value?.equity ?? -1, value?.maintenanceMargin ?? -1], &hasher)
    }
  }

  /// Bits, so that zeros of both signs are told apart.
  private static func add(_ numbers: [Double], _ hasher: inout Hasher) {
    hasher.combine(numbers.count)
    for number in numbers { hasher.combine(number.bitPattern) }
  }
}
