internal import Engine
internal import Kernels
internal import Platform

/// The vector loop of the dense engine and the same loop in C, turn by turn on the same lines and columns.
struct ScanContest {
  /// What came of it: medians, in line-checks a second of thread time.
  struct Rates {
    var ours: Double
    /// Nil where this build has no loop in C for the level.
    var theirs: Double?
    /// The median of the ratios of both sides of a turn.
    var ratio: Double?
  }

  private static let turns = 21

  private let sample: ScanSample
  private let kernel: KernelLevel
  private let groups: Int
  private var starts = [Int](repeating: 0, count: LineScan.mostLines)

  /// Prepares turns of about `checks` checks.
  init(_ sample: ScanSample, _ kernel: KernelLevel, checks: Int) {
    self.sample = sample
    self.kernel = kernel
    groups = max(1, checks / (LineScan.mostLines * sample.instants * max(1, sample.factors / 3)))
  }

  mutating func run(turns: Int = Self.turns) throws -> Rates {
    let theirs = CKernel(kernel)
    let checks = Double(groups * LineScan.mostLines * sample.instants)
    var (mine, other, ratios): ([Double], [Double], [Double]) = ([], [], [])
    var first = 0
    for _ in 0..<turns {
      let own = try time { scan in scan.scan(from: first) }
      mine.append(checks / own)
      if let theirs {
        let (sample, groups) = (sample, groups)
        let seconds = try time { _ in theirs.scan(sample, from: first, groups: groups) }
        other.append(checks / seconds)
        ratios.append(seconds / own)
      }
      first = (first + groups) % sample.groups
    }
    return Rates(
      ours: Median.of(mine), theirs: other.isEmpty ? nil : Median.of(other),
      ratio: ratios.isEmpty ? nil : Median.of(ratios))
  }

  private mutating func time(_ work: (inout ScanContest) -> UInt32) throws -> Double {
    let start = Clocks.threadNanoseconds()
    let hits = work(&self)
    let seconds = Double(max(1, Clocks.threadNanoseconds() - start)) * 1e-9
    guard hits == 0 else { throw RunError("a vector loop found a hit where the other one finds none") }
    return seconds
  }

  private mutating func scan(from first: Int) -> UInt32 {
    let scan = LineScan(kernel)
    var hits: UInt32 = 0
    let (sample, lines, groups) = (sample, sample.lines, groups)
    var span = starts.mutableSpan
    for group in first..<first + groups {
      let start = group % sample.groups * sample.width
      hits |= scan.hits(
        lines: lines.span.extracting(start..<start + sample.width), factors: sample.factors,
        columns: sample.columns.span, stride: sample.stride, range: 0..<sample.instants, starts: &span)
    }
    return hits
  }
}

/// Medians.
enum Median {
  /// The middle value; of an even number of values the higher of the two in the middle.
  static func of(_ values: [Double]) -> Double {
    precondition(!values.isEmpty, "a median of nothing")
    return values.sorted()[values.count / 2]
  }
}
