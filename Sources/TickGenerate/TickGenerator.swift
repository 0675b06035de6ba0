import Market
import Platform
import Random
import TickFile

/// Makes the ticks of a request, a step of the grid at a time, in bounded memory.
struct TickGenerator {
  /// The numbers of the series of one instrument or asset; -1 where there is none.
  struct SeriesNumbers: Hashable {
    var trade = -1
    var mark = -1
    var funding = -1
    var index = -1
  }

  /// Widest distance of a trade from the price between two steps, as a fraction.
  private static let tradeNoise = 0.00005

  /// The ticks of the step made last, in time order, ties by series.
  private(set) var ticks: [Tick] = []

  private let request: GenerateRequest
  private let numbers: (instruments: [SeriesNumbers], assets: [SeriesNumbers])
  private let step: Int64
  private var time: Int64
  private var process: PriceProcess
  private var marks: [MarkPrice]
  private var assets: [AssetProcess]
  private var clocks: [TradeClock]
  private var noise: [RandomStream]
  private var meters: [FundingMeter]
  private var nextFunding: Int64

  /// `numbers` are the series of each instrument, `assets` those of each collateral asset.
  ///
  /// Throws `InputError` where the correlation is none.
  init(_ request: GenerateRequest, numbers: [SeriesNumbers], assets assetNumbers: [SeriesNumbers]) throws {
    self.request = request
    self.numbers = (numbers, assetNumbers)
    step = request.step.nanoseconds
    let seconds = Double(step) / 1e9
    time = request.start.nanoseconds
    let process = try PriceProcess(request)
    self.process = process
    marks = request.instruments.indices.map {
      MarkPrice(index: process.index[$0], premium: process.premium[$0], stepSeconds: seconds)
    }
    assets = request.assets.map { asset in
      AssetProcess(
        asset, leader: request.instruments.firstIndex { $0.name == asset.follows }, stepSeconds: seconds,
        draws: request.stream(asset.name, .peg))
    }
    let start = request.start.nanoseconds
    clocks = request.instruments.map {
      TradeClock(
        start: start, meanGap: 1e9 / request.tradesPerSecond, draws: request.stream($0.name, .tradeTimes))
    }
    noise = request.instruments.map { request.stream($0.name, .tradePrices) }
    meters = request.instruments.map { FundingMeter(interest: $0.fundingInterest) }
    nextFunding = FundingMeter.settlement(after: start)
  }

  /// Where the grid stands: all ticks before this time have been made, in ns since the epoch.
  var position: Int64 { time }

  /// Makes the ticks from ``position`` to one step later.
  ///
  /// Throws `RunError` where a price leaves the range that ticks can hold.
  mutating func makeStep() throws {
    ticks.removeAll(keepingCapacity: true)
    let before = process.trade
    let stress = process.course.stress
    try makeGrid()
    for i in request.instruments.indices {
      meters[i].add((process.trade[i] - process.index[i]) / process.index[i])
    }
    process.advance(to: Timestamp(nanoseconds: time + step))
    for i in request.instruments.indices {
      try makeTrades(of: i, from: before[i], to: process.trade[i], stress: stress)
      marks[i].add(index: process.index[i], premium: process.premium[i])
    }
    makeFunding()
    ticks.sort { ($0.time, $0.series) < ($1.time, $1.series) }
    time += step
  }

  /// Marks and index prices, which are published once a step.
  private mutating func makeGrid() throws {
    for (i, instrument) in request.instruments.enumerated() {
      let series = numbers.instruments[i]
      if request.hasMarks { try add(marks[i].value, to: series.mark, instrument.name, instrument.tickSize) }
      if request.hasIndexes {
        try add(process.index[i], to: series.index, instrument.name, instrument.tickSize)
      }
    }
    for (i, asset) in request.assets.enumerated() {
      let price = assets[i].next(index: process.index, depth: process.course.depeg)
      try add(price, to: numbers.assets[i].index, asset.name, asset.tickSize)
    }
  }

  private mutating func add(_ value: Double, to series: Int, _ name: String, _ tick: ExactDecimal) throws {
    ticks.append(
      Tick(
        time: Timestamp(nanoseconds: time), series: series, price: try Self.price(value, of: name, tick)))
  }

  private mutating func makeTrades(
    of i: Int, from before: Double, to after: Double, stress: Double
  ) throws {
    let (instrument, gap) = (request.instruments[i], process.gaps[i])
    let activity = process.meters[i].activity
    // The first trade after a gap is as far off as the last one of the step.
    let before = gap.hasClosed ? before * (1 + gap.distance) : before
    while clocks[i].next < time + step {
      defer { clocks[i].advance(stress: stress, activity: activity) }
      if gap.isOpen { continue }
      let share = Double(clocks[i].next - time) / Double(step)
      let middle = before + (after - before) * share
      let offset = Self.tradeNoise * (2 * noise[i].uniform() - 1)
      ticks.append(
        Tick(
          time: stamp(clocks[i].next), series: numbers.instruments[i].trade,
          price: try Self.price(middle * (1 + offset), of: instrument.name, instrument.tickSize)))
    }
  }

  /// The time that a trade is published with: whole milliseconds, as exchanges do, within its step.
  private func stamp(_ nanoseconds: Int64) -> Timestamp {
    let millisecond: Int64 = 1_000_000
    let beyond = (nanoseconds % millisecond + millisecond) % millisecond
    return Timestamp(nanoseconds: max(time, nanoseconds - beyond))
  }

  /// Settlements fall into the step that holds them; the premium counts up to its start.
  private mutating func makeFunding() {
    guard nextFunding < time + step else { return }
    for i in request.instruments.indices {
      let rate = meters[i].settle()
      guard request.hasFunding else { continue }
      ticks.append(
        Tick(
          time: Timestamp(nanoseconds: nextFunding), series: numbers.instruments[i].funding, price: rate))
    }
    nextFunding = FundingMeter.settlement(after: nextFunding)
  }

  /// The multiple of the tick size nearest to `value`, at least one tick.
  private static func price(_ value: Double, of name: String, _ tick: ExactDecimal) throws -> ExactDecimal {
    let count = (value / tick.double).rounded()
    let limit = Double(ExactDecimal.mantissaLimit / tick.mantissa)
    guard count < limit else {
      throw RunError(
        "the price of \(name) rose to \(value), more than a tick can hold; take a lower volatility")
    }
    return ExactDecimal(mantissa: Int64(max(1, count)) * tick.mantissa, scale: tick.scale)
  }
}
