import Support
import Testing

/// `hedge-2021-05.yaml` on the recorded prices of May 2021.
///
/// Single accounts are held to figures worked out in exact fractions, by a few lines of Python over candles.
@Suite(
  .enabled(
    if: sharedData("data/crash-2021-05-19-spot-1m/csv") != nil && sharedData("data/funding") != nil,
    "the shared data folder is absent"))
struct HedgeStudyTests {
  /// 7,000 USDT sell 0.748 BTC (leverage 5) or 2.245 BTC (15) at 46,762.99.
  ///
  /// The first is there at the end, at 36,690.09. The second meets 49,774.12 on the 16th, where the equity of
  /// 258.50 is under 0.5 % of 111,742.90 less 50, which is 508.71; 0.34 % would be 379.93 of fee.
  @Test func oneHolderByHand() throws {
    let run = try HedgeFixture.recorded()
    try run.sweep(
      "population.accounts=1", "axes={leverage: [5, 15]}",
      """
      population.cohorts=[{name: holder, mode: cross, equity: 7000, collateral: {USDT: 1}, \
      spot: {ETH: 10, BNB: 60}, leverage: 5, positions: {BTCUSDT: -1}}]
      """)
    let accounts = try run.table("accounts").rows
    try #require(accounts.map { $0["status"] } == ["open", "liquidated"])
    // 10 · (2,438.92 − 3,646.24) + 60 · (334.80 − 563.42) USD in spot.
    #expect(accounts.allSatisfy { abs(number($0, "spot_change") + 25_790.4) < 1e-6 })
    #expect(abs(number(accounts[0], "pnl") - 7_534.5292) < 1e-6)
    // Eleven fundings; a short receives most of them.
    #expect(abs(number(accounts[0], "funding") + 82.155349479188) < 1e-9)
    #expect(number(accounts[1], "end_equity") == 0)
    let rows = try run.table("liquidations").rows
    try #require(rows.count == 1)
    #expect(rows[0]["time"] == "2021-05-16T10:46:40.000000000Z" && rows[0]["mark"] == "49774.12")
    #expect(rows[0]["quantity"] == "2.245" && rows[0]["outcome"] == "full")
    #expect(abs(number(rows[0], "realized_pnl") + 6_759.98685) < 1e-6)
    #expect(abs(number(rows[0], "fee") - 258.504730550552) < 1e-9)
  }

  /// 400,000 USDT sell 128.306 BTC; at 48,951.01 the equity of 119,263.91 is under 140,717.71.
  ///
  /// Full liquidation closes all, `tier_down` keeps the 20.428 BTC that 1,000,000 USDT hold, `minimal` closes
  /// 20.291 BTC and then nine times a little more, while the price climbs to 49,795.89.
  @Test func oneFundByHand() throws {
    let run = try HedgeFixture.recorded()
    try run.sweep(
      "population.accounts=1", "axes={venue.liquidation.rule: [none, tier_down, minimal]}",
      """
      population.cohorts=[{name: fund, mode: cross, equity: 400000, collateral: {USDT: 1}, \
      spot: {ETH: 600, BNB: 3600}, leverage: 15, positions: {BTCUSDT: -1}}]
      """)
    let table = try run.table("liquidations")
    let rows = ["0", "1", "2"].map { table.rows("point", $0) }
    try #require(rows.map(\.count) == [1, 1, 10])
    #expect(rows.allSatisfy { $0[0]["time"] == "2021-05-16T04:02:40.000000000Z" })
    #expect(rows.map { $0[0]["quantity"] } == ["128.306", "107.878", "20.291"])
    #expect(rows.map { $0[0]["outcome"] } == ["full", "partial", "partial"])
    let fees = [21_354.408182804, 17_954.505993052, 3_377.100809294]
    for (row, fee) in zip(rows, fees) { #expect(abs(number(row[0], "fee") - fee) < 1e-6) }
    #expect(
      rows[2].map { $0["quantity"] } == [
        "20.291", "6.833", "7.248", "21.915", "0.066", "1.604", "0.003", "9.631", "15.402", "0.94",
      ])
    let ends = [97_909.497697196, 354_019.1494212272, 624_991.7014084028]
    for (row, end) in zip(try run.table("accounts").rows, ends) {
      #expect(abs(number(row, "end_equity") - end) < 1e-6)
    }
  }

  /// The statements of the study's comment, over 300 people.
  @Test func theStoryHolds() throws {
    let run = try HedgeFixture.recorded()
    try run.sweep("population.accounts=300", "axes.leverage=[5, 10, 15]")
    let groups = try HedgeGroup.all(run)
    func group(_ key: String) throws -> HedgeGroup { try #require(groups[key], "\(key)") }
    let modes = ["isolated", "cross", "multi-asset"]
    // 1: the hedge recovers a part of the loss, for everybody.
    for mode in modes {
      let holders = try group("holder 5 none \(mode)")
      #expect(holders.fallen == 0 && (0.25...0.31).contains(holders.recovered), "\(mode)")
      #expect(holders.gain > 0 && holders.spot < 0)
    }
    // 2: the bounce before the fall takes hedges whose coins do not count.
    #expect(try group("holder 10 none cross").fallen > 5)
    #expect(try group("holder 10 none multi-asset").fallen == 0)
    #expect(
      try group("holder 10 none multi-asset").recovered > group("holder 10 none cross").recovered + 0.05)
    #expect(try group("holder 15 none cross").fallen > group("holder 10 none cross").fallen)
    #expect(try group("holder 10 none isolated").gain == group("holder 10 none cross").gain)
    // 3: isolated mode cuts a bad bet off, cross mode carries it.
    #expect(try group("hedge-and-bet 5 none isolated").status["open"] == nil)
    #expect(try group("hedge-and-bet 5 none cross").fallen == 0)
    #expect(
      try group("hedge-and-bet 5 none isolated").recovered > group("hedge-and-bet 5 none cross").recovered)
    // 4: who sells at the bottom is liquidated in the bounce.
    let late = try group("late-hedger 5 none cross")
    #expect(late.fallen == late.status.values.reduce(0, +))
    // 5: gradients save large accounts, and the least cut saves most.
    let funds = try ["none", "tier_down", "minimal"].map { try group("fund 15 \($0) cross") }
    #expect(funds[0].fallen > 5 && funds[1].fallen == 0 && funds[2].fallen == 0)
    #expect(funds[1].status["reduced"] == funds[0].fallen && funds[2].status["reduced"] == funds[0].fallen)
    #expect(funds[0].recovered < funds[1].recovered && funds[1].recovered < funds[2].recovered)
    #expect(funds[0].fees > funds[1].fees && funds[1].fees > funds[2].fees)
    try HedgeStudyTests.spotIsUntouched(run)
  }

  /// An account's spot wallet ends at the same value at every point at which it takes part.
  static func spotIsUntouched(_ run: HedgeFixture) throws {
    var change: [String: String] = [:]
    for row in try run.table("accounts").rows where row["status"] != "rejected" {
      let (account, spot) = (row["account"] ?? "", row["spot_change"] ?? "")
      #expect(change[account, default: spot] == spot, "account \(account)")
      change[account] = spot
    }
    #expect(change.count > 50)
  }
}

/// The same study where there is no recorded data.
struct HedgeOnGeneratedTicksTests {
  @Test func theStoryHoldsOnSyntheticTicks() throws {
    let run = try HedgeFixture.generated()
    try run.sweep("population.accounts=300", "axes.leverage=[5, 15]")
    let groups = try HedgeGroup.all(run)
    func group(_ key: String) throws -> HedgeGroup { try #require(groups[key], "\(key)") }
    let holders = try group("holder 5 none cross")
    #expect(holders.fallen == 0 && (0.2...0.5).contains(holders.recovered))
    #expect(try group("holder 15 none cross").fallen > 0)
    #expect(try group("holder 15 none multi-asset").fallen == 0)
    #expect(try (group("holder 15 minimal cross").status["reduced"] ?? 0) > 0)
    #expect(try group("holder 15 minimal cross").recovered > group("holder 15 none cross").recovered)
    #expect(try group("late-hedger 5 none cross").fallen > 0)
    try HedgeStudyTests.spotIsUntouched(run)
    try tableSaysTheSame(run, holders)
  }

  /// `scripts/hedge-table` prints what the accounts sum up to.
  private func tableSaysTheSame(_ run: HedgeFixture, _ holders: HedgeGroup) throws {
    let result = try run.sandbox.bash("'\(repositoryRoot)/scripts/hedge-table' run")
    try succeed(result)
    let lines = result.stdout.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    // Four cohorts at 18 points under a header.
    #expect(lines.count == 73)
    let line = try #require(lines.first { $0.starts(with: ["holder", "5", "none", "cross"]) })
    let tenths = (holders.recovered * 1000).rounded() / 10
    #expect(line[4...] == ["\(holders.status["open"] ?? 0)", "0", "0", "0", "0", "\(tenths)", "%", "0", "0"])
  }
}
