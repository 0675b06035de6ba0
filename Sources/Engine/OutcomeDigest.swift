internal import Margin
internal import Market

/// A digest of results: two runs that differ in one bit of one number differ in it, but for a chance of
/// 2⁻⁶⁴ or so. It does not depend on the order in which accounts were worked on.
struct OutcomeDigest {
  /// The digest so far.
  private(set) var value: UInt64 = 0x243F_6A88_85A3_08D3

  private mutating func add(_ bits: UInt64) {
    value = (value ^ bits) &* 0x9FB2_1C65_1E98_DF25
    value ^= value >> 32
  }

  private mutating func add(_ number: Double) { add(number.bitPattern) }
  private mutating func add(_ number: Int) { add(UInt64(bitPattern: Int64(number))) }
  private mutating func add(_ time: Timestamp?) {
    add(time == nil ? 0 : 1)
    add(UInt64(bitPattern: time?.nanoseconds ?? 0))
  }

  /// Adds the accounts of a block, in their order, and what happened to each.
  mutating func add(_ block: AccountBlock) {
    var lives = [OutcomeDigest](repeating: OutcomeDigest(), count: block.slots.count)
    for entry in block.journal.entries { lives[entry.account - block.numbers.lowerBound].add(entry) }
    for place in block.slots.indices {
      add(lives[place].value)
      add(block.accounts[place])
      add(block.slots[place].life.opened)
      add(block.slots[place].life.closed)
      add(block.slots[place].settledNumber ?? -1)
      add(block.slots[place].life.rejection == nil ? 0 : 1)
    }
  }

  private mutating func add(_ account: Account) {
    for balance in account.balances { add(balance) }
    for debt in account.debts {
      add(debt.principal)
      add(debt.interest)
    }
    for position in account.positions {
      add(position.instrument.rawValue)
      add(UInt64(bitPattern: position.lots))
      add(position.entry)
      add(position.margin)
    }
    let tally = account.tally
    let sums = [
      account.startEquity, tally.realizedPnL, tally.startUnrealizedPnL, tally.endUnrealizedPnL,
      tally.endEquity, tally.revaluation, tally.fees, tally.fundFees, tally.slippage, tally.funding,
      tally.interest, tally.conversionCost, tally.fundPayment, tally.topUps, tally.actions,
      tally.liquidatedNotional, tally.autoExchangeValue,
    ]
    for sum in sums { add(sum) }
    for count in [tally.rows, tally.liquidationSteps, tally.marginCalls, tally.autoExchanges] { add(count) }
  }

  private mutating func add(_ entry: JournalEntry) {
    add(entry.time)
    switch entry {
    case .liquidation(let step): add(step)
    case .conversion(let sale):
      for number in [sale.step, sale.soldAsset.rawValue, sale.coveredAsset.rawValue] { add(number) }
      for number in [sale.soldUnits, sale.coveredUnits, sale.cost, sale.soldUSD] { add(number) }
    case .fundPayment(let payment):
      for number in [payment.step, payment.asset.rawValue, payment.instant] { add(number) }
      for number in [payment.units, payment.usd] { add(number) }
    case .flow(let flow):
      add(flow.asset.rawValue)
      add(flow.units)
    case .trigger, .marginMove, .action: add(1)
    }
  }

  private mutating func add(_ step: LiquidationStep) {
    switch step.subject {
    case .instrument(let place): add(place.rawValue)
    case .asset(let place): add(-1 - place.rawValue)
    }
    for number in [step.step, step.instant, step.side == .long ? 1 : 0] { add(number) }
    let numbers = [
      step.quantity, step.mark, step.price, step.notional, step.fee, step.realizedPnL, step.ratioBefore,
      step.ratioAfter, step.equityAfter, step.notionalUSD, step.fundFeeUSD,
    ]
    for number in numbers { add(number) }
  }
}
