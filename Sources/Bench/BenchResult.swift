public import Margin
public import Platform

/// What was measured on one book. Times are medians of processor time on one thread, unless said otherwise.
public struct BenchResult: Sendable {
  /// The margin system.
  public var mode: MarginMode
  /// Accounts of the book, rejected ones included.
  public var accounts: Int
  /// Instruments of the book; of loans the coins that back them.
  public var instruments: Int
  /// Ticks replayed, behind the opening.
  public var ticks: Int
  /// Instants that they form.
  public var instants: Int
  /// Whether funding was settled.
  public var hasFunding: Bool
  /// The instruction set of all loops.
  public var kernel: KernelLevel
  /// Threads of the runs with many.
  public var threads: Int
  /// The median leverage that gives the share of liquidated accounts that was asked for.
  public var leverage: Double
  /// Rounds of the medians, and how many dense runs there were with one thread.
  public var rounds: Int
  /// Dense runs on one thread: one where they take long, else as many as rounds.
  public var denseRuns: Int

  /// Accounts with a liquidation / accounts.
  public var hitShare: Double
  /// Accounts that took no part.
  public var rejected: Int
  /// Account-checks: accounts × instants, less those behind an account's end.
  public var checks: Int
  /// Tests by the reference arithmetic, of the pruned engine.
  public var exactChecks: Int
  /// Those of them that were not put up by a bound.
  public var scanned: Int
  /// Liquidations: of one account at one instant.
  public var events: Int
  /// The digest of all results, the same for both engines.
  public var fingerprint: UInt64

  /// Seconds of the dense engine, from the columns.
  public var denseSeconds: Double
  /// Seconds that pass where it has all threads.
  public var denseSecondsThreaded: Double
  /// Seconds to mark instants and build the tree, from the columns.
  public var indexSeconds: Double
  /// Seconds of the pruned engine over the tree.
  public var searchSeconds: Double
  /// Seconds that pass where it has all threads.
  public var searchSecondsThreaded: Double
  /// Seconds to decode the file, mark instants and build the tree.
  public var fileSeconds: Double
  /// Ticks decoded a second, the columns that a replay needs.
  public var decodeTicksPerSecond: Double
  /// Ticks decoded a second, series and price alone.
  public var pricesPerSecond: Double
  /// Seconds of reading the files for a replay / seconds of reading a hundredth of the time that they cover.
  public var wholeOverHundredth: Double
  /// Bytes of the tick files / their ticks.
  public var bytesPerTick: Double
  /// Line-checks a second of the dense engine's vector loop.
  public var scanChecksPerSecond: Double
  /// Line-checks a second of the same loop in C; nil where this build has none.
  public var cChecksPerSecond: Double?
  /// The dense engine's vector loop / the same in C, on the same lines and columns.
  public var denseOverC: Double?
  /// The most memory that the process held during the measurement, bytes.
  public var peakBytes: Int

  /// Account-checks a second of the dense engine on one core.
  public var denseChecksPerCore: Double { Double(checks) / denseSeconds }
  /// Account-checks a second of the dense engine on all threads.
  public var denseChecks: Double { Double(checks) / denseSecondsThreaded }
  /// Account-checks a second, done or proven needless, of the pruned engine on one core, tree build counted.
  public var prunedChecksPerCore: Double { Double(checks) / (indexSeconds + searchSeconds) }
  /// The same on all threads over a tree that is there.
  public var prunedChecks: Double { Double(checks) / searchSecondsThreaded }
  /// Pruned over dense from decoded columns, tree build counted.
  public var prunedOverDenseCold: Double { denseSeconds / (indexSeconds + searchSeconds) }
  /// Pruned over dense where the tree is there: the later points of a sweep.
  public var prunedOverDenseWarm: Double { denseSeconds / searchSeconds }
  /// Pruned from the file over dense from columns.
  public var prunedOverDenseFile: Double { denseSeconds / (fileSeconds + searchSeconds) }
  /// Liquidations a second of the pruned engine over a tree that is there.
  public var eventsPerSecond: Double { Double(events) / searchSeconds }
}
