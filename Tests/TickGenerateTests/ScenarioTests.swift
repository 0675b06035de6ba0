import Market
import TickFile
import Testing

@testable import TickGenerate

/// The crashes against the published lows of their days and the times of these.
@Suite struct ScenarioTests {
  /// A low: the first and the last minute in which it may fall, since a midnight.
  struct Low: Sendable {
    var scenario: Scenario
    /// The midnight, ISO 8601.
    var day: String
    var name: String
    /// The published price, in USDT, and how far off the low may be, as a share.
    var price: Double
    var tolerance = 0.05
    var window: ClosedRange<Int64>
  }

  static let lows = [
    // The second leg of 12 March ended at 02:15 of the 13th: 3,900. Ether 87 to 90.
    Low(
      scenario: .crash20200312, day: "2020-03-12T00:00:00Z", name: "BTCUSDT", price: 3_900,
      window: 1560...1590),
    Low(
      scenario: .crash20200312, day: "2020-03-12T00:00:00Z", name: "ETHUSDT", price: 88.5,
      window: 1560...1590),
    // The evening of 9 November, UTC.
    Low(
      scenario: .crash20221108, day: "2022-11-09T00:00:00Z", name: "BTCUSDT", price: 15_600,
      window: 1290...1350),
    Low(
      scenario: .crash20221108, day: "2022-11-09T00:00:00Z", name: "SOLUSDT", price: 12.6,
      window: 1290...1350),
    // 21:20 to 21:21 of 10 October.
    Low(
      scenario: .crash20251010, day: "2025-10-10T00:00:00Z", name: "BTCUSDT", price: 102_000, tolerance: 0.03,
      window: 1278...1284),
    Low(
      scenario: .crash20251010, day: "2025-10-10T00:00:00Z", name: "ETHUSDT", price: 3_500,
      window: 1278...1284),
  ]

  static func made(_ scenario: Scenario, seed: UInt64) throws -> Generated {
    var request = GenerateRequest(output: "unused", scenario: scenario, seed: seed)
    (request.step, request.tradesPerSecond) = (TimeSpan(nanoseconds: 5_000_000_000), 0.2)
    return try Generated(request)
  }

  @Test(arguments: [Scenario.crash20200312, .crash20221108, .crash20251010], [UInt64(1), 2, 3])
  func theLowsAreThePublishedOnes(scenario: Scenario, seed: UInt64) throws {
    let made = try Self.made(scenario, seed: seed)
    for low in Self.lows where low.scenario == scenario {
      let trades = made.ticks(low.name, .trade)
      let lowest = try #require(trades.min { $0.price.mantissa < $1.price.mantissa })
      #expect(
        (lowest.price.double / low.price - 1).magnitude < low.tolerance, "\(low.name) fell to \(lowest.price)"
      )
      let midnight = try #require(Timestamp(low.day)).nanoseconds
      let minute = (lowest.time.nanoseconds - midnight) / 60_000_000_000
      #expect(low.window.contains(minute), "\(low.name) at minute \(minute)")
      let instrument = try #require(scenario.instruments.first { $0.name == low.name })
      let first = try #require(trades.first)
      #expect((first.price.double / instrument.startPrice - 1).magnitude < 0.01)
      let last = try #require(trades.last)
      #expect(last.price.double > low.price * 1.04 && last.price.double < instrument.startPrice)
    }
  }

  /// The price of the last trade before a time.
  static func price(_ made: Generated, _ name: String, _ time: String) throws -> Double {
    let moment = try #require(Timestamp(time))
    return try #require(made.ticks(name, .trade).last { $0.time < moment }).price.double
  }

  @Test(arguments: [UInt64(1), 2])
  func march2020HasTwoLegs(seed: UInt64) throws {
    let made = try Self.made(.crash20200312, seed: seed)
    // 7,300 at 10:00, 5,690 an hour later, 5,800 before the second leg.
    for (time, price) in [
      ("2020-03-12T10:00:00Z", 7_300.0), ("2020-03-12T11:00:00Z", 5_690), ("2020-03-12T23:00:00Z", 5_800),
    ] {
      let found = try Self.price(made, "BTCUSDT", time)
      #expect((found / price - 1).magnitude < 0.05, "\(time): \(found)")
    }
  }

  @Test(arguments: [UInt64(1), 2])
  func november2022FallsTwoThousandInTwoHours(seed: UInt64) throws {
    let made = try Self.made(.crash20221108, seed: seed)
    let before = try Self.price(made, "BTCUSDT", "2022-11-08T17:50:00Z")
    let after = try Self.price(made, "BTCUSDT", "2022-11-08T19:45:00Z")
    #expect((after / 17_120 - 1).magnitude < 0.03, "\(after)")
    #expect((1_500...3_000).contains(before - after), "\(before) to \(after)")
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func pegsAreLostWhileContractsRecover(seed: UInt64) throws {
    let made = try Self.made(.crash20251010, seed: seed)
    let midnight = try #require(Timestamp("2025-10-10T00:00:00Z")).nanoseconds
    for (name, low, fair) in [("USDE", 0.65, 1.0), ("WBETH", 430, 4_644), ("BNSOL", 34.9, 237.54)] {
      let prices = made.ticks(name, .index)
      let lowest = try #require(prices.min { $0.price.mantissa < $1.price.mantissa })
      #expect((lowest.price.double / low - 1).magnitude < 0.06, "\(name) fell to \(lowest.price)")
      #expect((lowest.time.nanoseconds - midnight) / 60_000_000_000 == 21 * 60 + 40, "\(name)")
      let first = try #require(prices.first)
      #expect((first.price.double / fair - 1).magnitude < 0.01, "\(name) began at \(first.price)")
    }
    // The peg held at the low of the contracts, and holds again from 22:15 on.
    for tick in made.ticks("USDE", .index) {
      let minute = (tick.time.nanoseconds - midnight) / 60_000_000_000
      if !(21 * 60 + 36..<22 * 60 + 15).contains(minute) {
        #expect((tick.price.double - 1).magnitude < 0.005)
      }
    }
    let (low, later) = (
      try Self.price(made, "ETHUSDT", "2025-10-10T21:20:30Z"),
      try Self.price(made, "ETHUSDT", "2025-10-10T21:40:00Z")
    )
    // Ether stood above 3,800 when its wrapped coin was at 430.
    #expect(later > low * 1.05 && later > 3_750, "\(low), \(later)")
  }

  @Test(arguments: Scenario.allCases)
  func courseAndStressAreContinuousAndBounded(scenario: Scenario) throws {
    let start = scenario.defaultStart.nanoseconds
    var last = scenario.course(at: Timestamp(nanoseconds: start - hours(30).nanoseconds))
    #expect(last == Scenario.Course())
    var deepest = 0.0
    for second in stride(from: Int64(-3_600), through: 500_000, by: 10) {
      let course = scenario.course(at: Timestamp(nanoseconds: start + second * 1_000_000_000))
      for value in [course.depth, course.stress, course.depeg] { #expect((0...1).contains(value)) }
      #expect((course.depth - last.depth).magnitude < 0.03)
      #expect((course.depeg - last.depeg).magnitude < 0.06)
      deepest = max(deepest, course.depth)
      last = course
    }
    #expect(deepest == (scenario == .calm ? 0 : 1))
    #expect(last.stress == 0 && last.depeg == 0)
  }

  @Test(arguments: Scenario.allCases)
  func whatIsBuiltInIsValid(scenario: Scenario) throws {
    try GenerateRequest(output: "unused", instruments: scenario.instruments, scenario: scenario).validate()
    #expect(try GeneratedInstrument(parsing: "BTC", scenario: scenario) == scenario.instruments[0])
  }

  @Test func whatDidNotTradeThenIsNotBuiltIn() {
    #expect(throws: (any Error).self) {
      try GeneratedInstrument(parsing: "SOLUSDT", scenario: .crash20200312)
    }
  }
}
