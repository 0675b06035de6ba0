internal import Kernels
internal import Margin
internal import Market

/// Lines of accounts and columns of prices as the dense engine scans them: what its vector loop is compared
/// on with others.
public struct ScanSample: Sendable {
  /// The lines, 32 by 32: four vectors of eight, interleaved, each `factors + 1` numbers a line.
  public var lines: [Double] = []
  /// Columns that the lines use.
  public var factors: Int
  /// The columns, one after the other.
  public var columns: [Double]
  /// From one column to the next.
  public var stride: Int
  /// Values of a column.
  public var instants: Int
  /// Numbers of 32 lines.
  public var width: Int { 32 * (factors + 1) }
  /// How many times 32 lines there are.
  public var groups: Int { lines.count / width }
}

extension EngineTrial {
  /// The lines of a point's accounts at their opening and the first instants behind it. Lines that are hit
  /// there are left out, so that every check is made.
  public func scanSample(_ point: EnginePoint) throws -> ScanSample {
    let ticks = 0..<min(tape.count, ReplayTicks.denseTicks)
    var rows = TapeRows()
    var reader = TapeReader(map)
    reader.expand(tape, words: 0..<(ticks.upperBound + 63) / 64, into: &rows)
    var box = FactorBox(map.layout)
    tape.readBox(ticks, into: &box)
    var compiler = LineCompiler(map.layout)
    var lines: [[Double]] = []
    for cell in try opened(point) {
      cell.use { block in
        let rules = block.rules(at: opening.time.nanoseconds)
        for place in block.slots.indices where block.slots[place].stage == .active {
          compiler.compile(place, of: block, rules, box, from: opening.time.nanoseconds, tracksWorst: false)
          for start in Swift.stride(from: 0, to: compiler.lines.count, by: compiler.stride) {
            let line = Array(compiler.lines[start..<start + compiler.stride])
            let hit = tape.scan.firstHit(
              line: line.span, columns: rows.columns.span, stride: rows.stride, range: 0..<rows.count)
            if hit == nil { lines.append(line) }
          }
        }
      }
    }
    var sample = ScanSample(
      factors: compiler.stride - 1, columns: rows.columns, stride: rows.stride, instants: rows.count)
    let unused = [1.0] + [Double](repeating: 0, count: sample.factors)
    while lines.isEmpty || lines.count % LineScan.mostLines != 0 { lines.append(unused) }
    sample.lines = [Double](repeating: 0, count: lines.count * compiler.stride)
    for (number, line) in lines.enumerated() {
      let (vector, lane) = number.quotientAndRemainder(dividingBy: LineScan.lanes)
      for (column, value) in line.enumerated() {
        sample.lines[(vector * compiler.stride + column) * LineScan.lanes + lane] = value
      }
    }
    return sample
  }
}
