import Kernels
import Platform
import Random

/// Lines against nodes and columns.
enum TreeRaces {
  static func all() -> [Race] {
    [1, 3, 8].map(children) + [join(3)] + [scan(3), scan(8)]
  }

  /// Nodes of a tree, as many as stay in the second cache.
  private static let nodes = 256

  private static func numbers(_ count: Int, _ low: Double, _ high: Double) -> [Double] {
    var random = RandomStream(seed: 3, stream: 0, purpose: 0)
    return (0..<count).map { _ in random.uniform(from: low, to: high) }
  }

  static func children(_ factors: Int) -> Race {
    let size = factors * LineBounds.nodeStride
    let tree = numbers(nodes * size, 1, 2)
    let line = [Double(factors)] + numbers(factors, -1, 1)
    var runners = [
      Runner(name: "plain Swift", level: nil) {
        var hits: UInt32 = 0
        for node in 0..<nodes {
          hits ^= plainChildren(line.span, tree.span.extracting(node * size..<(node + 1) * size))
        }
        Sink.take(UInt64(hits))
      }
    ]
    runners += Roofs.levels.map { level in
      let bounds = LineBounds(level)
      return Runner(name: level.rawValue, level: level) {
        var hits: UInt32 = 0
        for node in 0..<nodes {
          hits ^= bounds.children(
            line: line.span, node: tree.span.extracting(node * size..<(node + 1) * size))
        }
        Sink.take(UInt64(hits))
      }
    }
    return Race(
      title: "a line against 16 children, \(factors) factors, in L2", unit: "node", units: nodes,
      runners: runners,
      bounds: Roofs.read(nodes * size * 4) + Roofs.muladd(nodes * factors * 16))
  }

  private static func plainChildren(_ line: Span<Double>, _ node: Span<Double>) -> UInt32 {
    var hits: UInt32 = 0
    for child in 0..<16 {
      var value = line[0]
      for factor in 1..<line.count {
        let bound = line[factor] >= 0 ? child : child + 16
        value += line[factor] * node[(factor - 1) * 32 + bound]
      }
      if !(value > 0) { hits |= 1 << UInt32(child) }
    }
    return hits
  }

  static func join(_ factors: Int) -> Race {
    let size = factors * LineBounds.nodeStride
    let tree = numbers(nodes * size, 1, 2)
    var (low, high) = ([Double](repeating: 0, count: factors), [Double](repeating: 0, count: factors))
    let runners = Roofs.levels.map { level in
      let bounds = LineBounds(level)
      return Runner(name: level.rawValue, level: level) {
        var lows = low.mutableSpan
        var highs = high.mutableSpan
        for node in 0..<nodes {
          let part = tree.span.extracting(node * size..<(node + 1) * size)
          bounds.join(node: part, children: 16, low: &lows, high: &highs)
        }
        Sink.take(low[0])
      }
    }
    return Race(
      title: "joining 16 children, \(factors) factors, in L2", unit: "node", units: nodes, runners: runners,
      bounds: Roofs.read(nodes * size * 8))
  }

  /// The dense scan: 32 lines, none of which is hit.
  static func scan(_ factors: Int) -> Race {
    let (instants, stride) = (4_096, 4_096 + 40)
    let columns = numbers(factors * stride, 1, 2)
    let coefficients = numbers(32 * (factors + 1), -1, 1)
    let lines = coefficients.indices.map {
      $0 / 8 % (factors + 1) == 0 ? 3 * Double(factors) : coefficients[$0]
    }
    var starts = [Int](repeating: 0, count: 32)
    let runners = Roofs.levels.map { level in
      let scan = LineScan(level)
      return Runner(name: level.rawValue, level: level) {
        var span = starts.mutableSpan
        let hits = scan.hits(
          lines: lines.span, factors: factors, columns: columns.span, stride: stride, range: 0..<instants,
          starts: &span)
        precondition(hits == 0, "a line was hit")
      }
    }
    return Race(
      title: "dense scan, \(factors) factors", unit: "check", units: 32 * instants, runners: runners,
      bounds: Roofs.muladd(32 * instants * factors)
        + (factors == 3 ? Roofs.checks(32 * instants) : []))
  }
}
