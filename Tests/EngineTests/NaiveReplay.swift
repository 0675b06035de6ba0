import Market

@testable import Engine
@testable import Margin

/// The semantics of a replay written a second time, from the ticks as they were before any file: what the
/// tick files, the merge and the engines' ticks in memory are held to. All engines share those, the
/// reference too.
struct NaiveReplay {
  /// One record.
  struct Record {
    var time: Int64
    var file: Int
    var key: SeriesKey
    /// Whether it is an ordinary print.
    var isTrade: Bool
    var price: Double
  }

  /// Prices that hold together, and what they settle.
  struct Instant {
    var quotes: Quotes
    var fundings: [(instrument: InstrumentIndex, rate: Double)]
  }

  private let replay: Replay
  private(set) var instants: [Instant] = []
  /// The last record of every series that has spoken.
  private var last: [SeriesKey: Double] = [:]
  /// The prices before the first instant.
  private var before: Quotes
  private var lastTime: Int64?

  init(_ replay: Replay, _ records: [Record]) {
    self.replay = replay
    before = Quotes(unpriced: replay.venue)
    let used = Self.usedSeries(replay.prices)
    let from = replay.window?.lowerBound.nanoseconds ?? .min
    let to = replay.window?.upperBound.nanoseconds
    var group: [Record] = []
    for record in records where record.isTrade && used.contains(record.key) {
      if let to, record.time >= to { continue }
      if record.time < from {
        if record.key.kind != .funding { last[record.key] = record.price }
        continue
      }
      if let first = group.first, first.time != record.time || group.contains(where: { $0.key == record.key })
      {
        close(group)
        group = []
      }
      group.append(record)
    }
    if !group.isEmpty { close(group) }
  }

  private static func usedSeries(_ prices: PriceModel) -> Set<SeriesKey> {
    var used = Set(prices.funding.compactMap(\.self))
    for case let source? in prices.marks {
      switch source {
      case .series(let key): used.insert(key)
      case .mid(let bid, let ask): used.formUnion([bid, ask])
      }
    }
    for case let source? in prices.indexes {
      switch source {
      case .series(let key), .instrumentIndex(let key, _): used.insert(key)
      case .mark, .one: continue
      }
    }
    return used
  }

  // MARK: Instants

  private mutating func close(_ group: [Record]) {
    if instants.isEmpty { before = quotes() }
    var fundings: [(instrument: InstrumentIndex, rate: Double)] = []
    for record in group {
      guard record.key.kind == .funding else {
        last[record.key] = record.price
        continue
      }
      for place in replay.prices.funding.indices where replay.prices.funding[place] == record.key {
        fundings.append((InstrumentIndex(place), record.price))
      }
    }
    let time = group[0].time
    if let schedule = replay.funding, let lastTime {
      for place in replay.prices.marks.indices where replay.prices.funding[place] == nil {
        for _ in 0..<(period(time, schedule) - period(lastTime, schedule)) {
          fundings.append((InstrumentIndex(place), schedule.rate))
        }
      }
    }
    lastTime = time
    var quotes = quotes()
    quotes.time = Timestamp(nanoseconds: time)
    quotes.number = instants.count
    fundings = fundings.filter { !quotes.marks[$0.instrument.rawValue].isNaN }
    fundings.sort { $0.instrument < $1.instrument }
    instants.append(Instant(quotes: quotes, fundings: fundings))
  }

  /// How many settlements there have been since the epoch; before it the count is negative.
  private func period(_ time: Int64, _ schedule: DefaultFunding) -> Int {
    let periods = time / schedule.everyNanoseconds
    return Int(time % schedule.everyNanoseconds < 0 ? periods - 1 : periods)
  }

  /// The prices that hold now, without a time.
  private func quotes() -> Quotes {
    var quotes = Quotes(unpriced: replay.venue)
    for (place, source) in replay.prices.marks.enumerated() {
      switch source {
      case nil: continue
      case .series(let key): quotes.marks[place] = last[key] ?? .nan
      case .mid(let bid, let ask):
        if let bid = last[bid], let ask = last[ask] { quotes.marks[place] = (bid + ask) / 2 }
      }
    }
    // Index prices depend on each other: whoever waits for another comes in a later round.
    for _ in replay.venue.assets.indices {
      for (place, source) in replay.prices.indexes.enumerated() {
        func margin(_ instrument: InstrumentIndex) -> Double {
          quotes.index[replay.venue.instruments[instrument.rawValue].marginAsset.rawValue]
        }
        switch source {
        case nil: continue
        case .one: quotes.index[place] = 1
        case .series(let key): quotes.index[place] = last[key] ?? .nan
        case .instrumentIndex(let key, let instrument):
          quotes.index[place] = (last[key] ?? .nan) * margin(instrument)
        case .mark(let instrument):
          quotes.index[place] = quotes.marks[instrument.rawValue] * margin(instrument)
        }
      }
    }
    return quotes
  }

  // MARK: Lives

  /// What happens at a point.
  func run(_ point: EnginePoint, _ options: EngineOptions) -> PointResult {
    var result = PointResult(entries: [], accounts: [], checks: 0)
    for number in 0..<point.accounts.count {
      var life = NaiveLife(point, number, options, replay.venue)
      var previous = before
      for instant in instants {
        life.step(instant, previous)
        previous = instant.quotes
      }
      life.finish(instants.last?.quotes)
      result.entries += life.journal.entries
      result.accounts.append(life.outcome)
      result.checks += life.checks
    }
    // By time, then account, each account's in order.
    result.entries = result.entries.enumerated().sorted { a, b in
      (a.element.time, a.element.account, a.offset) < (b.element.time, b.element.account, b.offset)
    }.map(\.element)
    return result
  }
}
