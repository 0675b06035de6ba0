import Market
import TickFile

/// Turns the records of one input into ticks, in time order.
protocol RecordParser: AnyObject {
  /// Reads the record in the reader's present line and appends its ticks.
  func parse(_ line: borrowing LineReader, into queue: inout TickQueue) throws
  /// Called once, after the last record.
  func finish(_ line: borrowing LineReader) throws
  /// What was read so far.
  var counts: RecordCounts { get }
}

/// What the records of one input amounted to.
struct RecordCounts {
  /// Records read, dropped ones too, without a header.
  var rows = 0
  /// Records left out, by reason.
  var dropped: [String: Int] = [:]
  /// Missing candles.
  var gaps: [ImportSummary.Gap] = []
}

/// Ticks that were read and are not yet taken.
struct TickQueue {
  private var ticks: [Tick] = []
  private var head = 0

  /// Appends a tick; its time is at or after that of the one before.
  mutating func append(_ tick: Tick) { ticks.append(tick) }

  /// The next tick, which stays; nil where there is none.
  var first: Tick? { head < ticks.count ? ticks[head] : nil }

  /// Takes the next tick away.
  mutating func removeFirst() {
    head += 1
    if head == ticks.count {
      ticks.removeAll(keepingCapacity: true)
      head = 0
    }
  }
}

/// What is known across the inputs of one import about series that have one input at a time.
final class SeriesLedger {
  /// The last candle of a series, to find gaps and repeats from one file to the next.
  struct Candle: Hashable {
    var open: ExactDecimal
    var high: ExactDecimal
    var low: ExactDecimal
    var close: ExactDecimal
    /// Open time in ns since the epoch.
    var time: Int64
  }

  /// The input that gives the series now, by series number.
  var active: [Int: String] = [:]
  /// The last candle by series number, once its input has ended.
  var lastCandle: [Int: Candle] = [:]
}

/// Where ticks go: the native file, or a list in tests.
protocol TickSink: AnyObject {
  /// The number under which ticks of the series are appended.
  func series(_ key: SeriesKey) throws -> Int
  /// Takes a tick at or after the time of the one before.
  func append(_ tick: Tick) throws
}
