import Market
import Platform

/// Lets through what a replay may believe, once the inputs are in one order: no record twice, no jump beyond
/// the user's bound; and reports gaps.
///
/// A record beyond the bound is left out unless the next one of its series confirms it: a price that stays
/// is a move of the market, and only its first record is lost.
struct TickGate {
  /// What is known of one series.
  private struct State {
    var lastTime: Int64?
    /// The last price that was believed.
    var price: Double?
    /// The last price that was not.
    var suspect: Double?
    /// The numbers of the records of one time: mostly they follow each other, the others stand apart.
    var idTime = Int64.min
    var firstID = Int64.min
    var lastID = Int64.min
    var otherIDs: Set<Int64> = []
    var hasOtherIDs = false
  }

  private let maxJump: Double?
  private let maxGap: Int64?
  private let hasBounds: Bool
  private let isStrict: Bool
  private var states: [State] = []
  /// What was left out or reported.
  private(set) var counts = RecordCounts()

  init(_ request: ImportRequest) {
    maxJump = request.maxJump
    maxGap = request.maxGap?.nanoseconds
    hasBounds = maxJump != nil || maxGap != nil
    isStrict = request.isStrict
  }

  /// How many of the first rows surely go to the file: they are of one series, nothing bounds them, and the
  /// numbers of those of one time follow each other. The others are for ``passes(_:path:_:)``.
  mutating func passing(_ rows: ArraySlice<ImportRow>) -> Int {
    guard !hasBounds, let number = rows.first?.series else { return 0 }
    let series = Int(number)
    while states.count <= series { states.append(State()) }
    guard !states[series].hasOtherIDs else { return 0 }
    var (time, first) = (states[series].idTime, states[series].firstID)
    var last = states[series].lastID
    var count = 0
    for row in rows {
      guard row.series == number else { break }
      if row.id > ImportRow.candleID {
        if row.time != time {
          (time, first) = (row.time, row.id)
        } else if row.id != last &+ 1 {
          break
        }
        last = row.id
      }
      count += 1
    }
    states[series].idTime = time
    (states[series].firstID, states[series].lastID) = (first, last)
    return count
  }

  /// Whether the tick goes to the file. `path` names its input, `sink` its series.
  mutating func passes(_ row: ImportRow, path: String, _ sink: RecordingSink) throws -> Bool {
    let series = Int(row.series)
    while states.count <= series { states.append(State()) }
    if row.id > ImportRow.candleID, isRepeated(row, series) {
      try doubt(
        Doubt.repeated, row, path,
        "the record of \(sink.keys[series]) stands twice (id \(row.id), time "
          + "\(Timestamp(nanoseconds: row.time)))",
        "each record once")
      counts.dropped[Doubt.repeated, default: 0] += 1
      return false
    }
    guard hasBounds else { return true }
    if let maxGap, row.id != ImportRow.candleID, let last = states[series].lastTime,
      row.time - last > maxGap
    {
      let length = TimeSpan(nanoseconds: row.time - last)
      try doubt(
        Doubt.gap, row, path, "\(length) without a record of \(sink.keys[series]) before it",
        "records at most \(TimeSpan(nanoseconds: maxGap)) apart (--max-gap)")
      counts.gaps.append(
        ImportSummary.Gap(series: sink.keys[series], start: Timestamp(nanoseconds: last), length: length))
    }
    states[series].lastTime = row.time
    guard let maxJump, sink.keys[series].kind != .funding, !row.isOutsideOfTheMarket else { return true }
    let price = row.price.double
    if believes(price, series, maxJump) { return true }
    try doubt(
      Doubt.jump, row, path,
      "the price \(row.price) of \(sink.keys[series]) is farther than \(maxJump * 100) % "
        + "from the one before it, \(states[series].price ?? price)",
      "a price within --max-jump")
    counts.dropped[Doubt.jump, default: 0] += 1
    return false
  }

  private mutating func isRepeated(_ row: ImportRow, _ series: Int) -> Bool {
    let id = row.id
    if row.time != states[series].idTime {
      states[series].idTime = row.time
      (states[series].firstID, states[series].lastID) = (id, id)
      if states[series].hasOtherIDs {
        states[series].otherIDs.removeAll(keepingCapacity: true)
        states[series].hasOtherIDs = false
      }
      return false
    }
    if id == states[series].lastID + 1 {
      states[series].lastID = id
      return states[series].hasOtherIDs && states[series].otherIDs.contains(id)
    }
    if id >= states[series].firstID, id <= states[series].lastID { return true }
    states[series].hasOtherIDs = true
    return !states[series].otherIDs.insert(id).inserted
  }

  private mutating func believes(_ price: Double, _ series: Int, _ bound: Double) -> Bool {
    let isNear = { (other: Double) in abs(price - other) <= bound * other }
    if states[series].price.map(isNear) ?? true || states[series].suspect.map(isNear) ?? false {
      states[series].price = price
      states[series].suspect = nil
      return true
    }
    states[series].suspect = price
    return false
  }

  private func doubt(
    _ doubt: String, _ row: ImportRow, _ path: String, _ problem: @autoclosure () -> String,
    _ expected: @autoclosure () -> String
  ) throws {
    guard isStrict else { return }
    let column = doubt == Doubt.jump ? row.priceColumn : doubt == Doubt.gap ? row.timeColumn : 1
    throw InputError(
      SourceLocation(path: path, line: Int(row.line), column: Int(column)), problem(), expected: expected())
  }
}
