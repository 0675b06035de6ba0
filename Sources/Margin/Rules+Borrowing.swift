public import Market

// What an owner may borrow, pay back and take away.

extension Rules {
  /// The most units of an asset that the account may borrow now; nil where the venue sets no limit.
  ///
  /// What is borrowed counts as collateral. The level that governs borrowing must not end below
  /// `borrow_above`; under `pro` the net collateral must cover the initial margin of all debts, each
  /// `debt / (max_leverage − 1)` of its bracket.
  ///
  /// Source: Binance, max borrow = net assets·(max leverage − 1) − outstanding, which is the level
  /// max leverage / (max leverage − 1); Cross Margin Pro: max(net collateral − initial margin, 0) / IMR.
  public func maxBorrow(_ asset: AssetIndex, _ account: Account, _ quotes: Quotes) -> Double? {
    guard let loan = venue.loan, loan.terms[asset.rawValue] != nil else { return 0 }
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

  /// USD of an asset that may be borrowed under `pro`: what the net collateral leaves for its initial margin
  /// in the bracket that holds the debt.
  private func maxBorrowPro(_ asset: Int, _ account: Account, _ quotes: Quotes) -> Double {
    let level = borrowValue(account, quotes)
    var others = 0.0
    for other in account.balances.indices where other != asset {
      others += loanInitialMargin(owed(account, other) * quotes.index[other], other)
    }
    let owing = owed(account, asset) * quotes.index[asset]
    let brackets = venue.loan?.terms[asset]?.brackets ?? []
    for (place, bracket) in brackets.enumerated().reversed() {
      let cap = place + 1 < brackets.count ? brackets[place + 1].floor : .infinity
      let debt = min(cap, (level.collateral - others) * (bracket.maxLeverage - 1))
      if debt > bracket.floor { return max(0, debt - owing) }
    }
    return 0
  }

  /// Initial margin of a debt of `x` USD under `pro`: `x / (max_leverage − 1)` of its bracket.
  private func loanInitialMargin(_ x: Double, _ asset: Int) -> Double {
    guard x > 0, let brackets = venue.loan?.terms[asset]?.brackets else { return 0 }
    guard let row = brackets.last(where: { $0.floor < x }) else { return 0 }
    return x / (row.maxLeverage - 1)
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

  /// Books a loan: the units are there, and owed.
  static func book(borrowed units: Double, _ asset: Int, _ account: inout Account) {
    if account.debts.isEmpty {
      account.debts = [Debt](repeating: Debt(), count: account.balances.count)
    }
    account.balances[asset] += units
    account.debts[asset].principal += units
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
    account.interestUntil = quotes.time.nanoseconds
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
    if !account.owes { account.isCalled = false }
    return units
  }
}
