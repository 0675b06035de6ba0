import Support
import Testing

/// All four margin systems in one crash, with funding, interest, actions, top-ups and dated changes;
/// `scripts/verify-crash` does it at full size.
struct CrashAllTests {
  @Test(
    .enabled(
      if: sharedData("data/crash-2021-05-19-spot-1m/csv") != nil && sharedData("data/funding") != nil,
      "the shared data folder is absent"))
  func onRecordedCandles() throws { try hold(try CrashAllFixture.recorded()) }

  @Test func onGeneratedTicks() throws { try hold(try CrashAllFixture.generated()) }

  private func hold(_ run: CrashAllFixture) throws {
    try run.sweep("dense", "--engine", "dense")
    try everythingHappens(run)
    try accountsAddUp(run)
    try changesMatter(run)
    try sameBytes(run)
  }

  /// Every mode is liquidated, and nothing that the study turns on stays without effect.
  private func everythingHappens(_ run: CrashAllFixture) throws {
    let count = try run.happenings("dense")
    let expected = [
      "margin isolated", "margin cross", "margin multi-asset", "level loan", "stop_loss cross",
      "stop_loss multi-asset", "threshold sale", "ltv sale", "liquidation sale", "repayment sale",
      "top-up isolated", "top-up cross", "top-up multi-asset", "top-up loan", "funding isolated",
      "funding cross", "funding multi-asset", "interest", "margin call", "fund payment", "rejection",
    ]
    for name in expected { #expect((count[name] ?? 0) > 0, "\(name)") }
    // Positions pay no interest, and loans no funding.
    #expect(count["funding loan"] == nil)
    let manifest = try run.manifest("dense")
    let counts = try #require(manifest["counts"] as? [String: Any])
    #expect(try #require(counts["refused_actions"] as? Int) > 0)
    let conservation = try #require(manifest["conservation"] as? [String: Any])
    #expect(try #require(conservation["worst_over_tolerance"] as? Double) <= 1)
  }

  /// Start and flows make the end, for accounts whose actions move no money from or to outside.
  private func accountsAddUp(_ run: CrashAllFixture) throws {
    let quiet = ["isolated-hedged", "cross-trader", "cross-hedged", "hedged-holder", "coin-borrower"]
    let rows = try run.table("dense", "accounts").rows.filter {
      quiet.contains($0["cohort"] ?? "") && $0["status"] != "rejected"
    }
    #expect(rows.count > 30)
    for row in rows {
      let gains = ["start_equity", "pnl", "revaluation", "fund_payment", "top_ups"].map { number(row, $0) }
      let costs = ["fees", "funding", "interest", "conversion_cost"].map { number(row, $0) }
      let scale = (gains + costs).reduce(0) { $0 + abs($1) }
      let end = gains.reduce(0, +) - costs.reduce(0, +)
      #expect(abs(number(row, "end_equity") - end) <= 1e-9 * scale, "account \(row["account"] ?? "")")
      // Nobody ends below nothing.
      #expect(number(row, "end_equity") >= -1e-9 * scale)
    }
  }

  /// The thresholds, the LTV limit and the interest rates that cause sales and costs come with dated changes.
  private func changesMatter(_ run: CrashAllFixture) throws {
    try run.sweep("unchanged", "--set", "venue.changes=[]")
    #expect(try run.happenings("unchanged")["ltv sale"] == nil)
    func interest(_ folder: String) throws -> Double {
      try run.table(folder, "points").rows.reduce(0) { $0 + number($1, "interest") }
    }
    #expect(try interest("dense") > 2 * interest("unchanged"))
    for row in try run.table("dense", "conversions").rows("cause", "ltv") {
      #expect((row["time"] ?? "") >= "2021-05-19T16")
    }
    // The venue covers deficits of more than 10,000 USDT; from noon those of more than 2,000, of its VIPs.
    let (deficits, unchanged) = (try deficits(run, "dense"), try deficits(run, "unchanged"))
    #expect(unchanged.values.allSatisfy { $0 > 10_000 })
    #expect(deficits.allSatisfy { $0.value > ($0.key < "2021-05-19T12" ? 10_000 : 2_000) })
    #expect(deficits.values.contains { $0 < 10_000 })
  }

  /// What each threshold covered, in USDT, by time, point and account.
  private func deficits(_ run: CrashAllFixture, _ folder: String) throws -> [String: Double] {
    var units: [String: Double] = [:]
    for row in try run.table(folder, "conversions").rows("cause", "threshold") {
      let key = ["time", "point", "account"].map { row[$0] ?? "" }.joined(separator: " ")
      units[key, default: 0] += number(row, "covered_units")
    }
    return units
  }

  /// Neither the engine nor threads, chunks and blocks change a byte.
  private func sameBytes(_ run: CrashAllFixture) throws {
    let files = ["points", "liquidations", "conversions", "timeline", "accounts", "bands"]
    func compare(_ folder: String) throws {
      for file in files {
        let same = try run.sandbox.bytes("dense/\(file).csv") == run.sandbox.bytes("\(folder)/\(file).csv")
        #expect(same, "\(file).csv of \(folder)")
      }
    }
    try run.sweep("reference", "--engine", "reference", "--threads", "1")
    try compare("reference")
    try run.sweep("pieces", "--threads", "1", "--chunk-instants", "777", "--block-accounts", "7")
    try compare("pieces")
    try run.sweep("small-pieces", "--threads", "2", "--chunk-instants", "64", "--memory", "1MiB")
    try compare("small-pieces")
    try run.sweep(
      "reference-pieces", "--engine", "reference", "--threads", "2", "--chunk-instants", "1000",
      "--block-accounts", "13")
    try compare("reference-pieces")
    try run.sweep("pruned", "--engine", "pruned")
    try compare("pruned")
    try run.sweep(
      "pruned-pieces", "--engine", "pruned", "--threads", "1", "--chunk-instants", "500", "--block-accounts",
      "9")
    try compare("pruned-pieces")
  }
}
