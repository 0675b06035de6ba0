internal import Market

// The lines of loan accounts. Between two clock events balances, debts and so the signs of their differences
// stand still, and every level is a sum of concave functions of one index price each.

extension LineCompiler {
  /// Compiles `C − level·R` of a loan: the call level where the account is not called, which lies above the
  /// liquidation level; else the liquidation level, and the way back above the call level.
  ///
  /// - Parameter ratios: debt over collateral that further lines look out for; nil for none.
  mutating func compileLoan(
    _ account: Account, _ rules: Rules, _ box: FactorBox, reaching ratios: [Double?]
  ) {
    guard let loan = rules.venue.loan, account.owes else { return }
    if account.isCalled {
      compileLevel(account, rules, loan.formula, box, 1, loan.liquidate)
      compileRecovery(account, rules, loan, box)
    } else {
      compileLevel(account, rules, loan.formula, box, 1, loan.call)
    }
    for case let ratio? in ratios { compileLevel(account, rules, loan.formula, box, ratio, 1) }
  }

  /// Compiles a debt over collateral of at least `ratio`.
  mutating func compileRatioOfLoan(
    _ account: Account, _ rules: Rules, _ box: FactorBox, _ ratio: Double
  ) {
    guard let loan = rules.venue.loan, account.owes else { return }
    compileLevel(account, rules, loan.formula, box, ratio, 1)
  }

  /// `weight·C − level·R`, USD: tiers of collateral and brackets of debts by their chords.
  private mutating func compileLevel(
    _ account: Account, _ rules: Rules, _ formula: LoanRules.Formula, _ box: FactorBox, _ weight: Double,
    _ level: Double
  ) {
    begin()
    for (asset, balance) in account.balances.enumerated() {
      let (owed, column) = (rules.owed(account, asset), layout.index[asset])
      if balance == 0 && owed == 0 { continue }
      switch formula {
      case .gross: add(units: weight * balance, column)
      case .haircutGross:
        beginPart()
        addPart(balance, column)
        addFactorChord(rules, asset, box, weight)
      case .haircutNet, .pro:
        addNetChord(balance, owed, rules, asset, box, weight, isPro: formula == .pro)
      }
      if formula == .pro {
        subtractDebtMaintenance(owed, rules, asset, box, level)
      } else {
        add(units: -level * owed, column)
      }
    }
    finish()
  }

  /// An asset net of its debt: at its factor where positive. Where `pro` takes the difference whole, the
  /// others add the debt back, and count the balance alone where it is less than the debt.
  private mutating func addNetChord(
    _ balance: Double, _ owed: Double, _ rules: Rules, _ asset: Int, _ box: FactorBox, _ weight: Double,
    isPro: Bool
  ) {
    let column = layout.index[asset]
    if balance >= owed {
      beginPart()
      addPart(balance, column)
      addPart(-owed, column)
      addFactorChord(rules, asset, box, weight)
      if !isPro { add(units: weight * owed, column) }
    } else {
      add(units: weight * balance, column)
      if isPro { add(units: -weight * owed, column) }
    }
  }

  /// `level·R − C`, which is below 0 where the level is above it again. This slack is convex, so one of the
  /// lines that meet in the box serves as its bound.
  private mutating func compileRecovery(
    _ account: Account, _ rules: Rules, _ loan: LoanRules, _ box: FactorBox
  ) {
    begin()
    for (asset, balance) in account.balances.enumerated() {
      let (owed, column) = (rules.owed(account, asset), layout.index[asset])
      if balance == 0 && owed == 0 { continue }
      let isNet = loan.formula == .haircutNet || loan.formula == .pro
      if loan.formula == .gross || (isNet && balance < owed) {
        add(units: -balance, column)
        if loan.formula == .pro { add(units: owed, column) }
      } else {
        beginPart()
        addPart(balance, column)
        if isNet { addPart(-owed, column) }
        subtractFactorTangent(rules, asset, box)
        if loan.formula == .haircutNet { add(units: -owed, column) }
      }
      if loan.formula == .pro {
        addDebtTangent(owed, rules, asset, box, loan.call)
      } else {
        add(units: loan.call * owed, column)
      }
    }
    finish()
  }

  // MARK: Terms

  /// Adds units of an asset at its index price.
  private mutating func add(units: Double, _ column: Int?) {
    if let column { add(units, column) } else { add(units) }
  }

  /// Adds `weight` times what the part counts for as collateral: its chord over the box.
  private mutating func addFactorChord(_ rules: Rules, _ asset: Int, _ box: FactorBox, _ weight: Double) {
    guard let terms = rules.venue.loan?.terms[asset] else { return }
    guard let (first, last) = terms.tiers.first.flatMap({ a in terms.tiers.last.map { (a, $0) } }) else {
      return addPartTimes(weight * terms.factor)
    }
    let (low, high) = partRange(box)
    let (atLow, atHigh) = (rules.loanCollateral(low, asset), rules.loanCollateral(high, asset))
    var slope = high > low ? (atHigh - atLow) / (high - low) : last.rate
    slope = min(max(slope, last.rate), first.rate)
    addPartTimes(weight * slope, sized: abs(weight) * first.rate)
    add(weight * (atLow - slope * low), sized: abs(weight) * (abs(atLow) + abs(slope * low)))
  }

  /// Subtracts the line of the tier that holds in the middle of the box, which lies nowhere below the
  /// collateral value.
  private mutating func subtractFactorTangent(_ rules: Rules, _ asset: Int, _ box: FactorBox) {
    guard let terms = rules.venue.loan?.terms[asset] else { return }
    let (low, high) = partRange(box)
    let middle = low + (high - low) / 2
    let tier = terms.tiers.min { middle * $0.rate + $0.amount < middle * $1.rate + $1.amount }
    guard let tier else { return addPartTimes(-terms.factor) }
    addPartTimes(-tier.rate)
    add(-tier.amount)
  }

  /// Subtracts `level` times the chord of a debt's maintenance margin over the box.
  private mutating func subtractDebtMaintenance(
    _ owed: Double, _ rules: Rules, _ asset: Int, _ box: FactorBox, _ level: Double
  ) {
    guard owed > 0 else { return }
    beginPart()
    addPart(owed, layout.index[asset])
    let (low, high) = partRange(box)
    let (atLow, atHigh) = (rules.loanMaintenance(low, asset), rules.loanMaintenance(high, asset))
    let steepest = rules.venue.loan?.terms[asset]?.brackets.last?.rate ?? 0
    let slope = high > low ? min(max((atHigh - atLow) / (high - low), 0), steepest) : steepest
    addPartTimes(-level * slope, sized: level * steepest)
    add(-level * max(atLow - slope * low, atHigh - slope * high), sized: level * steepest * high)
  }

  /// Adds `level` times the line of the bracket that holds in the middle of the box, which lies nowhere above
  /// the maintenance margin.
  private mutating func addDebtTangent(
    _ owed: Double, _ rules: Rules, _ asset: Int, _ box: FactorBox, _ level: Double
  ) {
    guard owed > 0 else { return }
    beginPart()
    addPart(owed, layout.index[asset])
    let (low, high) = partRange(box)
    let middle = low + (high - low) / 2
    let brackets = rules.venue.loan?.terms[asset]?.brackets ?? []
    let row = brackets.max { middle * $0.rate - $0.amount < middle * $1.rate - $1.amount }
    guard let row, middle * row.rate > row.amount else { return }
    addPartTimes(level * row.rate)
    add(-level * row.amount)
  }
}
