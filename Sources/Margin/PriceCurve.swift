/// A straight line over a price.
struct PriceLine: Hashable {
  var constant = 0.0
  var slope = 0.0

  func value(at price: Double) -> Double { constant + slope * price }

  /// The line times a number.
  func scaled(_ factor: Double) -> PriceLine { PriceLine(constant: constant * factor, slope: slope * factor) }

  static func += (a: inout PriceLine, b: PriceLine) {
    a.constant += b.constant
    a.slope += b.slope
  }
}

/// A concave, piecewise linear function of one price: a line and a sum of minima of lines.
///
/// The slack of a pool over one mark is such a function: brackets are a maximum of lines taken off,
/// haircuts a minimum of lines added.
struct PriceCurve {
  /// What has no kink.
  var line = PriceLine()
  /// Each entry adds the least of its lines.
  private(set) var minima: [[PriceLine]] = []

  /// Adds the least of some lines at every price.
  mutating func add(leastOf lines: [PriceLine]) {
    let envelope = Self.envelope(lines)
    if envelope.count == 1 { line += envelope[0] } else { minima.append(envelope) }
  }

  /// The positive root that is nearest to `mark`, the lower of two; nil where there is none.
  ///
  /// Between two kinks the curve is one line, whose root is worked out as such. Where it stays at 0 is no
  /// root.
  func nearestRoot(to mark: Double) -> Double? {
    let edges = kinks()
    var nearest: Double?
    for place in 0...edges.count {
      let low = place == 0 ? 0 : edges[place - 1]
      let high = place == edges.count ? Double.infinity : edges[place]
      let sample = high.isFinite ? low + (high - low) / 2 : (low > 0 ? 2 * low : 1)
      guard let root = root(near: sample), root > 0, root.isFinite else { continue }
      // A root at a kink belongs to both sides, and rounding must not lose it on either.
      guard root >= low - low * Self.kinkTolerance, root <= high + high * Self.kinkTolerance else { continue }
      if let best = nearest, abs(best - mark) <= abs(root - mark) { continue }
      nearest = root
    }
    return nearest
  }

  private static let kinkTolerance = 1e-12
  /// Slopes below this share of what they are the sum of are rounding: the curve is flat there.
  private static let flatTolerance = 1e-14

  /// The root of the line that holds at `sample`.
  private func root(near sample: Double) -> Double? {
    var sum = line
    var steepness = abs(line.slope)
    for lines in minima {
      guard let active = lines.min(by: { $0.value(at: sample) < $1.value(at: sample) }) else { continue }
      sum += active
      steepness += abs(active.slope)
    }
    guard abs(sum.slope) > steepness * Self.flatTolerance else { return nil }
    return -sum.constant / sum.slope
  }

  /// The positive prices at which a minimum changes its line, rising.
  private func kinks() -> [Double] {
    var prices: Set<Double> = []
    for lines in minima {
      for (a, b) in zip(lines, lines.dropFirst()) {
        let price = Self.crossing(a, b)
        if price > 0, price.isFinite { prices.insert(price) }
      }
    }
    return prices.sorted()
  }

  /// Where a line meets a flatter one.
  private static func crossing(_ a: PriceLine, _ b: PriceLine) -> Double {
    (b.constant - a.constant) / (a.slope - b.slope)
  }

  /// The lines that are the least somewhere, from the lowest price to the highest: slopes fall.
  private static func envelope(_ lines: [PriceLine]) -> [PriceLine] {
    var kept: [PriceLine] = []
    for line in lines.sorted(by: { ($0.slope, -$0.constant) > ($1.slope, -$1.constant) }) {
      if let last = kept.last, last.slope == line.slope { continue }
      while kept.count >= 2,
        crossing(kept[kept.count - 1], line) <= crossing(kept[kept.count - 2], kept[kept.count - 1])
      {
        kept.removeLast()
      }
      kept.append(line)
    }
    return kept
  }
}
