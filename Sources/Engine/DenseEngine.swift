internal import Kernels
internal import Margin
internal import Market

/// The engine that looks at every account at every instant by vector: segment by segment, all accounts of a
/// block that only prices can set off are scanned together, and those with a hit are searched.
struct DenseEngine {
  private var nominator: DenseNominator
  private var search: AccountSearch<RowFinder>
  /// Accounts of the block that only prices can set off in the segment under way.
  private var open: [Bool] = []

  init(map: PriceMap) {
    nominator = DenseNominator(map: map)
    search = AccountSearch(RowFinder(map: map), map: map)
  }

  /// Takes a block of accounts through a tape.
  mutating func run(_ block: inout AccountBlock, through tape: Tape) {
    search.finder.begin(tape)
    var start = 0
    var next = 0
    while start < tape.count {
      let settlement = next < tape.settlements.count ? tape.settlements[next] : nil
      let isDue = settlement?.position == start
      if isDue { next += 1 }
      var end = next < tape.settlements.count ? tape.settlements[next].position : tape.count
      end = min(end, block.rulesEnd(tape, from: start))
      runSegment(&block, tape, start..<end, isDue ? settlement : nil)
      start = end
    }
  }

  /// A stretch of instants whose first alone may have funding, under one set of rules.
  private mutating func runSegment(
    _ block: inout AccountBlock, _ tape: Tape, _ segment: Range<Int>, _ settlement: Tape.Settlement?
  ) {
    let lastEnd = tape.end(before: segment.upperBound)
    guard lastEnd >= segment.lowerBound else { return }
    let rules = block.rules(at: tape.time(at: segment.lowerBound))
    block.whichOpen(until: tape.time(at: lastEnd), into: &open)
    for place in open.indices where block.slots[place].stage != .done {
      var start = segment.lowerBound
      if block.slots[place].stage == .waiting {
        guard let end = search.open(place, in: segment, &block, tape) else { continue }
        start = end + 1
      } else if let settlement {
        start = search.settle(settlement, place, &block, tape, rules)
      }
      if !open[place] { search.search(start..<segment.upperBound, place, &block, tape, rules) }
    }
    for nominee in nominator.nominees(open, segment, block, tape, rules) {
      search.search(nominee.from..<segment.upperBound, nominee.place, &block, tape, rules)
    }
  }
}
