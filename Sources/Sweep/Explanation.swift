internal import Engine
internal import Margin
public import Market
internal import Platform
internal import Population
public import Report

/// The life of one account of a finished run, told step by step with the numbers that caused each step.
///
/// The account is replayed from the run's manifest, in the reference's arithmetic; its rows must be those of
/// the run's files, byte for byte.
///
/// ```swift
/// let run = try FinishedRun(directory: "out")
/// let life = try Explanation(of: "17", point: 3, in: run, version: "0.1.0")
/// print(life.text)
/// ```
public struct Explanation: Sendable {
  /// What kind of thing happened.
  public enum Kind: String, Sendable, CaseIterable {
    case opening, rejection, action, funding, interest, trigger
    case topUp = "top_up"
    case stopLoss = "stop_loss"
    case liquidation, conversion
    case fundPayment = "fund_payment"
    case marginReturn = "margin_return"
    case end
  }

  /// One thing that happened.
  public struct Event: Sendable {
    /// When.
    public var time: Timestamp
    /// What kind of thing.
    public var kind: Kind
    /// What happened, a line or more.
    public var lines: [String]
    /// What it changed in the gross equity, USD at index prices; nil where that does not apply.
    public var changeUSD: Double?
    /// Margin ratio of the pool before it; infinite where equity ≤ 0 < maintenance margin, nil where there is
    /// no pool.
    public var ratioBefore: Double?
    /// Margin ratio of the pool after it.
    public var ratioAfter: Double?
    /// Its numbers, for JSON.
    public var details: [(name: String, value: JSONValue)]
  }

  /// A line of the reconciliation, USD.
  public struct Amount: Sendable, Hashable {
    /// The column of `accounts.csv`, or `actions`, `expected` and `residual`.
    public var name: String
    /// What is done with it.
    public var sign: String
    /// The amount.
    public var usd: Double
  }

  /// What a file of the run was compared with.
  public struct Comparison: Sendable, Hashable {
    /// The file.
    public var file: String
    /// Rows of the account, all equal; nil where the run has no such file.
    public var rows: Int?
  }

  /// The run directory.
  public var directory: String
  /// The study's name.
  public var study: String
  /// The point.
  public var point: Int
  /// Names of the axes and their values at the point.
  public var axes: [(name: String, value: String)]
  /// The account's name and number.
  public var account: (name: String, number: Int)
  /// Its cohort; empty for none.
  public var cohort: String
  /// What backs its positions.
  public var mode: String
  /// Exposure as drawn; nil where it was not drawn.
  public var leverage: Double?
  /// How it ended, as in `accounts.csv`; empty where it never opened.
  public var status: String
  /// What happened, in order.
  public var events: [Event]
  /// Start, flows and end; empty where the account took no part.
  public var reconciliation: [Amount]
  /// The figures of `bands.csv`, in seconds; empty where the account took no part.
  public var bands: [(name: String, seconds: Double)]
  /// What the replay was compared with.
  public var comparisons: [Comparison]
  /// What the reader should know beside it.
  public var notes: [String]

  /// Replays an account.
  ///
  /// - Parameters:
  ///   - account: its name; its number where it has another name.
  ///   - number: the point, counted from 0.
  ///   - run: the run.
  ///   - version: the version of this program, which is noted where the run was made by another.
  /// - Throws: `InputError` where there is no such point or account; `CorruptDataError` for damaged ticks;
  ///   `RunError` where the replay does not give the rows of the run, or when interrupted.
  public init(of account: String, point number: Int, in run: FinishedRun, version: String) throws {
    let plan = run.plan
    guard (0..<plan.pointCount).contains(number) else {
      throw InputError(
        SourceLocation(path: "--point \(number)"), "the run has no such point",
        expected: "a point, 0 to \(plan.pointCount - 1)")
    }
    let point = try plan.point(number)
    let place = try Self.place(of: account, in: point.population)
    let options = plan.study.report
    var recorder = LifeRecorder(venue: point.venue)
    var replay = try AccountReplay(
      try plan.replay(point.venue), point.enginePoint, number: place, recordsWorstRatio: options.worstRatio)
    let end = try replay.run(isCancelled: { Interrupt.isRequested }) { recorder.record($0) }
    recorder.close(end)
    let facts = point.population.facts(place)
    directory = run.directory
    study = plan.study.name
    self.point = number
    axes = zip(plan.axes, point.axisValues).map { ($0, $1) }
    self.account = (facts.label, place)
    cohort = facts.cohort
    mode = facts.mode.rawValue
    leverage = facts.leverage
    status = AccountStatus(end.outcome)?.rawValue ?? ""
    events = recorder.events
    reconciliation = Self.reconcile(end.outcome)
    bands = end.outcome.bands.map { Array(zip(BandsTable.figures, BandsTable.seconds($0))) } ?? []
    notes = []
    if run.version != version {
      notes.append("the run was made by version \(run.version), this is version \(version)")
    }
    let rows = try AccountRows(
      ReportedPoint(
        number: number, axisValues: point.axisValues, rules: point.rules[0].rules,
        people: OnePerson(facts: facts),
        result: PointResult(entries: end.entries, accounts: [end.outcome], checks: 0),
        ticks: end.statistics.ticks), recordsWorstRatio: options.worstRatio)
    let comparison = RowComparison(directory: run.directory, point: number, account: facts.label)
    let files = [
      ("liquidations.csv", rows.liquidations), ("conversions.csv", rows.conversions),
      ("accounts.csv", rows.account), ("bands.csv", rows.bands),
    ]
    comparisons = try files.map { file, bytes in
      Comparison(file: file, rows: try comparison.rows(of: file, equal: bytes))
    }
  }

  /// The number of an account by its name, else by its number.
  private static func place(of account: String, in population: Population) throws -> Int {
    if let place = population.number(named: account) { return place }
    if let place = Int(account), (0..<population.count).contains(place) { return place }
    throw InputError(
      SourceLocation(path: "--account \(account)"), "the point has no such account",
      expected: "a number, 0 to \(population.count - 1), or the name of an account of the study's book")
  }

  /// Start + flows = end, in the order of the conservation check.
  private static func reconcile(_ outcome: AccountOutcome) -> [Amount] {
    guard let account = outcome.account, outcome.rejection == nil else { return [] }
    let tally = account.tally
    let flows = [
      Amount(name: "pnl", sign: "+", usd: tally.pnl),
      Amount(name: "revaluation", sign: "+", usd: tally.revaluation),
      Amount(name: "fees", sign: "-", usd: tally.fees),
      Amount(name: "funding", sign: "-", usd: tally.funding),
      Amount(name: "interest", sign: "-", usd: tally.interest),
      Amount(name: "conversion_cost", sign: "-", usd: tally.conversionCost),
      Amount(name: "fund_payment", sign: "+", usd: tally.fundPayment),
      Amount(name: "top_ups", sign: "+", usd: tally.topUps),
      Amount(name: "actions", sign: "+", usd: tally.actions),
    ]
    let expected = flows.reduce(account.startEquity) { $1.sign == "-" ? $0 - $1.usd : $0 + $1.usd }
    return [Amount(name: "start_equity", sign: "", usd: account.startEquity)] + flows + [
      Amount(name: "expected", sign: "=", usd: expected),
      Amount(name: "end_equity", sign: "", usd: tally.endEquity),
      Amount(name: "residual", sign: "", usd: tally.endEquity - expected),
    ]
  }
}

/// Facts about one account, whatever number it is asked by.
private struct OnePerson: PeopleFacts {
  let facts: PersonFacts
  func facts(_ number: Int) -> PersonFacts { facts }
}
