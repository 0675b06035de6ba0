import Market
import Platform
import TickFile

/// Turns the records of one input into ticks.
protocol RecordParser: AnyObject {
  /// Reads the record in the reader's present line and appends its ticks.
  func parse(_ line: borrowing LineReader, into batch: inout RowBatch) throws
  /// Reads records of the usual spelling from the place of `cursor` on, as many as it knows; the line that
  /// it stands on in the end goes to ``parse(_:into:)``.
  func parseUsual(_ cursor: inout LineCursor, of bytes: Span<UInt8>, into batch: inout RowBatch)
  /// Called once, after the last record.
  func finish(_ path: String, into batch: inout RowBatch) throws
}

extension RecordParser {
  func parseUsual(_ cursor: inout LineCursor, of bytes: Span<UInt8>, into batch: inout RowBatch) {}
  func finish(_ path: String, into batch: inout RowBatch) throws {}
}

/// What the records of one input amounted to.
struct RecordCounts {
  /// Records read, dropped ones too, without a header.
  var rows = 0
  /// Records left out, by reason.
  var dropped: [String: Int] = [:]
  /// Doubtful records that were kept, by reason.
  var kept: [String: Int] = [:]
  /// Missing candles.
  var gaps: [ImportSummary.Gap] = []

  /// Adds what another part of the input amounted to.
  mutating func add(_ other: RecordCounts) {
    rows += other.rows
    dropped.merge(other.dropped, uniquingKeysWith: +)
    kept.merge(other.kept, uniquingKeysWith: +)
    gaps += other.gaps
  }
}

/// Ticks that were read together, in the order of their records.
struct RowBatch {
  /// The ticks; their series are places in ``keys``.
  var rows: [ImportRow] = []
  /// The series met so far; the table only grows.
  private(set) var keys: [SeriesKey] = []
  private var places: [SeriesKey: UInt16] = [:]
  /// Where the last candle ends, in ns since the epoch; nil without candles.
  var candlesEnd: Int64?
  /// What was read since the batch was emptied.
  var counts = RecordCounts()
  /// Whether a doubtful record is an error.
  let isStrict: Bool

  init(isStrict: Bool) { self.isStrict = isStrict }

  /// The place of a series, which is added where it is new.
  mutating func series(_ key: SeriesKey) throws -> UInt16 {
    if let known = places[key] { return known }
    guard keys.count < TickFormat.maximumSeries else {
      throw RunError("an input has more than \(TickFormat.maximumSeries) series")
    }
    let place = UInt16(keys.count)
    places[key] = place
    keys.append(key)
    return place
  }

  /// Counts a record that is left out, or throws its error where doubts are errors.
  mutating func drop(_ doubt: String, _ error: @autoclosure () -> InputError) throws {
    if isStrict { throw error() }
    counts.dropped[doubt, default: 0] += 1
  }

  /// Counts a doubtful record that is kept, or throws its error where doubts are errors.
  mutating func keep(_ doubt: String, _ error: @autoclosure () -> InputError) throws {
    if isStrict { throw error() }
    counts.kept[doubt, default: 0] += 1
  }

  /// Counts a record that is no price, such as an order book.
  mutating func skip(_ what: String) { counts.dropped[what, default: 0] += 1 }

  /// Starts anew with the same series.
  mutating func removeAll() {
    rows.removeAll(keepingCapacity: true)
    counts = RecordCounts()
  }
}

/// Where ticks go: the native file, or a list in tests.
protocol TickSink: AnyObject {
  /// The number under which ticks of the series are appended.
  func series(_ key: SeriesKey) throws -> Int
  /// Takes ticks in time order, at or after the time of the one before.
  func append(contentsOf ticks: [PackedTick]) throws
}
