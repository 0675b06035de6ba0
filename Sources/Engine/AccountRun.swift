public import Margin
public import Market

/// What came of an account, beside the account itself.
public struct AccountLife: Sendable, Hashable {
  /// Why it took no part; nil where it did.
  public var rejection: Rejection?
  /// Its first instant; nil where it never opened for lack of prices or time.
  public var opened: Timestamp?
  /// When its last position was closed or its last debt paid; nil where something is still open or there
  /// never was anything.
  public var closed: Timestamp?
  /// How long it was in each band, until the end or until nothing could happen to it any more; nil where that
  /// was not recorded, and where it took no part.
  public var bands: BandTimes?

  /// Makes a life; by default that of an account that never opened.
  public init(
    rejection: Rejection? = nil, opened: Timestamp? = nil, closed: Timestamp? = nil, bands: BandTimes? = nil
  ) {
    self.rejection = rejection
    self.opened = opened
    self.closed = closed
    self.bands = bands
  }

  /// Whether it took part: it opened and was not rejected.
  public var takesPart: Bool { rejection == nil && opened != nil }
}

/// A run of accounts of one point at its end, their books closed.
public struct AccountRun: Sendable {
  /// The number of the first of them.
  public let first: Int
  /// The accounts; one that never opened is an empty shell.
  public let accounts: [Account]
  /// What came of each.
  public let lives: [AccountLife]

  /// Makes a run.
  init(first: Int, accounts: [Account], lives: [AccountLife]) {
    precondition(accounts.count == lives.count)
    self.first = first
    self.accounts = accounts
    self.lives = lives
  }

  /// A run of outcomes, the first of them number 0.
  public init(_ outcomes: [AccountOutcome]) {
    let shell = Account(number: 0, mode: .isolated, balances: [], positions: [])
    self.init(first: 0, accounts: outcomes.map { $0.account ?? shell }, lives: outcomes.map(\.life))
  }
}

/// What is kept of one point while its accounts come to their ends.
///
/// Called by one thread at a time.
public protocol PointReport: Sendable {
  /// Takes the next accounts; they come in the order of their numbers.
  mutating func add(_ run: AccountRun)
  /// Ends a point, once it has all accounts.
  ///
  /// - Parameters:
  ///   - entries: all that happened, by time, account and the account's own order.
  ///   - checks: account-checks: tests of one account at one instant, done or proven needless.
  mutating func finish(_ entries: [JournalEntry], checks: Int)
}

extension PointResult: PointReport {
  /// Keeps the accounts.
  public mutating func add(_ run: AccountRun) {
    for (account, life) in zip(run.accounts, run.lives) {
      accounts.append(AccountOutcome(account: life.opened == nil ? nil : account, life: life))
    }
  }

  /// Keeps what happened.
  public mutating func finish(_ entries: [JournalEntry], checks: Int) {
    self.entries = entries
    self.checks = checks
  }
}
