public import Engine
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
  /// How the ticks are held, and what that takes.
  public var held: TickFootprint
  /// Bytes that the accounts and rows of a batch of points take at most, about.
  public var accountBytes: Int
  /// How many batches of points there are, about.
  public var batches: Int
  /// Expected time in seconds, from a short trial; nil where unknown.
  public var seconds: Double?

  /// What the program itself takes, in bytes.
  static let programBytes = 24 << 20
  /// Bytes that the process takes at its peak, at most, about: measured peaks were never above 1.1 times as
  /// much. A run in which few accounts are hit and few ticks are looked at may take a quarter of it.
  public var memory: Int { Self.programBytes + held.bytes + held.decoding + accountBytes }
  /// How often the ticks are read from their files as a whole, about.
  public var passes: Int {
    switch held.holding {
    case .whole, .pages: 1
    // Once to survey them, then for every batch.
    case .parts: batches + 1
    }
  }
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
    let each = Batch.bytesPerAccount(first.venue)
    // As `batch(from:memory:)` cuts, for points of one size: whole points, at least one.
    let largest = max(1, accounts.max() ?? 1)
    let together = min(pointCount, max(1, options.batchBytes / (largest * each)))
    var (ticks, isCut) = try blockTicks(first)
    if isTimed, isCut, ticks <= Self.countedTicks {
      ticks = try replay(first.venue).survey(bucketNanoseconds: nil).0.ticks
      isCut = false
    }
    let engine = options.engine(for: study)
    let held = try ReplayTicks(try replay(first.venue), options: engine).footprint(ticks: ticks)
    var estimate = SweepEstimate(
      points: pointCount, accountsPerPoint: (accounts.min() ?? 0)...(accounts.max() ?? 0), accounts: total,
      ticks: ticks, isUpperBound: isCut, held: held,
      accountBytes: accountBytes(together, largest, each, held, options),
      batches: (pointCount + together - 1) / together)
    if isTimed { estimate.seconds = try trial(first, estimate, options) }
    return estimate
  }

  /// What the accounts and rows of a batch take at most, in bytes.
  ///
  /// - Parameters:
  ///   - points: how many are together in a batch, each of `accounts` accounts.
  ///   - each: what an account takes while it lives.
  private func accountBytes(
    _ points: Int, _ accounts: Int, _ each: Int, _ held: TickFootprint, _ options: SweepOptions
  ) -> Int {
    let report = study.report
    let rows = points * accounts * Batch.rowBytesPerAccount(report)
    if held.holding == .parts { return rows + points * accounts * each }
    // Blocks come into being, end and leave their memory to the next; some wait for their turn.
    let living = min(points * accounts, 2 * options.threads * options.engine.blockAccounts)
    return rows + living * each
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
    let engine = options.engine(for: study)
    let ticks = try ReplayTicks(replay, options: engine)
    let statistics = try ticks.survey(bucketNanoseconds: nil).0
    let decode = lap()
    guard statistics.ticks > 0 else { return nil }
    let source = FirstAccounts(
      source: point.population,
      count: min(point.population.count, Self.trialAccounts))
    _ = try Simulation(ticks: ticks, options: engine).run(
      [EnginePoint(rules: point.rules, accounts: source)], isCancelled: { Interrupt.isRequested })
    let simulated = lap() / Double(source.count)
    let scale = Double(estimate.ticks) / Double(statistics.ticks)
    return scale * (decode * Double(estimate.passes) + simulated * Double(estimate.accounts))
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
    func mebibytes(_ bytes: Int) -> String { HeatMap.decimal(Double(bytes) / 1_048_576, digits: 0) }
    let batches = batches == 1 ? "1 batch" : "\(batches) batches"
    let holding =
      switch held.holding {
      case .whole: "as a whole"
      case .pages: "in pages"
      case .parts: "in parts"
      }
    let time = seconds.map { "about \(HeatMap.decimal($0, digits: $0 < 10 ? 2 : 0)) s" } ?? "unknown"
    return """
      points         \(points)
      accounts       \(each) per point, \(accounts) in all
      ticks          \(isUpperBound ? "at most " : "")\(ticks)
      memory         at most about \(mebibytes(memory)) MiB: ticks \(mebibytes(held.bytes)) MiB \
      (\(holding)), accounts and rows \(mebibytes(accountBytes)) MiB, in about \(batches)
      expected time  \(time)

      """
  }
}
