internal import Kernels
internal import Margin
internal import Market

/// Every account at every instant by vector: accounts become lines over the factors, 32 lines a scan; an
/// account of whose lines one is not above 0 somewhere is a nominee.
struct DenseNominator: Nominator {
  /// Instants of the first window in which an account's lines are scanned.
  private static let firstWindow = 64

  private var compiler: LineCompiler
  private var box: FactorBox
  /// Lines under construction, interleaved by eight: eight constants, then eight coefficients of each column.
  private var lanes: [Double]
  private var lanePlaces: [Int] = []
  /// Where the search of each lane begins.
  private var starts = [Int](repeating: 0, count: LineScan.mostLines)
  private var found: [Nominee] = []

  init(layout: FactorLayout) {
    compiler = LineCompiler(layout)
    box = FactorBox(layout)
    lanes = [Double](repeating: 0, count: LineScan.mostLines * compiler.stride)
  }

  mutating func nominees(
    _ open: [Bool], _ stretch: Range<Int>, _ block: AccountBlock, _ chunk: InstantChunk, _ rules: Rules
  ) -> [Nominee] {
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
      let hit = chunk.scan.firstHit(
        line: lines.span.extracting(start..<start + compiler.stride), columns: columns.span,
        stride: chunk.stride, range: open)
      first = hit ?? first
    }
    return first
  }

  /// Puts the compiled lines of an account into lanes; scans when the next account's do not fit any more.
  private mutating func enqueue(_ place: Int, _ stretch: Range<Int>, _ chunk: InstantChunk) {
    let (lines, stride) = (compiler.lines, compiler.stride)
    let count = lines.count / stride
    if lanePlaces.count + count > LineScan.mostLines { flush(stretch, chunk) }
    // All lines of an account are scanned together, or its first hit would not be known.
    if count > LineScan.mostLines { return found.append(Nominee(place: place, from: stretch.lowerBound)) }
    for line in 0..<count {
      let (group, lane) = lanePlaces.count.quotientAndRemainder(dividingBy: LineScan.lanes)
      let start = group * LineScan.lanes * stride + lane
      for number in 0..<stride { lanes[start + number * LineScan.lanes] = lines[line * stride + number] }
      lanePlaces.append(place)
    }
  }

  /// Scans the lines that have come together.
  private mutating func flush(_ stretch: Range<Int>, _ chunk: InstantChunk) {
    guard !lanePlaces.isEmpty else { return }
    let (groups, stride) = ((lanePlaces.count + LineScan.lanes - 1) / LineScan.lanes, compiler.stride)
    let group = LineScan.lanes * stride
    for unused in lanePlaces.count..<groups * LineScan.lanes {
      let start = unused / LineScan.lanes * group + unused % LineScan.lanes
      for number in 0..<stride { lanes[start + number * LineScan.lanes] = number == 0 ? 1 : 0 }
    }
    let (lanes, columns) = (lanes, chunk.columns)
    var spans = starts.mutableSpan
    let hits = chunk.scan.hits(
      lines: lanes.span.extracting(0..<groups * group), factors: stride - 1, columns: columns.span,
      stride: chunk.stride, range: stretch, starts: &spans)
    for (lane, place) in lanePlaces.enumerated() where hits & (1 << UInt32(lane)) != 0 {
      if let last = found.last, last.place == place {
        found[found.count - 1].from = min(last.from, starts[lane])
      } else {
        found.append(Nominee(place: place, from: starts[lane]))
      }
    }
    lanePlaces.removeAll(keepingCapacity: true)
  }
}
