import Platform
import Support
import Sweep
import Testing

/// What is wrong with a study is said with line, column and what would be accepted, before anything is
/// simulated.
@Suite struct StudyErrorTests {
  /// One mistake: a text of the study, what stands there instead, and what is said of it after `study.yaml:`.
  struct Mistake: Sendable, CustomTestStringConvertible {
    var old: String
    var new: String
    var message: String
    var testDescription: String { new }
    init(_ old: String, _ new: String, _ message: String) {
      (self.old, self.new, self.message) = (old, new, message)
    }
  }

  static let study = """
    name: errors
    ticks: [a.ticks.zst]
    window: {from: 2021-05-19T00:00:00Z, to: 2021-05-20T00:00:00Z}
    mark: trade
    venue: ./toy.yaml
    overrides:
      venue.assets.BTC.bid_buffer: 0.05
    population:
      accounts: 5
      seed: 1
      cohorts:
        - name: solo
          mode: cross
          equity: 1000
          collateral: {USDT: 1}
          leverage: 10
          positions: {BTCUSDT: 1}
    axes:
      leverage: [5, 10]
    report: {timeline: 1m, accounts: true}
    """

  static let mistakes: [Mistake] = [
    Mistake("name: errors", "nam: errors", "1:1: unknown key nam, expected one of: name, ticks"),
    Mistake("name: errors", "name: [a]", "1:7: name is a sequence, expected a name of 1 to 64"),
    Mistake("[a.ticks.zst]", "[]", "2:8: ticks has 0 files, expected 1 to 4096"),
    Mistake("[a.ticks.zst]", "[b.ticks.zst]", "2:9: the tick file "),
    Mistake(
      "to: 2021-05-20", "to: 2021-05-18", "3:42: window.to is 2021-05-18T00:00:00Z, expected a time after"),
    Mistake(
      "2021-05-19T00:00:00Z, to: 2021-05-20", "2022-05-19T00:00:00Z, to: 2022-05-20",
      "2:9: the window 2022-05-19T00:00:00.000000000Z to 2022-05-20T00:00:00.000000000Z holds no ticks"),
    Mistake("mark: trade", "mark: last", "4:7: mark is last, expected one of: mark, trade, mid"),
    Mistake("mark: trade", "mark: mark", "17:19: the ticks hold no mark series of BTCUSDT, expected one of"),
    Mistake("./toy.yaml", "toy-2021", "5:8: there is no venue toy-2021, expected"),
    Mistake("venue.assets.BTC.bid", "assets.BTC.bid", "7:3: the override assets.BTC.bid_buffer is no path"),
    Mistake("0.05", "1.05", "7:32: assets.BTC.bid_buffer is 1.05, expected a number, 0 to 1"),
    Mistake(
      "BTC.bid_buffer: 0.05", "XYZ.bid_buffer: 0.05", "7:32: the path assets.XYZ.bid_buffer: assets has no"),
    Mistake("accounts: 5\n", "accounts: -5\n", "9:13: population.accounts is -5, expected a whole number"),
    Mistake("seed: 1", "seed: x", "10:9: population.seed is x, expected a whole number, 0 to"),
    Mistake(
      "mode: cross", "mode: loan", "13:13: population.cohorts[0].mode is loan, expected another mode"),
    Mistake("{USDT: 1}", "{USDX: 1}", "15:20: toy has no asset USDX, expected one of: USDT, BTC, ETH"),
    Mistake("{BTCUSDT: 1}", "{BTCUSD: 1}", "17:19: toy has no instrument BTCUSD, expected one of: BTCUSDT"),
    Mistake(
      "{BTCUSDT: 1}", "{ADAUSDT: 1}", "17:19: the ticks hold no trade series of ADAUSDT, expected one of"),
    Mistake("{USDT: 1}", "{ETH: 1}", "15:20: the ticks hold no series that prices ETH, expected"),
    Mistake(
      "leverage: [5, 10]", "leverag: [5, 10]", "19:3: unknown axis leverag, expected leverage, haircut_sc"),
    Mistake("[5, 10]", "[5, -10]", "19:17: axes.leverage[1] is -10, expected a number, above 0 to 10000"),
    Mistake("[5, 10]", "[5, 10, 5]", "19:21: the axis leverage has 5 twice, expected every value once"),
    Mistake("[5, 10]", "[]", "19:13: axes.leverage is a sequence, expected at least one value"),
    Mistake("[5, 10]", "7", "19:13: axes.leverage is 7, expected a list of values, {from, to, step}"),
    Mistake(
      "[5, 10]", "{from: 5, to: 1, step: 1}", "19:27: axes.leverage.to is 1, expected a number not below"),
    Mistake("[5, 10]", "{from: 1, to: 5, step: 0}", "19:36: axes.leverage.step is 0, expected"),
    Mistake("[5, 10]", "{from: 1, to: 5}", "19:13: axes.leverage has no step, expected the key step"),
    Mistake(
      "[5, 10]", "{from: 0, to: 2000000, step: 1}", "19:13: axes.leverage has more than 1000000 values"),
    Mistake(
      "leverage: [5, 10]",
      "leverage: {from: 1, to: 2000, step: 1}\n  haircut_scale: {from: 1, to: 2000, step: 1}",
      "20:3: the grid has more than 1000000 points"),
    Mistake(
      "leverage: [5, 10]", "mode: [cross, loan]", "13:13: population.cohorts[0].mode is cross, expected"),
    Mistake(
      "leverage: [5, 10]", "venue.assets.BTC.bid_buffer: [0.1, 2]",
      "19:38: assets.BTC.bid_buffer is 2, expected a number, 0 to 1"),
    Mistake(
      "leverage: [5, 10]", "population.cohorts.solo.equity: [1, 0]",
      "19:39: population.cohorts[0].equity is 0, expected a number"),
    Mistake(
      "leverage: [5, 10]", "leverage: [1]\n  population.cohorts[0].leverage: [3]",
      "20:3: the axis population.cohorts[0].leverage changes what the axis leverage replaces"),
    Mistake("timeline: 1m", "timeline: 0s", "20:20: report.timeline is 0s, expected a duration"),
    Mistake("accounts: true}", "accounts: 1}", "20:34: report.accounts is 1, expected true or false"),
    Mistake("accounts: true}", "bands: 0.5}", "20:31: report.bands is 0.5, expected true or false"),
    Mistake(
      "accounts: true}", "band: true}",
      "20:24: unknown key band in report, expected one of: timeline, accounts"),
    Mistake("accounts: true}", "compress: true}", "20:34: report.compress is true, expected false"),
  ]

  private func world() throws -> TinyWorld {
    let world = try TinyWorld()
    try world.ticks("a.ticks.zst", [(0, btc, "100"), (1, btc, "90")])
    return world
  }

  @Test func theStudyItselfIsRight() throws {
    #expect(try world().plan(Self.study).pointCount == 2)
  }

  @Test(arguments: mistakes)
  func isRefused(mistake: Mistake) throws {
    let world = try world()
    let text = Self.study.replacing(mistake.old, mistake.new)
    #expect(text != Self.study)
    let error = try #require(throws: InputError.self) { _ = try world.plan(text) }
    let place = world.folder.file("study.yaml") + ":"
    #expect(error.description.hasPrefix(place))
    #expect(error.description.dropFirst(place.count).hasPrefix(mistake.message))
  }

  @Test func aSettingSaysWhereItIsWrong() throws {
    let world = try world()
    func message(_ setting: String) throws -> String {
      try #require(throws: InputError.self) { _ = try world.plan(Self.study, settings: [setting]) }
        .description
    }
    #expect(try message("accounts").hasPrefix("--set accounts: the setting has no path and value"))
    #expect(
      try message("population.accounts=x").hasPrefix(
        "--set population.accounts:1:1: population.accounts is x"))
    #expect(
      try message("venue.assets.BTC.bid_buffer=7").hasPrefix(
        "--set venue.assets.BTC.bid_buffer:1:1: assets.BTC"))
    #expect(
      try message("population.acounts=7").hasPrefix("--set population.acounts:1:1: unknown key acounts"))
    let plan = try world.plan(Self.study, settings: ["population.accounts=9", "axes.leverage=[1, 2, 3]"])
    #expect(plan.accounts == [9, 9, 9])
  }

  @Test func changesOfTheFundAreRefused() throws {
    let world = try world()
    let changes = "changes: [{at: 2021-05-19T00:00:00Z, set: {fund.size: 5}}]"
    try world.folder.write("toy.yaml", TinyWorld.venue + "\nfund: {size: 4}\n" + changes + "\n")
    let error = try #require(throws: InputError.self) { _ = try world.plan(Self.study) }
    #expect(error.problem == "the change at 2021-05-19T00:00:00.000000000Z sets funding or fund")
    #expect(error.location.path.hasSuffix("toy.yaml"))
  }

  @Test func aLeverageAxisOverABookIsRefused() throws {
    let world = try world()
    try world.folder.write(
      "book.jsonl",
      #"{"mode": "cross", "balances": {"USDT": 100}, "#
        + #""positions": [{"instrument": "BTCUSDT", "quantity": 1, "entry": 100}]}"#
        + "\n")
    let study = """
      name: book
      ticks: [a.ticks.zst]
      venue: ./toy.yaml
      population: {book: book.jsonl}
      axes: {leverage: [1, 2]}
      """
    let error = try #require(throws: InputError.self) { _ = try world.plan(study) }
    #expect(error.description.contains("study.yaml:4:20: the study has a leverage or mode axis over a book"))
    #expect(try world.plan(study.replacing("leverage: [1, 2]", "haircut_scale: [1, 2]")).accounts == [1, 1])
  }
}
