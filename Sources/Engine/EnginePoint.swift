public import Margin
public import Market
public import Platform

/// One point of a sweep as the engine sees it: rules and people.
public struct EnginePoint: Sendable {
  /// The rules and the time from which they hold, in time order; the first holds from the beginning.
  public var rules: [(from: Timestamp, rules: Rules)]
  /// The people.
  public var accounts: any AccountSource
  /// Makes a point.
  public init(rules: [(from: Timestamp, rules: Rules)], accounts: any AccountSource) {
    self.rules = rules
    self.accounts = accounts
  }
}

/// Which engine runs; all give the same bytes.
public enum EngineKind: String, CaseIterable, Sendable {
  /// Every account at every instant in plain scalar code.
  case reference
  /// Every account at every instant by vector bounds; the reference decides what they nominate.
  case dense
  /// The same events by bounds over cells of instants, without a visit to every instant.
  case pruned
}

/// How a simulation runs. None of these changes a result, `recordsWorstRatio` and `recordsBands` only fill
/// more figures.
public struct EngineOptions: Sendable {
  /// Which engine runs.
  public var kind: EngineKind = .pruned
  /// The instruction set of the vector loops; the processor must have it.
  public var kernel: KernelLevel = .best
  /// Threads; nil for all usable cores.
  public var threads: Int?
  /// Ticks in memory at a time; nil for as many as serve the engine and fit into ``tickMemory``.
  public var chunkInstants: Int?
  /// Pages in memory of a replay whose ticks are not kept although they would fit; nil for what memory says.
  public var keptPages: Int?
  /// Bytes that ticks in memory may take; nil for an eighth of the machine's memory.
  public var tickMemory: Int?
  /// Accounts of one work item.
  public var blockAccounts = 512
  /// Whether the largest margin ratio of every account is recorded.
  public var recordsWorstRatio = false
  /// Whether the time of every account in each band is recorded.
  public var recordsBands = false
  /// Whether flows without a CSV row stay in the journal.
  public var keepsFlows = false
  /// The default options.
  public init() {}
}

/// How one account ended; the members of its life stand here as well.
@dynamicMemberLookup
public struct AccountOutcome: Sendable {
  /// The account at the end, its books closed; nil where it never opened for lack of prices or time.
  public var account: Account?
  /// What came of it.
  public var life: AccountLife

  /// Makes an outcome.
  public init(account: Account?, life: AccountLife) {
    self.account = account
    self.life = life
  }

  /// A member of its life.
  public subscript<Value>(dynamicMember path: WritableKeyPath<AccountLife, Value>) -> Value {
    get { life[keyPath: path] }
    set { life[keyPath: path] = newValue }
  }
}

/// What happened at one point.
public struct PointResult: Sendable {
  /// All entries, by time, account and the account's own order.
  public var entries: [JournalEntry]
  /// The accounts by number.
  public var accounts: [AccountOutcome]
  /// Account-checks: tests of one account at one instant, done or proven needless.
  public var checks: Int

  /// Makes a result.
  public init(entries: [JournalEntry], accounts: [AccountOutcome], checks: Int) {
    self.entries = entries
    self.accounts = accounts
    self.checks = checks
  }
}

/// What was replayed; the same for all points.
public struct ReplayStatistics: Sendable {
  /// Records of the series used, inside the window.
  public var ticks = 0
  /// Instants they form.
  public var instants = 0
  /// Records of series that the study does not use, and prints that are no market trades.
  public var skipped = 0
  /// First and last instant; nil without any.
  public var first: Timestamp?
  /// The last instant.
  public var last: Timestamp?
  /// No ticks yet.
  public init() {}
}

/// Mark prices at the ends of equal stretches of time.
public struct MarkSamples: Sendable {
  /// Starts of the stretches, multiples of the width since the epoch.
  public var buckets: [Timestamp] = []
  /// Marks by stretch and instrument of the venue, NaN where none yet.
  public var marks: [[Double]] = []
  /// No samples yet.
  public init() {}
}
