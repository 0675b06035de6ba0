internal import Kernels
internal import Margin
internal import Market

/// Finds hits by a scan of the expanded instants.
struct RowFinder: LineFinder {
  static let findsWorst = false

  /// Instants of the first window in which an account's lines are scanned.
  private static let firstWindow = 64

  private var compiler: LineCompiler
  private var box: FactorBox

  init(map: PriceMap) {
    compiler = LineCompiler(map.layout)
    box = FactorBox(map.layout)
  }

  mutating func begin(_ tape: Tape) {}

  mutating func firstHit(
    of place: Int, in range: Range<Int>, _ block: inout AccountBlock, _ tape: Tape, _ rules: Rules
  ) -> Int? {
    tape.readBox(range, into: &box)
    compiler.compile(
      place, of: block, rules, box, from: tape.time(at: range.lowerBound), tracksWorst: true)
    return firstHit(compiler.lines, in: range, tape)
  }

  /// Lines are scanned together in windows that double, so that a hit nearby costs no scan of another line
  /// over the whole range.
  func firstHit(_ lines: [Double], in range: Range<Int>, _ tape: Tape) -> Int? {
    let last = tape.rows.row(from: range.upperBound)
    var (start, width) = (tape.rows.row(from: range.lowerBound), Self.firstWindow)
    while start < last {
      let end = min(last, start + width)
      if let hit = firstHit(lines, inWindow: start..<end, tape) { return tape.rows.ends[hit] }
      start = end
      width *= 2
    }
    return nil
  }

  private func firstHit(_ lines: [Double], inWindow rows: Range<Int>, _ tape: Tape) -> Int? {
    var first: Int?
    for start in stride(from: 0, to: lines.count, by: compiler.stride) {
      let open = rows.lowerBound..<(first ?? rows.upperBound)
      let hit = tape.scan.firstHit(
        line: lines.span.extracting(start..<start + compiler.stride), columns: tape.rows.columns.span,
        stride: tape.rows.stride, range: open)
      first = hit ?? first
    }
    return first
  }

  func lowInstant(_ lines: [Double], in range: Range<Int>, _ tape: Tape) -> Int? { nil }
}
