import Market
import TickFile
import Testing

@testable import TickGenerate

/// Volatility that wanders, trades that follow it, jumps of one instrument, gaps in liquidity.
@Suite struct ClusteringTests {
  /// One instrument, no marks, no funding, no jumps.
  static func plain(_ length: TimeSpan, _ change: (inout GenerateRequest) -> Void = { _ in })
    -> GenerateRequest
  {
    var request = GenerateRequest(output: "unused", length: .duration(length), jumpsPerDay: 0, seed: 8)
    request.instruments = [GeneratedInstrument.presets[0]]
    (request.hasMarks, request.hasFunding) = (false, false)
    change(&request)
    return request
  }

  /// The correlation of two series.
  static func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let product = MarketShapeTests.covariance(a, a) * MarketShapeTests.covariance(b, b)
    return MarketShapeTests.covariance(a, b) / product.squareRoot()
  }

  @Test func volatilityComesInSpells() throws {
    func figures(_ clustering: Double) throws -> (volatility: Double, memory: Double) {
      let request = Self.plain(days(120)) {
        ($0.step, $0.tradesPerSecond) = (TimeSpan(nanoseconds: 60_000_000_000), 0.05)
        $0.volatilityClustering = clustering
      }
      let returns = MarketShapeTests.returns(
        try Generated(request).ticks("BTCUSDT", .trade), every: minutes(10))
      let sizes = returns.map(\.magnitude)
      let memory = Self.correlation(Array(sizes.dropLast(3)), Array(sizes.dropFirst(3)))
      return ((MarketShapeTests.covariance(returns, returns) * 365 * 144).squareRoot(), memory)
    }
    let (level, spells) = (try figures(0), try figures(0.6))
    // Sizes of independent returns are uncorrelated; the standard error of 17,000 pairs is 0.008.
    #expect(level.memory.magnitude < 0.03)
    #expect(spells.memory > 0.15)
    // The squared factor has mean 1; some hundred spells leave a wide error.
    #expect((level.volatility / 0.8 - 1).magnitude < 0.03)
    #expect((spells.volatility / 0.8 - 1).magnitude < 0.2, "\(spells.volatility)")
  }

  @Test func tradesFollowTheVolatility() throws {
    func pull(_ clustering: Double) throws -> (correlation: Double, trades: Int) {
      let request = Self.plain(days(4)) {
        ($0.tradesPerSecond, $0.volatilityClustering, $0.volumeClustering) = (0.5, 0.8, clustering)
      }
      let trades = try Generated(request).ticks("BTCUSDT", .trade)
      // Half hours: how many trades, and how far apart the highest and the lowest.
      var (counts, ranges): ([Double], [Double]) = ([], [])
      let span = minutes(30).nanoseconds
      var part = trades[...]
      for number in 0..<Int64(192) {
        let end = GenerateRequest.defaultStart.nanoseconds + (number + 1) * span
        let inside = part.prefix { $0.time.nanoseconds < end }
        part = part.dropFirst(inside.count)
        let prices = inside.map(\.price.double)
        counts.append(Double(inside.count))
        ranges.append((prices.max() ?? 0) - (prices.min() ?? 0))
      }
      return (Self.correlation(counts, ranges), trades.count)
    }
    let (without, with) = (try pull(0), try pull(1))
    #expect(without.correlation.magnitude < 0.3)
    #expect(with.correlation > 0.6, "\(with.correlation)")
    // Half a trade a second over four days: 172,800. The mean of exp(v − s²) with s = 0.8 is e^(−0.32).
    #expect((Double(without.trades) / 172_800 - 1).magnitude < 0.02)
    #expect((Double(with.trades) / 172_800 - 0.73).magnitude < 0.35, "\(with.trades)")
  }

  @Test func jumpsOfOneInstrumentLeaveTheOthersAlone() throws {
    var request = GenerateRequest(output: "unused", length: .duration(days(40)), jumpsPerDay: 0, seed: 3)
    request.instruments = Array(GeneratedInstrument.presets.prefix(2))
    (request.step, request.tradesPerSecond) = (TimeSpan(nanoseconds: 60_000_000_000), 0.05)
    (request.hasMarks, request.hasFunding, request.correlation) = (false, false, 0)
    request.ownJumpsPerDay = 4
    let made = try Generated(request)
    let returns = request.instruments.map {
      MarketShapeTests.returns(made.ticks($0.name, .trade), every: minutes(10))
    }
    // A move of five standard deviations of the diffusion is a jump: 0.25/√(1/144·0.75) of one is 3.5.
    var far: [Set<Int>] = []
    for (instrument, values) in zip(request.instruments, returns) {
      let usual = instrument.volatility * (0.75 / (365 * 144)).squareRoot()
      far.append(Set(values.indices.filter { values[$0].magnitude > 5 * usual }))
      let volatility = (MarketShapeTests.covariance(values, values) * 365 * 144).squareRoot()
      #expect((volatility / instrument.volatility - 1).magnitude < 0.12, "\(instrument.name): \(volatility)")
    }
    #expect(far[0].count > 10 && far[1].count > 10)
    #expect(far[0].intersection(far[1]).isEmpty)
  }

  @Test func gapsAreSilencesWithAPriceFarOffAtTheirEnd() throws {
    func silences(_ gaps: Double) throws -> (count: Int, far: Double, marks: Double) {
      let request = Self.plain(days(1)) {
        ($0.tradesPerSecond, $0.gapsPerDay, $0.hasMarks) = (5, gaps, true)
      }
      let made = try Generated(request)
      let trades = made.ticks("BTCUSDT", .trade)
      var (count, far, marks) = (0, 0.0, 0.0)
      // Of exponential gaps of a fifth of a second none of 400,000 is as long as five seconds.
      for (a, b) in zip(trades, trades.dropFirst())
      where b.time.nanoseconds - a.time.nanoseconds > 5_000_000_000 {
        count += 1
        far = max(far, (b.price.double / a.price.double - 1).magnitude)
      }
      for (a, b) in zip(made.ticks("BTCUSDT", .mark), made.ticks("BTCUSDT", .mark).dropFirst()) {
        marks = max(marks, (b.price.double / a.price.double - 1).magnitude)
      }
      return (count, far, marks)
    }
    let (without, with) = (try silences(0), try silences(200))
    #expect(without.count == 0)
    // 200 a day, of which e^(−½) are longer than five seconds: 121, with a standard deviation of 11.
    #expect((90...155).contains(with.count), "\(with.count)")
    // A hundredth is beyond what the diffusion makes in a minute (0.0011); no mark moves so far in a step.
    #expect(with.far > 0.01)
    #expect(with.marks < 0.002)
  }
}
