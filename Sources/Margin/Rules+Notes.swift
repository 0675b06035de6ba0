internal import Market

// What a journal that keeps flows says beside the flows: which test held, and where margin moved.
// Nothing here changes an account.

extension Rules {
  /// Notes that the margin test of a pool holds, before a closing.
  func noteMarginTest(
    _ pool: PoolPlace, _ account: Account, _ cause: LiquidationCause, _ quotes: Quotes,
    _ journal: inout Journal
  ) {
    guard journal.keepsFlows else { return }
    let value = value(pool, account, quotes)
    var record = record(.margin, pool, account, quotes, value.equity, value.maintenanceMargin)
    if cause == .lossFraction, case .position(let place) = pool, let fraction = venue.liquidation.lossFraction
    {
      let position = account.positions[place]
      record.trigger = .lossFraction
      record.measured = unrealizedPnL(position, mark: quotes.marks[position.instrument.rawValue])
      record.limit = -fraction * position.margin
    }
    record.before = value
    journal.entries.append(.trigger(record))
  }

  /// Notes that a loan's level is at or under its call or its liquidation level.
  func noteLevel(
    _ trigger: TriggerRecord.Trigger, _ account: Account, _ quotes: Quotes, _ journal: inout Journal
  ) {
    guard journal.keepsFlows, let loan = venue.loan else { return }
    let value = loanValue(account, quotes)
    let limit = trigger == .marginCall ? loan.call : loan.liquidate
    var record = record(trigger, .loan, account, quotes, value.collateral, limit * value.required)
    record.before = self.value(.loan, account, quotes)
    journal.entries.append(.trigger(record))
  }

  /// Completes the note of a margin call with the pool after the top-up that it brought.
  func noteLevelAfter(_ place: Int, _ account: Account, _ quotes: Quotes, _ journal: inout Journal) {
    guard journal.keepsFlows, case .trigger(var record) = journal.entries[place] else { return }
    record.after = value(.loan, account, quotes)
    journal.entries[place] = .trigger(record)
  }

  /// Notes that the stop-loss holds.
  func noteStopLoss(_ account: Account, _ quotes: Quotes, _ journal: inout Journal) {
    guard journal.keepsFlows, let share = account.behaviour.stopLoss else { return }
    let limit = paidIn(account) * (1 - share)
    journal.entries.append(
      .trigger(record(.stopLoss, nil, account, quotes, grossEquity(account, quotes), limit)))
  }

  /// Notes the test behind a top-up that has been credited, in front of its flow at `start`.
  func noteTopUp(
    _ pool: PoolPlace, _ account: Account, _ before: PoolValue, atRatio: Double, _ start: Int,
    _ quotes: Quotes, _ journal: inout Journal
  ) {
    guard journal.keepsFlows else { return }
    var record = record(
      .topUp, pool, account, quotes, before.maintenanceMargin, atRatio * before.equity)
    record.before = before
    record.after = value(pool, account, quotes)
    journal.entries.insert(.trigger(record), at: start)
  }

  /// Notes that an asset's balance is below its threshold.
  ///
  /// - Returns: the place of the note for ``noteAfter(_:_:_:_:)``; nil where none is kept.
  func noteThreshold(_ asset: Int, _ account: Account, _ quotes: Quotes, _ journal: inout Journal) -> Int? {
    guard journal.keepsFlows, let thresholds = venue.assets[asset].autoThreshold else { return nil }
    var record = record(
      .threshold, nil, account, quotes, account.balances[asset], thresholds[account.userLevel.rawValue])
    record.asset = AssetIndex(asset)
    record.before = accountValue(account, quotes)
    journal.entries.append(.trigger(record))
    return journal.entries.count - 1
  }

  /// Notes that LTV has reached the venue's limit.
  ///
  /// - Returns: as ``noteThreshold(_:_:_:_:)`` does.
  func noteLoanToValue(_ account: Account, _ quotes: Quotes, _ journal: inout Journal) -> Int? {
    guard journal.keepsFlows, let limit = venue.autoExchange.ltv else { return nil }
    let (negative, positive) = loanToValue(account, quotes)
    var record = record(.ltv, nil, account, quotes, negative, limit * positive)
    record.before = accountValue(account, quotes)
    journal.entries.append(.trigger(record))
    return journal.entries.count - 1
  }

  /// Completes a note with the pool after the conversions, or takes it back where there was nothing to sell.
  func noteAfter(_ place: Int?, _ account: Account, _ quotes: Quotes, _ journal: inout Journal) {
    guard let place, case .trigger(var record) = journal.entries[place] else { return }
    guard journal.entries.count > place + 1 else {
      journal.entries.removeLast()
      return
    }
    record.after = accountValue(account, quotes)
    journal.entries[place] = .trigger(record)
  }

  /// Notes margin that moved into a position, or out of it.
  func noteMove(
    _ units: Double, _ account: Account, _ instrument: InstrumentIndex, _ time: Timestamp,
    _ journal: inout Journal
  ) {
    guard journal.keepsFlows else { return }
    journal.entries.append(
      .marginMove(MarginMove(account: account.number, time: time, instrument: instrument, units: units)))
  }

  private func record(
    _ trigger: TriggerRecord.Trigger, _ pool: PoolPlace?, _ account: Account, _ quotes: Quotes,
    _ measured: Double, _ limit: Double
  ) -> TriggerRecord {
    let named = pool.map { self.named($0, account) }
    return TriggerRecord(
      account: account.number, time: quotes.time, trigger: trigger, pool: named?.pool, side: named?.side,
      measured: measured, limit: limit)
  }
}

/// A pool of an account at some prices.
public struct PoolState: Sendable {
  /// The pool.
  public var pool: Pool
  /// The side of an isolated position; nil for other pools.
  public var side: Side?
  /// Its equity and maintenance margin, in its unit: its margin asset, USD for multi-asset.
  public var value: PoolValue
  /// Its initial margin at the brackets' highest leverage, in the same unit.
  public var initialMargin: Double
}

extension Rules {
  /// The pools of an account that have positions: isolated ones in table order, then cross ones by asset.
  public func poolStates(_ account: Account, _ quotes: Quotes) -> [PoolState] {
    pools(account).map { pool in
      let (name, side) = named(pool, account)
      return PoolState(
        pool: name, side: side, value: value(pool, account, quotes),
        initialMargin: initialMargin(pool, account, quotes))
    }
  }

  private func named(_ pool: PoolPlace, _ account: Account) -> (pool: Pool, side: Side?) {
    switch pool {
    case .position(let place):
      let position = account.positions[place]
      return (.isolated(position.instrument), position.isLong ? .long : .short)
    case .asset(let asset): return (.cross(AssetIndex(asset)), nil)
    case .account, .loan: return (.account, nil)
    }
  }
}
