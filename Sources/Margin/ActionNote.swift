public import Market

/// Why a venue refuses to change the mode of an account.
public enum SwitchRefusal: String, Sendable, Hashable {
  /// An isolated position is open.
  case isolatedPositions = "an isolated position is open"
  /// Positions are open, which cannot become isolated.
  case openPositions = "a position is open"
  /// A pool would be below its initial margin, or liquidated.
  case insufficientMargin = "its margin would not be sufficient"
  /// A balance is negative or something is borrowed.
  case pendingRepayment = "a repayment is pending"
  /// Loans stand in a wallet of their own.
  case otherWallet = "loans stand in a wallet of their own"
}

/// What became of a dated action that moves no money in or out of the account.
///
/// Kept with flows only, for the life of a single account.
public struct ActionNote: Sendable {
  /// What became of it.
  public enum Kind: Sendable, Hashable {
    /// Units borrowed, of those asked for; 0 where the venue lends nothing.
    case borrowed(AssetIndex, units: Double, asked: Double)
    /// Units paid back, of those asked for; 0 where nothing was owed or there.
    case repaid(AssetIndex, units: Double, asked: Double)
    /// The account has another mode.
    case switched(from: MarginMode, to: MarginMode)
    /// The venue refused another mode.
    case refusedSwitch(to: MarginMode, SwitchRefusal)
  }
  /// Number of the account.
  public var account: Int
  /// When.
  public var time: Timestamp
  /// What became of it.
  public var kind: Kind
}
