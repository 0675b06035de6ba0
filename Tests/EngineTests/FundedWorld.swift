import Engine
import Market
import Platform
import Random
import Support
import TickFile

@testable import Margin

/// A world whose fundings are made to round: each is a little more than some halves of the last place of the
/// balance that pays it, so that every one of them takes up to half a last place more than it says.
///
/// All prices rest but for a few instants, the spikes, at which all of them go against everybody at once,
/// each time further. So the lowest value of an account's lines over any stretch is that at its last spike.
struct FundedWorld {
  /// One instant at which prices go astray.
  struct Spike {
    var quotes: Quotes
    /// How far prices go, as a share of those at rest.
    var move: Double
    /// Settlements before it.
    var settlements: Int
  }

  let venue: Venue
  let rules: Rules
  let replay: Replay
  /// Prices at rest.
  let rest: Quotes
  /// By settlement and instrument, the rate.
  let rates: [[Double]]
  private(set) var spikes: [Spike]
  /// By instrument, the lots of the smallest account: long where prices fall, short where they rise.
  let lots: [Int64]
  /// What its balance is about, a power of two; the balances of all others are such multiples of it.
  static let unit = 8_192.0
  /// Notional of the smallest account, over `unit`.
  static let exposure = 1.4
  static let maintenance = 0.01
  /// Place of the only margin asset.
  static let money = 0

  private let folder: TemporaryDirectory

  init(seed: UInt64) throws {
    var dice = RandomStream(seed: seed, stream: 0, purpose: 8)
    let instruments = 8 + dice.choice(count: 33)
    let settlements = 200 + dice.choice(count: 401)
    let weights = (0..<instruments).map { _ in dice.uniform(from: 0.5, to: 1.5) }
    let sum = weights.reduce(0, +)
    // Most prices rise: what is sold short leaves lines the least to give way by.
    let sides = weights.map { _ in dice.bernoulli(0.8) ? -1.0 : 1 }
    let prices = weights.map { _ in Double(1_000 + dice.choice(count: 99_000)) / 100 }
    let lots = weights.indices.map { place in
      Int64(sides[place] * Self.unit * Self.exposure * weights[place] / sum / prices[place] * 1_000)
    }
    self.lots = lots
    let lastPlace = Self.unit.ulp
    let mantissas = (0..<settlements).map { _ in
      lots.indices.map { place in
        let flow = (Double(dice.choice(count: 3)) + 0.505 + 0.04 * dice.uniform()) * lastPlace
        return Int64(flow / (Double(lots[place]) / 1_000 * prices[place]) * 1e22)
      }
    }
    rates = mantissas.map { $0.map { Double($0) / 1e22 } }
    venue = Self.venue(instruments, &dice)
    rules = Rules(venue)
    rest = Quotes(time: Timestamp(nanoseconds: 0), marks: prices, index: [1] + prices)
    // The later a spike, the more has been rounded.
    let places = Set((0..<4).map { _ in settlements - dice.choice(count: settlements / 2) } + [settlements])
    spikes = places.sorted().enumerated().map { number, settlements in
      let move = 0.01 + 0.005 * Double(number)
      let marks = prices.indices.map { place in
        let cents = (prices[place] * 100).rounded()
        return (cents - sides[place] * (cents * move).rounded()) / 100
      }
      let quotes = Quotes(time: Timestamp(nanoseconds: 0), marks: marks, index: [1] + marks)
      return Spike(quotes: quotes, move: move, settlements: settlements)
    }
    folder = try TemporaryDirectory()
    let path = folder.file("funded.ticks.zst")
    try Self.write(path, rest, mantissas, &spikes, venue, &dice)
    let reader = try TickFileReader(path: path)
    let model = try PriceModel(
      venue: venue, available: Set(reader.series), mark: nil, at: .init(path: "funded"))
    replay = Replay(files: [reader], window: nil, venue: venue, prices: model, funding: nil)
  }

  private static func venue(_ instruments: Int, _ dice: inout RandomStream) -> Venue {
    var assets = [Asset(name: "USDT", isStable: true)]
    var traded: [Instrument] = []
    for place in 0..<instruments {
      var asset = Asset(name: "C\(place)")
      asset.indexFrom = InstrumentIndex(place)
      assets.append(asset)
      traded.append(
        Instrument(
          name: "C\(place)USDT", base: AssetIndex(place + 1), baseName: "C\(place)",
          marginAsset: AssetIndex(money), lot: ExactDecimal(mantissa: 1, scale: 3), takerFee: 0.0004,
          liquidationFee: 0.0125,
          brackets: [Bracket(floor: 0, rate: maintenance, maxLeverage: 50, amount: 0)]))
    }
    var venue = Venue(name: "funded", source: "drawn", assets: assets, instruments: traded)
    venue.liquidation.comparator = dice.bernoulli(0.5) ? .less : .lessOrEqual
    return venue
  }

  // MARK: Ticks

  private static func write(
    _ path: String, _ rest: Quotes, _ rates: [[Int64]], _ spikes: inout [Spike], _ venue: Venue,
    _ dice: inout RandomStream
  ) throws {
    let writer = try TickFileWriter(
      path: path, force: false, metadata: TickFileMetadata(source: "funded", tool: "test"),
      options: TickFileOptions(ticksPerBlock: [300, 1_000, 5_000][dice.choice(count: 3)]))
    let trades = try venue.instruments.map { try writer.series(SeriesKey(symbol: $0.name, kind: .trade)) }
    let fundings = try venue.instruments.map { try writer.series(SeriesKey(symbol: $0.name, kind: .funding)) }
    var time: Int64 = 0
    func say(_ marks: [Double], _ places: some Sequence<Int>) throws {
      time += World.second
      for place in places {
        let cents = ExactDecimal(mantissa: Int64((marks[place] * 100).rounded()), scale: 2)
        try writer.append(Tick(time: .init(nanoseconds: time), series: trades[place], price: cents))
      }
    }
    try say(rest.marks, trades.indices)
    for settlement in 0...rates.count {
      for place in spikes.indices where spikes[place].settlements == settlement {
        try say(spikes[place].quotes.marks, trades.indices)
        spikes[place].quotes.time = Timestamp(nanoseconds: time)
        try say(rest.marks, trades.indices)
      }
      for _ in 0..<dice.choice(count: 3) { try say(rest.marks, [dice.choice(count: trades.count)]) }
      if settlement == rates.count { break }
      time += 3_600 * World.second
      for (place, rate) in rates[settlement].enumerated() {
        try writer.append(
          Tick(
            time: .init(nanoseconds: time), series: fundings[place],
            price: ExactDecimal(mantissa: rate, scale: 22)))
      }
    }
    _ = try writer.finish()
  }
}
