internal import Margin
internal import Market

extension CohortPlan {
  /// Opens account `number` at the prices of its first instant.
  ///
  /// Notional = leverage × gross equity in every mode, split by the shares; balances = shares of the equity
  /// at index prices; quantities rounded toward zero to the lot; entry = mark. A position that rounds to 0
  /// lots is not there. A loan has no positions: its exposure stands in the balances, what it lacks for that
  /// is borrowed.
  func open(_ number: Int, _ rules: Rules, _ quotes: Quotes) -> (account: Account, rejection: Rejection?) {
    let person = person(number)
    let cohort = cohorts[person.cohort]
    let venue = rules.venue
    var balances = [Double](repeating: 0, count: venue.assets.count)
    var isCountable = true
    let exposure = cohort.mode == .loan ? person.leverage : 1
    for part in person.collateral {
      let value = exposure * person.equity * part.share / person.collateralTotal
      let units = value / quotes.index[part.asset.rawValue]
      isCountable = isCountable && units.isFinite
      balances[part.asset.rawValue] = units.isFinite ? units : 0
    }
    var positions: [Position] = []
    for part in person.positions {
      let mark = quotes.marks[part.instrument.rawValue]
      let notional = person.leverage * person.equity * part.share / person.positionTotal
      let lot = venue.instruments[part.instrument.rawValue].lot
      guard let count = lot.lots(in: notional / mark) else {
        isCountable = false
        continue
      }
      guard count.lots != 0 else { continue }
      positions.append(
        Position(
          instrument: part.instrument, lots: count.lots, lot: lot, entry: mark,
          isIsolated: cohort.mode == .isolated))
    }
    if cohort.paysOpeningFee { payOpeningFee(positions, &balances, venue) }
    if cohort.mode == .isolated { assignMargins(&positions, &balances, venue) }
    var debts: [Debt] = []
    if cohort.mode == .loan { isCountable = borrow(person, &balances, &debts, rules, quotes) && isCountable }
    var account = Account(
      number: number, mode: cohort.mode, userLevel: cohort.userLevel, balances: balances, debts: debts,
      spot: cohort.spot, positions: positions, behaviour: cohort.behaviour, actions: cohort.actions)
    let rejection = rules.open(&account, testsInitialMargin: true, quotes)
    return (account, isCountable ? rejection : .quantity)
  }

  /// What a loan account borrows to hold leverage × its equity: (leverage − 1) × equity in the venue's debt
  /// asset. Below leverage 1 nothing is owed and the rest of the equity is a balance of that asset.
  ///
  /// - Returns: whether the debt can be counted.
  private func borrow(
    _ person: Person, _ balances: inout [Double], _ debts: inout [Debt], _ rules: Rules, _ quotes: Quotes
  ) -> Bool {
    guard let asset = rules.venue.loan?.debtAsset.rawValue else { return false }
    let units = (person.leverage - 1) * person.equity / quotes.index[asset]
    guard units.isFinite else { return false }
    if units > 0 {
      debts = [Debt](repeating: Debt(), count: balances.count)
      debts[asset].principal = units
    } else {
      balances[asset] -= units
    }
    return true
  }

  /// The taker fee of every position comes off its margin asset's balance, before the account starts.
  private func payOpeningFee(_ positions: [Position], _ balances: inout [Double], _ venue: Venue) {
    for position in positions {
      let terms = venue.instruments[position.instrument.rawValue]
      balances[terms.marginAsset.rawValue] -= abs(position.quantity) * position.entry * terms.takerFee
    }
  }

  /// The margin of an isolated position: the margin asset's balance × its share of |notional| in that asset.
  /// A margin asset with positions keeps no idle balance.
  private func assignMargins(_ positions: inout [Position], _ balances: inout [Double], _ venue: Venue) {
    var notionals = [Double](repeating: 0, count: balances.count)
    for position in positions {
      let asset = venue.instruments[position.instrument.rawValue].marginAsset.rawValue
      notionals[asset] += abs(position.quantity) * position.entry
    }
    for place in positions.indices {
      let asset = venue.instruments[positions[place].instrument.rawValue].marginAsset.rawValue
      let share = abs(positions[place].quantity) * positions[place].entry / notionals[asset]
      positions[place].margin = balances[asset] * share
    }
    for asset in balances.indices where notionals[asset] > 0 { balances[asset] = 0 }
  }
}
