internal import Kernels
internal import Margin
internal import Market
internal import Platform
internal import Synchronization
internal import TickFile

/// The ticks of a tape that does not hold them: pages that are decoded where somebody looks, and the bounds
/// of their leaves.
///
/// A page is a span of a tick file, as far as the replay uses it. Most of a replay is never looked at: what
/// the file tells of its spans decides it, and nothing of them is inflated. Every page takes as many
/// positions as a full one; where it has fewer ticks it begins with *holes*, which have the time of its
/// first tick, no price, and end no instant.
///
/// Any thread may ask; what was asked for last stays.
final class TickPages: Sendable {
  /// Positions of a page.
  static let ticks = TickFormat.ticksPerSpan
  /// Leaves of a page.
  static let leaves = ticks / Tape.leafTicks

  /// What a page that stays takes, in bytes.
  static let pageBytes = 18 * ticks + 256

  /// What a page's bounds take, in bytes, where they stay.
  static func sheetBytes(_ map: PriceMap) -> Int {
    1_600 + leaves * (8 * map.recorded.count + 16 * map.layout.factors.count)
  }

  /// What is always known of a page, in bytes.
  static func entryBytes(_ map: PriceMap) -> Int {
    MemoryLayout<Entry>.stride + 64 + 8 * map.recorded.count + 70 * map.layout.factors.count
  }

  /// What is known of a page without decoding it.
  struct Entry: Sendable {
    /// Places of file, block and span.
    var file: Int
    var block: Int
    var span: Int
    /// Times of its first and last tick, ns since the epoch.
    var firstTime: Int64
    var lastTime: Int64
    /// How many instants start before it.
    var startsBefore: Int
    /// Whether the replay's window cuts the span.
    var isCut: Bool
  }

  /// Decoded ticks, one behind the other.
  final class Page: Sendable {
    /// Positions without a tick, at its beginning.
    let holes: Int
    let columns: [UInt16]
    let prices: [Double]
    let times: [Int64]

    init(holes: Int, _ columns: [UInt16], _ prices: [Double], _ times: [Int64]) {
      (self.holes, self.columns, self.prices, self.times) = (holes, columns, prices, times)
    }
  }

  private let source: PageSource
  let entries: [Entry]
  /// Instants of all pages.
  let instants: Int
  /// By page, the recorded prices before it.
  private let carries: [Double]
  private let pages: PageCache<Page>
  private let sheets: PageCache<Sheet>
  private let broken = Mutex<(any Error)?>(nil)

  /// What went wrong when a page was read; its ticks are then not those of the file.
  var failure: (any Error)? { broken.withLock { $0 } }

  /// Positions of all pages.
  var count: Int { entries.count * Self.ticks }

  /// - Parameter room: how many pages stay in memory, and how many sheets.
  init(_ survey: PageSurvey, _ room: Room) {
    (source, entries, carries) = (survey.source, survey.entries, survey.carries)
    instants = survey.statistics.instants
    pages = PageCache(places: min(room.pages, entries.count))
    sheets = PageCache(places: min(room.sheets, entries.count))
  }

  /// How many pages stay in memory, and how many sheets.
  struct Room: Sendable {
    var pages: Int
    var sheets: Int
  }

  /// The recorded prices before a page.
  func carry(_ number: Int) -> [Double] {
    let places = source.map.recorded.count
    return Array(carries[number * places..<(number + 1) * places])
  }

  /// How many instants start before a page; also of the one behind the last.
  func startsBefore(_ number: Int) -> Int {
    number < entries.count ? entries[number].startsBefore : instants
  }

  /// A page. One that cannot be read has only holes, and whoever asked goes on until the run is ended.
  func page(_ number: Int) -> Page {
    pages.value(number) {
      do {
        return try source.page(entries[number])
      } catch {
        note(error)
        return Page(
          holes: Self.ticks, [UInt16](repeating: .max, count: Self.ticks),
          [Double](repeating: 0, count: Self.ticks),
          [Int64](repeating: entries[number].firstTime, count: Self.ticks))
      }
    }
  }

  /// The bounds of the page that holds a leaf.
  func sheet(ofLeaf leaf: Int) -> Sheet { sheet(leaf / Self.leaves) }

  /// The bounds of a page.
  func sheet(_ number: Int) -> Sheet {
    sheets.value(number) {
      do {
        return try Sheet(number, of: self, source)
      } catch {
        note(error)
        return Sheet(blank: source.map, carried: someCarry(number), at: entries[number].firstTime)
      }
    }
  }

  /// Prices that are there in a page that cannot be read.
  private func someCarry(_ number: Int) -> [Double] {
    let behind = number + 1 < entries.count ? carry(number + 1) : carry(number)
    return zip(carry(number), behind).map { $0 == 0 ? $1 : $0 }
  }

  private func note(_ error: any Error) { broken.withLock { $0 = $0 ?? error } }

  /// Stands before the first tick of a page, in the instants that may be open there.
  func run(before number: Int) -> InstantRun {
    var run = InstantRun()
    let time = entries[number].firstTime
    guard number > 0, entries[number - 1].lastTime == time else { return run }
    var first = number - 1
    while first > 0 && entries[first].firstTime == time && entries[first - 1].lastTime == time { first -= 1 }
    for before in first..<number {
      let page = page(before)
      for tick in page.holes..<Self.ticks where page.times[tick] == time {
        _ = run.starts(Int(page.columns[tick]), at: time)
      }
    }
    return run
  }
}

/// Values by page, each in the only place where it may be.
private final class PageCache<Value: AnyObject & Sendable>: Sendable {
  private final class Place: Sendable {
    let known = Mutex<(number: Int, value: Value)?>(nil)
  }
  private let places: [Place]

  init(places: Int) { self.places = (0..<max(1, places)).map { _ in Place() } }

  /// The value of a page; `make` makes it where it is not there.
  func value(_ number: Int, _ make: () -> Value) -> Value {
    let place = places[number % places.count]
    if let value = place.known.withLock({ $0?.number == number ? $0?.value : nil }) { return value }
    let value = make()
    place.known.withLock { $0 = (number, value) }
    return value
  }
}
