internal import Margin
internal import Market
internal import TickFile

/// Turns merged ticks into instants: the longest runs of records with equal time in which no series that
/// the study uses repeats. All prices of an instant apply together, then its funding.
struct InstantSource {
  /// What a record of one series changes.
  private enum Role {
    case mark(Int), bid(Int), ask(Int), index(Int), funding(Int)
  }

  /// How an asset's index price follows from what is recorded; places in the venue's tables.
  private enum IndexStep {
    case one(asset: Int)
    case series(asset: Int)
    case instrumentIndex(asset: Int, margin: Int)
    case mark(asset: Int, instrument: Int, margin: Int)
  }

  /// What a column of the chunk holds.
  private enum ColumnSource {
    case mark(Int)
    case markUSD(Int, margin: Int)
    case index(Int)
  }

  private(set) var statistics = ReplayStatistics()
  let layout: FactorLayout

  private let replay: Replay
  private let marginAsset: [Int]
  private var merge: MergedTicks
  /// Roles of series `i`: `roleStart[i] ..< roleStart[i + 1]` of one list.
  private var roles: [Role] = []
  private var roleStart: [Int] = [0]
  private var indexSteps: [IndexStep] = []
  private var columnSources: [ColumnSource] = []
  private var ticks = TickColumns()
  private var nextTick = 0
  /// Instant at which a series was last seen.
  private var seen: [Int]
  /// Raw prices as last recorded; 0 where none yet.
  private var marks: [Double]
  private var bids: [Double]
  private var asks: [Double]
  private var rawIndex: [Double]
  private var index: [Double]
  /// Columns and times of the chunk that is being filled.
  private var columns: [Double] = []
  private var times: [Int64] = []
  /// Its next row, the rows that it holds at most, and the distance of its columns.
  private var (row, capacity, stride) = (0, 0, 0)
  /// The instant under construction.
  private var isOpen = false
  private var openTime: Int64 = 0
  private var rates: [(instrument: Int, rate: Double)] = []
  private var previousTime: Int64?

  init(_ replay: Replay) throws {
    self.replay = replay
    layout = FactorLayout(replay.venue, replay.prices)
    marginAsset = replay.venue.instruments.map(\.marginAsset.rawValue)
    merge = try MergedTicks(readers: replay.files, columns: .replay, window: replay.window)
    seen = [Int](repeating: -1, count: merge.series.count)
    marks = [Double](repeating: 0, count: replay.venue.instruments.count)
    bids = marks
    asks = marks
    rawIndex = [Double](repeating: 0, count: replay.venue.assets.count)
    index = rawIndex
    for key in merge.series {
      roles += roles(of: key)
      roleStart.append(roles.count)
    }
    indexSteps = replay.prices.indexOrder.compactMap { indexStep($0.rawValue) }
    columnSources = layout.factors.map { factor in
      switch factor {
      case .mark(let place): .mark(place.rawValue)
      case .markUSD(let place): .markUSD(place.rawValue, margin: marginAsset[place.rawValue])
      case .index(let place): .index(place.rawValue)
      }
    }
    for (series, price) in merge.carriedIn.enumerated() {
      if let price, !isFunding(series) { apply(series, price) }
    }
  }

  private func roles(of key: SeriesKey) -> [Role] {
    var roles: [Role] = []
    for (place, source) in replay.prices.marks.enumerated() {
      switch source {
      case .series(key): roles.append(.mark(place))
      case .mid(bid: key, ask: _): roles.append(.bid(place))
      case .mid(bid: _, ask: key): roles.append(.ask(place))
      default: continue
      }
    }
    for (place, source) in replay.prices.indexes.enumerated() {
      switch source {
      case .series(key), .instrumentIndex(key, _): roles.append(.index(place))
      default: continue
      }
    }
    for (place, source) in replay.prices.funding.enumerated() where source == key {
      roles.append(.funding(place))
    }
    return roles
  }

  private func indexStep(_ asset: Int) -> IndexStep? {
    switch replay.prices.indexes[asset] {
    case nil: nil
    case .one: .one(asset: asset)
    case .series: .series(asset: asset)
    case .instrumentIndex(_, let instrument):
      .instrumentIndex(asset: asset, margin: marginAsset[instrument.rawValue])
    case .mark(let instrument):
      .mark(asset: asset, instrument: instrument.rawValue, margin: marginAsset[instrument.rawValue])
    }
  }

  private func isFunding(_ series: Int) -> Bool { merge.series[series].kind == .funding }

  /// Fills `chunk` with the next instants.
  ///
  /// - Returns: whether there are any; false means the end of the replay.
  mutating func fill(_ chunk: InstantChunk) throws -> Bool {
    let isFilled = try fillRows(chunk)
    chunk.indexCells()
    return isFilled
  }

  private mutating func fillRows(_ chunk: InstantChunk) throws -> Bool {
    chunk.fundings.removeAll(keepingCapacity: true)
    chunk.firstNumber = statistics.instants
    // The rows are written to arrays of this value: those of a class would be checked at each write.
    (row, capacity, stride) = (0, chunk.capacity, chunk.stride)
    swap(&chunk.columns, &columns)
    swap(&chunk.times, &times)
    defer {
      swap(&chunk.columns, &columns)
      swap(&chunk.times, &times)
      chunk.count = row
    }
    while row < capacity {
      if nextTick == ticks.count {
        nextTick = 0
        if try !merge.next(into: &ticks) {
          closeInstant(chunk)
          break
        }
      }
      take(chunk)
    }
    return row > 0
  }

  /// Takes ticks until the chunk is full or the decoded ticks are used up.
  private mutating func take(_ chunk: InstantChunk) {
    while nextTick < ticks.count {
      let series = Int(ticks.series[nextTick])
      let time = ticks.times[nextTick]
      if roleStart[series] == roleStart[series + 1]
        || TickFlags(rawValue: ticks.flags[nextTick]).contains(.notMarketTrade)
      {
        statistics.skipped += 1
        nextTick += 1
        continue
      }
      if isOpen && (time != openTime || seen[series] == statistics.instants) {
        closeInstant(chunk)
        if row == capacity { return }
      }
      isOpen = true
      openTime = time
      seen[series] = statistics.instants
      statistics.ticks += 1
      apply(series, ticks.prices[nextTick])
      nextTick += 1
    }
  }

  private mutating func apply(_ series: Int, _ value: Double) {
    for place in roleStart[series]..<roleStart[series + 1] {
      switch roles[place] {
      case .mark(let place): marks[place] = value
      case .bid(let place):
        bids[place] = value
        applyMiddle(place)
      case .ask(let place):
        asks[place] = value
        applyMiddle(place)
      case .index(let place): rawIndex[place] = value
      case .funding(let place): rates.append((place, value))
      }
    }
  }

  private mutating func applyMiddle(_ place: Int) {
    if bids[place] > 0 && asks[place] > 0 { marks[place] = (bids[place] + asks[place]) / 2 }
  }

  /// Ends the instant under construction and writes its row.
  private mutating func closeInstant(_ chunk: InstantChunk) {
    guard isOpen else { return }
    isOpen = false
    priceAssets()
    for column in columnSources.indices {
      let value: Double
      switch columnSources[column] {
      case .mark(let place): value = marks[place]
      case .markUSD(let place, let margin): value = marks[place] * index[margin]
      case .index(let place): value = index[place]
      }
      columns[column * stride + row] = value
    }
    times[row] = openTime
    addDefaultFunding()
    if !rates.isEmpty { addFunding(chunk) }
    previousTime = openTime
    row += 1
    statistics.instants += 1
    if statistics.first == nil { statistics.first = Timestamp(nanoseconds: openTime) }
    statistics.last = Timestamp(nanoseconds: openTime)
  }

  /// Writes the settlements of the instant, by instrument.
  private mutating func addFunding(_ chunk: InstantChunk) {
    for settlement in rates.sorted(by: { $0.instrument < $1.instrument })
    where marks[settlement.instrument] != 0 {
      chunk.fundings.append(
        InstantChunk.Funding(
          instant: row, instrument: InstrumentIndex(settlement.instrument), rate: settlement.rate))
    }
    rates.removeAll(keepingCapacity: true)
  }

  /// Index prices, each after the one of the margin asset it depends on.
  private mutating func priceAssets() {
    for step in indexSteps {
      switch step {
      case .one(let asset): index[asset] = 1
      case .series(let asset): index[asset] = rawIndex[asset]
      case .instrumentIndex(let asset, let margin): index[asset] = rawIndex[asset] * index[margin]
      case .mark(let asset, let instrument, let margin): index[asset] = marks[instrument] * index[margin]
      }
    }
  }

  /// Settlements of the venue's own schedule that fell due since the instant before, where the ticks hold
  /// none.
  private mutating func addDefaultFunding() {
    guard let schedule = replay.funding, let previousTime else { return }
    func number(_ time: Int64) -> Int64 {
      let (quotient, remainder) = time.quotientAndRemainder(dividingBy: schedule.everyNanoseconds)
      return remainder < 0 ? quotient - 1 : quotient
    }
    let due = number(openTime) - number(previousTime)
    if due == 0 { return }
    for (place, source) in replay.prices.marks.enumerated()
    where source != nil && replay.prices.funding[place] == nil {
      for _ in 0..<due { rates.append((place, schedule.rate)) }
    }
  }
}
