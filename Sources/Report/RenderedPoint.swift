public import Engine
public import Margin
internal import Market

/// The rows of one point as bytes, checked and ready to be written.
///
/// The engine gives it one account after the other; what happened comes at the end.
public struct RenderedPoint: PointReport {
  /// The figures of its row in `points.csv`.
  public private(set) var summary: PointSummary
  /// Account-checks of the point.
  public private(set) var checks = 0
  private(set) var conservation = ConservationCheck()
  private(set) var points = CSVBuffer()
  private(set) var liquidations = CSVBuffer()
  private(set) var conversions = CSVBuffer()
  /// nil where the options ask for no such file.
  private(set) var timeline: CSVBuffer?
  /// nil where the options ask for no such file.
  private(set) var accounts: CSVBuffer?
  /// nil where the options ask for no such file.
  private(set) var bands: CSVBuffer?
  private let frame: PointFrame
  private let options: ReportOptions
  private var counts: TimelineCounts?
  /// The first breach of conservation.
  private var breach: (any Error)?

  /// A point without any account yet.
  ///
  /// - Parameters:
  ///   - frame: the point.
  ///   - samples: the stretches and marks; needed where the options ask for `timeline.csv`.
  ///   - options: which optional files are written.
  public init(_ frame: PointFrame, timeline samples: Timeline?, options: ReportOptions) {
    precondition((samples != nil) == (options.timeline != nil))
    self.frame = frame
    self.options = options
    summary = PointSummary(frame, recordsWorstRatio: options.worstRatio)
    counts = samples.map(TimelineCounts.init)
    timeline = samples.map { _ in CSVBuffer() }
    accounts = options.accounts ? CSVBuffer() : nil
    bands = options.bands ? CSVBuffer() : nil
  }

  /// Renders a point that has come to its end.
  ///
  /// - Throws: `RunError` where value was not conserved, naming point and account.
  public init(_ reported: ReportedPoint, timeline samples: Timeline?, options: ReportOptions) throws {
    self.init(reported.frame, timeline: samples, options: options)
    add(AccountRun(reported.result.accounts))
    finish(reported.result.entries, checks: reported.result.checks)
    try requireConservation()
  }

  /// Takes the next accounts.
  public mutating func add(_ run: AccountRun) {
    // Spans give elements without copies of them.
    let (ended, lives) = (run.accounts.span, run.lives.span)
    for place in lives.indices { add(run.first + place, ended[place], lives[place]) }
  }

  private mutating func add(_ number: Int, _ account: borrowing Account, _ life: borrowing AccountLife) {
    summary.add(account, life)
    if life.takesPart { check(account, number) }
    counts?.add(account, life)
    if accounts != nil || bands != nil { addRows(number, copy account, copy life) }
  }

  private mutating func addRows(_ number: Int, _ account: Account, _ life: AccountLife) {
    let (frame, recordsWorstRatio) = (frame, options.worstRatio)
    accounts?.rows {
      AccountsTable.append(number, account, life, frame, recordsWorstRatio: recordsWorstRatio, to: &$0)
    }
    bands?.rows { BandsTable.append(number, life, frame, to: &$0) }
  }

  private mutating func check(_ account: Account, _ number: Int) {
    do {
      try conservation.add(account, number, frame)
    } catch {
      breach = breach ?? error
    }
  }

  /// Takes what happened.
  public mutating func finish(_ entries: [JournalEntry], checks: Int) {
    self.checks = checks
    do {
      try conservation.finish(frame)
    } catch {
      breach = breach ?? error
    }
    summary.finish(entries, fundSize: frame.rules.venue.fundSize)
    PointsTable.append(summary, to: &points)
    LiquidationsTable.append(entries, frame, to: &liquidations)
    ConversionsTable.append(entries, frame, to: &conversions)
    counts?.add(entries)
    let number = frame.number
    if let counts { timeline?.rows { TimelineTable.append(counts, point: number, to: &$0) } }
    counts = nil
  }

  /// - Throws: `RunError` where value was not conserved, naming point and account.
  public func requireConservation() throws {
    if let breach { throw breach }
  }
}
