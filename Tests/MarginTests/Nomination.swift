import Kernels
import Market
import Platform
import Random

@testable import Margin

/// Instants around one on which an account has been placed, and whether its lines nominate that one:
/// scanned by every kernel, and bounded over boxes that hold it.
struct Nomination {
  /// The loops at the levels that this processor runs.
  private static let levels = KernelLevel.allCases.filter(\.isSupported).map {
    (LineScan($0), LineBounds($0))
  }

  private let layout: FactorLayout
  private var compiler: LineCompiler
  private var columns: [Double] = []
  private var stride = 0
  private var count = 0
  /// The place of the instant among the others.
  private var instant = 0
  private var box: FactorBox

  init(_ layout: FactorLayout) {
    self.layout = layout
    compiler = LineCompiler(layout)
    let zeros = [Double](repeating: 0, count: layout.factors.count)
    box = FactorBox(low: zeros, high: zeros)
  }

  /// Draws instants around the one of a placement and checks all ways.
  ///
  /// - Returns: which way does not nominate it; nil where all do.
  mutating func flaw(_ placement: inout Placement) -> String? {
    drawInstants(&placement)
    let factors = layout.factors.count
    drawBox(&placement.world.draws, 0..<count)
    compiler.compile(
      placement.account, placement.rules, box, from: placement.start,
      above: placement.trigger == .worstRatio ? placement.ratio : nil,
      reaching: placement.trigger == .band ? CheckReport.Band.yellowRatio : nil)
    let count = min(compiler.lines.count / compiler.stride, LineScan.mostLines)
    if count == 0 { return "there is no line" }
    let lanes = interleaved(count)
    var starts = [Int](repeating: 0, count: LineScan.mostLines)
    let first = placement.world.draws.choice(count: instant + 1)
    let range = first..<instant + 1 + placement.world.draws.choice(count: self.count - instant)
    for (scan, bounds) in Self.levels {
      var spans = starts.mutableSpan
      let hits = scan.hits(
        lines: lanes.span, factors: factors, columns: columns.span, stride: stride, range: range,
        starts: &spans)
      var isHit = false
      for line in 0..<count {
        let numbers = compiler.lines.span.extracting(line * (factors + 1)..<(line + 1) * (factors + 1))
        let own = instant..<instant + 1
        guard
          scan.firstHit(line: numbers, columns: columns.span, stride: stride, range: own) != nil
        else { continue }
        isHit = true
        guard hits & 1 << UInt32(line) != 0, starts[line] <= instant else {
          return "\(scan.level) passes over line \(line) among \(range)"
        }
        let found = scan.firstHit(line: numbers, columns: columns.span, stride: stride, range: range)
        guard let found, found <= instant else { return "\(scan.level) finds no first hit among \(range)" }
        if !isBounded(line, range, bounds, &placement.world.draws) {
          return "\(scan.level) bounds line \(line) above 0 in a box"
        }
      }
      if !isHit { return "\(scan.level) sees no line at 0 or below" }
    }
    return nil
  }

  // MARK: Instants

  /// Other instants, at which the trigger does not hold, before and after the placed one.
  private mutating func drawInstants(_ placement: inout Placement) {
    let spread = placement.world.pick([0, 1e-12, 1e-6, 1e-3, 0.02, 0.3])
    let most = placement.world.draws.bernoulli(0.02) ? 150 : 4
    let placed = placement.now
    // Prices that are all on one side put the placed instant into a corner of the box.
    let side = placement.world.pick([(-1.0, 1.0), (0, 1), (-1, 0)])
    var others: [Quotes] = []
    for _ in 0..<placement.world.draws.choice(count: most + 1) {
      var other = placed
      for place in other.marks.indices {
        other.marks[place] *= 1 + spread * placement.world.draws.uniform(from: side.0, to: side.1)
      }
      for place in other.index.indices {
        other.index[place] *= 1 + spread * placement.world.draws.uniform(from: side.0, to: side.1)
      }
      placement.now = placement.world.settled(other)
      if !placement.holds() { others.append(placement.now) }
    }
    placement.now = placed
    count = others.count + 1
    instant = placement.world.draws.choice(count: count)
    others.insert(placed, at: instant)
    stride = count + placement.world.draws.choice(count: 3)
    columns = [Double](repeating: 0, count: stride * layout.factors.count)
    for (place, quotes) in others.enumerated() {
      for (column, factor) in layout.factors.enumerated() {
        columns[column * stride + place] = value(factor, quotes, placement.rules)
      }
    }
  }

  private func value(_ factor: FactorLayout.Factor, _ quotes: Quotes, _ rules: Rules) -> Double {
    switch factor {
    case .mark(let instrument): quotes.marks[instrument.rawValue]
    case .markUSD(let instrument):
      quotes.marks[instrument.rawValue] * quotes.index[rules.marginAsset[instrument.rawValue]]
    case .index(let asset): quotes.index[asset.rawValue]
    }
  }

  // MARK: Boxes

  /// The box around some instants, now and then wider.
  private mutating func drawBox(_ draws: inout RandomStream, _ range: Range<Int>) {
    let isWide = draws.bernoulli(0.3)
    let more = isWide ? [1e-9, 0.01, 0.125, 0.5][draws.choice(count: 4)] : 0
    for column in layout.factors.indices {
      let (low, high) = extent(column, range)
      box.low[column] = low * (1 - more)
      box.high[column] = high * (1 + more)
    }
  }

  /// Whether a line is not above 0 in the box of the lines, in that of a range, and at the instant alone,
  /// each of them a child of a node.
  private func isBounded(
    _ line: Int, _ range: Range<Int>, _ bounds: LineBounds, _ draws: inout RandomStream
  ) -> Bool {
    let numbers = compiler.lines.span.extracting(line * compiler.stride..<(line + 1) * compiler.stride)
    // Most children of the node are the box of the lines.
    var node = [Double](repeating: 0, count: (compiler.stride - 1) * LineBounds.nodeStride)
    for child in 0..<LineBounds.children { put(box, into: &node, child: child) }
    let child = draws.choice(count: LineBounds.children)
    for box in [box, self.bounds(range), self.bounds(instant..<instant + 1)] {
      put(box, into: &node, child: child)
      if bounds.children(line: numbers, node: node.span) & 1 << UInt32(child) == 0 { return false }
    }
    return true
  }

  private func put(_ box: FactorBox, into node: inout [Double], child: Int) {
    for column in box.low.indices {
      node[column * LineBounds.nodeStride + child] = box.low[column]
      node[column * LineBounds.nodeStride + LineBounds.children + child] = box.high[column]
    }
  }

  private func bounds(_ range: Range<Int>) -> FactorBox {
    var bounds = box
    for column in layout.factors.indices {
      (bounds.low[column], bounds.high[column]) = extent(column, range)
    }
    return bounds
  }

  /// Lowest and highest value of a column at some instants.
  private func extent(_ column: Int, _ range: Range<Int>) -> (low: Double, high: Double) {
    let values = columns[column * stride + range.lowerBound..<column * stride + range.upperBound]
    return values.reduce((.infinity, -.infinity)) { (min($0.0, $1), max($0.1, $1)) }
  }

  /// Lines as the kernels take them: eight to a group, lanes without a line above 0 everywhere.
  private func interleaved(_ count: Int) -> [Double] {
    let groups = (count + LineScan.lanes - 1) / LineScan.lanes
    var lanes = [Double](repeating: 0, count: groups * LineScan.lanes * compiler.stride)
    for line in 0..<groups * LineScan.lanes {
      let start = line / LineScan.lanes * LineScan.lanes * compiler.stride + line % LineScan.lanes
      for number in 0..<compiler.stride {
        lanes[start + number * LineScan.lanes] =
          line < count ? compiler.lines[line * compiler.stride + number] : number == 0 ? 1 : 0
      }
    }
    return lanes
  }
}
