internal import Kernels
internal import Margin
internal import Platform

/// The lowest and highest value of every factor over cells of instants: leaves, and above them levels of
/// cells of sixteen each, up to one root.
///
/// A node holds its sixteen children side by side, as ``LineBounds`` takes them: for every factor sixteen
/// lows, then sixteen highs. A factor without a price anywhere in a cell is 0 there.
///
/// Over a tape of pages the nodes of leaves are those of the pages' sheets, made where a search comes to
/// them, and the cells just above them have the bounds that the file tells of a whole page.
struct EnvelopeTree: Sendable {
  /// Children of a node.
  static let fanOut = LineBounds.children

  let factors: Int
  private let bounds: LineBounds
  /// Where the nodes of leaves are, if they are not here.
  private(set) var pages: TickPages?
  /// Cells of the lowest level that is here.
  private var lowest = 0
  /// The nodes, level after level, the first of them those of the lowest level.
  private var values: [Double] = []
  /// Where the nodes of each level start.
  private var starts: [Int] = []
  /// How many cells are the children of a level.
  private var cells: [Int] = []
  /// Nodes that are being made.
  private var scratch: [Double] = []
  private var nodeSize: Int { Self.nodeSize(factors: factors) }

  /// Values of a node.
  static func nodeSize(factors: Int) -> Int { factors * 2 * fanOut }

  /// An empty tree.
  init(factors: Int, _ bounds: LineBounds) {
    self.factors = factors
    self.bounds = bounds
  }

  // MARK: Growing

  /// Forgets all bounds.
  ///
  /// - Parameter pages: where the nodes of leaves will be; nil for here.
  mutating func begin(pages: TickPages? = nil) {
    self.pages = pages
    lowest = 0
    values.removeAll(keepingCapacity: true)
  }

  /// Makes room for a number of cells of the lowest level and for what stands above them.
  mutating func reserve(_ cells: Int) {
    var (count, size) = (cells, 0)
    repeat {
      count = max(1, (count + Self.fanOut - 1) / Self.fanOut)
      size += count * nodeSize
    } while count > 1
    values.reserveCapacity(size)
    Memory.preferHugePages(&values)
  }

  /// Adds the next cells of the lowest level; the factors' lows and highs stand cell after cell. Only the
  /// last cells may be other than whole nodes.
  mutating func add(_ cells: Int, lows: Span<Double>, highs: Span<Double>) {
    var made: [Double] = []
    swap(&made, &scratch)
    made.fit((cells + Self.fanOut - 1) / Self.fanOut * nodeSize, 0)
    Self.fill(&made, cells, lows, highs, factors: factors)
    values += made
    lowest += cells
    swap(&made, &scratch)
  }

  /// Fills `nodes` with the nodes whose children have the bounds `lows` and `highs`, cell after cell.
  static func fill(
    _ nodes: inout [Double], _ cells: Int, _ lows: Span<Double>, _ highs: Span<Double>, factors: Int
  ) {
    var out = nodes.mutableSpan
    var place = 0
    for first in stride(from: 0, to: cells, by: fanOut) {
      let children = min(fanOut, cells - first)
      for factor in 0..<factors {
        for child in 0..<fanOut {
          let source = (first + child) * factors + factor
          out[place + child] = child < children ? lows[source] : 0
          out[place + child + fanOut] = child < children ? highs[source] : 0
        }
        place += 2 * fanOut
      }
    }
  }

  /// Where a node stands.
  private func node(_ node: Int, level: Int) -> Range<Int> {
    let start = starts[level] + node * nodeSize
    return start..<start + nodeSize
  }

  /// Where the low of factor 0 of a cell stands.
  private func place(of cell: Int, level: Int) -> Int {
    starts[level] + cell / Self.fanOut * nodeSize + cell % Self.fanOut
  }

  /// Joins the cells of the lowest level to those above them.
  mutating func join() {
    // Over pages the level of leaves is elsewhere, and takes no room here.
    starts = pages == nil ? [] : [0]
    cells = pages == nil ? [] : [lowest * Self.fanOut]
    let first = starts.count
    var (count, size) = (lowest, 0)
    repeat {
      starts.append(size)
      cells.append(count)
      count = max(1, (count + Self.fanOut - 1) / Self.fanOut)
      size += count * nodeSize
    } while count > 1
    var made = [Double](repeating: 0, count: nodeSize)
    for level in starts.indices.dropFirst(first + 1) {
      for first in stride(from: 0, to: cells[level], by: Self.fanOut) {
        for place in made.indices { made[place] = 0 }
        var parent = made.mutableSpan
        for cell in first..<min(cells[level], first + Self.fanOut) {
          bounds.join(
            node: values.span.extracting(node(cell, level: level - 1)),
            children: min(Self.fanOut, cells[level - 1] - cell * Self.fanOut), into: &parent,
            child: cell - first)
        }
        values += made
      }
    }
  }

  // MARK: Searching

  /// The first leaf of `leaves` in which a line may not be above 0; nil for none.
  func firstLeaf(_ line: Span<Double>, in leaves: Range<Int>) -> Int? {
    if leaves.isEmpty { return nil }
    return firstLeaf(line, in: leaves, level: starts.count - 1, node: 0)
  }

  private func firstLeaf(_ line: Span<Double>, in leaves: Range<Int>, level: Int, node: Int) -> Int? {
    let first = node * Self.fanOut
    let shift = 4 * level
    let lower = max(0, leaves.lowerBound >> shift - first)
    let upper = min(Self.fanOut, (leaves.upperBound - 1) >> shift - first + 1)
    if lower >= upper { return nil }
    var mask =
      level == 0 && pages != nil
      ? leafMask(line, node)
      : bounds.children(line: line, node: values.span.extracting(self.node(node, level: level)))
    let (above, below): (UInt32, UInt32) = (1 << UInt32(upper), 1 << UInt32(lower))
    mask &= above - below
    while mask != 0 {
      let child = first + mask.trailingZeroBitCount
      mask &= mask - 1
      if level == 0 { return child }
      if let leaf = firstLeaf(line, in: leaves, level: level - 1, node: child) { return leaf }
    }
    return nil
  }

  /// Which leaves of a node a line may touch, where a page has the node.
  @inline(never)
  private func leafMask(_ line: Span<Double>, _ node: Int) -> UInt32 {
    guard let nodes = pages?.sheet(ofLeaf: node * Self.fanOut).nodes else { return 0 }
    let start = node % (TickPages.leaves / Self.fanOut) * nodeSize
    return bounds.children(line: line, node: nodes.span.extracting(start..<start + nodeSize))
  }

  /// A leaf of `leaves`, which is not empty, in which a line is low: from the root always the child where its
  /// bound is lowest.
  func lowLeaf(_ line: Span<Double>, in leaves: Range<Int>) -> Int {
    var node = 0
    for level in starts.indices.reversed() {
      let first = node * Self.fanOut
      let shift = 4 * level
      let lower = max(first, leaves.lowerBound >> shift)
      let upper = min(first + Self.fanOut - 1, (leaves.upperBound - 1) >> shift)
      var lowest = Double.infinity
      node = lower
      for cell in lower...upper {
        let value = bound(line, cell, level: level)
        if value < lowest { (lowest, node) = (value, cell) }
      }
    }
    return node
  }

  /// The lowest value that a line may have in a cell.
  private func bound(_ line: Span<Double>, _ cell: Int, level: Int) -> Double {
    if level == 0, let pages {
      let nodes = pages.sheet(ofLeaf: cell).nodes
      return bound(line, nodes.span, at: sheetPlace(of: cell))
    }
    return bound(line, values.span, at: place(of: cell, level: level))
  }

  private func bound(_ line: Span<Double>, _ values: Span<Double>, at place: Int) -> Double {
    var lane = place
    var value = line[0]
    for factor in 0..<factors {
      let coefficient = line[factor + 1]
      value += coefficient * values[coefficient >= 0 ? lane : lane + Self.fanOut]
      lane += 2 * Self.fanOut
    }
    return value
  }

  /// Where the low of factor 0 of a leaf stands in the nodes of its page.
  private func sheetPlace(of leaf: Int) -> Int {
    leaf % TickPages.leaves / Self.fanOut * nodeSize + leaf % Self.fanOut
  }

  /// The first leaf in which a factor has a price; nil for none.
  func firstPriced(_ factor: Int) -> Int? {
    guard let leaves = cells.first else { return nil }
    let high = factor * 2 * Self.fanOut + Self.fanOut
    guard let pages else {
      return (0..<leaves).first { values[place(of: $0, level: 0) + high] != 0 }
    }
    for cell in 0..<cells[1] where values[place(of: cell, level: 1) + high] != 0 {
      // The price may come first behind the end of the replay's window.
      for leaf in cell * Self.fanOut..<(cell + 1) * Self.fanOut
      where pages.sheet(ofLeaf: leaf).nodes[sheetPlace(of: leaf) + high] != 0 { return leaf }
    }
    return nil
  }

  /// Bounds of the factors over at least the leaves `leaves`: cells of the narrowest width that keeps them
  /// few.
  func read(_ leaves: Range<Int>, into box: inout FactorBox) {
    for factor in 0..<factors {
      box.low[factor] = 0
      box.high[factor] = 0
    }
    if leaves.isEmpty { return }
    var level = 0
    while level + 1 < starts.count && (leaves.count >> (4 * level)) > Self.fanOut { level += 1 }
    let shift = 4 * level
    for cell in (leaves.lowerBound >> shift)...((leaves.upperBound - 1) >> shift) {
      if level == 0, let pages {
        let nodes = pages.sheet(ofLeaf: cell).nodes
        join(nodes.span, at: sheetPlace(of: cell), into: &box)
      } else {
        join(values.span, at: place(of: cell, level: level), into: &box)
      }
    }
  }

  /// Widens a box by a cell.
  private func join(_ values: Span<Double>, at place: Int, into box: inout FactorBox) {
    for factor in 0..<factors {
      let high = values[place + factor * 2 * Self.fanOut + Self.fanOut]
      if high == 0 { continue }
      let low = values[place + factor * 2 * Self.fanOut]
      let isFirst = box.high[factor] == 0
      box.low[factor] = isFirst ? low : min(low, box.low[factor])
      box.high[factor] = max(high, box.high[factor])
    }
  }
}
