internal import Margin
internal import Market
internal import Report

// Debts and margin levels of loans.

extension ExplainText {
  /// `10000 USDT and 0.5 of interest, 0.1 BTC at 20000 USD`; nil where nothing is owed.
  func debts(_ account: Account, _ quotes: Quotes? = nil) -> String? {
    let texts = owed(account).map { place in
      let (debt, name) = (account.debts[place.rawValue], AssetIndex(place.rawValue))
      var text = units(debt.principal, name)
      if debt.interest != 0 { text += " and \(Self.number(debt.interest)) of interest" }
      if let index = quotes?.index[place.rawValue], index != 1 { text += " at \(Self.number(index)) USD" }
      return text
    }
    return texts.isEmpty ? nil : texts.joined(separator: ", ")
  }

  /// Assets that an account owes, in table order.
  func owed(_ account: Account) -> [AssetIndex] {
    account.debts.indices.filter { account.debts[$0].total != 0 }.map(AssetIndex.init)
  }

  /// `margin level 1.5: collateral 30000, debt 20000 USD; call at 1.3, liquidation at 1.1, stop at 1.5`.
  func level(_ account: Account, _ rules: Rules, _ quotes: Quotes) -> String? {
    guard let loan = rules.venue.loan, account.mode == .loan else { return nil }
    guard account.owes else { return "nothing is owed" }
    let value = rules.loanValue(account, quotes)
    return "margin level \(Self.number(value.level)): collateral \(Self.number(value.collateral)), "
      + "\(Self.required(loan)) \(Self.number(value.required)) USD; call at \(Self.number(loan.call)), "
      + "liquidation at \(Self.number(loan.liquidate)), stop at \(Self.number(loan.stop))"
  }

  /// What a level divides by, in words.
  static func required(_ loan: LoanRules) -> String {
    loan.formula == .pro ? "maintenance margin" : "debt"
  }

  // MARK: JSON

  /// What is owed by asset.
  func debtMembers(_ account: Account) -> JSONValue {
    .object(
      owed(account).map { place in
        let debt = account.debts[place.rawValue]
        return (
          asset(place),
          .object([("principal", .number(debt.principal)), ("interest", .number(debt.interest))])
        )
      })
  }

  /// The level of a loan and those that it is held against.
  func levelMembers(_ account: Account, _ rules: Rules, _ quotes: Quotes) -> [JSONValue] {
    guard let loan = rules.venue.loan, account.mode == .loan, account.owes else { return [] }
    let value = rules.loanValue(account, quotes)
    return [
      .object([
        ("pool", .text("account")), ("unit", .text("USD")), ("collateral", .number(value.collateral)),
        ("required", .number(value.required)), ("margin_level", .number(value.level)),
        ("call", .number(loan.call)), ("liquidate", .number(loan.liquidate)), ("stop", .number(loan.stop)),
        ("margin_ratio", rules.poolStates(account, quotes).first.map { .number($0.value.ratio) } ?? .null),
      ])
    ]
  }
}
