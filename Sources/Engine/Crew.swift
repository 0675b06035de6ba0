internal import Dispatch
internal import Synchronization

/// A fixed number of threads that work off numbered items.
struct Crew {
  let threads: Int

  init(threads: Int) { self.threads = max(1, threads) }

  /// Does items 0 ..< `count`, each once, in any order; returns when all are done.
  ///
  /// - Parameters:
  ///   - isCancelled: polled before each item; once true, no thread begins another one.
  ///   - work: gets the item and the number of the thread, whose scratch memory it may use.
  /// - Returns: whether every item was done.
  func perform(
    _ count: Int, isCancelled: @Sendable () -> Bool = { false }, _ work: (_ item: Int, _ thread: Int) -> Void
  ) -> Bool {
    if threads == 1 || count <= 1 {
      for item in 0..<count {
        if isCancelled() { return false }
        work(item, 0)
      }
      return true
    }
    let next = Atomic<Int>(0)
    let isLeft = Atomic<Bool>(false)
    withoutActuallyEscaping(work) { work in
      // Safe: concurrentPerform returns only when every call has; each item goes to one thread, each thread
      // has its own scratch memory, and what items share they only read.
      nonisolated(unsafe) let work = work
      DispatchQueue.concurrentPerform(iterations: min(threads, count)) { thread in
        while true {
          let item = next.wrappingAdd(1, ordering: .relaxed).oldValue
          if item >= count { return }
          if isCancelled() { return isLeft.store(true, ordering: .relaxed) }
          unsafe work(item, thread)
        }
      }
    }
    return !isLeft.load(ordering: .relaxed)
  }
}
