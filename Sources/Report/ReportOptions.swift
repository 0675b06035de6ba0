public import Market

/// Which of the optional files and figures a run writes.
public struct ReportOptions: Sendable, Hashable {
  /// Width of the stretches of `timeline.csv`; nil for no such file.
  public var timeline: TimeSpan?
  /// Whether `accounts.csv` is written.
  public var accounts: Bool
  /// Whether the largest margin ratio of every account is recorded.
  public var worstRatio: Bool
  /// Whether `bands.csv` is written.
  public var bands: Bool

  /// Makes options; by default only the files that every run has.
  public init(
    timeline: TimeSpan? = nil, accounts: Bool = false, worstRatio: Bool = false, bands: Bool = false
  ) {
    self.timeline = timeline
    self.accounts = accounts
    self.worstRatio = worstRatio
    self.bands = bands
  }
}
