internal import Dispatch
internal import Platform
internal import Synchronization

/// A fixed number of threads that work off numbered items.
struct Crew {
  /// Items of a thread between two reports of progress: many enough that nobody waits long for the last.
  private static let round = 64

  let threads: Int
  /// Polled before each item; once true, no thread begins another one.
  let isCancelled: @Sendable () -> Bool

  init(threads: Int, isCancelled: @escaping @Sendable () -> Bool = { false }) {
    self.threads = max(1, threads)
    self.isCancelled = isCancelled
  }

  /// Does items 0 ..< `count`, each once, in any order; returns when all are done.
  ///
  /// - Parameters:
  ///   - progress: called with the share that is done, from one thread.
  ///   - work: gets the item and the number of the thread, whose scratch memory it may use.
  /// - Throws: `RunError` with status `interrupted` when cancelled before every item was done.
  func perform(
    _ count: Int, progress: (Double) -> Void, _ work: (_ item: Int, _ thread: Int) -> Void
  ) throws {
    for first in stride(from: 0, to: count, by: threads * Self.round) {
      let round = min(count - first, threads * Self.round)
      try perform(round) { item, thread in work(first + item, thread) }
      progress(Double(first + round) / Double(count))
    }
  }

  /// Does items 0 ..< `count`, each once, in any order; returns when all are done.
  ///
  /// - Parameter work: gets the item and the number of the thread, whose scratch memory it may use.
  /// - Throws: `RunError` with status `interrupted` when cancelled before every item was done.
  func perform(_ count: Int, _ work: (_ item: Int, _ thread: Int) -> Void) throws {
    guard performAll(count, work) else { throw RunError("interrupted", exitStatus: .interrupted) }
  }

  /// - Returns: whether every item was done.
  private func performAll(_ count: Int, _ work: (_ item: Int, _ thread: Int) -> Void) -> Bool {
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
