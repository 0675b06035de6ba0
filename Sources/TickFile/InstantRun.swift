/// Tells, tick after tick, where instants start.
///
/// An instant is the longest run of ticks with equal time in which no series repeats.
public struct InstantRun: Hashable, Sendable {
  /// Time of the last tick; nil before the first.
  @usableFromInline var time: Int64?
  /// By series: the number of the instant in which it was last seen, 0 for none.
  @usableFromInline var seen: [Int] = []
  /// Number of the instant that is open, from 1 on.
  @usableFromInline var instant = 0

  /// Stands before the first tick.
  public init() {}

  /// Takes the next tick.
  ///
  /// - Parameters:
  ///   - series: a number of its series, the smaller the better.
  ///   - time: ns since the epoch, never falling.
  /// - Returns: whether an instant starts with it.
  @inlinable
  public mutating func starts(_ series: Int, at time: Int64) -> Bool {
    while series >= seen.count { seen.append(0) }
    let isNew = time != self.time || seen[series] == instant
    if isNew { instant += 1 }
    self.time = time
    seen[series] = instant
    return isNew
  }
}
