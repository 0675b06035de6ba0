public import Market

/// The rules of a point over time, and the clock events of an account under them: interest and the owner's
/// dated actions.
public struct RuleBook: Sendable {
  /// Rules and the time from which they hold, in time order; the first hold from the beginning.
  public let spans: [(from: Timestamp, rules: Rules)]

  /// Makes a book of at least one set of rules.
  public init(_ spans: [(from: Timestamp, rules: Rules)]) { self.spans = spans }

  /// A book of rules that never change.
  public init(_ rules: Rules) { spans = [(from: Timestamp(nanoseconds: .min), rules: rules)] }

  /// The rules that hold at a time, a change at that time included.
  public func rules(at time: Timestamp) -> Rules {
    var current = spans[0].rules
    for change in spans.dropFirst() where change.from <= time { current = change.rules }
    return current
  }

  /// The rules by which interest is charged at a time: it comes before a change at that time.
  private func rules(before time: Timestamp) -> Rules {
    var current = spans[0].rules
    for change in spans.dropFirst() where change.from < time { current = change.rules }
    return current
  }

  /// The first full hour or day strictly after a time at which interest falls due; nil where the venue lends
  /// nothing from then on.
  public func nextInterest(after nanoseconds: Int64) -> Timestamp? {
    // Nothing has been borrowed before the beginning of time.
    if nanoseconds == .min { return nil }
    for (place, span) in spans.enumerated() {
      let end = place + 1 < spans.count ? spans[place + 1].from.nanoseconds : .max
      guard let loan = span.rules.venue.loan, nanoseconds < end else { continue }
      let start = place == 0 ? nanoseconds : max(nanoseconds, span.from.nanoseconds)
      let period: Int64 = loan.interest == .hourly ? 3_600_000_000_000 : 86_400_000_000_000
      let done = start / period - (start % period < 0 ? 1 : 0)
      let (due, isBeyond) = (done + 1).multipliedReportingOverflow(by: period)
      if isBeyond { return nil }
      if due <= end { return Timestamp(nanoseconds: due) }
    }
    return nil
  }

  /// When the next clock event of an account is due; nil for none.
  @inlinable
  public func nextEvent(of account: borrowing Account) -> Timestamp? {
    // Most accounts have none; they are not worth a call.
    account.debts.isEmpty && account.actions.isEmpty ? nil : nextClockEvent(of: account)
  }

  @usableFromInline
  func nextClockEvent(of account: borrowing Account) -> Timestamp? {
    switch (nextInterest(of: account), account.nextAction) {
    case (let interest?, let action?): min(interest, action)
    case (let interest, let action): interest ?? action
    }
  }

  private func nextInterest(of account: borrowing Account) -> Timestamp? {
    account.owes ? nextInterest(after: account.interestUntil) : nil
  }

  /// What a clock event is.
  public enum Event: Sendable {
    /// Interest on what is owed.
    case interest
    /// The next of the owner's dated actions.
    case action
  }

  /// Carries out the next clock event of an account if it is due at or before `time`, at the prices before
  /// it; at equal times interest comes before actions.
  ///
  /// - Parameters:
  ///   - account: whose clock runs.
  ///   - time: up to when, inclusive.
  ///   - quotes: the prices before; their time is set to the event's.
  ///   - journal: takes what happens.
  /// - Returns: what it was; nil where none is due.
  public func runNext(
    _ account: inout Account, dueAt time: Timestamp, _ quotes: inout Quotes, _ journal: inout Journal
  ) -> Event? {
    let (interest, action) = (nextInterest(of: account), account.nextAction)
    if let interest, interest <= time, action.map({ interest <= $0 }) ?? true {
      quotes.time = interest
      account.interestUntil = interest.nanoseconds
      rules(before: interest).chargeInterest(&account, quotes, &journal)
      return .interest
    }
    guard let action, action <= time else { return nil }
    quotes.time = action
    rules(at: action).carryOutAction(&account, quotes, &journal)
    return .action
  }

  /// Carries out all clock events of an account that are due at or before `time`, in time order.
  public func runClock(
    _ account: inout Account, dueAt time: Timestamp, _ quotes: Quotes, _ journal: inout Journal
  ) {
    guard let due = nextEvent(of: account), due <= time else { return }
    var quotes = quotes
    while runNext(&account, dueAt: time, &quotes, &journal) != nil {}
  }
}

extension Account {
  /// When the next of its dated actions is due; nil for none.
  public var nextAction: Timestamp? {
    actionsDone < actions.count ? actions[actionsDone].at : nil
  }
}
