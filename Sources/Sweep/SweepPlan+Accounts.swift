internal import Engine
internal import Margin
internal import Market
public import Platform
internal import Population
internal import Synchronization

/// What became of the accounts of a point when they were written as a book.
public struct WrittenAccounts: Sendable, Hashable {
  /// Accounts that opened and were written.
  public var written = 0
  /// Accounts that could not open; they are not in the book.
  public var rejected = 0
  /// Accounts that never came to open inside the window; they are not in the book.
  public var absent = 0
}

extension SweepPlan {
  /// Writes the accounts of a point as a book, one account document per line, as they are at their first
  /// instant before anything happens to them.
  ///
  /// The ticks are replayed until every account has opened.
  ///
  /// - Parameters:
  ///   - number: the point, counted from 0.
  ///   - sink: takes the lines; the caller flushes it.
  /// - Throws: `InputError` where there is no such point; errors of ticks and system; `RunError` when
  ///   interrupted.
  public func writeAccounts(of number: Int, to sink: ByteSink) throws -> WrittenAccounts {
    guard (0..<pointCount).contains(number) else {
      throw InputError(
        SourceLocation(path: study.path), "there is no point \(number)",
        expected: "a point, 0 to \(pointCount - 1)")
    }
    let point = try point(number)
    let recorder = OpeningRecorder(point.population)
    // Few ticks at a time: as a rule all have opened after the first of them.
    var options = EngineOptions()
    options.chunkInstants = 65_536
    let simulation = try Simulation(replay: try replay(point.venue), options: options)
    do {
      _ = try simulation.run(
        [EnginePoint(rules: point.rules, accounts: recorder)],
        isCancelled: { Interrupt.isRequested || recorder.isComplete })
    } catch let error as RunError where error.exitStatus == .interrupted {
      // The replay also ends early because nothing is left to wait for.
      try Interrupt.check()
    }
    var counts = WrittenAccounts()
    for place in 0..<point.population.count {
      guard let opened = recorder.opening(place) else {
        counts.absent += 1
        continue
      }
      guard opened.rejection == nil else {
        counts.rejected += 1
        continue
      }
      counts.written += 1
      let document = point.population.document(of: place, as: opened.account, openedAt: opened.time)
      try sink.write(document.json(venue: point.venue) + "\n")
    }
    return counts
  }
}

/// Notes how accounts open, and keeps them from taking part.
private final class OpeningRecorder: AccountSource {
  struct Record {
    var account: Account
    var rejection: Rejection?
    var time: Timestamp
  }

  private let source: Population
  private let records = Mutex<[Int: Record]>([:])

  init(_ population: Population) { source = population }

  var count: Int { source.count }
  var isComplete: Bool { records.withLock { $0.count } == count }
  func opening(_ number: Int) -> Record? { records.withLock { $0[number] } }
  func need(_ number: Int, into needs: inout AccountNeeds) { source.need(number, into: &needs) }

  func open(_ number: Int, _ rules: Rules, _ quotes: Quotes, into account: inout Account) -> Rejection? {
    let rejection = source.open(number, rules, quotes, into: &account)
    let record = Record(account: account, rejection: rejection, time: quotes.time)
    records.withLock { $0[number] = record }
    return rejection ?? .trigger
  }
}
