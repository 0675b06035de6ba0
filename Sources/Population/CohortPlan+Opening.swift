internal import Margin
internal import Market

extension CohortPlan {
  /// Opens account `number` at the prices of its first instant.
  ///
  /// Notional = leverage × gross equity in every mode, split by the shares; balances = shares of the equity
  /// at index prices; quantities rounded toward zero to the lot; entry = mark. A position that rounds to 0
  /// lots is not there. A loan has no positions: its exposure stands in the balances, what it lacks for that
  /// is borrowed.
  ///
  /// - Parameter account: takes the account; its memory is used again.
  func open(
    _ number: Int, _ rules: Rules, _ quotes: Quotes, into account: inout Account
  ) -> Rejection? {
    let people = people(with: number)
    let isCountable = build(number, people.all.span[people.place(of: number)], rules, quotes, &account)
    let rejection = rules.open(&account, testsInitialMargin: true, quotes)
    return isCountable ? rejection : .quantity
  }

  /// Builds account `number` of a person.
  ///
  /// - Returns: whether all that it holds can be counted.
  private func build(
    _ number: Int, _ person: borrowing Person, _ rules: Rules, _ quotes: Quotes, _ account: inout Account
  ) -> Bool {
    let all = cohorts
    let cohorts = all.span
    let cohort = person.cohort
    begin(number, of: cohorts[cohort], &account, assets: rules.venue.assets.count)
    let leverage = leverage(number, of: cohort)
    var isCountable = hold(person, leverage, &account, quotes)
    isCountable = openPositions(person, leverage, &account, rules, quotes) && isCountable
    if cohorts[cohort].paysOpeningFee { payOpeningFee(&account, rules.venue) }
    if account.mode == .isolated { assignMargins(&account, rules.venue) }
    if account.mode == .loan {
      isCountable = borrow(person, leverage, &account, rules, quotes) && isCountable
    }
    account.putPositionsInOrder()
    return isCountable
  }

  /// What all accounts of a cohort have in common.
  private func begin(_ number: Int, of cohort: borrowing Cohort, _ account: inout Account, assets: Int) {
    account.begin(number: number, mode: cohort.mode, userLevel: cohort.userLevel, assets: assets)
    account.spot = cohort.spot
    account.behaviour = cohort.behaviour
    account.actions = cohort.actions
  }

  /// Puts the shares of the equity into the balances.
  ///
  /// - Returns: whether all can be counted.
  private func hold(
    _ person: borrowing Person, _ leverage: Double, _ account: inout Account, _ quotes: Quotes
  ) -> Bool {
    var isCountable = true
    let exposure = account.mode == .loan ? leverage : 1
    for part in person.collateral {
      let value = exposure * person.equity * part.share / person.collateralTotal
      let units = value / quotes.index[part.asset.rawValue]
      isCountable = isCountable && units.isFinite
      account.balances[part.asset.rawValue] = units.isFinite ? units : 0
    }
    return isCountable
  }

  /// Opens the positions, without margins.
  ///
  /// - Returns: whether all can be counted.
  private func openPositions(
    _ person: borrowing Person, _ leverage: Double, _ account: inout Account, _ rules: Rules,
    _ quotes: Quotes
  ) -> Bool {
    var isCountable = true
    for part in person.positions {
      let mark = quotes.marks[part.instrument.rawValue]
      let notional = leverage * person.equity * part.share / person.positionTotal
      let lot = rules.lot(of: part.instrument)
      guard let count = lot.lots(in: notional / mark) else {
        isCountable = false
        continue
      }
      guard count.lots != 0 else { continue }
      account.positions.append(
        Position(
          instrument: part.instrument, lots: count.lots, lot: lot, entry: mark,
          isIsolated: account.mode == .isolated))
    }
    return isCountable
  }

  /// What a loan account borrows to hold leverage × its equity: (leverage − 1) × equity in the venue's debt
  /// asset. Below leverage 1 nothing is owed and the rest of the equity is a balance of that asset.
  ///
  /// - Returns: whether the debt can be counted.
  private func borrow(
    _ person: borrowing Person, _ leverage: Double, _ account: inout Account, _ rules: Rules,
    _ quotes: Quotes
  ) -> Bool {
    guard let asset = rules.venue.loan?.debtAsset.rawValue else { return false }
    let units = (leverage - 1) * person.equity / quotes.index[asset]
    guard units.isFinite else { return false }
    if units > 0 {
      account.debts = [Debt](repeating: Debt(), count: account.balances.count)
      account.debts[asset].principal = units
    } else {
      account.balances[asset] -= units
    }
    return true
  }

  /// The taker fee of every position comes off its margin asset's balance, before the account starts.
  private func payOpeningFee(_ account: inout Account, _ venue: Venue) {
    for position in account.positions {
      let terms = venue.instruments[position.instrument.rawValue]
      account.balances[terms.marginAsset.rawValue] -= abs(position.quantity) * position.entry * terms.takerFee
    }
  }

  /// The margin of an isolated position: the margin asset's balance × its share of |notional| in that asset.
  /// A margin asset with positions keeps no idle balance.
  private func assignMargins(_ account: inout Account, _ venue: Venue) {
    var notionals = [Double](repeating: 0, count: account.balances.count)
    for position in account.positions {
      let asset = venue.instruments[position.instrument.rawValue].marginAsset.rawValue
      notionals[asset] += abs(position.quantity) * position.entry
    }
    for place in account.positions.indices {
      let position = account.positions[place]
      let asset = venue.instruments[position.instrument.rawValue].marginAsset.rawValue
      let share = abs(position.quantity) * position.entry / notionals[asset]
      account.positions[place].margin = account.balances[asset] * share
    }
    for asset in account.balances.indices where notionals[asset] > 0 { account.balances[asset] = 0 }
  }
}
