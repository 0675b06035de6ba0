// Bench: measures the engines against each other and against the same loop in C, on books of accounts and
// ticks that it makes for that.

public import Margin
internal import Market
public import Platform

/// What shall be measured.
///
/// ```swift
/// var request = BenchRequest()
/// request.modes = [.cross]
/// request.accounts = [10_000]
/// for result in try request.run() { print(result.prunedOverDenseCold) }
/// ```
public struct BenchRequest: Sendable {
  /// How many of the accounts are liquidated.
  public enum HitShare: String, CaseIterable, Sendable {
    /// None.
    case none
    /// About a third.
    case third
    /// About half.
    case half

    /// The share that is aimed at.
    var share: Double {
      switch self {
      case .none: 0
      case .third: 1.0 / 3
      case .half: 0.5
      }
    }
  }

  /// The margin systems.
  public var modes: [MarginMode] = [.isolated, .cross, .multiAsset]
  /// Sizes of the books.
  public var accounts = [1_000, 10_000, 100_000]
  /// Instruments that every account holds; of a loan its collateral coins. Nil: what suits the mode.
  public var instruments: [Int] = []
  /// Ticks of a replay.
  public var ticks = 500_000
  /// Tick files to measure on in place of generated ticks; ``instruments`` and ``ticks`` then follow from
  /// them.
  public var files: [String] = []
  /// How many of the accounts are liquidated.
  public var hitShare = HitShare.third
  /// Whether funding is settled; nil: in multi-asset mode.
  public var hasFunding: Bool?
  /// The instruction set of all loops; the processor must have it.
  public var kernel = KernelLevel.best
  /// Threads of the runs with many.
  public var threads = Machine.usableCores
  /// Rounds of which medians are taken.
  public var rounds = 3
  /// Account-checks of one turn of the vector loops alone.
  public var scanChecks = 20_000_000
  /// Seed of ticks and people.
  public var seed: UInt64 = 1
  /// When progress is shown.
  public var progress = ProgressMeter.Mode.auto

  /// The default request: books of 1k, 10k and 100k accounts in three modes.
  public init() {}

  /// Makes it small enough for a look at whether everything works; its figures say nothing.
  public mutating func makeQuick() {
    accounts = [200]
    ticks = 20_000
    rounds = 1
    scanChecks = 200_000
  }

  /// A dense run that takes longer than this is not repeated, seconds.
  static let longRun = 5.0
  /// The most instruments of a book.
  public static let mostInstruments = 64
}
