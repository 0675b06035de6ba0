internal import Margin
internal import Market
internal import Platform

/// How the recorded prices of a replay become marks, index prices and the factors of the bounds.
///
/// Recorded prices are one number per series that a price follows from, 0 where there is none yet; so are
/// marks, index prices and factors. Everything here rises with every recorded price, also as rounded: put in
/// the lowest prices of a stretch and out come lower bounds, put in the highest and out come upper ones.
struct PriceMap: Sendable {
  /// Where a mark price comes from; places among the recorded prices.
  private enum MarkStep {
    case series(mark: Int, recorded: Int)
    case mid(mark: Int, bid: Int, ask: Int)
  }

  /// How an asset's index price follows; places in the venue's tables and among the recorded prices.
  private enum IndexStep {
    case one(asset: Int)
    case series(asset: Int, recorded: Int)
    case instrumentIndex(asset: Int, recorded: Int, margin: Int)
    case mark(asset: Int, instrument: Int, margin: Int)
  }

  let layout: FactorLayout
  /// The series whose prices are recorded, in the order of their places.
  let recorded: [SeriesKey]
  /// How many columns ticks have: the recorded prices, then the funding series.
  let columns: Int
  private var markSteps: [MarkStep] = []
  private var indexSteps: [IndexStep] = []
  /// By factor: the place of the recorded price that it is, nil where it takes arithmetic.
  private var plain: [Int?] = []
  private let marginAsset: [Int]
  /// What the last recorded prices came to; 0 where there is no price.
  private var marks: [Double]
  private var index: [Double]

  /// Whether every factor is a recorded price, in order.
  let isPlain: Bool

  init(_ replay: Replay) {
    let (venue, prices) = (replay.venue, replay.prices)
    layout = FactorLayout(venue, prices)
    marginAsset = venue.instruments.map(\.marginAsset.rawValue)
    marks = [Double](repeating: 0, count: venue.instruments.count)
    index = [Double](repeating: 0, count: venue.assets.count)
    var recorded: [SeriesKey] = []
    var places: [SeriesKey: Int] = [:]
    func place(_ key: SeriesKey) -> Int {
      if let place = places[key] { return place }
      places[key] = recorded.count
      recorded.append(key)
      return recorded.count - 1
    }
    for (mark, source) in prices.marks.enumerated() {
      switch source {
      case nil: continue
      case .series(let key): markSteps.append(.series(mark: mark, recorded: place(key)))
      case .mid(let bid, let ask): markSteps.append(.mid(mark: mark, bid: place(bid), ask: place(ask)))
      }
    }
    for asset in prices.indexOrder.map(\.rawValue) {
      switch prices.indexes[asset] {
      case nil: continue
      case .one: indexSteps.append(.one(asset: asset))
      case .series(let key): indexSteps.append(.series(asset: asset, recorded: place(key)))
      case .instrumentIndex(let key, let instrument):
        indexSteps.append(
          .instrumentIndex(
            asset: asset, recorded: place(key), margin: marginAsset[instrument.rawValue]))
      case .mark(let instrument):
        indexSteps.append(
          .mark(
            asset: asset, instrument: instrument.rawValue, margin: marginAsset[instrument.rawValue]))
      }
    }
    self.recorded = recorded
    columns = recorded.count + FundingSchedule(replay).series.count
    plain = layout.factors.map { factor in
      switch factor {
      case .mark(let instrument):
        if case .series(let key) = prices.marks[instrument.rawValue] { return places[key] }
        return nil
      case .index(let asset):
        if case .series(let key) = prices.indexes[asset.rawValue] { return places[key] }
        return nil
      case .markUSD: return nil
      }
    }
    isPlain = plain == recorded.indices.map { $0 }
  }

  /// - Throws: `RunError` where a study uses more series than ticks can name.
  func checkSize() throws {
    guard columns < Int(UInt16.max) else {
      throw RunError("a study of \(columns) series: at most \(UInt16.max - 1) can be replayed together")
    }
  }

  /// Quotes at which nothing has a price.
  var unpriced: Quotes {
    let (marks, index) = (marks.map { _ in Double.nan }, index.map { _ in Double.nan })
    return Quotes(time: Timestamp(nanoseconds: .min), marks: marks, index: index)
  }

  /// Writes the factors that follow from the recorded prices `values[start...]` to `out`, the first at `to`,
  /// each next one `stride` further.
  mutating func factors(
    _ values: [Double], from start: Int, into out: inout [Double], at place: Int, stride: Int
  ) {
    if isPlain {
      for factor in 0..<recorded.count { out[place + factor * stride] = values[start + factor] }
      return
    }
    price(values, from: start)
    for (number, factor) in layout.factors.enumerated() {
      let value: Double
      switch factor {
      case .mark(let place): value = marks[place.rawValue]
      case .markUSD(let place):
        value = marks[place.rawValue] * index[marginAsset[place.rawValue]]
      case .index(let place): value = index[place.rawValue]
      }
      out[place + number * stride] = value
    }
  }

  /// Writes the quotes that follow from the recorded prices `values[start...]`; what has no price is NaN.
  mutating func quotes(_ values: [Double], from start: Int, into quotes: inout Quotes) {
    price(values, from: start)
    for place in marks.indices {
      quotes.marks[place] = layout.mark[place] == nil || marks[place] == 0 ? .nan : marks[place]
    }
    for place in index.indices {
      let price = layout.index[place] == nil ? (layout.isOne[place] ? 1 : 0) : index[place]
      quotes.index[place] = price == 0 ? .nan : price
    }
  }

  /// Marks, then index prices, each after the one of the margin asset it depends on.
  private mutating func price(_ values: [Double], from start: Int) {
    for step in markSteps {
      switch step {
      case .series(let mark, let recorded): marks[mark] = values[start + recorded]
      case .mid(let mark, let bid, let ask):
        let (bid, ask) = (values[start + bid], values[start + ask])
        marks[mark] = bid > 0 && ask > 0 ? (bid + ask) / 2 : 0
      }
    }
    for step in indexSteps {
      switch step {
      case .one(let asset): index[asset] = 1
      case .series(let asset, let recorded): index[asset] = values[start + recorded]
      case .instrumentIndex(let asset, let recorded, let margin):
        index[asset] = values[start + recorded] * index[margin]
      case .mark(let asset, let instrument, let margin): index[asset] = marks[instrument] * index[margin]
      }
    }
  }
}
