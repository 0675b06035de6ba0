import Platform
import Synchronization
import Testing

@testable import Engine

/// The threads that work off items.
struct CrewTests {
  @Test(arguments: [1, 2, 5], [0, 1, 100, 700])
  func everyItemIsDoneOnce(threads: Int, count: Int) throws {
    let done = Mutex([Int](repeating: 0, count: count))
    var shares: [Double] = []
    try Crew(threads: threads).perform(count, progress: { shares.append($0) }) { item, thread in
      done.withLock { $0[item] += 1 }
      #expect((0..<threads).contains(thread))
    }
    #expect(done.withLock { $0 } == [Int](repeating: 1, count: count))
    #expect(shares == shares.sorted())
    #expect(shares.last == (count == 0 ? nil : 1))
  }

  /// The third item asks to stop: no thread begins another one, each finishes the one it has.
  @Test(arguments: [1, 2, 5])
  func aCancelledCrewBeginsNothingMore(threads: Int) {
    let done = Mutex(0)
    let crew = Crew(threads: threads) { done.withLock { $0 } >= 3 }
    let error = #expect(throws: RunError.self) {
      try crew.perform(100) { _, _ in done.withLock { $0 += 1 } }
    }
    #expect(error?.exitStatus == .interrupted)
    let count = done.withLock { $0 }
    #expect(count >= 3 && count < 3 + threads)
  }

  @Test func nothingIsDoneWhereItIsCancelledFromTheStart() {
    #expect(throws: RunError.self) {
      try Crew(threads: 1, isCancelled: { true }).perform(1) { _, _ in Issue.record("an item ran") }
    }
  }
}
