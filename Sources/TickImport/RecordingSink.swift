import Dispatch
import Market
import TickFile

/// Passes ticks on, on another thread while the next ones are gathered, and remembers the keys of the series.
final class RecordingSink {
  /// The series by their numbers.
  private(set) var keys: [SeriesKey] = []

  private let sink: any TickSink
  private let writesBehind: Bool
  private let isDone = DispatchSemaphore(value: 0)
  private var isRunning = false
  /// The ticks under way, and an empty array with room afterwards.
  private var ticks: [PackedTick] = []
  private var failure: (any Error)?

  /// Writes to `sink`; on another thread only where `writesBehind` is true.
  init(_ sink: any TickSink, writesBehind: Bool) {
    self.sink = sink
    self.writesBehind = writesBehind
  }

  /// The number of a series, which is registered where it is new.
  func series(_ key: SeriesKey) throws -> Int {
    try finish()
    let number = try sink.series(key)
    while keys.count <= number { keys.append(key) }
    keys[number] = key
    return number
  }

  /// Takes ticks in their order and leaves an empty array.
  ///
  /// Throws what went wrong with these or with the ones before.
  func append(_ batch: inout [PackedTick]) throws {
    try finish()
    swap(&ticks, &batch)
    guard writesBehind else {
      write()
      return try finish()
    }
    isRunning = true
    // Safe: until `wait` has returned, only the closure touches the sink, the ticks and the failure.
    nonisolated(unsafe) let me = self
    DispatchQueue.global(qos: .userInitiated).async {
      unsafe me.write()
      unsafe me.isDone.signal()
    }
  }

  /// Waits until the ticks are written; throws what went wrong with them.
  func finish() throws {
    wait()
    if let failure { throw failure }
  }

  /// Waits until nothing is under way.
  func wait() {
    guard isRunning else { return }
    isDone.wait()
    isRunning = false
  }

  private func write() {
    do {
      try sink.append(contentsOf: ticks)
    } catch {
      failure = error
    }
    ticks.removeAll(keepingCapacity: true)
  }
}
