public import Engine
internal import Margin

/// How an account ended, as `accounts.csv` shows it.
public enum AccountStatus: String, Sendable, CaseIterable {
  /// It took part and was never liquidated, or lost its positions to its own stop-loss alone.
  case open
  /// It was liquidated in part: some position is still open, or something is still owed.
  case reduced
  /// It was liquidated and nothing is left open.
  case liquidated
  /// The insurance fund paid for it.
  case bankrupt
  /// It could not open.
  case rejected

  /// The status of an account; nil where it never came to open, because the prices it needs or its own time
  /// lie outside the window.
  public init?(_ outcome: AccountOutcome) {
    let shell = Account(number: 0, mode: .isolated, balances: [], positions: [])
    self.init(outcome.account ?? shell, outcome.life)
  }

  /// The status of an account, of which nothing is asked where it took no part.
  init?(_ account: Account, _ life: AccountLife) {
    if life.rejection != nil {
      self = .rejected
    } else if life.opened == nil {
      return nil
    } else if account.tally.fundPayment > 0 {
      self = .bankrupt
    } else if account.tally.liquidationSteps > 0 {
      self = account.isFlat ? .liquidated : .reduced
    } else {
      self = .open
    }
  }
}
