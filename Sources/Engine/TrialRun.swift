internal import Margin
internal import Market
internal import Platform

/// How long something took.
public struct TrialTime: Sendable, Hashable {
  /// Seconds that passed.
  public var seconds: Double
  /// Seconds of processor time, of all threads together.
  public var processorSeconds: Double
  /// Makes a time.
  public init(seconds: Double, processorSeconds: Double) {
    self.seconds = seconds
    self.processorSeconds = processorSeconds
  }
}

/// Reads both clocks from one moment on.
struct Stopwatch {
  private let wall = Clocks.monotonicNanoseconds()
  private let processor = Clocks.processNanoseconds()

  /// The time since then.
  func read() -> TrialTime {
    TrialTime(
      seconds: Double(Clocks.monotonicNanoseconds() - wall) * 1e-9,
      processorSeconds: Double(Clocks.processNanoseconds() - processor) * 1e-9)
  }
}

/// What came of one run of ``EngineTrial``.
public struct TrialRun: Sendable, Hashable {
  /// How long the engine took.
  public var time: TrialTime
  /// Accounts, those that took no part included.
  public var accounts = 0
  /// Accounts that were rejected.
  public var rejected = 0
  /// Accounts with at least one liquidation.
  public var liquidated = 0
  /// Liquidations: of one account at one instant, whatever the number of its steps.
  public var events = 0
  /// Account-checks: tests of one account at one instant, done or proven needless.
  public var checks = 0
  /// Tests that the reference arithmetic did.
  public var exactChecks = 0
  /// Those of them at instants that were looked at one after the other, for lack of a bound.
  public var scanned = 0
  /// A digest of everything that happened and of every account at the end.
  public var fingerprint: UInt64 = 0

  init(time: TrialTime) { self.time = time }

  /// Counts what happened to a block of accounts; the entries of an account follow one another in time.
  mutating func count(_ block: AccountBlock) {
    var last = [Int64?](repeating: nil, count: block.slots.count)
    for case .liquidation(let step) in block.journal.entries where step.cause != .stopLoss {
      let place = step.account - block.numbers.lowerBound
      if last[place] == nil { liquidated += 1 }
      if last[place] != step.time.nanoseconds { events += 1 }
      last[place] = step.time.nanoseconds
    }
  }
}
