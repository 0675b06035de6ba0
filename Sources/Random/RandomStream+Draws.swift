extension RandomStream {
  /// A number in [0, 1), a multiple of 2⁻⁵³, each as likely as the other.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number in (0, 1), an odd multiple of 2⁻⁵³: neither 0 nor 1, and symmetric about one half.
  public mutating func openUniform() -> Double { Double((next() >> 12) << 1 | 1) * 0x1p-53 }

  /// A number in [low, high).
  public mutating func uniform(from low: Double, to high: Double) -> Double {
    let value = low + (high - low) * uniform()
    // Rounding may reach the upper end, which does not belong to the range.
    return value < high ? value : max(low, high.nextDown)
  }

  /// True with the given probability.
  public mutating func bernoulli(_ probability: Double) -> Bool { uniform() < probability }

  /// An index in 0..<count, all equally likely.
  ///
  /// Source: Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (2019).
  public mutating func choice(count: Int) -> Int {
    precondition(count > 0, "a choice needs something to choose from")
    let range = UInt64(count)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      // The lowest parts of the range would come up once too often, so they are drawn again.
      let surplus = (0 &- range) % range
      while product.low < surplus { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// An index, each with a probability in proportion to its weight.
  ///
  /// Weights are not negative and at least one is positive. One word is drawn.
  public mutating func choice(weights: [Double]) -> Int {
    let total = weights.reduce(0, +)
    precondition(total > 0 && total.isFinite, "weights have a positive, finite sum")
    let target = uniform() * total
    var sum = 0.0
    for (index, weight) in weights.enumerated() where weight > 0 {
      sum += weight
      if target < sum { return index }
    }
    // Rounding may leave the target at the very end.
    return weights.lastIndex { $0 > 0 } ?? 0
  }

  /// `k` different indices out of 0..<n, in random order; every ordered pick is equally likely.
  ///
  /// - Complexity: O(n) memory, O(k) draws.
  public mutating func pick(_ k: Int, of n: Int) -> [Int] {
    var picked: [Int] = []
    pick(k, of: n, into: &picked)
    return picked
  }

  /// `k` different indices out of 0..<n, in random order; every ordered pick is equally likely.
  ///
  /// - Parameters:
  ///   - k: how many are picked.
  ///   - n: how many there are.
  ///   - picked: takes them, whatever stood in it; its memory is used again.
  public mutating func pick(_ k: Int, of n: Int, into picked: inout [Int]) {
    precondition(0 <= k && k <= n, "a pick takes at most all")
    picked.removeAll(keepingCapacity: true)
    picked.append(contentsOf: 0..<n)
    for index in 0..<k { picked.swapAt(index, index + choice(count: n - index)) }
    picked.removeLast(n - k)
  }

  /// A number of the standard normal distribution; one word is drawn.
  public mutating func normal() -> Double { Functions.normalQuantile(openUniform()) }

  /// A number whose logarithm is normal: `median`·exp(`sigma`·Z). In the unit of `median`; one word is drawn.
  public mutating func lognormal(median: Double, sigma: Double) -> Double {
    median * Functions.exp(sigma * normal())
  }

  /// A number of the exponential distribution with mean 1; one word is drawn.
  public mutating func exponential() -> Double { -Functions.log(openUniform()) }

  /// A number of the gamma distribution with scale 1.
  ///
  /// Source: Marsaglia, Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000).
  public mutating func gamma(shape: Double) -> Double {
    precondition(shape > 0 && shape.isFinite, "the shape of a gamma distribution is positive")
    return Functions.exp(logGamma(shape: shape))
  }

  /// Positive shares that add up to 1, of the Dirichlet distribution with the given concentrations.
  ///
  /// With tiny concentrations a share may round to 0.
  public mutating func dirichlet(_ concentrations: [Double]) -> [Double] {
    precondition(concentrations.allSatisfy { $0 > 0 && $0.isFinite }, "concentrations are positive")
    // In logarithms, because with small concentrations all the numbers themselves can round to 0.
    let logs = concentrations.map { logGamma(shape: $0) }
    let largest = logs.max() ?? 0
    let parts = logs.map { Functions.exp($0 - largest) }
    let sum = parts.reduce(0, +)
    return parts.map { $0 / sum }
  }

  /// The logarithm of a gamma number.
  private mutating func logGamma(shape: Double) -> Double {
    // Below 1 the method takes shape + 1, and a power of a uniform number brings it down.
    guard shape >= 1 else {
      let above = logGamma(shape: shape + 1)
      return above + Functions.log(openUniform()) / shape
    }
    let d = shape - 1.0 / 3.0
    let c = 1.0 / (9.0 * d).squareRoot()
    while true {
      let x = normal()
      let v = 1.0 + c * x
      guard v > 0 else { continue }
      let cube = v * v * v
      let logCube = Functions.log(cube)
      if Functions.log(openUniform()) < 0.5 * x * x + d - d * cube + d * logCube {
        return Functions.log(d) + logCube
      }
    }
  }
}
