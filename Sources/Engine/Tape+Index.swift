internal import Kernels
internal import Margin
internal import Market
internal import Platform

extension Tape {
  /// Works out the bounds of the factors and the settlements, once the ticks are there.
  ///
  /// - Parameter schedule: the venue's own funding where the ticks hold none.
  mutating func index(_ schedule: FundingSchedule) {
    if pages == nil {
      markRest()
      marks.ends(into: &ends, ranks: &ranks)
      boundLeaves()
      tree.join()
    }
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
  }

  /// Bounds the leaves.
  private mutating func boundLeaves() {
    let leaves = (count + Self.leafTicks - 1) / Self.leafTicks
    tree.reserve(leaves)
    carried.reserveCapacity(leaves * map.recorded.count)
    Memory.preferHugePages(&carried)
    var bounder = LeafBounder(map, carry: recordedBefore, scan.level)
    for first in stride(from: 0, to: leaves, by: LeafBounder.batch) {
      let batch = min(LeafBounder.batch, leaves - first)
      let ticks = first * Self.leafTicks..<min(count, (first + batch) * Self.leafTicks)
      bounder.measure(columns.span.extracting(ticks), prices.span.extracting(ticks))
      bounder.mapFactors(batch)
      carried += bounder.carriedIn[..<(batch * map.recorded.count)]
      tree.add(batch, lows: bounder.factorLows.span, highs: bounder.factorHighs.span)
    }
    recordedAfter = bounder.carry
  }

  /// Bounds the cells of a node of leaves by what is known of their pages.
  mutating func bound(_ survey: PageSurvey, _ pages: TickPages) {
    let (places, factors) = (map.recorded.count, layout.factors.count)
    let cells = Self.pageCells
    tree.begin(pages: pages)
    tree.reserve(cells * survey.entries.count)
    var map = map
    // Whole nodes are made at a time.
    let batch = EnvelopeTree.fanOut / cells
    var lows = [Double](repeating: 0, count: EnvelopeTree.fanOut * factors)
    var highs = lows
    for first in stride(from: 0, to: survey.entries.count, by: batch) {
      let pages = first..<min(first + batch, survey.entries.count)
      for (place, page) in pages.enumerated() {
        for cell in place * cells..<(place + 1) * cells {
          map.factors(survey.lows, from: page * places, into: &lows, at: cell * factors, stride: 1)
          map.factors(survey.highs, from: page * places, into: &highs, at: cell * factors, stride: 1)
        }
      }
      tree.add(pages.count * cells, lows: lows.span, highs: highs.span)
    }
    tree.join()
  }

  /// Cells of a page above its leaves.
  private static var pageCells: Int { TickPages.leaves / EnvelopeTree.fanOut }

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
