import Support
import Testing

/// Small studies that the tests run.
enum SweepFixture {
  /// One account of 1,000 USDT that is long 50 contracts from 100, under a venue without fees.
  static let venue = """
    name: plain
    source: made up for a test
    assets:
      USDT: {stable: true}
    instruments:
      BTCUSDT: {base: BTC, margin_asset: USDT, lot: 0.001, taker_fee: 0, liquidation_fee: 0,
                brackets: [{floor: 0, rate: 0.01, max_leverage: 50, amount: 0}]}
    liquidation: {comparator: "<=", rule: none}

    """

  /// Prices at which the account stands at 50 against 40.5, then at 25 against 40.25.
  static let ticks = """
    time,symbol,kind,price,size
    2021-05-19T12:00:00Z,BTCUSDT,trade,100,1
    2021-05-19T12:00:01Z,BTCUSDT,trade,81,1
    2021-05-19T12:00:02Z,BTCUSDT,trade,80.5,1
    2021-05-19T12:00:03Z,BTCUSDT,trade,120,1

    """

  static let study = """
    name: plain
    ticks: [t.ticks.zst]
    venue: ./venue.yaml
    population:
      accounts: 1
      cohorts:
        - name: long
          mode: cross
          equity: 1000
          collateral: {USDT: 1}
          leverage: 5
          positions: {BTCUSDT: 1}
    axes:
      leverage: [4, 5]
    report: {timeline: 1s, accounts: true}

    """

  /// A folder with the plain study, its venue and its ticks.
  static func plain() throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write("venue.yaml", venue)
    try sandbox.write("ticks.csv", ticks)
    try sandbox.write("study.yaml", study)
    let result = try sandbox.run("ticks", "import", "ticks.csv", "--out", "t.ticks.zst")
    #expect(result.status == 0, "\(result.stderr)")
    return sandbox
  }

  /// A folder with ten minutes of a crash and the template study over them.
  static func crash() throws -> Sandbox {
    let sandbox = try Sandbox()
    let ticks = try sandbox.run(
      "ticks", "generate", "--scenario", "crash-2021-05-19", "--from", "2021-05-19T12:40:00Z", "--duration",
      "15m",
      "--step", "5s", "--rate", "0.2", "--out", "crash.ticks.zst")
    #expect(ticks.status == 0, "\(ticks.stderr)")
    #expect(try sandbox.run("study", "init", "--out", "study.yaml").status == 0)
    return sandbox
  }

  /// The CSV files that every run has, and those that the studies here ask for.
  static let files = ["points", "liquidations", "conversions", "timeline", "accounts"].map { $0 + ".csv" }
}

/// The cells of a CSV file without quotes, by column.
struct Table {
  let columns: [String]
  let rows: [[String: String]]

  init(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: true).map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let header = lines.first ?? []
    columns = header
    rows = lines.dropFirst().map { Dictionary(zip(header, $0)) { first, _ in first } }
  }
}
