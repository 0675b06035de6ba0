internal import Engine
internal import Market
internal import Platform
public import Report
internal import TickFile

/// What a finished sweep left behind.
public struct SweepOutcome: Sendable {
  /// The run directory.
  public var directory: String
  /// Its files.
  public var files: [WrittenFile]
  /// The points, as `points.csv` shows them; the first ``pointLimit`` of them.
  public var points: PointList
  /// How many points were run.
  public var pointCount: Int
  /// Accounts over all points.
  public var accounts: Int
  /// Account-checks over all points.
  public var checks: Int
  /// Dated actions of which nothing was done, over all points.
  public var refusedActions: Int
  /// How long the parts took.
  public var timings: Manifest.Timings
  /// The most points that are kept in memory.
  public static let pointLimit = 20_000
}

/// Runs a plan into a run directory, which appears whole or not at all.
public final class SweepRun {
  private let plan: SweepPlan
  private let directory: String
  private let options: SweepOptions
  /// The ticks of the batch under way and what a survey of them says; batches whose venues have the same
  /// tables share them.
  private var replayed: (key: Batch.ReplayKey, ticks: ReplayTicks, survey: (ReplayStatistics, MarkSamples))?
  private var timings = Manifest.Timings()
  private var checks = 0
  private var marginCalls = 0
  private var refusedActions = 0
  private var summaries: [PointSummary] = []

  /// Makes a run of `plan` into `directory`.
  public init(plan: SweepPlan, directory: String, options: SweepOptions = SweepOptions()) {
    self.plan = plan
    self.directory = directory
    self.options = options
  }

  /// Runs every point and writes the directory.
  ///
  /// - Throws: `InputError` where the directory exists and is not to be replaced; `CorruptDataError` for
  ///   damaged ticks; `RunError` where value was not conserved or the user interrupted; errors of the system.
  ///   Nothing is left behind then.
  public func run() throws -> SweepOutcome {
    let start = Clocks.monotonicNanoseconds()
    let writer = try RunWriter(
      path: directory, force: options.force, axes: plan.axes, instruments: plan.instruments,
      options: plan.study.report)
    var statistics = ReplayStatistics()
    var meter: ProgressMeter?
    defer { meter?.finish() }
    var next = 0
    while next < plan.pointCount {
      try Interrupt.check()
      let batch = try plan.batch(from: next, memory: options.batchBytes)
      let (ticks, survey) = try prepare(batch)
      if next == 0 {
        statistics = survey.0
        meter = makeMeter(statistics)
      }
      let reports = frames(batch, survey)
      try write(try simulate(batch, reports, ticks, survey.0, meter), to: writer)
      next += batch.points.count
    }
    timings.total = seconds(since: start)
    let files = try writer.finish(try manifest(statistics))
    return SweepOutcome(
      directory: directory, files: files, points: PointList(axes: plan.axes, summaries: summaries),
      pointCount: plan.pointCount, accounts: plan.accounts.reduce(0, +), checks: checks,
      refusedActions: refusedActions, timings: timings)
  }

  private func seconds(since start: Int64) -> Double {
    Double(Clocks.monotonicNanoseconds() - start) / 1e9
  }

  /// Progress is counted in account-instants, so that a sweep of one point moves as well.
  private func makeMeter(_ statistics: ReplayStatistics) -> ProgressMeter {
    let total = plan.accounts.reduce(0, +).multipliedReportingOverflow(by: statistics.instants)
    return ProgressMeter(
      "sweep", total: total.overflow ? .max : total.partialValue, unit: "checks", mode: options.progress)
  }

  /// How the engine works for this study and memory.
  private var engine: EngineOptions { options.engine(for: plan.study) }

  private func prepare(_ batch: Batch) throws -> (ReplayTicks, (ReplayStatistics, MarkSamples)) {
    if let replayed, replayed.key == batch.key { return (replayed.ticks, replayed.survey) }
    let start = Clocks.monotonicNanoseconds()
    replayed = nil
    let ticks = try ReplayTicks(try plan.replay(batch.points[0].venue), options: engine)
    let survey = try ticks.survey(bucketNanoseconds: plan.study.report.timeline?.nanoseconds)
    timings.survey += seconds(since: start)
    guard survey.0.instants > 0 else {
      throw InputError(
        plan.study.markLocation, "the window holds no ticks of the series that the study uses",
        expected: plan.instruments.isEmpty
          ? "accounts that hold an asset or instrument which the ticks price"
          : "at least one price of \(plan.instruments.joined(separator: ", "))")
    }
    replayed = (batch.key, ticks, survey)
    return (ticks, survey)
  }

  private func simulate(
    _ batch: Batch, _ reports: [RenderedPoint], _ ticks: ReplayTicks, _ statistics: ReplayStatistics,
    _ meter: ProgressMeter?
  ) throws -> [RenderedPoint] {
    let start = Clocks.monotonicNanoseconds()
    let simulation = Simulation(ticks: ticks, options: engine)
    let total = Double(batch.accounts) * Double(statistics.instants)
    var done = 0
    func advance(to share: Double) {
      let now = Int(total * min(1, max(0, share)))
      if now > done { meter?.advance(by: now - done) }
      done = max(done, now)
    }
    let rendered = try simulation.run(
      batch.points.map(\.enginePoint), into: reports, progress: advance,
      isCancelled: { Interrupt.isRequested })
    advance(to: 1)
    timings.simulation += seconds(since: start)
    return rendered
  }

  /// The points of a batch, to be rendered while they run.
  private func frames(_ batch: Batch, _ survey: (ReplayStatistics, MarkSamples)) -> [RenderedPoint] {
    batch.points.map { point in
      let frame = PointFrame(
        number: point.number, axisValues: point.axisValues, rules: point.rules[0].rules,
        people: point.population, ticks: survey.0.ticks)
      let timeline = plan.study.report.timeline.map { width in
        Timeline(
          bucketNanoseconds: width.nanoseconds, samples: survey.1,
          instruments: plan.instruments.map { point.venue.instrument(named: $0) })
      }
      return RenderedPoint(frame, timeline: timeline, options: plan.study.report)
    }
  }

  private func write(_ points: [RenderedPoint], to writer: RunWriter) throws {
    let start = Clocks.monotonicNanoseconds()
    for point in points {
      try Interrupt.check()
      try writer.append(point)
      checks += point.checks
      marginCalls += point.summary.marginCalls
      refusedActions += point.summary.refusedActions
      if summaries.count < SweepOutcome.pointLimit { summaries.append(point.summary) }
    }
    timings.report += seconds(since: start)
  }

  private func manifest(_ statistics: ReplayStatistics) throws -> Manifest {
    let study = plan.study
    let inputs = zip(study.ticks, plan.files).map { tick, file in
      Manifest.Input(
        path: tick.name, digest: HexadecimalDigest.text(file.digest), bytes: file.compressedSize,
        ticks: file.tickCount, source: file.metadata.source,
        notes: file.metadata.notes.map { ($0.key, $0.value) })
    }
    var manifest = Manifest(
      version: options.version, studyJSON: study.document.root.json,
      venueJSON: try plan.venueFile.resolved(overriding: study.overrides).root.json, inputs: inputs,
      seed: study.seed, axes: plan.axes, points: (0..<plan.pointCount).map(plan.axisValues),
      accounts: plan.accounts, statistics: statistics, engine: options.engine.kind.rawValue,
      kernel: options.engine.kernel,
      threads: options.threads)
    manifest.folder = try? Files.realPath(study.folder)
    manifest.checks = checks
    manifest.marginCalls = marginCalls
    manifest.refusedActions = refusedActions
    manifest.timings = timings
    return manifest
  }
}
