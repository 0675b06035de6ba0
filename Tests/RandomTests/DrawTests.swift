import Support
import Testing

@testable import Random

@Suite("Draws")
struct DrawTests {
  private static let count = 200_000

  /// Mean and variance of draws; the bounds below are five standard errors at this count.
  private static func moments(_ draw: (inout RandomStream) -> Double) -> (mean: Double, variance: Double) {
    var stream = RandomStream(seed: 20_210_519, stream: 1, purpose: 9)
    let values = (0..<count).map { _ in draw(&stream) }
    let mean = values.reduce(0, +) / Double(count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    return (mean, variance)
  }

  private static func close(_ a: Double, _ b: Double, standardDeviation: Double) -> Bool {
    abs(a - b) < 5 * standardDeviation / Double(count).squareRoot()
  }

  @Test("uniform numbers keep to their range and have its moments")
  func uniform() {
    var stream = RandomStream(seed: 3, stream: 4)
    for _ in 0..<100_000 {
      #expect((0..<1).contains(stream.uniform()))
      let open = stream.openUniform()
      #expect(open > 0 && open < 1 && 1 - open != open + 1)
      #expect((-3..<5).contains(stream.uniform(from: -3, to: 5)))
    }
    for draw in [{ $0.uniform() }, { $0.openUniform() }] as [(inout RandomStream) -> Double] {
      let result = Self.moments(draw)
      #expect(Self.close(result.mean, 0.5, standardDeviation: 0.2887))
      #expect(Self.close(result.variance, 1.0 / 12, standardDeviation: 0.0745))
    }
  }

  @Test("the ends of the uniform ranges follow from the bits")
  func uniformEnds() {
    // Word 0 of the zero stream is 0x09218EBDE6C85537, known from the published vectors.
    var stream = RandomStream(seed: 0, stream: 0)
    #expect(stream.uniform() == 321271468185866.0 / 9_007_199_254_740_992)
    var open = RandomStream(seed: 0, stream: 0)
    #expect(open.openUniform() == 321271468185867.0 / 9_007_199_254_740_992)
  }

  @Test("normal numbers have mean 0 and variance 1, and the known share within one deviation")
  func normal() {
    let result = Self.moments { $0.normal() }
    #expect(Self.close(result.mean, 0, standardDeviation: 1))
    #expect(Self.close(result.variance, 1, standardDeviation: 1.4142))
    let within = Self.moments { abs($0.normal()) < 1 ? 1 : 0 }
    #expect(Self.close(within.mean, 0.6826894921, standardDeviation: 0.4655))
    let beyond = Self.moments { $0.normal() > 3 ? 1 : 0 }
    #expect(Self.close(beyond.mean, 0.0013498980, standardDeviation: 0.0367))
  }

  @Test("exponential and lognormal numbers")
  func exponential() {
    let exponential = Self.moments { $0.exponential() }
    #expect(Self.close(exponential.mean, 1, standardDeviation: 1))
    #expect(Self.close(exponential.variance, 1, standardDeviation: 2.8284))
    // Mean: median · exp(σ²/2); half lies below the median.
    let lognormal = Self.moments { $0.lognormal(median: 100, sigma: 0.5) }
    #expect(Self.close(lognormal.mean, 113.31484530668263, standardDeviation: 60.39))
    let below = Self.moments { $0.lognormal(median: 20_000, sigma: 1.2) < 20_000 ? 1 : 0 }
    #expect(Self.close(below.mean, 0.5, standardDeviation: 0.5))
    var stream = RandomStream(seed: 1, stream: 1)
    #expect(stream.lognormal(median: 20_000, sigma: 0) == 20_000)
  }

  @Test("gamma numbers have mean and variance equal to the shape", arguments: [0.1, 0.5, 1, 2.5, 40])
  func gamma(shape: Double) {
    let result = Self.moments { $0.gamma(shape: shape) }
    #expect(Self.close(result.mean, shape, standardDeviation: shape.squareRoot()))
    // The fourth central moment is 3k² + 6k.
    #expect(
      Self.close(result.variance, shape, standardDeviation: (2 * shape * shape + 6 * shape).squareRoot()))
  }

  @Test("shares of a Dirichlet distribution add up to 1 and have its mean and variance")
  func dirichlet() {
    let concentrations = [0.5, 1, 2.5]
    var stream = RandomStream(seed: 5, stream: 5)
    for _ in 0..<10_000 {
      let shares = stream.dirichlet(concentrations)
      #expect(abs(shares.reduce(0, +) - 1) < 1e-15 && shares.allSatisfy { $0 >= 0 })
    }
    for index in concentrations.indices {
      // Mean α/4 and variance α(4 − α)/(16·5), with the sum of the concentrations 4.
      let alpha = concentrations[index]
      let variance = alpha * (4 - alpha) / 80
      let result = Self.moments { $0.dirichlet(concentrations)[index] }
      #expect(Self.close(result.mean, alpha / 4, standardDeviation: variance.squareRoot()))
      #expect(abs(result.variance - variance) < 0.02 * variance)
    }
    #expect(stream.dirichlet([3]) == [1])
    // So small that every gamma number rounds to 0: the shares must not become 0 / 0.
    for _ in 0..<1_000 {
      let sum = stream.dirichlet([1e-5, 1e-5, 1e-5]).reduce(0, +)
      #expect(abs(sum - 1) < 1e-15)
    }
  }

  @Test("every index comes up equally often", arguments: [1, 2, 3, 7, 10, 1_000])
  func choice(range: Int) {
    var stream = RandomStream(seed: 8, stream: UInt64(range))
    var counts = [Int](repeating: 0, count: range)
    for _ in 0..<Self.count { counts[stream.choice(count: range)] += 1 }
    let expected = Double(Self.count) / Double(range)
    for (index, count) in counts.enumerated() {
      #expect(abs(Double(count) - expected) <= 5 * expected.squareRoot(), "\(index) of \(range)")
    }
  }

  @Test("a huge range shows no bias")
  func choiceHuge() {
    // With 3·2⁶¹ outcomes a plain remainder would put half of the draws into the first third.
    let third = 1 << 61
    let result = Self.moments { $0.choice(count: 3 * third) < third ? 1 : 0 }
    #expect(Self.close(result.mean, 1.0 / 3, standardDeviation: 0.4714))
  }

  @Test("weights decide how often an index comes up")
  func weights() {
    let weights = [0, 3, 0, 1, 0] as [Double]
    let second = Self.moments { $0.choice(weights: weights) == 1 ? 1 : 0 }
    #expect(Self.close(second.mean, 0.75, standardDeviation: 0.4330))
    let others = Self.moments { [0, 2, 4].contains($0.choice(weights: weights)) ? 1 : 0 }
    #expect(others.mean == 0)
    let heads = Self.moments { $0.bernoulli(0.2) ? 1 : 0 }
    #expect(Self.close(heads.mean, 0.2, standardDeviation: 0.4))
  }

  @Test("a pick holds different indices, and every ordered pick is equally likely")
  func pick() {
    var stream = RandomStream(seed: 9, stream: 9)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<120_000 { counts[stream.pick(2, of: 4), default: 0] += 1 }
    #expect(counts.count == 12)
    for (pick, count) in counts {
      #expect(pick[0] != pick[1] && pick.allSatisfy { (0..<4).contains($0) })
      #expect(abs(count - 10_000) < 500)
    }
    #expect(stream.pick(0, of: 5).isEmpty)
    #expect(stream.pick(6, of: 6).sorted() == [0, 1, 2, 3, 4, 5])
  }

  @Test("equal streams draw equally, to the last bit")
  func determinism() {
    var first = RandomStream(seed: 11, stream: 12, purpose: 13)
    var second = first
    for _ in 0..<1_000 {
      #expect(first.normal().bitPattern == second.normal().bitPattern)
      #expect(first.gamma(shape: 0.7).bitPattern == second.gamma(shape: 0.7).bitPattern)
      #expect(first == second)
    }
  }
}
