internal import Engine
internal import Margin
internal import Market
internal import Platform
internal import Population
internal import Report
internal import TickFile

/// How large a sweep is and how long it may take: what `--dry-run` prints.
public struct SweepEstimate: Sendable {
  /// Points of the grid.
  public var points: Int
  /// Accounts of the smallest and the largest point.
  public var accountsPerPoint: ClosedRange<Int>
  /// Accounts over all points.
  public var accounts: Int
  /// Records of the series used, in the blocks that the window touches: at most so many are replayed.
  public var ticks: Int
  /// Whether the window may cut some of them off.
  public var isUpperBound: Bool
  /// Bytes that accounts and rows take at a time.
  public var memory: Int
  /// Passes over the ticks, about.
  public var batches: Int
  /// Expected time in seconds, from a short trial; nil where unknown.
  public var seconds: Double?
}

extension SweepPlan {
  /// The most accounts and ticks of the trial.
  private static let trialAccounts = 2_000
  private static let trialTicks = 200_000
  /// The most ticks that are counted one by one where blocks alone do not tell.
  private static let countedTicks = 20_000_000

  /// Estimates a sweep. A short trial of the first point over the first ticks tells its speed.
  ///
  /// - Parameters:
  ///   - options: how the sweep would run.
  ///   - isTimed: false to leave the trial out; the time is unknown then.
  /// - Throws: errors of the tick files.
  public func estimate(_ options: SweepOptions, isTimed: Bool = true) throws -> SweepEstimate {
    let first = try point(0)
    let total = accounts.reduce(0, +)
    let need = total * Batch.bytesPerAccount(first.venue)
    let largest = (accounts.max() ?? 0) * Batch.bytesPerAccount(first.venue)
    let room = max(1, max(options.memoryBytes, largest))
    var (ticks, isCut) = try blockTicks(first)
    if isTimed, isCut, ticks <= Self.countedTicks {
      ticks = try replay(first.venue).survey(bucketNanoseconds: nil).0.ticks
      isCut = false
    }
    var estimate = SweepEstimate(
      points: pointCount, accountsPerPoint: (accounts.min() ?? 0)...(accounts.max() ?? 0), accounts: total,
      ticks: ticks, isUpperBound: isCut, memory: min(need, room), batches: max(1, (need + room - 1) / room))
    if isTimed { estimate.seconds = try trial(first, estimate, options) }
    return estimate
  }

  /// Records of the series used in the blocks that the window touches, and whether the window cuts some off.
  private func blockTicks(_ point: PlannedPoint) throws -> (count: Int, isCut: Bool) {
    let series = try replay(point.venue).prices.series
    var ticks = 0
    var isCut = false
    for file in files {
      for block in file.blocks
      where block.lastTime >= window.lowerBound && block.firstTime < window.upperBound {
        isCut = isCut || block.firstTime < window.lowerBound || block.lastTime >= window.upperBound
        for zone in block.zones where series.contains(file.series[zone.series]) { ticks += zone.count }
      }
    }
    return (ticks, isCut)
  }

  /// Seconds that the sweep would take at the speed of a short run.
  private func trial(
    _ point: PlannedPoint, _ estimate: SweepEstimate, _ options: SweepOptions
  ) throws -> Double? {
    var replay = try replay(point.venue)
    var end = window.lowerBound
    var count = 0
    for block in files.flatMap(\.blocks).sorted(by: { $0.lastTime < $1.lastTime })
    where block.lastTime >= window.lowerBound && count < Self.trialTicks {
      count += block.count
      end = block.lastTime
    }
    end = min(window.upperBound, Timestamp(nanoseconds: end.nanoseconds + 1))
    guard window.lowerBound < end else { return nil }
    replay.window = window.lowerBound..<end
    var mark = Clocks.monotonicNanoseconds()
    func lap() -> Double {
      let now = Clocks.monotonicNanoseconds()
      defer { mark = now }
      return Double(now - mark) / 1e9
    }
    let ticks = try ReplayTicks(replay, options: options.engine)
    let statistics = try ticks.survey(bucketNanoseconds: nil).0
    let decode = lap()
    guard statistics.ticks > 0 else { return nil }
    let source = FirstAccounts(
      source: point.population,
      count: min(point.population.count, Self.trialAccounts))
    _ = try Simulation(ticks: ticks, options: options.engine).run(
      [EnginePoint(rules: point.rules, accounts: source)], isCancelled: { Interrupt.isRequested })
    let simulated = lap() / Double(source.count)
    let scale = Double(estimate.ticks) / Double(statistics.ticks)
    return scale * (decode * Double(estimate.batches + 1) + simulated * Double(estimate.accounts))
  }
}

/// The first accounts of a population.
private struct FirstAccounts: AccountSource {
  let source: Population
  let count: Int

  func drawing(_ numbers: Range<Int>) -> any AccountSource { source.drawing(numbers) }
  func need(_ number: Int, into needs: inout AccountNeeds) { source.need(number, into: &needs) }
  func open(_ number: Int, _ rules: Rules, _ quotes: Quotes, into account: inout Account) -> Rejection? {
    source.open(number, rules, quotes, into: &account)
  }
}

extension PriceModel {
  /// The series that it names.
  var series: Set<SeriesKey> {
    var keys = Set(funding.compactMap { $0 })
    for mark in marks {
      switch mark {
      case .series(let key): keys.insert(key)
      case .mid(let bid, let ask): keys.formUnion([bid, ask])
      case nil: continue
      }
    }
    for index in indexes {
      switch index {
      case .series(let key), .instrumentIndex(let key, _): keys.insert(key)
      case .mark, .one, nil: continue
      }
    }
    return keys
  }
}

extension SweepEstimate {
  /// The estimate as lines of text for `--dry-run`.
  public var text: String {
    let range = accountsPerPoint
    let each =
      range.lowerBound == range.upperBound
      ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    let mebibytes = HeatMap.decimal(Double(memory) / 1_048_576, digits: 1)
    let passes = batches == 1 ? "1 pass" : "\(batches) passes"
    let time = seconds.map { "about \(HeatMap.decimal($0, digits: $0 < 10 ? 2 : 0)) s" } ?? "unknown"
    return """
      points         \(points)
      accounts       \(each) per point, \(accounts) in all
      ticks          \(isUpperBound ? "at most " : "")\(ticks)
      memory         \(mebibytes) MiB for accounts and rows, in about \(passes)
      expected time  \(time)

      """
  }
}
