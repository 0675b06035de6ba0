internal import Kernels
internal import Margin
internal import Market

/// Finds hits by the tree of bounds: only leaves in which a line may not be above 0 are expanded and scanned.
///
/// **Why nothing is missed.** A line lies nowhere above the slack of its trigger within the box that it was
/// made for, rounding of the reference included (``LineCompiler``). Its value at the worst corner of a
/// smaller box is, also as rounded, not above its value at any instant within. So where all corners are
/// above 0, the reference would find no trigger at any instant of the cell.
struct TreeFinder: LineFinder {
  static let findsWorst = true

  private var compiler: LineCompiler
  private var box: FactorBox
  private var leaves: LeafCache

  init(map: PriceMap) {
    compiler = LineCompiler(map.layout)
    box = FactorBox(map.layout)
    leaves = LeafCache(map)
  }

  mutating func begin(_ tape: Tape) { leaves.begin(tape) }

  mutating func firstHit(
    of place: Int, in range: Range<Int>, _ block: inout AccountBlock, _ tape: Tape, _ rules: Rules
  ) -> Int? {
    prepare(&block, tape, rules)
    block.updateLines(place, &compiler, from: tape.time(at: range.lowerBound))
    var first: Int?
    let values = block.lines.values
    for line in block.lines.numbers(of: place) {
      let line = values.span.extracting(block.lines.place(line))
      first = firstHit(line, in: range.lowerBound..<(first ?? range.upperBound), tape) ?? first
    }
    return first
  }

  mutating func firstHit(_ lines: [Double], in range: Range<Int>, _ tape: Tape) -> Int? {
    var first: Int?
    for start in stride(from: 0, to: lines.count, by: compiler.stride) {
      let line = lines.span.extracting(start..<start + compiler.stride)
      first = firstHit(line, in: range.lowerBound..<(first ?? range.upperBound), tape) ?? first
    }
    return first
  }

  mutating func lowInstant(_ lines: [Double], in range: Range<Int>, _ tape: Tape) -> Int? {
    if range.isEmpty { return nil }
    let all = range.lowerBound / Tape.leafTicks..<(range.upperBound - 1) / Tape.leafTicks + 1
    var lowest: (value: Double, end: Int)?
    for start in stride(from: 0, to: lines.count, by: compiler.stride) {
      let line = lines.span.extracting(start..<start + compiler.stride)
      let leaf = tape.tree.lowLeaf(line, in: all)
      let ticks =
        max(
          range.lowerBound, leaf * Tape.leafTicks)..<min(
          range.upperBound, (leaf + 1) * Tape.leafTicks)
      guard let found = leaves.lowest(line, in: ticks, leaf, tape) else { continue }
      if lowest.map({ found.value < $0.value }) ?? true { lowest = found }
    }
    return lowest?.end
  }

  /// Sees to it that the lines of the block serve on this tape under these rules.
  private mutating func prepare(_ block: inout AccountBlock, _ tape: Tape, _ rules: Rules) {
    if block.lines.isReady(tape, rules) { return }
    tape.readBox(0..<tape.count, into: &box)
    block.lines.begin(tape, rules, box, accounts: block.slots.count, stride: compiler.stride)
  }

  /// The first leaf of a range in which any of some lines may not be above 0; nil for none.
  func firstLeaf(_ lines: [Double], in range: Range<Int>, _ tape: Tape) -> Int? {
    var first: Int?
    for start in stride(from: 0, to: lines.count, by: compiler.stride) {
      let end = first.map { min(range.upperBound, $0 * Tape.leafTicks) } ?? range.upperBound
      if end <= range.lowerBound { break }
      let line = lines.span.extracting(start..<start + compiler.stride)
      first = firstLeaf(line, in: range.lowerBound..<end, tape) ?? first
    }
    return first
  }

  private func firstLeaf(_ line: Span<Double>, in range: Range<Int>, _ tape: Tape) -> Int? {
    if range.isEmpty { return nil }
    return tape.tree.firstLeaf(
      line, in: range.lowerBound / Tape.leafTicks..<(range.upperBound - 1) / Tape.leafTicks + 1)
  }

  /// The first hit of one line: leaves that it cannot touch are passed over, the others are scanned.
  private mutating func firstHit(_ line: Span<Double>, in range: Range<Int>, _ tape: Tape) -> Int? {
    var start = range.lowerBound
    while start < range.upperBound, let leaf = firstLeaf(line, in: start..<range.upperBound, tape) {
      start = max(start, leaf * Tape.leafTicks)
      let end = min(range.upperBound, (leaf + 1) * Tape.leafTicks)
      if let hit = leaves.firstHit(line, in: start..<end, leaf, tape) { return hit }
      start = end
    }
    return nil
  }
}

/// Leaves of a tape that were expanded last.
private struct LeafCache {
  /// Values kept of all leaves together, about.
  private static let size = 1 << 16

  private var reader: TapeReader
  private var rows: [TapeRows]
  /// Which leaf each place holds; −1 for none.
  private var leaves: [Int]
  private var tape = -1

  init(_ map: PriceMap) {
    reader = TapeReader(map)
    let places = max(1, Self.size / (Tape.leafTicks * (map.layout.factors.count + 1)))
    rows = [TapeRows](repeating: TapeRows(), count: places)
    leaves = [Int](repeating: -1, count: places)
  }

  /// Forgets the leaves of another tape.
  mutating func begin(_ tape: Tape) {
    if tape.firstNumber == self.tape { return }
    self.tape = tape.firstNumber
    for place in leaves.indices { leaves[place] = -1 }
  }

  /// The end of the first instant of `range`, which lies within `leaf`, at which the line is not above 0.
  mutating func firstHit(_ line: Span<Double>, in range: Range<Int>, _ leaf: Int, _ tape: Tape) -> Int? {
    rows[expand(leaf, tape)].firstHit(line, in: range, tape.scan)
  }

  /// The lowest value of a line among the instants of `range`, which lies within `leaf`, and where its
  /// instant ends.
  mutating func lowest(
    _ line: Span<Double>, in range: Range<Int>, _ leaf: Int, _ tape: Tape
  ) -> (value: Double, end: Int)? {
    let place = expand(leaf, tape)
    var lowest: (value: Double, end: Int)?
    for row in rows[place].row(from: range.lowerBound)..<rows[place].row(from: range.upperBound) {
      var value = line[0]
      for factor in 1..<line.count {
        value += line[factor] * rows[place].columns[(factor - 1) * rows[place].stride + row]
      }
      if lowest.map({ value < $0.value }) ?? true { lowest = (value, rows[place].ends[row]) }
    }
    return lowest
  }

  /// Sees to it that a leaf is expanded.
  ///
  /// - Returns: its place in `rows`.
  private mutating func expand(_ leaf: Int, _ tape: Tape) -> Int {
    let place = leaf % leaves.count
    if leaves[place] != leaf {
      reader.expand(tape, words: leaf..<leaf + 1, into: &rows[place])
      leaves[place] = leaf
    }
    return place
  }
}

extension TapeRows {
  /// The end of the first instant of `range` at which a line is not above 0.
  func firstHit(_ line: Span<Double>, in range: Range<Int>, _ scan: LineScan) -> Int? {
    let rows = row(from: range.lowerBound)..<row(from: range.upperBound)
    if rows.isEmpty { return nil }
    return scan.firstHit(line: line, columns: columns.span, stride: stride, range: rows).map { ends[$0] }
  }
}
