import Market
import TickFile
import Testing

@testable import TickGenerate

/// Statistics of generated prices, computed apart from the generator, against what was asked for.
@Suite struct MarketShapeTests {
  /// Logarithmic returns per `minutes`, from the last trade of each interval.
  static func returns(_ ticks: [Tick], every span: TimeSpan) -> [Double] {
    guard let first = ticks.first else { return [] }
    var prices: [Double] = []
    var next = first.time.nanoseconds + span.nanoseconds
    for (tick, following) in zip(ticks, ticks.dropFirst()) where following.time.nanoseconds >= next {
      prices.append(tick.price.double)
      next += span.nanoseconds
    }
    // ln(1 + x) by its series; returns are far below 0.1.
    return zip(prices, prices.dropFirst()).map { a, b in
      let x = b / a - 1
      return x - x * x / 2 + x * x * x / 3
    }
  }

  static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  static func covariance(_ a: [Double], _ b: [Double]) -> Double {
    let (meanA, meanB) = (mean(a), mean(b))
    return mean(zip(a, b).map { ($0 - meanA) * ($1 - meanB) })
  }

  @Test func volatilityAndCorrelationAreThoseAskedFor() throws {
    // 30 days of ten-minute returns, 4,319 of them: the standard error of a volatility is about 1.1 %, of a
    // correlation of 0.6 about 0.01.
    var request = GenerateRequest(output: "unused", length: .duration(days(30)), seed: 12)
    request.step = TimeSpan(nanoseconds: 10_000_000_000)
    request.tradesPerSecond = 0.1
    request.correlation = 0.6
    request.jumpsPerDay = 0
    (request.hasMarks, request.hasFunding) = (false, false)
    let made = try Generated(request)
    let returns = request.instruments.map { Self.returns(made.ticks($0.name, .trade), every: minutes(10)) }
    let perYear = 365.0 * 144
    for (instrument, values) in zip(request.instruments, returns) {
      let volatility = (Self.covariance(values, values) * perYear).squareRoot()
      #expect((volatility / instrument.volatility - 1).magnitude < 0.06, "\(instrument.name): \(volatility)")
    }
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
      let count = min(returns[a].count, returns[b].count)
      let (x, y) = (Array(returns[a].prefix(count)), Array(returns[b].prefix(count)))
      let product = Self.covariance(x, x) * Self.covariance(y, y)
      let correlation = Self.covariance(x, y) / product.squareRoot()
      #expect((correlation - 0.6).magnitude < 0.05, "\(a) and \(b): \(correlation)")
    }
  }

  @Test func jumpsKeepTheVolatilityAndFattenTheTails() throws {
    var request = GenerateRequest(output: "unused", length: .duration(days(60)), seed: 2)
    request.instruments = [GeneratedInstrument.presets[0]]
    request.step = TimeSpan(nanoseconds: 60_000_000_000)
    request.tradesPerSecond = 0.05
    (request.hasMarks, request.hasFunding) = (false, false)
    func kurtosis(_ jumps: Double) throws -> Double {
      request.jumpsPerDay = jumps
      let values = Self.returns(try Generated(request).ticks("BTCUSDT", .trade), every: minutes(10))
      let variance = Self.covariance(values, values)
      let volatility = (variance * 365 * 144).squareRoot()
      #expect((volatility / 0.8 - 1).magnitude < 0.12, "\(jumps) jumps a day: \(volatility)")
      return Self.mean(values.map { $0 * $0 * $0 * $0 }) / (variance * variance)
    }
    // Of a normal distribution it is 3.
    #expect((try kurtosis(0) - 3).magnitude < 0.4)
    #expect(try kurtosis(4) > 5)
  }

  @Test func fundingFallsOnTheHoursOfSettlement() throws {
    var request = GenerateRequest(output: "unused", length: .duration(days(3)), seed: 9)
    request.start = Timestamp(nanoseconds: crashDay + hours(1).nanoseconds)
    (request.hasMarks, request.tradesPerSecond) = (false, 0.01)
    request.step = TimeSpan(nanoseconds: 10_000_000_000)
    let made = try Generated(request)
    for name in ["BTCUSDT", "ETHUSDT", "BNBUSDT"] {
      let funding = made.ticks(name, .funding)
      #expect(funding.map { $0.time.nanoseconds - crashDay } == (1...9).map { hours(8 * $0).nanoseconds })
      #expect(funding.allSatisfy { $0.price.double.magnitude <= 0.0075 && $0.price.scale == 8 })
    }
  }

  @Test func theFundingFormulaIsClamped() {
    // F = P + clamp(I − P, ±0.0005), I = 0.0001, computed by hand.
    for (premium, rate) in [
      (0.0, 10_000), (0.0003, 10_000), (0.0006, 10_000), (0.0010, 50_000), (-0.0004, 10_000),
      (-0.0014, -90_000), (0.02, 750_000), (-0.02, -750_000),
    ] as [(Double, Int64)] {
      var meter = FundingMeter(interest: 0.0001)
      meter.add(premium - 0.0001)
      meter.add(premium + 0.0001)
      #expect(meter.settle() == ExactDecimal(mantissa: rate, scale: 8), "premium \(premium)")
    }
    #expect(FundingMeter.settlement(after: crashDay) == crashDay + hours(8).nanoseconds)
    #expect(FundingMeter.settlement(after: crashDay - 1) == crashDay)
    #expect(FundingMeter.settlement(after: -1) == 0)
    #expect(FundingMeter.settlement(after: -hours(8).nanoseconds) == 0)
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func theCrashReachesItsLowsInItsHours(seed: UInt64) throws {
    var request = GenerateRequest(output: "unused", scenario: .crash20210519, seed: seed)
    request.step = TimeSpan(nanoseconds: 5_000_000_000)
    request.tradesPerSecond = 0.1
    let made = try Generated(request)
    for (name, start, low) in [
      ("BTCUSDT", 43_943.0, 30_000.0), ("ETHUSDT", 3442, 1888), ("BNBUSDT", 516, 280),
    ] {
      let trades = made.ticks(name, .trade)
      let lowest = try #require(trades.min { $0.price.mantissa < $1.price.mantissa })
      #expect((lowest.price.double / low - 1).magnitude < 0.05, "\(name) fell to \(lowest.price)")
      let minute = (lowest.time.nanoseconds - crashDay) / 60_000_000_000
      #expect((12 * 60 + 30...13 * 60 + 30).contains(minute), "\(name) at minute \(minute)")
      let first = try #require(trades.first)
      #expect((first.price.double / start - 1).magnitude < 0.01)
      let last = try #require(trades.last)
      // A partial recovery: between the low and the start.
      #expect(last.price.double > low * 1.08 && last.price.double < start * 0.95)
      let noon = try #require(trades.last { $0.time.nanoseconds < crashDay + hours(12).nanoseconds })
      #expect(noon.price.double > low * 1.15)
      let funding = made.ticks(name, .funding)
      let afternoon = funding.first { $0.time.nanoseconds == crashDay + hours(16).nanoseconds }
      #expect(try #require(afternoon).price.mantissa < 0)
    }
  }

  @Test func theCourseIsContinuousAndLevelOutside() {
    let scenario = Scenario.crash20210519
    var last = scenario.course(at: Timestamp(nanoseconds: crashDay - hours(5).nanoseconds))
    #expect(last == Scenario.Course(depth: 0, stress: 0))
    for minute in -300...2000 {
      let course = scenario.course(at: Timestamp(nanoseconds: crashDay + Int64(minute) * 60_000_000_000))
      #expect((0...1).contains(course.depth) && (0...1).contains(course.stress))
      #expect((course.depth - last.depth).magnitude < 0.05)
      last = course
    }
    let low = scenario.course(at: Timestamp(nanoseconds: crashDay + 790 * 60_000_000_000))
    #expect(low == Scenario.Course(depth: 1, stress: 1))
    #expect(Scenario.calm.course(at: Timestamp(nanoseconds: crashDay)) == Scenario.Course())
  }
}
