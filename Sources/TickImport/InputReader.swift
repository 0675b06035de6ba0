import Market
import Platform
import TickFile

/// An input that is being read: its ticks in time order, those of late records sorted into their places.
final class InputReader {
  /// How many ticks are held back at most, however dense they are.
  static let mostHeld = 1 << 18

  /// What was read so far.
  private(set) var counts = RecordCounts()
  /// Where its last candle ends, in ns since the epoch; nil without candles.
  private(set) var candlesEnd: Int64?

  private let loader: RoundLoader
  private let sink: RecordingSink
  private let path: String
  private let window: Int64
  private let isStrict: Bool
  /// Ticks that were read and are not yet taken; those from `readyEnd` on wait for late ones.
  private var rows: [ImportRow] = []
  private var head = 0
  private var readyEnd = 0
  private var isAtEnd = false
  /// The latest time read.
  private var latest = Int64.min
  /// The time of the last tick that no longer waits.
  private var released = Int64.min

  /// Reads `source`, whose records may be late by `window` ns.
  init(
    _ source: any RowSource, path: String, window: Int64, isStrict: Bool, readsAhead: Bool,
    sink: RecordingSink
  ) throws {
    loader = RoundLoader(source, readsAhead: readsAhead)
    self.sink = sink
    self.path = path
    self.window = window
    self.isStrict = isStrict
    try fill()
  }

  /// The time of the next tick in ns since the epoch; nil at the end.
  var time: Int64? { head < readyEnd ? rows[head].time : nil }

  /// The next ticks, as far as they are read and wait for no late ones.
  var ready: ArraySlice<ImportRow> { rows[head..<readyEnd] }

  /// Takes the next ticks away and reads on where none is left.
  func removeFirst(_ count: Int) throws {
    head += count
    if head == readyEnd { try fill() }
  }

  /// Reads on until a tick is ready or the input ends.
  private func fill() throws {
    while head == readyEnd, !isAtEnd {
      rows.removeSubrange(0..<head)
      (head, readyEnd) = (0, 0)
      let lanes = try loader.take()
      if lanes.isEmpty {
        isAtEnd = true
      } else {
        try add(lanes)
        loader.start()
      }
      release()
    }
  }

  private func add(_ lanes: [BatchLane]) throws {
    var isSorted = true
    for lane in lanes {
      let numbers = try lane.numbers(in: sink)
      counts.add(lane.batch.counts)
      candlesEnd = lane.batch.candlesEnd ?? candlesEnd
      if try !add(lane.batch.rows, numbers, firstLine: lane.firstLine) { isSorted = false }
      if let failure = lane.failure { throw failure }
    }
    // The sort of the standard library is stable, so records of one time keep their order.
    if !isSorted { rows.sort { $0.time < $1.time } }
  }

  /// Adds the rows of a part with their numbers and lines in the file; whether all were in order.
  private func add(_ part: [ImportRow], _ numbers: [UInt16], firstLine: Int) throws -> Bool {
    // Locals, since every access to a property of an object is checked.
    var rows: [ImportRow] = []
    swap(&rows, &self.rows)
    defer { swap(&rows, &self.rows) }
    var latest = latest
    var isSorted = true
    rows.reserveCapacity(rows.count + part.count)
    for var row in part {
      row.series = numbers[Int(row.series)]
      row.line = UInt32(clamping: Int(row.line) + firstLine - 1)
      if row.time < latest {
        try acceptLate(row, latest)
        isSorted = false
      } else {
        latest = row.time
      }
      rows.append(row)
    }
    self.latest = latest
    return isSorted
  }

  /// Lets those ticks go that no late record can precede.
  private func release() {
    if isAtEnd {
      readyEnd = rows.count
    } else {
      let (bound, overflow) = latest.subtractingReportingOverflow(window)
      let limit = window == 0 ? Int64.max : overflow ? Int64.min : bound
      var (low, high) = (0, rows.count)
      while low < high {
        let middle = low + (high - low) / 2
        if rows[middle].time <= limit { low = middle + 1 } else { high = middle }
      }
      readyEnd = max(low, rows.count - Self.mostHeld)
    }
    if readyEnd > 0 { released = rows[readyEnd - 1].time }
  }

  private func acceptLate(_ row: ImportRow, _ latest: Int64) throws {
    let span = TimeSpan(nanoseconds: latest &- row.time)
    func error(_ expected: String) -> InputError {
      InputError(
        SourceLocation(path: path, line: Int(row.line), column: Int(row.timeColumn)),
        "the time is \(span) before that of a record above it", expected: expected)
    }
    guard latest &- row.time <= window, latest &- row.time >= 0, row.time >= released else {
      throw error(
        window == 0
          ? "records in time order; sort the file by its time, or allow a --sort-window"
          : "records late by at most \(TimeSpan(nanoseconds: window)); sort the file by its time, or allow a "
            + "longer --sort-window")
    }
    if isStrict { throw error("records in time order, since --strict is given") }
    counts.kept[Doubt.late, default: 0] += 1
  }
}
