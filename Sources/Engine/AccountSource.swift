public import Margin
public import Market

/// What an account needs before it takes part.
public struct AccountNeed: Sendable {
  /// Assets that it holds outside the spot wallet, or will come to hold: each needs an index price.
  public var assets: [AssetIndex]
  /// Instruments that it holds or will open: each needs a mark price, its margin asset an index price.
  public var instruments: [InstrumentIndex]
  /// The time before which it does not open.
  public var notBefore: Timestamp
  /// Makes a need.
  public init(assets: [AssetIndex], instruments: [InstrumentIndex], notBefore: Timestamp) {
    self.assets = assets
    self.instruments = instruments
    self.notBefore = notBefore
  }
}

/// What came of an account at its first instant.
public struct Opening: Sendable {
  /// The account as opened, or as it was when it was rejected;
  /// `Rules.open(_:testsInitialMargin:_:)` has been called on it.
  public var account: Account
  /// Why it takes no part; nil where it does.
  public var rejection: Rejection?
  /// Makes an opening.
  public init(account: Account, rejection: Rejection?) {
    self.account = account
    self.rejection = rejection
  }
}

/// The people of one point: who they are before any price is known.
///
/// Called from many threads at once; the answers depend on the number alone.
public protocol AccountSource: Sendable {
  /// How many there are; they are numbered from 0.
  var count: Int { get }
  /// What account `number` needs before it opens.
  func need(_ number: Int) -> AccountNeed
  /// Opens account `number` at the prices of its first instant.
  func open(_ number: Int, _ rules: Rules, _ quotes: Quotes) -> Opening
}
