import Platform
import Support
import Testing

/// `bench` on books that are too small for its figures to say anything.
struct BenchTests {
  private static let numbers = [
    "accounts", "instruments", "ticks", "hit_share", "dense_checks_per_core_s", "pruned_over_dense_cold",
    "pruned_over_dense_warm", "pruned_over_dense_file", "exact_checks", "events", "events_s",
    "decode_ticks_s", "decode_prices_ticks_s", "file_over_hundredth", "bytes_per_tick", "peak_bytes",
    "dense_checks_s", "pruned_checks_s", "pruned_checks_per_core_s",
    "instants", "checks", "leverage", "dense_s", "index_s", "search_s", "file_s",
  ]

  private func results(_ result: BinaryResult) throws -> [[String: Any]] {
    #expect(result.status == 0, "\(result.stderr)")
    return try result.json()["results"] as? [[String: Any]] ?? []
  }

  @Test func everyBookHasAllFigures() throws {
    let results = try results(Sandbox().run("bench", "--quick", "--json"))
    #expect(results.map { $0["mode"] as? String } == ["isolated", "cross", "multi-asset"])
    for result in results {
      for name in Self.numbers {
        let value = try #require(result[name] as? Double, "\(name)")
        #expect(value > 0, "\(name)")
      }
      #expect(result["accounts"] as? Int == 200)
      #expect(result["instruments"] as? Int == 3)
      #expect(result["kernel"] as? String == KernelLevel.best.rawValue)
      #expect(result["scanned"] as? Int == 0)
      // No more checks than accounts × instants, no fewer reference tests than liquidations.
      let (checks, instants) = (result["checks"] as? Int ?? 0, result["instants"] as? Int ?? 0)
      #expect((1...200 * instants).contains(checks))
      #expect(result["exact_checks"] as? Int ?? 0 >= result["events"] as? Int ?? .max)
      let share = try #require(result["hit_share"] as? Double)
      #expect((0.28...0.38).contains(share))
      #if arch(x86_64)
        #expect(result["dense_over_c"] as? Double ?? 0 > 0)
      #endif
    }
    #expect(results.map { $0["funding"] as? Bool } == [false, false, true])
  }

  @Test func theShareOfLiquidatedAccountsCanBeChosen() throws {
    let sandbox = try Sandbox()
    for (share, range) in [("none", 0.0...0.0), ("half", 0.45...0.55)] {
      let results = try results(
        sandbox.run(
          "bench", "--quick", "--json", "--hit-share", share, "--mode", "cross", "--mode", "loan",
          "--instruments", "1", "--instruments", "2"))
      #expect(results.count == 4)
      #expect(results.map { $0["instruments"] as? Int } == [1, 2, 1, 2])
      for result in results {
        #expect(range.contains(try #require(result["hit_share"] as? Double)))
        #expect((result["events"] as? Int == 0) == (share == "none"))
      }
    }
  }

  /// Threads, kernels and rounds change timings alone.
  @Test func equalBooksGiveEqualResults() throws {
    let sandbox = try Sandbox()
    func fingerprint(_ arguments: String...) throws -> String {
      let all = ["bench", "--quick", "--json", "--mode", "multi-asset"] + arguments
      let result = try runBinary(all, directory: sandbox.path)
      return try #require(try results(result).first?["fingerprint"] as? String)
    }
    let first = try fingerprint()
    #expect(try fingerprint("--threads", "3", "--kernel", "baseline", "--repeat", "2") == first)
    #expect(try fingerprint("--seed", "2") != first)
    #expect(try fingerprint("--no-funding") != first)
    #expect(try sandbox.names().isEmpty)
  }

  @Test func tablesNameUnitsAndNothingIsLeftBehind() throws {
    let sandbox = try Sandbox()
    let result = try runBinary(
      ["bench", "--quick", "--mode", "isolated"], environment: ["TMPDIR": sandbox.path],
      directory: sandbox.path)
    #expect(result.status == 0)
    for text in [
      "dense 1 checks/s", "decoded ticks/s", "series, prices", "pruned/dense cold", "search ms",
      "peak memory", "isolated",
    ] {
      #expect(result.stdout.contains(text), "\(text)")
    }
    #expect(try sandbox.names().isEmpty)
  }

  /// Recorded ticks say which instruments there are; one that has no price in USDT is refused.
  @Test func recordedTicksCanBeMeasuredOn() throws {
    let sandbox = try Sandbox()
    try sandbox.run(
      "ticks", "generate", "--instrument", "ETH", "--instrument", "SOL", "--ticks", "12000", "--step", "10s",
      "--rate", "0.01", "--out", "two.ticks.zst")
    let results = try results(
      sandbox.run(
        "bench", "--quick", "--json", "--mode", "multi-asset", "--mode", "loan", "--tick-file",
        "two.ticks.zst"))
    #expect(results.map { $0["instruments"] as? Int } == [2, 2])
    // The file has marks, so its trades are not looked at.
    for result in results { #expect((10_000..<12_000).contains(result["ticks"] as? Int ?? 0)) }
    #expect(results.map { $0["funding"] as? Bool } == [true, false])
    try sandbox.write("eur.csv", "time,price\n1621382400000,2\n1621382401000,3\n")
    let imported = try sandbox.run(
      "ticks", "import", "eur.csv", "--out", "eur.ticks.zst", "--instrument", "BTCEUR", "--kind", "trade")
    #expect(imported.status == 0, "\(imported.stderr)")
    let refused = try sandbox.run("bench", "--quick", "--tick-file", "eur.ticks.zst")
    #expect(refused.status == 2)
    #expect(refused.firstErrorLine.hasPrefix("eur.ticks.zst: 0 instruments in USDT"))
  }

  @Test(arguments: [
    ["--accounts", "0"], ["--ticks", "12"], ["--instruments", "65"], ["--hit-share", "most"],
    ["--repeat", "0"], ["--mode", "spot"], ["--tick-file", "a.ticks.zst", "--ticks", "20000"],
  ])
  func wrongFiguresAreWrongUsage(arguments: [String]) throws {
    let result = try runBinary(["bench"] + arguments)
    #expect(result.status == 64)
  }
}
