import Market
import Platform
import Support
import TickFile
import Testing

@testable import TickGenerate

@Suite struct GenerateTests {
  static func small(_ change: (inout GenerateRequest) -> Void = { _ in }) -> GenerateRequest {
    var request = GenerateRequest(output: "unused", length: .duration(hours(2)), seed: 5)
    change(&request)
    return request
  }

  @Test func theSameSeedGivesTheSameBytesAndAnotherSeedOthers() throws {
    let folder = try TemporaryDirectory()
    for (name, seed) in [("a", UInt64(3)), ("b", 3), ("c", 4)] {
      var request = Self.small()
      (request.output, request.seed) = (folder.file("\(name).ticks.zst"), seed)
      _ = try request.run()
    }
    let first = try folder.bytes("a.ticks.zst")
    #expect(try folder.bytes("b.ticks.zst") == first)
    #expect(try folder.bytes("c.ticks.zst") != first)
  }

  @Test func theSummaryCountsWhatWasWritten() throws {
    let folder = try TemporaryDirectory()
    var request = Self.small()
    request.output = folder.file("x.ticks.zst")
    let summary = try request.run()
    let made = try Generated(request)
    #expect(summary.ticks == made.ticks.count)
    #expect(summary.series.map(\.key) == made.keys)
    #expect(summary.series.map(\.ticks) == made.keys.indices.map { n in made.ticks.count { $0.series == n } })
    #expect(summary.first == made.ticks.first?.time)
    #expect(summary.last == made.ticks.last?.time)
    #expect(throws: (any Error).self) { try request.run() }
    request.force = true
    #expect(try request.run() == summary)
  }

  @Test func timesRiseAndStayInsideTheWindow() throws {
    let made = try Generated(Self.small())
    let times = made.ticks.map(\.time.nanoseconds)
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(times.allSatisfy { $0 >= GenerateRequest.defaultStart.nanoseconds })
    #expect(times.allSatisfy { $0 < GenerateRequest.defaultStart.nanoseconds + hours(2).nanoseconds })
  }

  @Test func pricesArePositiveMultiplesOfTheTickSize() throws {
    let odd = GeneratedInstrument(
      name: "ODD", startPrice: 7, tickSize: ExactDecimal(mantissa: 25, scale: 3), volatility: 3)
    let made = try Generated(Self.small { $0.instruments.append(odd) })
    let ticks = made.ticks("ODD", .trade) + made.ticks("ODD", .mark)
    #expect(ticks.count > 20_000)
    #expect(ticks.allSatisfy { $0.price.scale == 3 && $0.price.mantissa > 0 && $0.price.mantissa % 25 == 0 })
    #expect(made.ticks("BTCUSDT", .trade).allSatisfy { $0.price.scale == 2 && $0.price.mantissa > 0 })
  }

  @Test func tradesComeAtTheirRateAndRarelyTogether() throws {
    let made = try Generated(Self.small { $0.hasMarks = false })
    let seconds = 2.0 * 3600
    for name in ["BTCUSDT", "ETHUSDT", "BNBUSDT"] {
      let trades = made.ticks(name, .trade)
      // Two a second; the count of a Poisson process of 14,400 has a standard deviation of 120.
      #expect((Double(trades.count) - 2 * seconds).magnitude < 500)
      let gaps = zip(trades, trades.dropFirst()).map { $1.time.nanoseconds - $0.time.nanoseconds }
      #expect(gaps.allSatisfy { $0 >= 0 && $0 % 1_000_000 == 0 })
      // Of exponential gaps e⁻¹ are longer than the mean.
      let long = Double(gaps.count { $0 > 500_000_000 }) / Double(gaps.count)
      #expect((long - 0.36788).magnitude < 0.02)
    }
    let times = made.ticks.map(\.time)
    let together = zip(times, times.dropFirst()).count { $0 == $1 }
    // Six a second share a millisecond with the next one three times in a thousand: 130 of 43,200, give or
    // take 11.
    #expect((80..<180).contains(together))
  }

  @Test func marksFollowTheTradesOnceAStep() throws {
    let made = try Generated(Self.small())
    let marks = made.ticks("ETHUSDT", .mark)
    #expect(marks.count == 2 * 3600)
    #expect(marks.allSatisfy { $0.time.nanoseconds % 1_000_000_000 == 0 })
    let trades = made.ticks("ETHUSDT", .trade)
    var next = 0
    var moved = (trade: 0.0, mark: 0.0)
    for (mark, following) in zip(marks, marks.dropFirst()) {
      while next < trades.count - 1, trades[next + 1].time <= mark.time { next += 1 }
      #expect((mark.price.double / trades[next].price.double - 1).magnitude < 0.02)
      moved.mark += (following.price.double - mark.price.double).magnitude
    }
    for (a, b) in zip(trades, trades.dropFirst()) {
      moved.trade += (b.price.double - a.price.double).magnitude
    }
    // A smoothed price travels less than the price itself.
    #expect(moved.mark < 0.5 * moved.trade)
  }

  @Test func aCountOfTicksIsExactAndAPrefix() throws {
    let short = try Generated(Self.small { $0.length = .ticks(1000) })
    let long = try Generated(Self.small { $0.length = .ticks(5000) })
    #expect(short.ticks.count == 1000)
    #expect(long.ticks.count == 5000)
    #expect(Array(long.ticks.prefix(1000)) == short.ticks)
  }

  @Test func anInstrumentMovesAlikeWhateverStandsBesideIt() throws {
    let alone = try Generated(Self.small { $0.instruments = [GeneratedInstrument.presets[1]] })
    let beside = try Generated(Self.small())
    #expect(alone.ticks("ETHUSDT", .trade).map(\.price) == beside.ticks("ETHUSDT", .trade).map(\.price))
    #expect(alone.ticks("ETHUSDT", .trade).map(\.time) == beside.ticks("ETHUSDT", .trade).map(\.time))
  }

  @Test func progressMayEndTheWorkAndNoFileAppears() throws {
    struct Stop: Error {}
    let folder = try TemporaryDirectory()
    var request = Self.small { $0.length = .duration(days(1)) }
    request.output = folder.file("x.ticks.zst")
    #expect(throws: Stop.self) { try request.run { _, _ in throw Stop() } }
    #expect(try folder.names().isEmpty)
  }

  /// A wrong option and the start of the message about it.
  struct WrongOption: Sendable {
    var message: String
    var change: @Sendable (inout GenerateRequest) -> Void

    init(_ message: String, _ change: @escaping @Sendable (inout GenerateRequest) -> Void) {
      (self.message, self.change) = (message, change)
    }
  }

  static let wrongOptions = [
    WrongOption("--instrument: 0 instruments", { $0.instruments = [] }),
    WrongOption("--instrument: BTCUSDT stands twice", { $0.instruments.append($0.instruments[0]) }),
    WrongOption("--instrument: ETHUSDT: the price is 0.01", { $0.instruments[1].startPrice = 0.01 }),
    WrongOption("--instrument: ETHUSDT: the price is nan", { $0.instruments[1].startPrice = .nan }),
    WrongOption("--instrument: BNBUSDT: the volatility is -1", { $0.instruments[2].volatility = -1 }),
    WrongOption("--instrument: a b: this is no name", { $0.instruments[0].name = "a b" }),
    WrongOption("--step: it is 1us", { $0.step = TimeSpan(nanoseconds: 1000) }),
    WrongOption("--rate: it is 0.0 trades", { $0.tradesPerSecond = 0 }),
    WrongOption("--correlation: it is 1.0", { $0.correlation = 1 }),
    WrongOption("--jumps: they are -1.0 a day", { $0.jumpsPerDay = -1 }),
    WrongOption("--own-jumps: they are 14.0 a day beside 2.0", { $0.ownJumpsPerDay = 14 }),
    WrongOption("--volatility-clustering: it is 2.0", { $0.volatilityClustering = 2 }),
    WrongOption("--volume-clustering: it is -0.1", { $0.volumeClustering = -0.1 }),
    WrongOption("--gaps: they are nan a day", { $0.gapsPerDay = .nan }),
    WrongOption("--asset: BTCUSDT stands twice", { $0.assets = [GeneratedAsset(name: "BTCUSDT")] }),
    WrongOption(
      "--asset: X follows NOSUCH, which is not made",
      { $0.assets = [GeneratedAsset(name: "X", follows: "NOSUCH")] }),
    WrongOption("--step: 1h may hold 2160000000 trades", { $0.useUp() }),
    WrongOption("--duration: it is 0s", { $0.length = .duration(TimeSpan(nanoseconds: 0)) }),
    WrongOption("--ticks: it is 0", { $0.length = .ticks(0) }),
    WrongOption("--from: the start is ", { $0.start = Timestamp(nanoseconds: Int64.min) }),
  ]

  @Test(arguments: wrongOptions)
  func wrongOptionsAreRefused(option: WrongOption) {
    var request = Self.small()
    option.change(&request)
    #expect {
      try request.validate()
    } throws: {
      $0 is InputError && "\($0)".hasPrefix(option.message)
    }
  }
}

extension GenerateRequest {
  /// Far more trades in one step than fit: 50,000 a second of three instruments, four times under stress.
  fileprivate mutating func useUp() {
    (tradesPerSecond, step) = (50_000, TimeSpan(nanoseconds: 3_600_000_000_000))
  }
}
