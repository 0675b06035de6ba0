internal import Kernels
internal import Margin
internal import Market

/// An account to which something may happen.
struct Nominee {
  /// Its place in the block.
  var place: Int
  /// A position before which nothing does.
  var from: Int
}

/// Every account at every instant by vector: accounts become lines over the factors, 32 lines a scan; an
/// account of whose lines one is not above 0 somewhere is a nominee.
struct DenseNominator {
  private var compiler: LineCompiler
  private var box: FactorBox
  /// Lines under construction, interleaved by eight: eight constants, then eight coefficients of each column.
  private var lanes: [Double]
  private var lanePlaces: [Int] = []
  /// Where the search of each lane begins.
  private var starts = [Int](repeating: 0, count: LineScan.mostLines)
  private var found: [Nominee] = []

  init(map: PriceMap) {
    compiler = LineCompiler(map.layout)
    box = FactorBox(map.layout)
    lanes = [Double](repeating: 0, count: LineScan.mostLines * compiler.stride)
  }

  /// Accounts of the block whose triggers prices may set off within `stretch`, each once.
  ///
  /// - Parameters:
  ///   - open: whether an account, by its place, takes part in the whole stretch without a clock event of
  ///     its own and without a pool that wakes; others are not named.
  ///   - rules: those that hold in the stretch.
  mutating func nominees(
    _ open: [Bool], _ stretch: Range<Int>, _ block: AccountBlock, _ tape: Tape, _ rules: Rules
  ) -> [Nominee] {
    found.removeAll(keepingCapacity: true)
    tape.readBox(stretch, into: &box)
    let rows = tape.rows.row(from: stretch.lowerBound)..<tape.rows.row(from: stretch.upperBound)
    for place in open.indices where open[place] && block.slots[place].stage == .active {
      compiler.compile(
        place, of: block, rules, box, from: tape.time(at: stretch.lowerBound), tracksWorst: true)
      enqueue(place, rows, tape)
    }
    flush(rows, tape)
    return found
  }

  /// Puts the compiled lines of an account into lanes; scans when the next account's do not fit any more.
  private mutating func enqueue(_ place: Int, _ rows: Range<Int>, _ tape: Tape) {
    let (lines, stride) = (compiler.lines, compiler.stride)
    let count = lines.count / stride
    if lanePlaces.count + count > LineScan.mostLines { flush(rows, tape) }
    // All lines of an account are scanned together, or its first hit would not be known.
    if count > LineScan.mostLines { return found.append(Nominee(place: place, from: start(rows, tape))) }
    for line in 0..<count {
      let (group, lane) = lanePlaces.count.quotientAndRemainder(dividingBy: LineScan.lanes)
      let start = group * LineScan.lanes * stride + lane
      for number in 0..<stride { lanes[start + number * LineScan.lanes] = lines[line * stride + number] }
      lanePlaces.append(place)
    }
  }

  /// Scans the lines that have come together.
  private mutating func flush(_ rows: Range<Int>, _ tape: Tape) {
    guard !lanePlaces.isEmpty else { return }
    let (groups, stride) = ((lanePlaces.count + LineScan.lanes - 1) / LineScan.lanes, compiler.stride)
    let group = LineScan.lanes * stride
    for unused in lanePlaces.count..<groups * LineScan.lanes {
      let start = unused / LineScan.lanes * group + unused % LineScan.lanes
      for number in 0..<stride { lanes[start + number * LineScan.lanes] = number == 0 ? 1 : 0 }
    }
    let lanes = lanes
    var spans = starts.mutableSpan
    let hits = tape.scan.hits(
      lines: lanes.span.extracting(0..<groups * group), factors: stride - 1, columns: tape.rows.columns.span,
      stride: tape.rows.stride, range: rows, starts: &spans)
    for (lane, place) in lanePlaces.enumerated() where hits & (1 << UInt32(lane)) != 0 {
      let from = tape.rows.ends[starts[lane]]
      if let last = found.last, last.place == place {
        found[found.count - 1].from = min(last.from, from)
      } else {
        found.append(Nominee(place: place, from: from))
      }
    }
    lanePlaces.removeAll(keepingCapacity: true)
  }

  /// Where the first of some rows ends.
  private func start(_ rows: Range<Int>, _ tape: Tape) -> Int { tape.rows.ends[rows.lowerBound] }
}
