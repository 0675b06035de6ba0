internal import Kernels
internal import Margin
internal import Market
internal import Platform

extension Tape {
  /// Leaves whose bounds are worked out at a time.
  private static let batch = 64

  /// Works out the bounds of the factors and the settlements, once the ticks are there.
  ///
  /// - Parameter schedule: the venue's own funding where the ticks hold none.
  mutating func index(_ schedule: FundingSchedule) {
    markRest()
    marks.ends(into: &ends, ranks: &ranks)
    boundLeaves(times.count)
    recordedAfter = carry
    tree.join()
    findFirstPrices()
    collectFundings(schedule)
    if expandsRows {
      var reader = TapeReader(map)
      var expanded = TapeRows()
      swap(&expanded, &rows)
      reader.expand(self, words: 0..<ends.count, into: &expanded)
      swap(&expanded, &rows)
    }
  }

  // MARK: Bounds

  /// Forgets all bounds.
  mutating func beginLeaves() {
    tree.begin()
    carried.removeAll(keepingCapacity: true)
    carry = []
  }

  /// Makes room for the bounds of some ticks.
  mutating func reserveBounds(_ ticks: Int) {
    let leaves = (ticks + Self.leafTicks - 1) / Self.leafTicks
    tree.reserve(leaves: leaves)
    carried.reserveCapacity(leaves * map.recorded.count)
    Memory.preferHugePages(&carried)
  }

  /// Bounds the first ticks in memory, those of the next leaves.
  mutating func boundLeaves(_ ticks: Int) {
    let (places, leaves) = (map.recorded.count, (ticks + Self.leafTicks - 1) / Self.leafTicks)
    let factors = layout.factors.count
    if base == 0 {
      carry = recordedBefore
      if !isPaged { reserveBounds(ticks) }
    }
    var lows = [Double](repeating: 0, count: Self.batch * places)
    var (highs, carriedIn) = (lows, lows)
    var factorLows = [Double](repeating: 0, count: map.isPlain ? 0 : Self.batch * factors)
    var factorHighs = factorLows
    var map = map
    var recorded = carry
    for first in stride(from: 0, to: leaves, by: Self.batch) {
      let batch = min(Self.batch, leaves - first)
      let ticks = first * Self.leafTicks..<min(ticks, (first + batch) * Self.leafTicks)
      do {
        var low = lows.mutableSpan
        var high = highs.mutableSpan
        var carry = recorded.mutableSpan
        var before = carriedIn.mutableSpan
        LeafEnvelopes.measure(
          columns: columns.span.extracting(ticks), prices: prices.span.extracting(ticks), count: places,
          carry: &carry, lows: &low, highs: &high, carriedIn: &before, level: scan.level)
      }
      carried += carriedIn[..<(batch * places)]
      if map.isPlain {
        tree.addLeaves(batch, lows: lows.span, highs: highs.span)
        continue
      }
      for leaf in 0..<batch {
        map.factors(lows, from: leaf * places, into: &factorLows, at: leaf * factors, stride: 1)
        map.factors(highs, from: leaf * places, into: &factorHighs, at: leaf * factors, stride: 1)
      }
      tree.addLeaves(batch, lows: factorLows.span, highs: factorHighs.span)
    }
    carry = recorded
  }

  private mutating func findFirstPrices() {
    firstPriced = [Int](repeating: count, count: layout.factors.count)
    var reader = TapeReader(map)
    var rows = TapeRows()
    for factor in firstPriced.indices {
      guard let leaf = tree.firstPriced(factor) else { continue }
      reader.expand(self, words: leaf..<leaf + 1, into: &rows)
      let column = rows.columns[factor * rows.stride..<factor * rows.stride + rows.count]
      // The price may come with a tick whose instant ends in a later leaf.
      let row = column.firstIndex { $0 != 0 }.map { $0 - column.startIndex }
      firstPriced[factor] = row.map { rows.ends[$0] } ?? end(from: (leaf + 1) * Self.leafTicks)
    }
  }

  // MARK: Funding

  /// Settlements that the ticks record and those of the venue's own schedule, where their instrument has a
  /// price.
  private mutating func collectFundings(_ schedule: FundingSchedule) {
    fundings.removeAll(keepingCapacity: true)
    for rate in rates {
      for instrument in schedule.instruments[rate.column - map.recorded.count] {
        fundings.append(
          Funding(position: end(from: rate.position), instrument: instrument, rate: rate.value))
      }
    }
    addDefaultFundings(schedule)
    fundings = fundings.enumerated().sorted { a, b in
      (a.element.position, a.element.instrument, a.offset)
        < (b.element.position, b.element.instrument, b.offset)
    }.map(\.element)
    let firstMark = layout.mark.map { column in column.map { firstPriced[$0] } ?? count }
    fundings.removeAll { firstMark[$0.instrument.rawValue] > $0.position }
    groupFundings()
  }

  private mutating func groupFundings() {
    settlements.removeAll(keepingCapacity: true)
    var reader = TapeReader(map)
    var sums = [Double](repeating: 0, count: layout.mark.count)
    flowSums = sums
    var first = 0
    while first < fundings.count {
      let position = fundings[first].position
      var quotes = map.unpriced
      reader.read(self, position, into: &quotes)
      var end = first
      while end < fundings.count && fundings[end].position == position {
        let instrument = fundings[end].instrument.rawValue
        sums[instrument] += abs(quotes.marks[instrument] * fundings[end].rate)
        end += 1
      }
      settlements.append(Settlement(position: position, fundings: first..<end, quotes: quotes))
      flowSums += sums
      first = end
    }
  }

  private mutating func addDefaultFundings(_ schedule: FundingSchedule) {
    guard let venue = schedule.venue, count > 0, !schedule.unrecorded.isEmpty else { return }
    let every = venue.everyNanoseconds
    func number(_ time: Int64) -> Int64 {
      let (quotient, remainder) = time.quotientAndRemainder(dividingBy: every)
      return remainder < 0 ? quotient - 1 : quotient
    }
    var done = number(timeBefore ?? time(at: 0))
    var position = 0
    let last = number(time(at: count - 1))
    while done < last {
      position = self.position(notBefore: (done + 1) * every, from: position)
      // All that fell due since the instant before comes at this one.
      let due = number(time(at: position))
      for instrument in schedule.unrecorded {
        for _ in 0..<due - done {
          fundings.append(
            Funding(position: end(from: position), instrument: instrument, rate: venue.rate))
        }
      }
      done = due
    }
  }
}

extension Array {
  /// Makes the array hold `wanted` elements; its memory is kept.
  mutating func fit(_ wanted: Int, _ filler: Element) {
    if count > wanted {
      removeLast(count - wanted)
    } else if count < wanted {
      append(contentsOf: repeatElement(filler, count: wanted - count))
    }
  }
}

/// Where settlements come from.
struct FundingSchedule: Sendable {
  /// The funding series of the replay.
  var series: [SeriesKey]
  /// By funding series of the replay: the instruments that it is for.
  var instruments: [[InstrumentIndex]]
  /// The venue's own schedule; nil for none.
  var venue: DefaultFunding?
  /// The instruments that it is for.
  var unrecorded: [InstrumentIndex]
}
