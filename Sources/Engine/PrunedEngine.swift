internal import Kernels
internal import Margin
internal import Market

/// The engine that takes one account after the other through a tape, from event to event, and looks at an
/// instant only where something may happen.
///
/// **Funding waits.** An account's own fundings need not be settled at their instants as long as nothing else
/// happens to it: they are settled in their order before it is touched next, at the prices of their own
/// instants, which gives the same account to the bit. Until then its lines give way by all that the waiting
/// settlements could take, `Σ |q·mark·rate|`; where they stay above 0 nothing can happen, wherever between
/// them the account stands.
struct PrunedEngine {
  /// Most fundings that wait together. Each rounds a balance once, by 2⁻⁵³ of its size at most: so many
  /// take half of what the lines give way by.
  private static let mostWaiting = 256

  private var search: AccountSearch<TreeFinder>
  private var compiler: LineCompiler
  private var box: FactorBox

  init(map: PriceMap) {
    search = AccountSearch(TreeFinder(map: map), map: map)
    compiler = LineCompiler(map.layout)
    box = FactorBox(map.layout)
  }

  /// Takes a block of accounts through a tape.
  mutating func run(_ block: inout AccountBlock, through tape: Tape) {
    search.finder.begin(tape)
    for place in block.slots.indices {
      switch block.slots[place].stage {
      case .done: continue
      case .waiting:
        guard let end = search.open(place, in: 0..<tape.count, &block, tape) else { continue }
        walk(place, from: end + 1, &block, tape)
      case .active: walk(place, from: 0, &block, tape)
      }
    }
  }

  /// Takes an account through the rest of a tape.
  private mutating func walk(
    _ place: Int, from start: Int, _ block: inout AccountBlock, _ tape: Tape
  ) {
    var position = start
    // Settlements at or behind `position`, and how many of them may wait together.
    var next = tape.firstSettlement(from: position)
    var ahead = Self.mostWaiting
    while position < tape.count && block.slots[place].stage == .active {
      let rules = block.rules(at: tape.time(at: position))
      let rulesEnd = block.rulesEnd(tape, from: position)
      if next < tape.settlements.count && tape.settlements[next].position < rulesEnd,
        let (free, isWhole) = pass(
          place, from: position, next, most: ahead, rulesEnd, &block, tape, rules)
      {
        while next < tape.settlements.count && tape.settlements[next].position < free {
          let settlement = tape.settlements[next]
          block.settle(place, tape.fundings[settlement.fundings], rules, settlement.quotes)
          next += 1
        }
        position = free
        ahead = isWhole ? min(Self.mostWaiting, 2 * ahead) : 1
        if isWhole { continue }
      }
      var from = position
      if next < tape.settlements.count && tape.settlements[next].position == position {
        from = search.settle(tape.settlements[next], place, &block, tape, rules)
        next += 1
      }
      let end = next < tape.settlements.count ? min(rulesEnd, tape.settlements[next].position) : rulesEnd
      search.search(from..<end, place, &block, tape, rules)
      position = end
    }
  }

  /// How far nothing but settlements happens to an account.
  ///
  /// - Parameters:
  ///   - next: the first settlement at or behind `position`.
  ///   - most: how many settlements may wait.
  ///   - limit: where the rules change.
  /// - Returns: a position before which nothing happens, and whether it was searched as far as was asked
  ///   for; nil where the settlements may not wait.
  private mutating func pass(
    _ place: Int, from position: Int, _ next: Int, most: Int, _ limit: Int, _ block: inout AccountBlock,
    _ tape: Tape, _ rules: Rules
  ) -> (free: Int, isWhole: Bool)? {
    if block.recordsWorstRatio || block.isOutsideGreen(place) { return nil }
    let own = min(
      search.nextEvent(place, block, tape, from: position),
      search.nextWaking(place, block, tape, from: position))
    let last = lastWaiting(from: next, most: most, tape)
    guard last > next else { return nil }
    let behind = last < tape.settlements.count ? tape.settlements[last].position : tape.count
    let horizon = min(limit, own, behind)
    guard tape.settlements[next].position < horizon else { return nil }
    compiler.pending = tape.flows(next..<last)
    guard compiler.mayWait(block.accounts.span[place], rules) else { return nil }
    tape.readBox(position..<horizon, into: &box)
    compiler.compile(
      place, of: block, rules, box, from: tape.time(at: position), tracksWorst: false)
    let leaf = search.finder.firstLeaf(compiler.lines, in: position..<horizon, tape)
    return leaf.map { (max(position, $0 * Tape.leafTicks), false) } ?? (horizon, true)
  }

  /// The settlement behind the last one that may wait, of at most `most`.
  private func lastWaiting(from next: Int, most: Int, _ tape: Tape) -> Int {
    let first = tape.settlements[next].fundings.lowerBound
    var last = min(tape.settlements.count, next + most)
    while last > next && tape.settlements[last - 1].fundings.upperBound - first > Self.mostWaiting {
      last -= 1
    }
    return last
  }
}
