internal import Kernels
internal import Margin
internal import Market

/// Every account at every instant by vector: accounts become lines over the factors, eight lines a vector;
/// an account of whose lines one is not above 0 somewhere is a nominee.
struct DenseNominator: Nominator {
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
    among places: [Int], _ stretch: Range<Int>, _ block: AccountBlock, _ chunk: InstantChunk, _ rules: Rules
  ) -> [Int] {
    found.removeAll(keepingCapacity: true)
    if stretch.isEmpty { return found }
    chunk.readBox(stretch, into: &box)
    for place in places {
      compiler.compile(place, of: block, rules, box, from: chunk.times[stretch.lowerBound])
      enqueue(place, stretch, chunk)
    }
    flush(stretch, chunk)
    return found
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
