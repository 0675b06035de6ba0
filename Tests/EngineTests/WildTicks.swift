import Market
import Platform
import Random
import TickFile

/// The ticks of a wild world: series of many kinds over a walk of prices, in one or more files.
struct WildTicks {
  /// One series.
  private struct Stream {
    var key: SeriesKey
    /// The instrument, or the asset of an index series.
    var place: Int
    /// Whether `place` is an asset.
    var isAsset = false
    /// How far it strays from the walk, as a fraction.
    var noise: Double
    /// The record from which on it speaks.
    var notBefore: Int
    var file: Int
  }

  /// Base of each instrument, by its place among the assets.
  let base: [Int]
  /// Margin asset of each instrument.
  let margin: [Int]
  /// Times of all records, in order.
  private(set) var times: [Int64] = []
  /// Moments at which something special is said: times of funding, and of first records.
  private(set) var moments: [Int64] = []
  /// All records in the order in which they count: by time, then file, then as they came.
  private(set) var records: [NaiveReplay.Record] = []

  private let shape: WildShape
  private let venue: Venue
  private var streams: [Stream] = []
  /// The walk: USD per unit of each asset.
  private var usd: [Double]

  init(_ shape: WildShape, _ venue: Venue, _ dice: inout RandomStream) {
    self.shape = shape
    self.venue = venue
    base = venue.instruments.map { $0.base?.rawValue ?? 0 }
    margin = venue.instruments.map(\.marginAsset.rawValue)
    usd = venue.assets.indices.map { [40_000.0, 2_500, 400, 1, 1][safely: $0] ?? 10 + 20 * Double($0) }
    addStreams(&dice)
  }

  private mutating func addStreams(_ dice: inout RandomStream) {
    for (place, instrument) in venue.instruments.enumerated() {
      var kinds: [SeriesKind] =
        switch shape.mark {
        case nil: [[.mark], [.trade], [.mark, .trade]][dice.choice(count: 3)]
        case .mark: dice.bernoulli(0.3) ? [.mark, .trade] : [.mark]
        case .trade: dice.bernoulli(0.3) ? [.mark, .trade] : [.trade]
        case .mid: [.bid, .ask]
        }
      if dice.bernoulli(0.4) { kinds.append(.funding) }
      if dice.bernoulli(0.15) { kinds.append(.index) }
      for kind in kinds { add(instrument.name, kind, place, isAsset: false, &dice) }
    }
    for (place, asset) in venue.assets.enumerated() where dice.bernoulli(asset.isStable ? 0.25 : 0.35) {
      add(asset.name + (dice.bernoulli(0.3) ? "USD" : ""), .index, place, isAsset: true, &dice)
    }
  }

  private mutating func add(
    _ symbol: String, _ kind: SeriesKind, _ place: Int, isAsset: Bool, _ dice: inout RandomStream
  ) {
    // What prices everything else is there in time, most of the time.
    let isLate = dice.bernoulli(shape.late)
    let isNever = isLate && dice.bernoulli(0.1)
    streams.append(
      Stream(
        key: SeriesKey(symbol: symbol, kind: kind), place: place, isAsset: isAsset,
        noise: [0, 0.0005, 0.01][dice.choice(count: 3)],
        notBefore: isNever ? .max : isLate ? dice.choice(count: shape.ticks) : 0,
        file: dice.choice(count: shape.files)))
  }

  // MARK: Records

  /// Writes all files.
  ///
  /// - Parameter path: gives the path of a file by its number.
  /// - Returns: the files, in order.
  mutating func write(_ path: (Int) -> String, _ dice: inout RandomStream) throws -> [TickFileReader] {
    let writers = try (0..<shape.files).map { file in
      try TickFileWriter(
        path: path(file), force: false, metadata: TickFileMetadata(source: "world", tool: "test"),
        options: TickFileOptions(ticksPerBlock: shape.ticksPerBlock))
    }
    // Numbers of each series, by file: where files follow each other in time each of them has all.
    let numbers = try writers.enumerated().map { file, writer in
      try streams.map { shape.splitsByTime || $0.file == file ? try writer.series($0.key) : 0 }
    }
    var time = shape.start
    for number in 0..<shape.ticks {
      if number > 0 { time += step(&dice) }
      times.append(time)
      move(number, &dice)
      let place = speaker(number, &dice)
      let stream = streams[place]
      let file = shape.splitsByTime ? number * shape.files / shape.ticks : stream.file
      if stream.key.kind == .funding || stream.notBefore == number { moments.append(time) }
      let (price, flags) = price(stream, &dice)
      records.append(
        NaiveReplay.Record(
          time: time, file: file, key: stream.key, isTrade: flags.isEmpty,
          price: Double(price.mantissa) / powers[price.scale]))
      try writers[file].append(
        Tick(time: .init(nanoseconds: time), series: numbers[file][place], price: price, flags: flags))
    }
    for writer in writers { _ = try writer.finish() }
    records = records.enumerated()
      .sorted { a, b in
        (a.element.time, a.element.file, a.offset) < (b.element.time, b.element.file, b.offset)
      }.map(\.element)
    return try (0..<shape.files).map { try TickFileReader(path: path($0)) }
  }

  private func step(_ dice: inout RandomStream) -> Int64 {
    switch shape.clock {
    case .bursts: dice.bernoulli(0.3) ? 0 : Int64(dice.choice(count: 3)) * World.second / 2
    case .steady: World.second
    case .nanoseconds: dice.bernoulli(0.9) ? 1 : World.second
    case .hours: (dice.bernoulli(0.05) ? 7_200 : Int64(dice.choice(count: 3)) * 60) * World.second
    }
  }

  /// A series that has begun; the first where none has.
  private func speaker(_ number: Int, _ dice: inout RandomStream) -> Int {
    for _ in 0..<20 {
      let place = dice.choice(count: streams.count)
      if streams[place].notBefore > number { continue }
      if streams[place].key.kind == .funding && !dice.bernoulli(shape.funding.share) { continue }
      return place
    }
    return 0
  }

  private mutating func move(_ number: Int, _ dice: inout RandomStream) {
    let steps = Double(max(shape.ticks, 16))
    let isFalling = number > shape.ticks / 2 && number <= shape.ticks * 2 / 3
    let common =
      shape.volatility / steps.squareRoot() * 0.7 * dice.normal()
      - (isFalling ? shape.crash * 6 / steps : 0)
    for asset in usd.indices {
      let own = shape.volatility / steps.squareRoot() * 0.7 * dice.normal()
      let change = venue.assets[asset].isStable ? own / 30 : common + own
      usd[asset] = max(usd[asset] * max(0.5, 1 + change), 0.2)
    }
  }

  private func price(_ stream: Stream, _ dice: inout RandomStream) -> (ExactDecimal, TickFlags) {
    if stream.key.kind == .funding {
      let width: Int64 = shape.funding.lean == 0 ? 4_000 : 500
      let rate = Int64(dice.choice(count: Int(2 * width))) - width + shape.funding.lean
      return (ExactDecimal(mantissa: rate, scale: 6), [])
    }
    var price = usd[stream.place]
    if !stream.isAsset { price = usd[base[stream.place]] / usd[margin[stream.place]] }
    price *= 1 + stream.noise * dice.normal()
    if stream.key.kind == .bid { price *= 0.9995 }
    if stream.key.kind == .ask { price *= 1.0005 }
    var flags: TickFlags = []
    if shape.flagged > 0 && dice.bernoulli(shape.flagged) {
      flags = .notMarketTrade
      price *= 0.3 + 2 * dice.uniform()
    }
    // Some five digits, or three.
    var scale = shape.isCoarse ? 2 : 4
    var power = 10.0
    while price >= power && scale > 0 { (scale, power) = (scale - 1, power * 10) }
    if price < 1 { scale += 2 }
    return (ExactDecimal(mantissa: max(1, Int64(price * powers[scale])), scale: scale), flags)
  }
}

private let powers = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6]

extension Array {
  subscript(safely index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
