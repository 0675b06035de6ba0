import CBaseline
import Kernels
import Platform
import Random

// Safe: the loop is only called on memory that is there.

/// A loop of ours and its counterpart in C, which do the same work on the same data.
@safe struct Pair {
  typealias Loop =
    @convention(c) (UnsafePointer<Double>?, Int, UnsafePointer<Double>?, Int, Int, Int) -> UInt32

  var level: KernelLevel
  var name: String
  var loop: Loop

  /// The pairs that this processor can run.
  static var runnable: [Pair] {
    let all = [
      unsafe Pair(level: .v4, name: "AVX-512", loop: cbaseline_hits_avx512),
      unsafe Pair(level: .v4, name: "AVX-512, plain", loop: cbaseline_hits_avx512_plain),
      unsafe Pair(level: .v3, name: "AVX2", loop: cbaseline_hits_avx2),
      unsafe Pair(level: .baseline, name: "SSE2", loop: cbaseline_hits_sse2),
    ]
    return all.filter { $0.level.isSupported && cbaseline_is_available() == 1 }
  }
}

/// Accounts of one line each against columns of prices; none is hit, so that every check is made.
struct Contest {
  /// Instants of a scan.
  static let instants = 4_096
  /// From one column to the next: not a power of two, or an instant of many columns would share a set of the
  /// cache.
  static let stride = instants + 40
  /// Checks of one turn of one loop, about.
  static let checks = 12_000_000

  let factors: Int
  let accounts: Int
  private let lines: [Double]
  private let columns: [Double]
  private var starts = [Int](repeating: 0, count: LineScan.mostLines)
  /// The 32 accounts that come next; goes round.
  private var next = 0

  init(factors: Int, accounts: Int) {
    self.factors = factors
    self.accounts = accounts / LineScan.mostLines * LineScan.mostLines
    var random = RandomStream(seed: 1, stream: 0, purpose: 0)
    columns = (0..<factors * Self.stride).map { _ in random.uniform(from: 1, to: 2) }
    let vectors = self.accounts / LineScan.lanes
    lines = (0..<vectors * (factors + 1) * LineScan.lanes).map { place in
      let isConstant = place / LineScan.lanes % (factors + 1) == 0
      return isConstant ? 3 * Double(factors) : random.uniform(from: -1, to: 1)
    }
  }

  /// Runs every pair in turn, `rounds` times.
  ///
  /// - Returns: for each pair the medians of both sides, in account-checks a second of thread time.
  mutating func run(_ pairs: [Pair], rounds: Int) -> [(ours: Double, theirs: Double)] {
    var ours = [[Double]](repeating: [], count: pairs.count)
    var theirs = ours
    let scans = max(1, Self.checks / factors / LineScan.mostLines / Self.instants)
    let checks = Double(scans * LineScan.mostLines * Self.instants)
    for _ in 0..<rounds {
      for number in pairs.indices {
        let pair = pairs[number]
        let first = next
        ours[number].append(checks / time { $0.scan(LineScan(pair.level), scans) })
        next = first
        theirs[number].append(checks / time { $0.scan(pair, scans) })
      }
    }
    return zip(ours, theirs).map { (median($0), median($1)) }
  }

  private mutating func time(_ work: (inout Contest) -> UInt32) -> Double {
    let start = Clocks.threadNanoseconds()
    let hits = work(&self)
    precondition(hits == 0, "an account was hit")
    return Double(Clocks.threadNanoseconds() - start) * 1e-9
  }

  private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  private mutating func scan(_ scan: LineScan, _ scans: Int) -> UInt32 {
    var hits: UInt32 = 0
    let (lines, columns) = (lines, columns)
    let width = LineScan.mostLines * (factors + 1)
    for _ in 0..<scans {
      let used = next * width..<(next + 1) * width
      let factors = factors
      var span = starts.mutableSpan
      hits |= scan.hits(
        lines: lines.span.extracting(used), factors: factors,
        columns: columns.span, stride: Self.stride, range: 0..<Self.instants, starts: &span)
      next = (next + 1) % (accounts / LineScan.mostLines)
    }
    return hits
  }

  private mutating func scan(_ pair: Pair, _ scans: Int) -> UInt32 {
    var hits: UInt32 = 0
    let width = LineScan.mostLines * (factors + 1)
    // Safe: `next` stays below the number of scans that the lines are enough for.
    unsafe lines.withUnsafeBufferPointer { lines in
      unsafe columns.withUnsafeBufferPointer { columns in
        guard let line = lines.baseAddress else { return }
        for _ in 0..<scans {
          unsafe hits |= pair.loop(
            line + next * width, factors, columns.baseAddress, Self.stride, 0, Self.instants)
          next = (next + 1) % (accounts / LineScan.mostLines)
        }
      }
    }
    return hits
  }
}
