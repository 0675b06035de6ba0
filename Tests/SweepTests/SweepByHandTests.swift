import Engine
import Foundation
import Market
import Platform
import Support
import Sweep
import Testing

/// One account whose life can be followed on paper.
///
/// 1,000 USDT at tenfold exposure buy 100 BTC at 100. At 90.5 the equity is 1,000 − 950 = 50, the maintenance
/// margin 9,050 · 1 % = 90.5: the position is closed, at a fee of 9,050 / 256 = 35.3515625.
@Suite struct SweepByHandTests {
  static let study = """
    name: by-hand
    ticks: [a.ticks.zst]
    venue: ./toy.yaml
    population:
      accounts: 1
      seed: 1
      cohorts:
        - name: solo
          mode: cross
          equity: 1000
          collateral: {USDT: 1}
          leverage: 10
          positions: {BTCUSDT: 1}
    report: {timeline: 1s, accounts: true, worst_ratio: true}
    """

  private func world() throws -> TinyWorld {
    let world = try TinyWorld()
    try world.ticks(
      "a.ticks.zst", [(0, btc, "100"), (1, btc, "96"), (3, btc, "90.5"), (4, btc, "80")])
    return world
  }

  @Test func everyFileHoldsWhatPaperSays() throws {
    let world = try world()
    try world.run(try world.plan(Self.study), "out")
    let points = try world.folder.text("out/points.csv")
    #expect(
      points == """
        point,accounts,ticks,liquidated_accounts,liquidated_share,liquidation_steps,liquidated_notional,\
        partial_survivors,bankrupt_accounts,fund_payment,liquidation_fees,slippage_cost,auto_exchanges,\
        auto_exchange_value,conversion_cost,funding,interest,margin_calls,start_equity,end_equity,pnl,\
        revaluation,spot_change,rejected_accounts,fund_start,fund_min,fund_depleted_time,worst_ratio_p50,\
        worst_ratio_p90,worst_ratio_p99,first_liquidation,peak_minute,peak_minute_notional
        0,1,4,1,1,1,9050,0,0,0,35.3515625,0,0,0,0,0,0,0,1000,14.6484375,-950,0,0,0,0,0,,1.81,1.81,1.81,\
        2021-05-19T12:00:03.000000000Z,2021-05-19T12:00:00.000000000Z,9050

        """)
    #expect(
      try world.folder.text("out/liquidations.csv") == """
        point,account,cohort,time,step,cause,pool,instrument,side,quantity,mark,price,notional,fee,\
        realized_pnl,ratio_before,ratio_after,equity_after,outcome
        0,0,solo,2021-05-19T12:00:03.000000000Z,1,margin,USDT,BTCUSDT,long,100,90.5,90.5,9050,35.3515625,\
        -950,1.81,0,14.6484375,full

        """)
    #expect(
      try world.folder.text("out/timeline.csv") == """
        point,bucket,liquidations,liquidated_notional,fund_payment,open_accounts,mark_BTCUSDT
        0,2021-05-19T12:00:00.000000000Z,0,0,0,1,100
        0,2021-05-19T12:00:01.000000000Z,0,0,0,1,96
        0,2021-05-19T12:00:02.000000000Z,0,0,0,1,96
        0,2021-05-19T12:00:03.000000000Z,1,9050,0,0,90.5
        0,2021-05-19T12:00:04.000000000Z,0,0,0,0,80

        """)
    #expect(
      try world.folder.text("out/accounts.csv") == """
        point,account,cohort,mode,leverage,start_equity,end_equity,pnl,revaluation,fees,slippage_cost,\
        funding,interest,conversion_cost,fund_payment,top_ups,spot_change,worst_ratio,worst_time,status
        0,0,solo,cross,10,1000,14.6484375,-950,0,35.3515625,0,0,0,0,0,0,0,1.81,\
        2021-05-19T12:00:03.000000000Z,liquidated

        """)
    #expect(
      try world.folder.text("out/conversions.csv")
        == "point,account,time,step,cause,sold_asset,sold_units,covered_asset,covered_units,cost\n")
  }

  /// The equity at `p` is 1,000 − 100·(100 − p), the maintenance margin `p`;
  /// the ratio is p / (100·p − 9,000).
  @Test func timePerBandIsWhatPaperSays() throws {
    let world = try TinyWorld()
    try world.ticks(
      "a.ticks.zst",
      [
        (0, btc, "100"), (1, btc, "92"),  // 92 / 200 = 0.46: green
        (3, btc, "91.5"), (4, btc, "91.2"),  // 91.5 / 150 = 0.61 and 91.2 / 120 = 0.76: yellow
        (5, btc, "91"), (7, btc, "90.95"),  // 0.91 and 90.95 / 95 = 0.957: red, 5 seconds
        (10, btc, "91.5"), (11, btc, "91.05"),  // yellow; 91.05 / 105 = 0.867: red again
        (12, btc, "95"), (20, btc, "94"),  // green
      ])
    let study = Self.study.replacing("worst_ratio: true", "bands: true")
    try withEvery("engine", in: EngineKind.allCases) { kind in
      var options = SweepOptions(force: true)
      options.engine.kind = kind
      try world.run(try world.plan(study), "out", options)
      #expect(
        try world.folder.text("out/bands.csv") == """
          point,account,cohort,green_s,yellow_s,red_s,longest_red_s
          0,0,solo,11,3,6,5

          """)
    }
  }

  /// The ratio of 1.81 sets off a liquidation that closes everything: it holds for no time at all.
  @Test(arguments: EngineKind.allCases) func aSettledAccountIsInNoBand(kind: EngineKind) throws {
    let world = try TinyWorld()
    var options = SweepOptions()
    options.engine.kind = kind
    let funding = SeriesKey(symbol: "BTCUSDT", kind: .funding)
    try world.ticks(
      "a.ticks.zst",
      [
        (0, btc, "100"), (1, btc, "96"), (3, btc, "90.5"), (4, btc, "80"), (4, funding, "0.001"),
        (9, btc, "80"),
      ])
    let study = Self.study.replacing("worst_ratio: true", "bands: true")
    try world.run(try world.plan(study), "out", options)
    #expect(try world.folder.text("out/bands.csv").hasSuffix("\n0,0,solo,3,0,0,0\n"))
    // A transfer to come keeps the account in the game, flat and green, until it has been made, be it at an
    // instant with funding.
    let later = study.replacing(
      "collateral: {USDT: 1}",
      """
      collateral: {USDT: 1}
            actions: [{at: 2021-05-19T12:00:03.5Z, do: transfer, asset: USDT, amount: 9}]
      """)
    try world.run(try world.plan(later), "later", options)
    #expect(try world.folder.text("later/bands.csv").hasSuffix("\n0,0,solo,4,0,0,0\n"))
  }

  @Test func bandsAreWrittenOnRequestAlone() throws {
    let world = try world()
    try world.run(try world.plan(Self.study), "out")
    #expect(throws: (any Error).self) { try world.folder.text("out/bands.csv") }
  }

  @Test func manifestIsJSON() throws {
    let world = try world()
    try world.run(try world.plan(Self.study, settings: ["venue.fund.size=5"]), "out")
    let data = Data(try world.folder.bytes("out/manifest.json"))
    let manifest = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let study = try #require(manifest["study"] as? [String: Any])
    #expect(study["name"] as? String == "by-hand")
    #expect((study["overrides"] as? [String: Any])?["venue.fund.size"] as? Int == 5)
    let counts = try #require(manifest["counts"] as? [String: Any])
    #expect(counts["ticks"] as? Int == 4)
    #expect(counts["instants"] as? Int == 4)
    let inputs = try #require(manifest["inputs"] as? [[String: Any]])
    #expect(inputs.first?["path"] as? String == "a.ticks.zst")
    #expect((inputs.first?["digest"] as? String)?.count == 16)
    #expect(try world.folder.text("out/points.csv").contains(",5,5,,"))
  }

  @Test func theWindowCutsTicksAndCarriesPricesIn() throws {
    let world = try world()
    let windowed = Self.study.replacing(
      "venue: ./toy.yaml", "window: {from: 2021-05-19T12:00:01Z, to: 2021-05-19T12:00:04Z}\nvenue: ./toy.yaml"
    )
    try world.run(try world.plan(windowed), "out")
    // Two instants; the account opens at 96 with 104.166 BTC and falls by 5.5: 572.913 of 1,000 are lost.
    let row = try #require(try world.folder.text("out/points.csv").split(separator: "\n").last)
    #expect(row.hasPrefix("0,1,2,0,0,0,0,"))
  }

  @Test func booksOfAPointOpenTheSameAccounts() throws {
    let world = try world()
    let plan = try world.plan(Self.study)
    let path = world.folder.file("book.jsonl")
    let file = try Platform.AtomicFile(path: path, force: false)
    let counts = try plan.writeAccounts(of: 0, to: file.sink)
    try file.commit()
    #expect((counts.written, counts.rejected, counts.absent) == (1, 0, 0))
    let first = try world.folder.text("book.jsonl")
    #expect(first.contains("\"quantity\":100.000,\"entry\":100"))
    try world.run(plan, "people")
    let head = Self.study.split(separator: "population:", maxSplits: 1)[0]
    let book =
      "\(head)population: {book: book.jsonl}\nreport: {timeline: 1s, accounts: true, worst_ratio: true}\n"
    try world.run(try world.plan(book), "book")
    for name in ["points.csv", "liquidations.csv", "timeline.csv"] {
      #expect(try world.folder.text("people/\(name)") == world.folder.text("book/\(name)"), "\(name)")
    }
  }

  @Test func dryRunCounts() throws {
    let world = try world()
    let plan = try world.plan(Self.study + "\naxes: {leverage: [2, 5]}\n")
    let estimate = try plan.estimate(SweepOptions())
    #expect(estimate.points == 2)
    #expect(estimate.accounts == 2)
    #expect(estimate.ticks == 4)
    #expect(
      estimate.text.hasPrefix("points         2\naccounts       1 per point, 2 in all\nticks          4\n"))
    let cut = try world.plan(Self.study, settings: ["window={from: 2021-05-19T12:00:03Z}"])
    #expect(try cut.estimate(SweepOptions()).text.contains("ticks          2\n"))
    #expect(
      try cut.estimate(SweepOptions(), isTimed: false).text.contains("ticks          at most 4\n"))
    #expect(try plan.estimate(SweepOptions(), isTimed: false).text.hasSuffix("expected time  unknown\n"))
  }

  @Test func dryRunSaysHowTicksAreHeld() throws {
    let world = try world()
    let study = Self.study + "\naxes: {leverage: [2, 5, 7]}\n"
    func estimate(_ kind: EngineKind, memory: Int = 1 << 30, accounts: Int = 1) throws -> SweepEstimate {
      var options = SweepOptions(memory: memory)
      options.engine.kind = kind
      let plan = try world.plan(study, settings: ["population.accounts=\(accounts)"])
      return try plan.estimate(options, isTimed: false)
    }
    let whole = try estimate(.pruned)
    #expect(whole.held.holding == .whole && whole.passes == 1 && whole.batches == 1)
    #expect(whole.text.contains(" MiB (as a whole), accounts and rows "))
    let dense = try estimate(.dense)
    #expect(dense.held.holding == .parts && dense.passes == 2)
    #expect(dense.text.contains(" MiB (in parts), accounts and rows "))
    // A point has 100 times the accounts of a block, and there is memory for one at a time.
    let (one, all) = (1 << 20, 1 << 30)
    let recycled = try estimate(.pruned, memory: one, accounts: 51_200)
    #expect(recycled.batches == 3 && recycled.passes == 1)
    let alive = try estimate(.dense, memory: one, accounts: 51_200)
    #expect(alive.batches == 3 && alive.passes == 4)
    #expect(alive.accountBytes > 51_200 * 2_000 && recycled.accountBytes < alive.accountBytes)
    // All three points together.
    let together = try estimate(.dense, memory: all, accounts: 51_200)
    #expect(together.batches == 1 && together.accountBytes == 3 * alive.accountBytes)
  }
}

extension String {
  /// With the first occurrence of a text replaced; the same where there is none.
  func replacing(_ old: String, _ new: String) -> String {
    guard let range = range(of: old) else { return self }
    return replacingCharacters(in: range, with: new)
  }
}
