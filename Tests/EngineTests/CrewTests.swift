import Synchronization
import Testing

@testable import Engine

/// The threads that work off items.
struct CrewTests {
  @Test(arguments: [1, 2, 5])
  func everyItemIsDoneOnce(threads: Int) {
    let done = Mutex([Int](repeating: 0, count: 100))
    let isWhole = Crew(threads: threads).perform(100) { item, thread in
      done.withLock { $0[item] += 1 }
      #expect((0..<threads).contains(thread))
    }
    #expect(isWhole)
    #expect(done.withLock { $0 } == [Int](repeating: 1, count: 100))
  }

  /// The third item asks to stop: no thread begins another one, each finishes the one it has.
  @Test(arguments: [1, 2, 5])
  func aCancelledCrewBeginsNothingMore(threads: Int) {
    let done = Atomic<Int>(0)
    let isWhole = Crew(threads: threads).perform(
      100, isCancelled: { done.load(ordering: .sequentiallyConsistent) >= 3 }
    ) { _, _ in
      _ = done.wrappingAdd(1, ordering: .sequentiallyConsistent)
    }
    #expect(!isWhole)
    let count = done.load(ordering: .sequentiallyConsistent)
    #expect(count >= 3 && count < 3 + threads)
  }

  @Test func nothingIsDoneWhereItIsCancelledFromTheStart() {
    let isWhole = Crew(threads: 1).perform(1, isCancelled: { true }) { _, _ in Issue.record("an item ran") }
    #expect(!isWhole)
  }
}
