import Support
import Testing

/// The crash of May 2021 on recorded prices, small enough for a test; `scripts/verify-crash` does it at full
/// size.
@Suite(
  .enabled(
    if: sharedData("data/crash-2021-05-19-spot-1m/csv") != nil && sharedData("data/funding") != nil,
    "the shared data folder is absent"))
struct CrashTests {
  private func imported() throws -> Sandbox {
    let sandbox = try Sandbox()
    let study = try readText("\(repositoryRoot)/data/studies/crash-2021-05.yaml")
    try sandbox.write("study.yaml", study)
    let candles = try #require(sharedData("data/crash-2021-05-19-spot-1m/csv"))
    let funding = try #require(sharedData("data/funding"))
    for (coin, rates) in [("BTC", true), ("ETH", true), ("BNB", false)] {
      let result = try sandbox.bash(
        "\"$program\" ticks import '\(candles)/\(coin)USDT-'*.csv "
          + (rates ? "'\(funding)/\(coin)USDT-funding-'*-utc.csv " : "")
          + "--out \(coin.lowercased()).ticks.zst")
      #expect(result.status == 0, "\(result.stderr)")
    }
    return sandbox
  }

  @Test func theLowsOfTheDayAreInTheTicks() throws {
    let sandbox = try imported()
    for (coin, low) in [("btc", 30_000.0), ("eth", 1_888.0), ("bnb", 280.0)] {
      let info = try sandbox.run("ticks", "info", "\(coin).ticks.zst", "--json").json()
      let series = info["series"] as? [[String: Any]] ?? []
      let trades = try #require(series.first { $0["kind"] as? String == "trade" })
      #expect(trades["lowest"] as? Double == low)
      // 7,160 minutes, four ticks each.
      #expect(trades["ticks"] as? Int == 28_640)
    }
  }

  @Test func enginesAgreeAndTheCrashLiquidates() throws {
    let sandbox = try imported()
    let settings = [
      "--set", "population.accounts=150", "--set", "axes.leverage=[2, 10]", "--set",
      "axes.haircut_scale=[0.5, 2]",
    ]
    for engine in ["reference", "dense"] {
      let result = try runBinary(
        ["sweep", "study.yaml", "--out", engine, "--engine", engine] + settings, directory: sandbox.path)
      #expect(result.status == 0, "\(result.stderr)")
    }
    for file in SweepFixture.files {
      #expect(try sandbox.bytes("reference/\(file)") == sandbox.bytes("dense/\(file)"), "\(file)")
    }
    let rows = Table(try sandbox.text("dense/liquidations.csv")).rows
    // Points 0 and 1 have leverage 2: nothing but the crash itself reaches them.
    let low = rows.filter { ["0", "1"].contains($0["point"]) }.compactMap { $0["time"]?.prefix(13) }
    #expect(!low.isEmpty)
    #expect(low.allSatisfy { ["2021-05-19T12", "2021-05-19T13"].contains($0) })
    #expect(rows.count > 3 * low.count)
  }
}
