internal import Margin
internal import Market

/// The engine that is written for reading: every account at every instant, in the order of the semantics.
///
/// The other engines are held to it, byte for byte.
struct ReferenceEngine {
  private var quotes: Quotes
  private var previous: Quotes

  init(unpriced: Quotes) {
    quotes = unpriced
    previous = unpriced
  }

  /// Takes a block of accounts through a chunk of instants.
  mutating func run(_ block: AccountBlock, through chunk: InstantChunk) {
    chunk.read(-1, into: &previous)
    var nextFunding = 0
    for instant in 0..<chunk.count {
      chunk.read(instant, into: &quotes)
      let firstFunding = nextFunding
      while nextFunding < chunk.fundings.count && chunk.fundings[nextFunding].instant == instant {
        nextFunding += 1
      }
      let rules = block.rules(at: quotes.time.nanoseconds)
      let number = chunk.firstNumber + instant
      for place in block.slots.indices {
        switch block.slots[place].stage {
        case .waiting:
          if Self.isReady(block.slots[place], chunk, instant) {
            block.open(place, rules, quotes, number: number)
          }
        case .active:
          block.runClock(place, dueAt: quotes.time, previous)
          block.settle(place, chunk.fundings[firstFunding..<nextFunding], rules, quotes)
          block.test(place, rules, quotes, number: number)
        case .done:
          continue
        }
      }
      swap(&quotes, &previous)
    }
  }

  /// Whether an account can open: its time has come and everything it needs has a price.
  static func isReady(_ slot: AccountBlock.Slot, _ chunk: InstantChunk, _ instant: Int) -> Bool {
    !slot.isUnpriceable && slot.notBefore.nanoseconds <= chunk.times[instant]
      && slot.needs.allSatisfy { chunk.columns[$0 * chunk.stride + instant] != 0 }
  }
}
