import Engine
import Margin
import Market
import Platform
import Report
import Support
import TickFile

/// Loans whose lives can be followed on paper.
///
/// 16 BTC stand against 1,024 USDT, of which an hour costs 1 / 1,024: 1 USDT. BTC counts for 7/8, a sale
/// costs 1/16, and `T·(1 − φ) − h` = 2·15/16 − 7/8 = 1, so that the least value sold is `T·L − C`.
struct LoanWorld {
  let tiny: TinyWorld
  let venue: Venue
  let replay: Replay

  /// Seconds after noon and the price of BTC. The level is 14·p / debt.
  static let prices: [(Int64, String)] = [
    (1_800, "160"), (3_600, "160"), (7_201, "150"), (9_000, "108"), (9_600, "80"), (11_400, "20"),
    (11_460, "20"),
  ]

  init(
    _ prices: [(Int64, String)] = Self.prices, interest: LoanRules.InterestClock = .hourly,
    from source: LoanRules.InterestSource = .debt
  ) throws {
    tiny = try TinyWorld()
    try tiny.ticks("a.ticks.zst", prices.map { ($0.0, btc, $0.1) })
    let reader = try TickFileReader(path: tiny.folder.file("a.ticks.zst"))
    venue = Self.venue(interest, source)
    let model = try PriceModel(
      venue: venue, available: Set(reader.series), mark: nil, at: .init(path: "loans"))
    replay = Replay(files: [reader], window: nil, venue: venue, prices: model, funding: nil)
  }

  private static func venue(_ clock: LoanRules.InterestClock, _ source: LoanRules.InterestSource) -> Venue {
    var venue = Venue(
      name: "lender", source: "made by hand",
      assets: [Asset(name: "USDT", isStable: true), Asset(name: "BTC", indexFrom: InstrumentIndex(0))],
      instruments: [
        Instrument(
          name: "BTCUSDT", base: AssetIndex(1), baseName: "BTC", marginAsset: AssetIndex(0),
          lot: ExactDecimal(mantissa: 1, scale: 3), takerFee: 0, liquidationFee: 0,
          brackets: [Bracket(floor: 0, rate: 0.01, maxLeverage: 50, amount: 0)])
      ])
    venue.loan = LoanRules(
      formula: .haircutGross, call: 1.5, liquidate: 1.25, stop: 2, borrowAbove: 2, transferAbove: 2,
      fee: 0.0625, order: .highestFactorFirst, interest: clock, interestFrom: source,
      debtAsset: AssetIndex(0),
      terms: [LoanRules.Terms(factor: 1, rate: 1.0 / 1_024), LoanRules.Terms(factor: 0.875, rate: 0)])
    return venue
  }

  func point(_ accounts: [Account]) -> EnginePoint {
    EnginePoint(
      rules: [(from: Timestamp(nanoseconds: .min), rules: Rules(venue))],
      accounts: LoanPeople(accounts: accounts))
  }

  func run(_ accounts: [Account], _ kind: EngineKind = .reference) throws -> PointResult {
    var options = EngineOptions()
    options.kind = kind
    options.recordsBands = true
    return try Simulation(replay: replay, options: options).run([point(accounts)])[0]
  }

  /// Writes a run directory `out` with the point that these accounts make.
  func write(_ accounts: [Account], _ kind: EngineKind) throws {
    let width = TimeSpan(nanoseconds: 1_800_000_000_000)
    let options = ReportOptions(timeline: width, accounts: true, worstRatio: false)
    let writer = try RunWriter(
      path: tiny.folder.file("\(kind)"), force: true, axes: [], instruments: ["BTCUSDT"], options: options)
    let survey = try replay.survey(bucketNanoseconds: width.nanoseconds)
    let reported = ReportedPoint(
      number: 0, axisValues: [], rules: Rules(venue), people: LoanPeople(accounts: accounts),
      result: try run(accounts, kind), ticks: survey.0.ticks)
    try writer.write(
      reported,
      timeline: Timeline(
        bucketNanoseconds: width.nanoseconds, samples: survey.1, instruments: [InstrumentIndex(0)]))
    _ = try writer.finish(
      Manifest(
        version: "1", studyJSON: "{}", venueJSON: "{}", inputs: [], seed: nil, axes: [], points: [[]],
        accounts: [accounts.count], statistics: survey.0, engine: "\(kind)", kernel: .best, threads: 1))
  }

  /// Seconds after noon.
  static func time(_ seconds: Int64) -> Timestamp {
    Timestamp(nanoseconds: TinyWorld.start + seconds * 1_000_000_000)
  }

  /// 16 BTC against 1,024 USDT.
  static func borrower(
    _ number: Int = 0, usdt: Double = 0, debt: Double = 1_024, behaviour: Behaviour = Behaviour(),
    actions: [(Int64, Action.Kind)] = []
  ) -> Account {
    Account(
      number: number, mode: .loan, balances: [usdt, 16],
      debts: debt == 0 ? [] : [Debt(principal: debt), Debt()], positions: [], behaviour: behaviour,
      actions: actions.map { Action(at: time($0.0), kind: $0.1) })
  }
}

/// Accounts made beforehand, opened at their first instant.
struct LoanPeople: AccountSource, PeopleFacts {
  let accounts: [Account]
  var count: Int { accounts.count }

  func need(_ number: Int, into needs: inout AccountNeeds) {
    needs.begin(notBefore: nil)
    for asset in 0..<2 { needs.insert(AssetIndex(asset)) }
  }

  func open(_ number: Int, _ rules: Rules, _ quotes: Quotes, into account: inout Account) -> Rejection? {
    account = accounts[number]
    return rules.open(&account, testsInitialMargin: true, quotes)
  }

  func facts(_ number: Int) -> PersonFacts {
    PersonFacts(label: "\(number)", cohort: "loans", mode: .loan, leverage: nil)
  }
}
