import Engine
import Market
import Report
import Support
import Sweep
import Testing

/// Engine, threads, chunk and block sizes and memory change nothing in the CSV files.
@Suite struct SameBytesTests {
  static let study = """
    name: same-bytes
    ticks: [a.ticks.zst, b.ticks.zst]
    venue: ./toy.yaml
    overrides: {venue.auto_exchange.ltv: 0.995, venue.fund.size: 1000}
    population:
      accounts: 60
      seed: 3
      cohorts:
        - name: alone
          mode: isolated
          equity: {lognormal: {median: 2000, sigma: 1}}
          collateral: {USDT: 1}
          leverage: 10
          positions: {random: [BTCUSDT, ETHUSDT], count: 1, long: 0.7}
        - name: hedged
          weight: 2
          mode: cross
          equity: {uniform: {low: 1000, high: 90000}}
          collateral: {USDT: 1}
          leverage: 5
          positions: {BTCUSDT: 1, ETHUSDT: -0.5}
          open: {uniform: window}
        - name: pooled
          mode: multi-asset
          equity: 20000
          collateral: {BTC: 0.5, ETH: 0.3, USDT: 0.2}
          spot: {ETH: 3}
          leverage: 3
          positions: {random: [BTCUSDT, ETHUSDT], count: 2, long: 0.6}
          behaviour: {top_up: {at_ratio: 0.8, amount: 0.2, times: 1}}
    axes:
      leverage: [3, 8, 20]
      haircut_scale: [0.5, 2]
    report: {timeline: 10s, accounts: true, worst_ratio: true, bands: true}
    """

  private func world() throws -> TinyWorld {
    let world = try TinyWorld()
    var state: UInt64 = 12345
    func noise() -> Int64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64(state >> 60) - 8
    }
    var (bitcoin, ether) = ([(Int64, SeriesKey, String)](), [(Int64, SeriesKey, String)]())
    for second in Int64(0)..<300 {
      // A fall of a half in the middle, and a recovery.
      let dip = max(0, 80 - abs(second - 150)) * 60
      bitcoin.append((second, btc, ExactDecimal(mantissa: 10_000 - dip + noise(), scale: 2).description))
      if second % 3 == 0 {
        ether.append(
          (second, eth, ExactDecimal(mantissa: 1_000 - dip / 12 + noise() / 4, scale: 1).description))
      }
    }
    try world.ticks("a.ticks.zst", bitcoin)
    try world.ticks("b.ticks.zst", ether)
    // All in one file, as pages need it: of equal times those of the first file come first.
    let both = (bitcoin.map { ($0, 0) } + ether.map { ($0, 1) }).sorted { ($0.0.0, $0.1) < ($1.0.0, $1.1) }
    try world.ticks("both.ticks.zst", both.map(\.0), ticksPerBlock: 64)
    return world
  }

  @Test func whateverRunsIt() throws {
    let world = try world()
    let plan = try world.plan(Self.study)
    var reference = SweepOptions()
    reference.engine.kind = .reference
    reference.engine.threads = 1
    try world.run(plan, "reference", reference)
    let names = ["points", "liquidations", "conversions", "timeline", "accounts", "bands"].map { $0 + ".csv" }
    let expected = try names.map { try world.folder.bytes("reference/\($0)") }
    // The world must hold something to compare.
    #expect(try world.folder.text("reference/liquidations.csv").split(separator: "\n").count > 20)
    try withEvery("engine", in: EngineKind.allCases) { kind in
      try withEvery("threads and chunk", in: [(1, 7), (2, 64), (2, 16_384)]) { threads, chunk in
        var options = SweepOptions(memory: chunk == 64 ? 1 : nil, force: true)
        options.engine.kind = kind
        options.engine.threads = threads
        options.engine.chunkInstants = chunk
        options.engine.blockAccounts = chunk == 7 ? 5 : 512
        try world.run(plan, "other", options)
        for (name, bytes) in zip(names, expected) {
          #expect(try world.folder.bytes("other/\(name)") == bytes, "\(name) at \(Every.combination)")
        }
      }
    }
  }

  /// Ticks in pages, few of which stay in memory, give the files that ticks in memory give.
  @Test func pagesGiveTheSame() throws {
    let world = try world()
    var reference = SweepOptions()
    reference.engine.kind = .reference
    try world.run(try world.plan(Self.study), "reference", reference)
    let one = Self.study.replacing("[a.ticks.zst, b.ticks.zst]", with: "[both.ticks.zst]")
    let plan = try world.plan(one)
    let names = ["points", "liquidations", "conversions", "timeline", "accounts", "bands"].map { $0 + ".csv" }
    try withEvery("pages", in: [1, 3, 64]) { pages in
      try withEvery("threads and block", in: [(1, 512), (2, 7)]) { threads, block in
        var options = SweepOptions(memory: pages == 3 ? 1 : nil, force: true)
        options.engine.keptPages = pages
        options.engine.threads = threads
        options.engine.blockAccounts = block
        try world.run(plan, "pages", options)
        for name in names {
          let expected = try world.folder.bytes("reference/\(name)")
          #expect(try world.folder.bytes("pages/\(name)") == expected, "\(name) at \(Every.combination)")
        }
      }
    }
  }

  @Test func accountsAddUpToTheirPoint() throws {
    let world = try world()
    try world.run(try world.plan(Self.study), "out")
    func table(_ name: String) throws -> [[String]] {
      try world.folder.text("out/\(name)").split(separator: "\n")
        .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    }
    let (points, accounts) = (try table("points.csv"), try table("accounts.csv"))
    for row in points.dropFirst() {
      let members = accounts.dropFirst().filter { $0[0] == row[0] }
      #expect(members.count == 60)
      for name in ["start_equity", "end_equity", "pnl", "revaluation", "fund_payment", "conversion_cost"] {
        let (place, column) = (points[0].firstIndex(of: name), accounts[0].firstIndex(of: name))
        let sum = try members.reduce(0.0) { $0 + (Double($1[try #require(column)]) ?? 0) }
        #expect(Double(row[try #require(place)]) == sum, "\(name) of point \(row[0])")
      }
    }
  }

  @Test func aScaledHaircutChangesNoCrossAccount() throws {
    let world = try world()
    let outcome = try world.run(try world.plan(Self.study), "out")
    #expect(outcome.points == (try PointList(runDirectory: world.folder.file("out"))))
    #expect(outcome.points.axes == ["leverage", "haircut_scale"])
    #expect(outcome.text(hasColor: false).hasPrefix("          haircut_scale\nleverage"))
    #expect(
      outcome.points.rows.map(\.axisValues) == [
        ["3", "0.5"], ["3", "2"], ["8", "0.5"], ["8", "2"], ["20", "0.5"], ["20", "2"],
      ])
    let rows = try world.folder.text("out/accounts.csv").split(separator: "\n").filter {
      $0.contains(",hedged,")
    }
    func lives(_ point: Int) -> [Substring] {
      rows.filter { $0.hasPrefix("\(point),") }.map { $0.drop { $0 != "," } }
    }
    #expect(!lives(0).isEmpty)
    #expect(lives(0) == lives(1))
    #expect(lives(0) != lives(2))
  }
}
