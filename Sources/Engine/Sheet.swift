internal import Kernels
internal import Margin
internal import Platform
internal import TickFile

/// What is worked out of the ticks of a page: which of them end an instant, and the bounds of its leaves.
final class Sheet: Sendable {
  /// Bit `i` of word `w`: tick `64·w + i` of the page ends an instant.
  let ends: [UInt64]
  /// By word: instants that end before it, since the beginning of the replay.
  let ranks: [Int]
  /// The recorded prices before each leaf, leaf after leaf.
  let carried: [Double]
  /// By leaf, the time of its first tick.
  let leafTimes: [Int64]
  /// The nodes whose children are its leaves; see ``EnvelopeTree``.
  let nodes: [Double]

  /// Works out a page.
  ///
  /// - Throws: `CorruptDataError` where its ticks are not what the file says of them.
  init(_ number: Int, of pages: TickPages, _ source: PageSource) throws {
    let page = pages.page(number)
    let map = source.map
    var bounder = LeafBounder(map, carry: pages.carry(number), source.level)
    let (columns, prices) = (page.columns, page.prices)
    bounder.measure(columns.span, prices.span)
    bounder.mapFactors(TickPages.leaves)
    let size = EnvelopeTree.nodeSize(factors: map.layout.factors.count)
    var nodes = [Double](repeating: 0, count: TickPages.leaves / EnvelopeTree.fanOut * size)
    EnvelopeTree.fill(
      &nodes, TickPages.leaves, bounder.factorLows.span, bounder.factorHighs.span,
      factors: map.layout.factors.count)
    self.nodes = nodes
    carried = Array(bounder.carriedIn[..<(TickPages.leaves * map.recorded.count)])
    leafTimes = (0..<TickPages.leaves).map { page.times[$0 * Tape.leafTicks] }
    (ends, ranks) = try Self.instants(page, number, pages, source)
    try Self.check(number, pages, source, bounder)
  }

  /// Stands for a page that cannot be read.
  init(blank map: PriceMap, carried prices: [Double], at time: Int64) {
    let words = TickPages.ticks / 64
    // Whoever looks for an end finds one.
    ends = (0..<words).map { $0 + 1 == words ? 1 << 63 : 0 }
    ranks = [Int](repeating: 0, count: words)
    carried = (0..<TickPages.leaves).flatMap { _ in prices }
    leafTimes = [Int64](repeating: time, count: TickPages.leaves)
    let size = EnvelopeTree.nodeSize(factors: map.layout.factors.count)
    nodes = [Double](repeating: 0, count: TickPages.leaves / EnvelopeTree.fanOut * size)
  }

  /// Which ticks of a page end an instant, and by word how many do before it.
  private static func instants(
    _ page: TickPages.Page, _ number: Int, _ pages: TickPages, _ source: PageSource
  ) throws -> (ends: [UInt64], ranks: [Int]) {
    var run = pages.run(before: number)
    var starts = [UInt64](repeating: 0, count: TickPages.ticks / 64)
    for tick in page.holes..<TickPages.ticks where run.starts(Int(page.columns[tick]), at: page.times[tick]) {
      starts[tick / 64] |= 1 << UInt64(tick % 64)
    }
    let before = pages.startsBefore(number)
    guard before + starts.reduce(0, { $0 + $1.nonzeroBitCount }) == pages.startsBefore(number + 1) else {
      throw fault("a span has not as many instants as the footer says", number, pages, source)
    }
    var ends = starts
    for word in ends.indices {
      // A tick ends an instant where the next one starts one; a hole ends none.
      ends[word] = starts[word] >> 1 | (word + 1 < starts.count ? starts[word + 1] << 63 : 0)
      let holes = page.holes - word * 64
      if holes > 0 { ends[word] &= holes < 64 ? ~0 << UInt64(holes) : 0 }
    }
    if isEnded(number, pages, &run) { ends[ends.count - 1] |= 1 << 63 }
    let first = page.holes
    let isFirst = first == TickPages.ticks || starts[first / 64] >> UInt64(first % 64) & 1 == 1
    // An instant that goes on into the page has not ended before it.
    var sum = before - (isFirst ? 0 : 1)
    let ranks = ends.map { mask in
      defer { sum += mask.nonzeroBitCount }
      return sum
    }
    return (ends, ranks)
  }

  /// Whether the last tick of a page ends an instant.
  private static func isEnded(_ number: Int, _ pages: TickPages, _ run: inout InstantRun) -> Bool {
    let next = number + 1
    guard next < pages.entries.count, pages.entries[next].firstTime == pages.entries[number].lastTime else {
      return true
    }
    let page = pages.page(next)
    if page.holes == TickPages.ticks { return true }
    return run.starts(Int(page.columns[page.holes]), at: page.times[page.holes])
  }

  /// Holds a page against what the file told of it: a search that passed it over relied on that.
  private static func check(
    _ number: Int, _ pages: TickPages, _ source: PageSource, _ bounder: LeafBounder
  ) throws {
    let entry = pages.entries[number]
    let carry = pages.carry(number)
    let (lows, highs) = source.bounds(source.info(entry), file: entry.file, carry: carry)
    let places = carry.count
    for value in 0..<TickPages.leaves * places where bounder.highs[value] != 0 {
      guard lows[value % places] <= bounder.lows[value], bounder.highs[value] <= highs[value % places] else {
        throw fault("a span has prices outside of its envelope", number, pages, source)
      }
    }
    if number + 1 < pages.entries.count, bounder.carry != pages.carry(number + 1) {
      throw fault("a span ends with other prices than the footer says", number, pages, source)
    }
  }

  private static func fault(
    _ problem: String, _ number: Int, _ pages: TickPages, _ source: PageSource
  ) -> CorruptDataError {
    let entry = pages.entries[number]
    return CorruptDataError(path: source.files[entry.file].path, block: entry.block, problem: problem)
  }
}
