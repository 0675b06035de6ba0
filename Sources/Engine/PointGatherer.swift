internal import Margin
internal import Market
internal import Synchronization

/// Where a replay ends.
struct ReplayEnd: Sendable {
  /// The last prices.
  var quotes: Quotes
  /// How many instants there were.
  var instants: Int
}

/// Brings the blocks of a point into the order of their accounts, whichever thread ends them when, and gives
/// them to its report.
final class PointGatherer<Report: PointReport>: Sendable {
  /// What grows with every block; one thread has it at a time.
  private struct Growth: Sendable {
    var report: Report
    var entries: [JournalEntry] = []
    var checks = 0
  }

  private struct State: Sendable {
    /// Nil while a thread has it.
    var growth: Growth?
    /// Blocks that have ended before their turn, by the number of their first account.
    var waiting: [Int: BlockCell] = [:]
    /// The account whose turn is next.
    var next = 0
  }

  private let accounts: Int
  private let state: Mutex<State>

  /// Makes a gatherer of a point with this many accounts.
  init(_ report: Report, accounts: Int) {
    self.accounts = accounts
    var growth = Growth(report: report)
    if accounts == 0 { Self.finish(&growth) }
    state = Mutex(State(growth: growth))
  }

  /// The report; finished once all blocks have been added.
  var report: Report {
    guard let growth = state.withLock({ $0.next == accounts ? $0.growth : nil }) else {
      preconditionFailure("a report is finished when all accounts have ended")
    }
    return growth.report
  }

  /// Takes a block whose books are closed, and hands it on in its turn.
  ///
  /// - Parameters:
  ///   - first: the number of its first account.
  ///   - release: gets blocks that have been handed on, this one or others.
  func add(_ cell: BlockCell, first: Int, release: (BlockCell) -> Void) {
    state.withLock { $0.waiting[first] = cell }
    while let (cell, taken) = takeNext() {
      var growth = taken
      let end = cell.use { block in
        growth.report.add(block.ended)
        growth.entries += block.journal.entries
        growth.checks += block.checks
        return block.numbers.upperBound
      }
      if end == accounts { Self.finish(&growth) }
      release(cell)
      state.withLock {
        $0.growth = growth
        $0.next = end
      }
    }
  }

  /// The block whose turn it is, unless another thread is at work and will come to it.
  private func takeNext() -> (BlockCell, Growth)? {
    state.withLock { state in
      guard let growth = state.growth, let cell = state.waiting.removeValue(forKey: state.next) else {
        return nil
      }
      state.growth = nil
      return (cell, growth)
    }
  }

  /// Puts the entries in order and ends the report.
  private static func finish(_ growth: inout Growth) {
    let entries = growth.entries
    let keys = entries.enumerated().map { (time: $1.time.nanoseconds, account: $1.account, place: $0) }
    let order = keys.sorted { ($0.time, $0.account, $0.place) < ($1.time, $1.account, $1.place) }
    growth.entries = []
    growth.report.finish(order.map { entries[$0.place] }, checks: growth.checks)
  }
}

/// A block that is worked on by one thread at a time, and never copied.
final class BlockCell: Sendable {
  private let block: Mutex<AccountBlock?>

  init(_ block: AccountBlock) { self.block = Mutex(block) }

  /// Takes the block out while it is worked on, so that nothing of it is shared or copied.
  func use<Result>(_ work: (inout AccountBlock) -> Result) -> Result {
    guard var taken = block.withLock({ $0.take() }) else {
      preconditionFailure("a block is worked on by one thread at a time")
    }
    let result = work(&taken)
    block.withLock { $0 = taken }
    return result
  }
}
