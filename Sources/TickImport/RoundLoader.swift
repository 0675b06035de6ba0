import Dispatch
import Platform

/// Reads an input one round ahead, on another thread.
final class RoundLoader {
  private let source: any RowSource
  private let readsAhead: Bool
  private let isDone = DispatchSemaphore(value: 0)
  private var isRunning = false
  private var outcome = Result<[BatchLane], any Error>.success([])

  /// Reads `source`; ahead only where `readsAhead` is true.
  init(_ source: any RowSource, readsAhead: Bool) {
    self.source = source
    self.readsAhead = readsAhead
  }

  /// The parts of the next round, none at the end of the input. They stay as they are until ``start()``.
  func take() throws -> [BatchLane] {
    if isRunning {
      isDone.wait()
      isRunning = false
    } else {
      load()
    }
    return try outcome.get()
  }

  /// Begins with the next round.
  func start() {
    guard readsAhead else { return }
    isRunning = true
    // Safe: until `take` has waited, only the closure touches the source and the outcome.
    nonisolated(unsafe) let me = self
    DispatchQueue.global(qos: .userInitiated).async {
      unsafe me.load()
      unsafe me.isDone.signal()
    }
  }

  private func load() { outcome = Result { try source.next() } }
}
