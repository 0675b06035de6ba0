internal import Engine
internal import Margin
internal import Platform

/// The measurement of one book: rounds in which every engine has its turn.
struct Measurement {
  private let request: BenchRequest
  private let book: BenchBook
  private let trial: EngineTrial
  private let accounts: Int
  private let meter: BenchMeter
  private let leverage: Double
  private let point: EnginePoint
  private let isCancelled: @Sendable () -> Bool = { Interrupt.isRequested }

  // Seconds of each turn.
  private var dense: [Double] = []
  private var denseThreaded: [Double] = []
  private var index: [Double] = []
  private var search: [Double] = []
  private var searchThreaded: [Double] = []
  private var file: [Double] = []
  private var decodeRates: [Double] = []
  private var reading: FileReading
  private var readings: [FileReading.Turn] = []
  /// What the last pruned run found.
  private var found: TrialRun?

  init(
    _ request: BenchRequest, _ book: BenchBook, _ trial: EngineTrial, accounts: Int, _ meter: BenchMeter
  ) throws {
    (self.request, self.book, self.trial) = (request, book, trial)
    (self.accounts, self.meter) = (accounts, meter)
    reading = FileReading(book.market.files, request.kernel)
    meter.begin(accounts, request)
    leverage = try book.leverage(
      trial, accounts: accounts, share: request.hitShare.share, threads: request.threads)
    point = try book.point(accounts: accounts, leverage: leverage)
    Machine.resetPeakMemory()
  }

  mutating func run() throws -> BenchResult {
    for round in 0..<request.rounds { try turn(round) }
    meter.set(1)
    var contest = ScanContest(try trial.scanSample(point), request.kernel, checks: request.scanChecks)
    let rates = try contest.run()
    guard let found else { preconditionFailure("there is at least one round") }
    return BenchResult(
      mode: book.mode, accounts: accounts, instruments: book.market.coins.count, ticks: trial.ticks,
      instants: trial.instants, hasFunding: book.hasFunding, kernel: request.kernel, threads: request.threads,
      leverage: leverage, rounds: request.rounds, denseRuns: dense.count,
      hitShare: Double(found.liquidated) / Double(found.accounts), rejected: found.rejected,
      checks: found.checks, exactChecks: found.exactChecks, scanned: found.scanned, events: found.events,
      fingerprint: found.fingerprint, denseSeconds: Median.of(dense),
      denseSecondsThreaded: Median.of(denseThreaded), indexSeconds: Median.of(index),
      searchSeconds: Median.of(search), searchSecondsThreaded: Median.of(searchThreaded),
      fileSeconds: Median.of(file), decodeTicksPerSecond: Median.of(decodeRates),
      pricesPerSecond: Median.of(readings.map(\.pricesPerSecond)),
      wholeOverHundredth: Median.of(readings.map(\.wholeOverHundredth)),
      bytesPerTick: reading.bytesPerTick,
      scanChecksPerSecond: rates.ours, cChecksPerSecond: rates.theirs, denseOverC: rates.ratio,
      peakBytes: Machine.peakMemory)
  }

  private mutating func turn(_ round: Int) throws {
    let part = 1 / Double(2 * request.rounds)
    let start = 2 * Double(round) * part
    if dense.allSatisfy({ $0 <= BenchRequest.longRun }) {
      let run = try run(.dense, threads: 1, start, part)
      dense.append(run.time.processorSeconds)
    }
    index.append(trial.index().processorSeconds)
    let alone = try run(.pruned, threads: 1, start + part, 0)
    search.append(alone.time.processorSeconds)
    file.append(try trial.readFiles().processorSeconds)
    let decoded = try trial.decode()
    decodeRates.append(Double(decoded.ticks) / decoded.time.processorSeconds)
    readings.append(try reading.turn())
    if denseThreaded.allSatisfy({ $0 <= BenchRequest.longRun }) {
      let run = try run(.dense, threads: request.threads, start + part, part)
      denseThreaded.append(run.time.seconds)
    }
    searchThreaded.append(try run(.pruned, threads: request.threads, start + 2 * part, 0).time.seconds)
  }

  /// Runs an engine, and compares what it found with what was found before.
  private mutating func run(
    _ kind: EngineKind, threads: Int, _ start: Double, _ part: Double
  ) throws -> TrialRun {
    let run = try trial.run(
      kind, point, threads: threads, progress: { meter.set(start + part * $0) }, isCancelled: isCancelled)
    if let found, found.fingerprint != run.fingerprint || found.checks != run.checks {
      throw RunError(
        "the engines disagree on \(accounts) \(book.mode.rawValue) accounts: \(kind.rawValue) on \(threads) "
          + "threads has \(run.events) liquidations, the run before \(found.events)")
    }
    if found == nil || kind == .pruned { found = run }
    return run
  }
}
