import Foundation
import Support
import Testing

/// `sweep` through the real program.
struct SweepTests {
  @Test func theHeadersAreThoseOfTheContract() throws {
    let sandbox = try SweepFixture.plain()
    let result = try sandbox.run("sweep", "study.yaml", "--out", "run")
    #expect(result.status == 0, "\(result.stderr)")
    let headers = [
      "points.csv": """
      point,leverage,accounts,ticks,liquidated_accounts,liquidated_share,liquidation_steps,\
      liquidated_notional,partial_survivors,bankrupt_accounts,fund_payment,liquidation_fees,slippage_cost,\
      auto_exchanges,auto_exchange_value,conversion_cost,funding,interest,margin_calls,start_equity,\
      end_equity,pnl,revaluation,spot_change,rejected_accounts,fund_start,fund_min,fund_depleted_time,\
      worst_ratio_p50,worst_ratio_p90,worst_ratio_p99,first_liquidation,peak_minute,peak_minute_notional
      """,
      "liquidations.csv": """
      point,account,cohort,time,step,cause,pool,instrument,side,quantity,mark,price,notional,fee,\
      realized_pnl,ratio_before,ratio_after,equity_after,outcome
      """,
      "conversions.csv":
        "point,account,time,step,cause,sold_asset,sold_units,covered_asset,covered_units,cost",
      "timeline.csv":
        "point,bucket,liquidations,liquidated_notional,fund_payment,open_accounts,mark_BTCUSDT",
      "accounts.csv": """
      point,account,cohort,mode,leverage,start_equity,end_equity,pnl,revaluation,fees,slippage_cost,funding,\
      interest,conversion_cost,fund_payment,top_ups,spot_change,worst_ratio,worst_time,status
      """,
    ]
    #expect(headers.keys.sorted() == SweepFixture.files.sorted())
    for (name, header) in headers {
      #expect(try sandbox.text("run/\(name)").split(separator: "\n").first.map(String.init) == header)
    }
  }

  /// 1,000 USDT and 50 contracts from 100: at 80.5 equity is 25, maintenance margin 40.25. At leverage 4 the
  /// 40 contracts leave 220 against 32.2.
  @Test func aLiquidationWorkedOutByHandComesOut() throws {
    let sandbox = try SweepFixture.plain()
    #expect(try sandbox.run("sweep", "study.yaml", "--out", "run").status == 0)
    let rows = Table(try sandbox.text("run/liquidations.csv")).rows
    let row = try #require(rows.first)
    #expect(rows.count == 1)
    let expected = [
      "point": "1", "account": "0", "cohort": "long", "time": "2021-05-19T12:00:02.000000000Z", "step": "1",
      "cause": "margin", "pool": "USDT", "instrument": "BTCUSDT", "side": "long", "quantity": "50",
      "mark": "80.5", "price": "80.5", "notional": "4025", "fee": "0", "realized_pnl": "-975",
      "ratio_before": "1.61", "ratio_after": "0", "equity_after": "25", "outcome": "full",
    ]
    #expect(row == expected)
    let points = Table(try sandbox.text("run/points.csv")).rows
    #expect(points.map { $0["liquidated_accounts"] } == ["0", "1"])
    #expect(points.map { $0["ticks"] } == ["4", "4"])
    // 40 contracts rose by 20 each; the other account kept 25.
    #expect(points.map { $0["end_equity"] } == ["1800", "25"])
    let timeline = Table(try sandbox.text("run/timeline.csv")).rows
    #expect(timeline.count == 8)
    #expect(timeline[6]["liquidations"] == "1" && timeline[6]["mark_BTCUSDT"] == "80.5")
    let accounts = Table(try sandbox.text("run/accounts.csv")).rows
    #expect(accounts.map { $0["status"] } == ["open", "liquidated"])
  }

  @Test func theManifestTellsWhatWasRun() throws {
    let sandbox = try SweepFixture.plain()
    try sandbox.run("sweep", "study.yaml", "--out", "run", "--set", "population.seed=9")
    let data = Data(try sandbox.bytes("run/manifest.json"))
    let manifest = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(manifest["seed"] as? Int == 9)
    #expect((manifest["points"] as? [Any])?.count == 2)
    let input = try #require((manifest["inputs"] as? [[String: Any]])?.first)
    let info = try sandbox.run("ticks", "info", "t.ticks.zst", "--json").json()
    #expect(input["digest"] as? String == info["digest"] as? String)
    #expect(manifest["timings"] != nil)
  }

  @Test func engineThreadsAndSizesChangeNoByte() throws {
    let sandbox = try SweepFixture.crash()
    let variants = [
      ["--engine", "reference"], ["--threads", "1"], ["--threads", "2"], ["--threads", "2"],
      ["--chunk-instants", "7", "--block-accounts", "3"], ["--memory", "1MiB"],
      ["--engine", "reference", "--chunk-instants", "11", "--threads", "2"],
    ]
    for (number, options) in variants.enumerated() {
      let result = try runBinary(
        ["sweep", "study.yaml", "--out", "run\(number)", "--set", "population.accounts=60"] + options,
        directory: sandbox.path)
      #expect(result.status == 0, "\(options): \(result.stderr)")
      for file in SweepFixture.files {
        let same = try sandbox.bytes("run\(number)/\(file)") == sandbox.bytes("run0/\(file)")
        #expect(same, "\(file) with \(options)")
      }
    }
    // The comparison saw something.
    #expect(Table(try sandbox.text("run0/liquidations.csv")).rows.count > 50)
    #expect(Table(try sandbox.text("run0/accounts.csv")).rows.count == 16 * 60)
  }

  @Test func theHeatMapGoesToStandardOutput() throws {
    let sandbox = try SweepFixture.crash()
    let result = try sandbox.run("sweep", "study.yaml", "--out", "run", "--set", "population.accounts=20")
    #expect(result.stdout.contains("haircut_scale"))
    #expect(result.stdout.contains("cells: liquidated_share, % of accounts"))
    #expect(result.stdout.contains("run: points.csv"))
    #expect(result.stderr.isEmpty)
  }

  @Test func aDryRunWritesNothing() throws {
    let sandbox = try SweepFixture.plain()
    let before = try sandbox.names()
    let result = try sandbox.run("sweep", "study.yaml", "--dry-run")
    #expect(result.status == 0, "\(result.stderr)")
    for word in ["points ", "accounts ", "ticks ", "memory ", "expected time "] {
      #expect(result.stdout.contains(word))
    }
    #expect(try sandbox.names() == before)
  }

  @Test func anExistingRunIsOnlyReplacedByForce() throws {
    let sandbox = try SweepFixture.plain()
    #expect(try sandbox.run("sweep", "study.yaml", "--out", "run").status == 0)
    let before = try sandbox.bytes("run/points.csv")
    let refused = try sandbox.run("sweep", "study.yaml", "--out", "run", "--set", "axes.leverage=[3]")
    #expect(refused.status == 2)
    #expect(refused.stderr == "run: exists, expected a new name, or --force to replace it\n")
    #expect(try sandbox.bytes("run/points.csv") == before)
    let forced = try sandbox.run(
      "sweep", "study.yaml", "--out", "run", "--set", "axes.leverage=[3]", "--force")
    #expect(forced.status == 0)
    #expect(Table(try sandbox.text("run/points.csv")).rows.count == 1)
    #expect(try sandbox.names() == ["run", "study.yaml", "t.ticks.zst", "ticks.csv", "venue.yaml"])
  }

  @Test func forceReplacesNothingButARun() throws {
    let sandbox = try SweepFixture.plain()
    try sandbox.write("precious/thesis.txt", "years of work")
    for target in ["precious", ".", "study.yaml"] {
      let result = try sandbox.run("sweep", "study.yaml", "--out", target, "--force")
      #expect(result.status == 2, "\(target)")
      #expect(result.firstErrorLine.hasPrefix("\(target): is "), "\(result.firstErrorLine)")
    }
    #expect(try sandbox.text("precious/thesis.txt") == "years of work")
    #expect(try sandbox.names() == ["precious", "study.yaml", "t.ticks.zst", "ticks.csv", "venue.yaml"])
    // An empty directory is as good as none.
    try #require(try sandbox.bash("mkdir empty").status == 0)
    #expect(try sandbox.run("sweep", "study.yaml", "--out", "empty", "--force").status == 0)
  }

  @Test(arguments: ["write=ENOSPC@1!", "write=ENOSPC@3!", "fsync=EIO@2", "rename=EACCES@1", "mkdir=EACCES@1"])
  func aFailingDiskLeavesNothingBehind(_ fault: String) throws {
    let sandbox = try SweepFixture.plain()
    let before = try sandbox.names()
    let result = try sandbox.run(
      "sweep", "study.yaml", "--out", "run", environment: ["MARGINSWEEP_FAULTS": fault])
    #expect(result.status == 1)
    #expect(result.firstErrorLine.hasPrefix("marginsweep: "), "\(result.stderr)")
    #expect(try sandbox.names() == before)
  }

  @Test func ctrlCLeavesNothingBehind() throws {
    let sandbox = try SweepFixture.crash()
    let before = try sandbox.names()
    // So large that it cannot end before the signal.
    let running = try RunningBinary(
      [
        "sweep", "study.yaml", "--out", "run", "--set", "population.accounts=100000", "--engine", "reference",
      ],
      directory: sandbox.path)
    #expect(try running.wait { try sandbox.names() != before })
    running.interrupt()
    let end = running.end()
    #expect(end.status == 130)
    #expect(end.stderr == "marginsweep: interrupted\n")
    #expect(try sandbox.names() == before)
  }

  @Test func progressIsShownOnRequestOnly() throws {
    let sandbox = try SweepFixture.plain()
    let quiet = try sandbox.run("sweep", "study.yaml", "--out", "a", "--progress", "auto")
    #expect(quiet.status == 0 && quiet.stderr.isEmpty)
    let wrong = try sandbox.run("sweep", "study.yaml", "--out", "b", "--progress", "loudly")
    #expect(wrong.status == 64)
  }

  /// On a terminal the map has colours, unless the user wants none.
  @Test(arguments: [false, true])
  func coloursAreLeftOutOnRequest(_ noColor: Bool) throws {
    let sandbox = try SweepFixture.plain()
    try sandbox.run("sweep", "study.yaml", "--out", "run")
    let result = try sandbox.bash(
      "\(noColor ? "export NO_COLOR=1" : "unset NO_COLOR"); script -qec '\"$program\" points run' /dev/null")
    try #require(result.status == 0, "\(result.stderr)")
    #expect(result.stdout.contains("cells: liquidated_share"))
    #expect(result.stdout.contains("\u{1B}[") == !noColor)
  }
}
