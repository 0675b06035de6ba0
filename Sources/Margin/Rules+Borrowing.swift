public import Market

// What an owner may borrow, pay back and take away.

extension Rules {
  /// The most units of an asset that the account may borrow now; nil where the venue sets no limit.
  ///
  /// What is borrowed counts as collateral. The level that governs borrowing must not end below
  /// `borrow_above`; under `pro` the net collateral must cover the initial margin of all debts, each
  /// slice of a debt at `1 / (max_leverage − 1)` of its bracket.
  ///
  /// Source: Binance, max borrow = net assets·(max leverage − 1) − outstanding, which is the level
  /// max leverage / (max leverage − 1); Cross Margin Pro: max(net collateral − initial margin, 0) / IMR.
  public func maxBorrow(_ asset: AssetIndex, _ account: Account, _ quotes: Quotes) -> Double? {
    guard account.mode == .loan, let loan = venue.loan, loan.terms[asset.rawValue] != nil else { return 0 }
    let index = quotes.index[asset.rawValue]
    if loan.formula == .pro { return maxBorrowPro(asset.rawValue, account, quotes) / index }
    guard let limit = loan.borrowAbove else { return nil }
    func after(_ value: Double) -> Account {
      var trial = account
      Self.book(borrowed: value / index, asset.rawValue, &trial)
      return trial
    }
    func slack(_ value: Double) -> Double {
      let level = borrowValue(after(value), quotes)
      return level.collateral - limit * level.required
    }
    let formula: LoanRules.Formula = loan.formula == .gross ? .haircutGross : loan.formula
    let last = loan.terms[asset.rawValue]?.tiers.last?.floor ?? 0
    let width = 1 + last + grossEquity(account, quotes).magnitude
    let kinks = loanKinks([0, width], quotes, formula, after)
    // Behind the last tier the slack is one line: two more points say where it leads.
    let points = kinks + [2 * width, 4 * width]
    if let most = ConcavePath.lastAboveZero(along: points, slack) { return most / index }
    let (near, far) = (slack(2 * width), slack(4 * width))
    return far < near ? (2 * width + 2 * width * (near / (near - far))) / index : nil
  }

  /// USD of an asset that may be borrowed under `pro`: the net collateral covers its initial margin, slice by
  /// slice of the debt.
  private func maxBorrowPro(_ asset: Int, _ account: Account, _ quotes: Quotes) -> Double {
    var left = borrowValue(account, quotes).collateral
    for other in account.balances.indices where other != asset {
      left -= loanInitialMargin(owed(account, other) * quotes.index[other], other)
    }
    var debt = 0.0
    for slice in initialSlices(asset) where left > 0 {
      let share = min(slice.width, left / slice.rate)
      debt += share
      left -= share * slice.rate
      if share < slice.width { break }
    }
    return max(0, debt - owed(account, asset) * quotes.index[asset])
  }

  /// Initial margin of a debt of `x` USD under `pro`: each slice of the debt at its bracket's rate.
  ///
  /// Source: Binance, Cross Margin Pro: initial margin rate 1 / (leverage − 1), added up by tiers.
  private func loanInitialMargin(_ x: Double, _ asset: Int) -> Double {
    var (margin, left) = (0.0, x)
    for slice in initialSlices(asset) where left > 0 {
      margin += min(slice.width, left) * slice.rate
      left -= slice.width
    }
    return margin
  }

  /// The slices of a debt in USD, each with its initial rate `1 / (max_leverage − 1)`.
  private func initialSlices(_ asset: Int) -> [(width: Double, rate: Double)] {
    let brackets = venue.loan?.terms[asset]?.brackets ?? []
    return brackets.indices.map { place in
      let cap = place + 1 < brackets.count ? brackets[place + 1].floor : .infinity
      return (cap - brackets[place].floor, 1 / (brackets[place].maxLeverage - 1))
    }
  }

  /// The most units of an asset that may leave the account now: of a loan what keeps the level that governs
  /// transfers at `transfer_above` or above, else the balance.
  public func maxTransferOut(_ asset: AssetIndex, _ account: Account, _ quotes: Quotes) -> Double {
    let balance = max(0, account.balances[asset.rawValue])
    guard account.mode == .loan, account.owes, let loan = venue.loan, let limit = loan.transferAbove else {
      return balance
    }
    func after(_ share: Double) -> Account {
      var trial = account
      trial.balances[asset.rawValue] = balance - balance * share
      return trial
    }
    let formula: LoanRules.Formula = loan.formula == .gross ? .haircutGross : loan.formula
    let most = ConcavePath.lastAboveZero(along: loanKinks([0, 1], quotes, formula, after)) { share in
      let level = borrowValue(after(share), quotes)
      return level.collateral - limit * level.required
    }
    return most.map { balance * $0 } ?? balance
  }

  /// Books a loan: the units are there, and owed. Nothing is gained, but what has moved is a flow.
  static func book(borrowed units: Double, _ asset: Int, _ account: inout Account) {
    if account.debts.isEmpty {
      account.debts = [Debt](repeating: Debt(), count: account.balances.count)
    }
    account.balances[asset] += units
    account.debts[asset].principal += units
    account.tally.units[asset].absoluteFlow += 2 * units
  }

  /// Borrows at the owner's wish, at most what the venue lends, and charges the first hour.
  ///
  /// - Returns: the units that were borrowed.
  func borrow(
    _ account: inout Account, _ asset: AssetIndex, _ amount: Double, _ quotes: Quotes,
    _ journal: inout Journal
  ) -> Double {
    let units = min(amount, maxBorrow(asset, account, quotes) ?? amount)
    guard units > 0 else { return 0 }
    Self.book(borrowed: units, asset.rawValue, &account)
    // An action dated before the opening must not charge hours at which the account was not there.
    account.interestUntil = max(account.interestUntil, quotes.time.nanoseconds)
    chargeFirstHour(&account, asset.rawValue, units, quotes, &journal)
    return units
  }

  /// Pays back at the owner's wish, at most what is owed and what the balance has; interest before principal.
  ///
  /// - Returns: the units that were paid.
  func repay(_ account: inout Account, _ asset: AssetIndex, _ amount: Double) -> Double {
    let units = min(amount, max(0, account.balances[asset.rawValue]), owed(account, asset.rawValue))
    guard units > 0 else { return 0 }
    account.balances[asset.rawValue] -= units
    account.debts[asset.rawValue].pay(units)
    account.tally.units[asset.rawValue].absoluteFlow += 2 * units
    if !account.owes { account.isCalled = false }
    return units
  }
}
