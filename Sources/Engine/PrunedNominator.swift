internal import Kernels
internal import Margin
internal import Market

/// Stretches by their boxes: an account is a nominee where one of its lines may not be above 0 at the worst
/// corner of the box. Its first hit is searched for through cells of instants, widest first.
///
/// **Why nothing is missed.** A line lies nowhere above the slack of its trigger within the box that it was
/// made for, rounding of the reference included (``LineCompiler``). Its value at the worst corner of a
/// smaller box is, also as rounded, not above its value at any instant within. So where all corners are
/// above 0, the reference would find no trigger at any instant of the stretch, or of the cell.
struct PrunedNominator: Nominator {
  private var compiler: LineCompiler
  private var box: FactorBox

  init(layout: FactorLayout) {
    compiler = LineCompiler(layout)
    box = FactorBox(layout)
  }

  mutating func nominees(
    _ open: [Bool], _ stretch: Range<Int>, _ block: AccountBlock, _ chunk: InstantChunk, _ rules: Rules
  ) -> [Nominee] {
    chunk.readBox(stretch, into: &box)
    let store: LineStore
    if let kept = block.lineStore, kept.serves(rules, box) {
      store = kept
    } else {
      store = LineStore(
        rules, around: box, accounts: block.slots.count, stride: compiler.stride, bounds: chunk.bounds)
      block.lineStore = store
    }
    let start = chunk.times[stretch.lowerBound]
    for place in open.indices where open[place] && block.slots[place].stage == .active {
      store.update(place, block, &compiler, from: start)
    }
    let (low, high) = (box.low, box.high)
    return store.hits(low: low.span, high: high.span)
      .filter { open[$0] && block.slots[$0].stage == .active }
      .map { Nominee(place: $0, from: stretch.lowerBound) }
  }

  func firstHit(_ lines: [Double], in range: Range<Int>, _ chunk: InstantChunk) -> Int? {
    var first: Int?
    for start in stride(from: 0, to: lines.count, by: compiler.stride) {
      let open = range.lowerBound..<(first ?? range.upperBound)
      let line = lines.span.extracting(start..<start + compiler.stride)
      first = firstHit(line, in: open, level: 0, chunk) ?? first
    }
    return first
  }

  /// The first hit of one line: cells that it cannot touch are passed over, the narrowest are scanned.
  private func firstHit(
    _ line: Span<Double>, in range: Range<Int>, level: Int, _ chunk: InstantChunk
  ) -> Int? {
    guard level < InstantChunk.cellWidths.count else {
      let columns = chunk.columns
      return chunk.scan.firstHit(line: line, columns: columns.span, stride: chunk.stride, range: range)
    }
    let width = InstantChunk.cellWidths[level]
    var start = range.lowerBound
    while start < range.upperBound {
      let cell = start / width
      let end = min(range.upperBound, (cell + 1) * width)
      if chunk.mayHit(line, level: level, cell: cell),
        let hit = firstHit(line, in: start..<end, level: level + 1, chunk)
      {
        return hit
      }
      start = end
    }
    return nil
  }
}
