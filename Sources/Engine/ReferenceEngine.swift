internal import Margin
internal import Market

/// The engine that is written for reading: every account at every instant, in the order of the semantics.
///
/// The other engines are held to it, byte for byte.
struct ReferenceEngine {
  private var walk: TapeWalk
  private var quotes: Quotes
  private var previous: Quotes

  init(map: PriceMap) {
    walk = TapeWalk(map)
    quotes = map.unpriced
    previous = quotes
  }

  /// Takes a block of accounts through a tape.
  mutating func run(_ block: inout AccountBlock, through tape: Tape) {
    walk.begin(tape, &previous)
    while let fundings = walk.advance(tape, into: &quotes) {
      let rules = block.rules(at: quotes.time.nanoseconds)
      for place in block.slots.indices {
        switch block.slots[place].stage {
        case .waiting:
          if block.isReady(place, tape, walk.end, quotes.time) { block.open(place, rules, quotes) }
        case .active:
          block.runClock(place, dueAt: quotes.time, previous)
          block.settle(place, tape.fundings[fundings], rules, quotes)
          block.test(place, rules, quotes)
        case .done:
          continue
        }
      }
      swap(&quotes, &previous)
    }
  }
}

extension AccountBlock {
  /// Whether an account can open at the instant that ends at `end`: its time has come and everything it
  /// needs has a price.
  func isReady(_ place: Int, _ tape: Tape, _ end: Int, _ time: Timestamp) -> Bool {
    !slots[place].isUnpriceable && slots[place].notBefore <= time
      && needs(place).allSatisfy { tape.firstPriced[$0] <= end }
  }
}

/// Goes through the instants of a tape one after the other.
struct TapeWalk {
  private var map: PriceMap
  private var recorded: [Double]
  private var next = 0
  private var nextFunding = 0
  /// Where the instant ends that was read last.
  private(set) var end = -1

  init(_ map: PriceMap) {
    self.map = map
    recorded = [Double](repeating: 0, count: map.recorded.count)
  }

  /// Goes to the start of a tape; `quotes` becomes what was in force before it.
  mutating func begin(_ tape: Tape, _ quotes: inout Quotes) {
    recorded = tape.recordedBefore
    (next, nextFunding, end) = (0, 0, -1)
    map.quotes(recorded, from: 0, into: &quotes)
    quotes.time = Timestamp(nanoseconds: tape.timeBefore ?? .min)
    quotes.number = tape.firstNumber - 1
  }

  /// Reads the next instant.
  ///
  /// - Returns: its settlements, places in the tape's; nil at the end of the tape.
  mutating func advance(_ tape: Tape, into quotes: inout Quotes) -> Range<Int>? {
    if next == tape.count { return nil }
    end = tape.end(from: next)
    for tick in next...end {
      let column = Int(tape.columns[tick])
      if column < recorded.count { recorded[column] = tape.prices[tick] }
    }
    next = end + 1
    map.quotes(recorded, from: 0, into: &quotes)
    quotes.time = Timestamp(nanoseconds: tape.time(at: end))
    quotes.number = tape.number(at: end)
    let first = nextFunding
    while nextFunding < tape.fundings.count && tape.fundings[nextFunding].position == end { nextFunding += 1 }
    return first..<nextFunding
  }
}
