import Market
import Report
import Support
import Sweep
import Testing

/// What axes, dated changes and different tables do to the points of a grid.
@Suite struct GridTests {
  private func world(_ prices: [(Int64, String)]) throws -> TinyWorld {
    let world = try TinyWorld()
    try world.ticks("a.ticks.zst", prices.map { ($0.0, btc, $0.1) })
    return world
  }

  /// The rows of a table without its header, as fields.
  private func rows(_ world: TinyWorld, _ name: String) throws -> [[String]] {
    let lines: [Substring] = try world.folder.text(name).split(separator: "\n")
    return lines.dropFirst().map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test func theLastAxisRunsFastest() throws {
    let world = try world([(0, "100"), (1, "99")])
    let plan = try world.plan(
      SweepByHandTests.study
        + "\naxes: {leverage: [1, 2], haircut_scale: [3, 4, 5], mode: [cross, isolated]}\n")
    #expect(plan.pointCount == 12)
    #expect(plan.axes == ["leverage", "haircut_scale", "mode"])
    #expect(plan.axisValues(0) == ["1", "3", "cross"])
    #expect(plan.axisValues(1) == ["1", "3", "isolated"])
    #expect(plan.axisValues(2) == ["1", "4", "cross"])
    #expect(plan.axisValues(6) == ["2", "3", "cross"])
    #expect(plan.axisValues(11) == ["2", "5", "isolated"])
  }

  @Test func haircutsScaleUpToTheCap() throws {
    let world = try world([(0, "100")])
    let plan = try world.plan(SweepByHandTests.study + "\naxes: {haircut_scale: [0, 2, 1000]}\n")
    // BTC: bid 0.05, auto bid 0.025; USDT has none.
    let buffers = try (0..<3).map { try plan.point($0).venue.assets.map(\.bidBuffer) }
    #expect(buffers == [[0, 0, 0], [0, 0.1, 0.2], [0, 0.9999, 0.9999]])
    #expect(try plan.point(1).venue.assets[1].autoBidBuffer == 0.05)
  }

  @Test func thePeopleAreTheSameInEveryMode() throws {
    let world = try world([(0, "100"), (1, "97")])
    let study = SweepByHandTests.study.replacing("accounts: 1\n", "accounts: 20\n")
      .replacing("equity: 1000", "equity: {lognormal: {median: 1000, sigma: 1}}")
    try world.run(try world.plan(study + "\naxes: {mode: [isolated, cross, multi-asset]}\n"), "out")
    let accounts = try rows(world, "out/accounts.csv")
    #expect(accounts.count == 60)
    for number in 0..<20 {
      let lives = [accounts[number], accounts[number + 20], accounts[number + 40]]
      #expect(lives.map { $0[3] } == ["isolated", "cross", "multi-asset"])
      // All equity is in the margin asset, so the three modes hold the same.
      #expect(Set(lives.map { $0[5] }).count == 1, "start equity of \(number)")
      #expect(Set(lives.map { $0[7] }).count == 1, "pnl of \(number)")
    }
    #expect(Set(accounts.prefix(20).map { $0[5] }).count == 20)
  }

  @Test func axesOverPathsChangeWhatTheyName() throws {
    let world = try world([(0, "100"), (1, "99")])
    let axes = """
      axes:
        population.cohorts.solo.equity: [1000, 2000]
        venue.instruments.BTCUSDT.lot: [0.001, 30]
      """
    try world.run(try world.plan(SweepByHandTests.study + "\n" + axes + "\n"), "out")
    let accounts = try rows(world, "out/accounts.csv")
    // 100 BTC, 90 in lots of 30; 200 BTC, 180 in lots of 30; each loses 1 USD a unit.
    #expect(accounts.map { $0[5] } == ["1000", "1000", "2000", "2000"])
    #expect(accounts.map { $0[7] } == ["-100", "-90", "-200", "-180"])
  }

  @Test func aDatedChangeHoldsFromItsTime() throws {
    let world = try world([(0, "100"), (1, "96"), (2, "96"), (3, "96")])
    // At 96 the equity is 600. From 12:00:02 on 6.25 % of 9,600 are needed, which is 600 exactly.
    let changes =
      "changes: [{at: 2021-05-19T12:00:02Z, set: {'instruments.BTCUSDT.brackets[0].rate': 0.0625}}]"
    try world.folder.write("toy.yaml", TinyWorld.venue + "\n" + changes + "\n")
    try world.run(try world.plan(SweepByHandTests.study), "out")
    let steps = try rows(world, "out/liquidations.csv")
    #expect(steps.map { $0[3] } == ["2021-05-19T12:00:02.000000000Z"])
    #expect(steps.map { $0[15] } == ["1"])
  }

  @Test func aFundThatRunsDry() throws {
    // From 100 to 80 without a price between: 1,000 − 2,000 = −1,000 are missing, no fee can be taken.
    let world = try world([(0, "100"), (5, "80")])
    try world.run(try world.plan(SweepByHandTests.study, settings: ["venue.fund.size=600"]), "out")
    let list = try PointList(runDirectory: world.folder.file("out"))
    func value(_ name: String) -> String? { list.value(name, in: list.rows[0]) }
    #expect(value("fund_payment") == "1000")
    #expect(value("bankrupt_accounts") == "1")
    #expect(value("liquidation_fees") == "0")
    #expect(value("fund_start") == "600")
    #expect(value("fund_min") == "-400")
    #expect(value("fund_depleted_time") == "2021-05-19T12:00:05.000000000Z")
    #expect(value("end_equity") == "0")
    #expect(value("worst_ratio_p99") == "inf")
    #expect(try rows(world, "out/accounts.csv").map(\.last) == ["bankrupt"])
    #expect(try rows(world, "out/liquidations.csv").map(\.last) == ["takeover"])
    #expect(try rows(world, "out/timeline.csv").map { $0[4] } == ["0", "0", "0", "0", "0", "1000"])
  }
}
