internal import Market
internal import Synchronization
internal import TickFile

/// The ticks of a tape that does not hold them: decoded again, a page at a time, where somebody looks.
///
/// Most of a replay is never looked at: the tree of bounds decides it. Any thread may ask; pages that were
/// asked for last stay.
final class TickPages: Sendable {
  /// How a tape is cut into pages.
  struct Size: Sendable {
    /// Ticks of a page, whole leaves; the last page may have fewer.
    var ticks: Int
    /// How many pages stay in memory.
    var kept: Int
    /// What the pages that stay take, in bytes.
    var bytes: Int { 18 * ticks * kept }
  }

  /// Decoded ticks of a tape, one behind the other.
  final class Page: Sendable {
    let number: Int
    /// Position of its first tick.
    let base: Int
    let columns: [UInt16]
    let prices: [Double]
    let times: [Int64]

    init(_ number: Int, base: Int, _ columns: [UInt16], _ prices: [Double], _ times: [Int64]) {
      (self.number, self.base) = (number, base)
      (self.columns, self.prices, self.times) = (columns, prices, times)
    }
  }

  /// A place of the cache.
  private final class Place: Sendable {
    let page = Mutex<Page?>(nil)
  }

  private let sieve: TickSieve
  private let file: TickFileReader
  /// By block: how many records of the file come before it.
  private let blockStarts: [Int]
  /// By page: the record of the file that is its first tick; then the record behind the last page.
  private let starts: [Int]
  /// Ticks of a page, and of all pages.
  let pageTicks: Int
  private let count: Int
  /// Pages that are kept, each in the only place where it may be.
  private let places: [Place]
  private let broken = Mutex<(any Error)?>(nil)

  /// What went wrong when a page was read; its ticks are then not those of the file.
  var failure: (any Error)? { broken.withLock { $0 } }

  /// - Parameters:
  ///   - sieve: which records are ticks.
  ///   - starts: by page, the record of the file that is its first tick.
  ///   - end: the record behind those of the replay.
  ///   - count: ticks of all pages.
  init(_ sieve: TickSieve, _ file: TickFileReader, _ size: Size, starts: [Int], end: Int, count: Int) {
    (self.sieve, self.file, self.count) = (sieve, file, count)
    pageTicks = size.ticks
    self.starts = starts + [end]
    var sum = 0
    blockStarts = file.blocks.map { block in
      defer { sum += block.count }
      return sum
    }
    places = (0..<max(1, min(size.kept, starts.count))).map { _ in Place() }
  }

  /// The page that holds a tick.
  func page(of tick: Int) -> Page {
    let number = tick / pageTicks
    let place = number % places.count
    if let known = places[place].page.withLock({ $0?.number == number ? $0 : nil }) { return known }
    let page: Page
    do {
      page = try read(number)
    } catch {
      broken.withLock { $0 = $0 ?? error }
      page = blank(number)
    }
    places[place].page.withLock { $0 = page }
    return page
  }

  /// A page without prices, in place of one that cannot be read: whoever asked goes on until the run is
  /// ended.
  private func blank(_ number: Int) -> Page {
    let ticks = min(pageTicks, count - number * pageTicks)
    let time = file.blocks[block(of: starts[number])].firstTime.nanoseconds
    return Page(
      number, base: number * pageTicks, [UInt16](repeating: .max, count: ticks),
      [Double](repeating: 0, count: ticks), [Int64](repeating: time, count: ticks))
  }

  private func read(_ number: Int) throws -> Page {
    let records = starts[number]..<starts[number + 1]
    let ticks = min(pageTicks, count - number * pageTicks)
    var (columns, prices, times): ([UInt16], [Double], [Int64]) = ([], [], [])
    columns.reserveCapacity(ticks)
    prices.reserveCapacity(ticks)
    times.reserveCapacity(ticks)
    var decoded = TickColumns()
    var block = self.block(of: records.lowerBound)
    var span = (records.lowerBound - blockStarts[block]) / TickFormat.ticksPerSpan
    while columns.count < ticks {
      if span == file.blocks[block].spanCount { (block, span) = (block + 1, 0) }
      try file.decode(block: block, span: span, columns: .replay, into: &decoded)
      let first = blockStarts[block] + span * TickFormat.ticksPerSpan
      for record in max(0, records.lowerBound - first)..<decoded.count where columns.count < ticks {
        guard let column = sieve.column(decoded, record) else { continue }
        columns.append(UInt16(truncatingIfNeeded: column))
        prices.append(decoded.prices[record])
        times.append(decoded.times[record])
      }
      span += 1
    }
    return Page(number, base: number * pageTicks, columns, prices, times)
  }

  /// The block that holds a record of the file.
  private func block(of record: Int) -> Int {
    var (low, high) = (0, blockStarts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if blockStarts[middle] <= record { low = middle } else { high = middle }
    }
    return low
  }
}

/// Which records of the tick files are ticks of the tape.
struct TickSieve: Sendable {
  /// By series: its column on the tape; nil where the study does not use it.
  let columnOf: [Int?]

  /// The column of a record; nil where it is no tick of the tape.
  func column(_ ticks: TickColumns, _ record: Int) -> Int? {
    if TickFlags(rawValue: ticks.flags[record]).contains(.notMarketTrade) { return nil }
    return columnOf[Int(ticks.series[record])]
  }
}

extension TickFileReader {
  /// How many records come before a time.
  ///
  /// - Throws: `CorruptDataError` where the block at that time is damaged.
  func records(before time: Int64) throws -> Int {
    var sum = 0
    for (number, block) in blocks.enumerated() {
      if block.lastTime.nanoseconds < time {
        sum += block.count
        continue
      }
      var columns = TickColumns()
      try decode(block: number, columns: .times, into: &columns)
      return sum + (columns.times.firstIndex { $0 >= time } ?? columns.count)
    }
    return sum
  }
}
