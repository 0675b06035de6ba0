import Market
import Platform
import Random
import TickFile

/// Makes the ticks of a request, a step of the grid at a time, in bounded memory.
struct TickGenerator {
  /// The numbers of one instrument's series.
  struct SeriesNumbers: Hashable {
    var trade: Int
    var mark: Int
    var funding: Int
  }

  /// Time in which the mark price follows the trades, in seconds.
  private static let markSeconds = 10.0
  /// Widest distance of a trade from the price between two steps, as a fraction.
  private static let tradeNoise = 0.00005

  /// The ticks of the step made last, in time order, ties by series.
  private(set) var ticks: [Tick] = []

  private let request: GenerateRequest
  private let numbers: [SeriesNumbers]
  private let step: Int64
  private let markWeight: Double
  private var time: Int64
  private var process: PriceProcess
  private var marks: [Double]
  private var clocks: [TradeClock]
  private var noise: [RandomStream]
  private var meters: [FundingMeter]
  private var nextFunding: Int64

  /// `numbers` are the series of each instrument.
  init(_ request: GenerateRequest, numbers: [SeriesNumbers]) {
    self.request = request
    self.numbers = numbers
    step = request.step.nanoseconds
    markWeight = 1 - Functions.exp(-Double(step) / 1e9 / Self.markSeconds)
    time = request.start.nanoseconds
    process = PriceProcess(request)
    marks = process.trade
    let start = request.start.nanoseconds
    func stream(_ name: String, _ purpose: DrawPurpose) -> RandomStream {
      RandomStream(seed: request.seed, stream: StreamNumber.of(name), purpose: purpose.rawValue)
    }
    clocks = request.instruments.map {
      TradeClock(start: start, meanGap: 1e9 / request.tradesPerSecond, draws: stream($0.name, .tradeTimes))
    }
    noise = request.instruments.map { stream($0.name, .tradePrices) }
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
    let stress = process.stress
    try makeMarks()
    for i in request.instruments.indices {
      meters[i].add((process.trade[i] - process.index[i]) / process.index[i])
    }
    process.advance(to: Timestamp(nanoseconds: time + step))
    for i in request.instruments.indices {
      try makeTrades(of: i, from: before[i], to: process.trade[i], stress: stress)
      marks[i] += (process.trade[i] - marks[i]) * markWeight
    }
    makeFunding()
    ticks.sort { ($0.time, $0.series) < ($1.time, $1.series) }
    time += step
  }

  private mutating func makeMarks() throws {
    guard request.hasMarks else { return }
    for i in request.instruments.indices {
      ticks.append(
        Tick(
          time: Timestamp(nanoseconds: time), series: numbers[i].mark,
          price: try price(marks[i], request.instruments[i])))
    }
  }

  private mutating func makeTrades(
    of i: Int, from before: Double, to after: Double, stress: Double
  ) throws {
    while clocks[i].next < time + step {
      let share = Double(clocks[i].next - time) / Double(step)
      let middle = before + (after - before) * share
      let offset = Self.tradeNoise * (2 * noise[i].uniform() - 1)
      ticks.append(
        Tick(
          time: Timestamp(nanoseconds: clocks[i].next), series: numbers[i].trade,
          price: try price(middle * (1 + offset), request.instruments[i])))
      clocks[i].advance(stress: stress)
    }
  }

  /// Settlements fall into the step that holds them; the premium counts up to its start.
  private mutating func makeFunding() {
    guard nextFunding < time + step else { return }
    for i in request.instruments.indices {
      let rate = meters[i].settle()
      guard request.hasFunding else { continue }
      ticks.append(Tick(time: Timestamp(nanoseconds: nextFunding), series: numbers[i].funding, price: rate))
    }
    nextFunding = FundingMeter.settlement(after: nextFunding)
  }

  /// The multiple of the tick size nearest to `value`, at least one tick.
  private func price(_ value: Double, _ instrument: GeneratedInstrument) throws -> ExactDecimal {
    let tick = instrument.tickSize
    let count = (value / tick.double).rounded()
    let limit = Double(ExactDecimal.mantissaLimit / tick.mantissa)
    guard count < limit else {
      throw RunError(
        "the price of \(instrument.name) rose to \(value), more than a tick can hold; take a lower volatility"
      )
    }
    return ExactDecimal(mantissa: Int64(max(1, count)) * tick.mantissa, scale: tick.scale)
  }
}
