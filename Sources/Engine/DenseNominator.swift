internal import Kernels
internal import Margin
internal import Market

/// Every account at every instant by vector: accounts become lines over the factors, eight lines a vector;
/// an account of whose lines one is not above 0 somewhere is a nominee.
struct DenseNominator: Nominator {
  /// Instants of the first window in which an account's lines are scanned.
  private static let firstWindow = 64

  private var compiler: LineCompiler
  private var box: FactorBox
  /// Eight lines, interleaved, under construction: constants, then the coefficients of each column.
  private var lanes: [Double]
  private var lanePlaces: [Int] = []
  /// Nominees so far, each once.
  private var found: [Int] = []

  init(layout: FactorLayout) {
    compiler = LineCompiler(layout)
    box = FactorBox(layout)
    lanes = [Double](repeating: 0, count: LineScan.lanes * compiler.stride)
  }

  mutating func nominees(
    _ open: [Bool], _ stretch: Range<Int>, _ block: AccountBlock, _ chunk: InstantChunk, _ rules: Rules
  ) -> [Int] {
    found.removeAll(keepingCapacity: true)
    chunk.readBox(stretch, into: &box)
    for place in open.indices where open[place] && block.slots[place].stage == .active {
      compiler.compile(place, of: block, rules, box, from: chunk.times[stretch.lowerBound])
      enqueue(place, stretch, chunk)
    }
    flush(stretch, chunk)
    return found
  }

  /// Lines are scanned together in windows that double, so that a hit nearby costs no scan of another line
  /// over the whole range.
  func firstHit(_ lines: [Double], in range: Range<Int>, _ chunk: InstantChunk) -> Int? {
    var (start, width) = (range.lowerBound, Self.firstWindow)
    while start < range.upperBound {
      let end = min(range.upperBound, start + width)
      if let hit = firstHit(lines, inWindow: start..<end, chunk) { return hit }
      start = end
      width *= 2
    }
    return nil
  }

  private func firstHit(_ lines: [Double], inWindow range: Range<Int>, _ chunk: InstantChunk) -> Int? {
    var first: Int?
    let columns = chunk.columns
    for start in stride(from: 0, to: lines.count, by: compiler.stride) {
      let open = range.lowerBound..<(first ?? range.upperBound)
      let hit = LineScan.firstHit(
        line: lines.span.extracting(start..<start + compiler.stride), columns: columns.span,
        stride: chunk.capacity, range: open)
      first = hit ?? first
    }
    return first
  }

  /// Puts the compiled lines of an account into lanes and scans whenever eight have come together.
  private mutating func enqueue(_ place: Int, _ stretch: Range<Int>, _ chunk: InstantChunk) {
    let (lines, stride) = (compiler.lines, compiler.stride)
    for line in 0..<(lines.count / stride) where found.last != place {
      let lane = lanePlaces.count
      for number in 0..<stride { lanes[number * LineScan.lanes + lane] = lines[line * stride + number] }
      lanePlaces.append(place)
      if lanePlaces.count == LineScan.lanes { flush(stretch, chunk) }
    }
  }

  /// Scans the lines that have come together.
  private mutating func flush(_ stretch: Range<Int>, _ chunk: InstantChunk) {
    guard !lanePlaces.isEmpty else { return }
    for lane in lanePlaces.count..<LineScan.lanes {
      for number in 0..<compiler.stride { lanes[number * LineScan.lanes + lane] = number == 0 ? 1 : 0 }
    }
    let (lanes, columns) = (lanes, chunk.columns)
    let hits = LineScan.hits(
      lines: lanes.span, columns: columns.span, stride: chunk.capacity, range: stretch)
    for (lane, place) in lanePlaces.enumerated()
    where hits & (1 << UInt32(lane)) != 0 && found.last != place {
      found.append(place)
    }
    lanePlaces.removeAll(keepingCapacity: true)
  }
}
