import Foundation
import Support
import Testing

/// A folder with a plain venue, in which an example asks the real program.
struct Workbench {
  let sandbox: Sandbox

  /// The file of the plain venue.
  static let venue = "./plain.yaml"

  /// Stables at par and coins without haircuts; contracts without fees, whose brackets the examples replace.
  private static let plain = """
    name: plain
    source: made up for the worked examples
    assets:
      USDT: {stable: true}
      USDC: {stable: true}
      BUSD: {stable: true}
      BTC: {index_from: BTCUSDT}
      ETH: {index_from: ETHUSDT}
      BNB: {}
      BCH: {}
      FDUSD: {}
    instruments:
      BTCUSDT: {base: BTC, margin_asset: USDT, lot: 0.000001, taker_fee: 0, liquidation_fee: 0,
        brackets: [{floor: 0, rate: 0.004, max_leverage: 125}]}
      ETHUSDT: {base: ETH, margin_asset: USDT, lot: 0.000001, taker_fee: 0, liquidation_fee: 0,
        brackets: [{floor: 0, rate: 0.004, max_leverage: 125}]}
      ETHUSDC: {base: ETH, margin_asset: USDC, lot: 0.000001, taker_fee: 0, liquidation_fee: 0,
        brackets: [{floor: 0, rate: 0.004, max_leverage: 125}]}
    liquidation: {comparator: "<=", rule: none}
    auto_exchange: {order: pro_rata, ltv: 0.995, ltv_scope: flat}

    """

  init() throws {
    sandbox = try Sandbox()
    try sandbox.write("plain.yaml", Self.plain)
  }

  /// What `check` answers on an account.
  func check(_ account: ExampleAccount) throws -> Fact {
    try sandbox.write("account.yaml", account.document)
    let result = try sandbox.run("check", "account.yaml", "--json")
    try #require(result.status == 0, "\(result.stderr)\(account.document)")
    return try JSONDecoder().decode(Fact.self, from: Data(result.stdoutBytes))
  }

  /// Runs a study over one account or one cohort and gives the run's folder.
  func run(_ study: ExampleStudy) throws -> ExampleRun {
    try sandbox.write("ticks.csv", study.ticks)
    try sandbox.write("book.jsonl", study.account?.line ?? "")
    try sandbox.write("study.yaml", study.document)
    try succeed(try sandbox.run("ticks", "import", "ticks.csv", "--out", "t.ticks.zst"))
    try succeed(try sandbox.run("sweep", "study.yaml", "--out", "run"))
    return ExampleRun(
      accounts: Table(try sandbox.text("run/accounts.csv")),
      liquidations: Table(try sandbox.text("run/liquidations.csv")))
  }
}

/// What a study of an example wrote.
struct ExampleRun {
  var accounts: Table
  var liquidations: Table
}

/// A study of one account over a few ticks.
struct ExampleStudy {
  /// The name: that of the example.
  var name: String
  /// The account of the book; nil: `cohort` makes one.
  var account: ExampleAccount?
  /// The lines of a cohort, where no account is given.
  var cohort: [String] = []
  /// Axes as lines.
  var axes: [String] = []
  /// Values of the venue by path without `venue.`, as JSON; those of the account count too.
  var overrides: [String: String] = [:]
  /// Records: time in UTC, instrument, kind, price or rate.
  var records: [(time: String, instrument: String, kind: String, value: Double)] = []

  /// The ticks as a CSV file.
  var ticks: String {
    let lines = records.map { "\($0.time),\($0.instrument),\($0.kind),\($0.value),\n" }
    return "time,symbol,kind,price,size\n\(lines.joined())"
  }

  /// The study.
  var document: String {
    let set = overrides.merging(account?.overrides ?? [:]) { own, _ in own }
    var lines = [
      "name: \(name)", "ticks: [t.ticks.zst]", "mark: mark", "venue: \(account?.venue ?? Workbench.venue)",
    ]
    lines.append(set.isEmpty ? "overrides: {}" : "overrides:")
    lines += set.sorted { $0.key < $1.key }.map { "  venue.\($0.key): \($0.value)" }
    if account == nil {
      lines += ["population:", "  accounts: 1", "  cohorts:", "    - name: example"]
      lines += cohort.map { "      \($0)" }
    } else {
      lines.append("population: {book: book.jsonl}")
    }
    if !axes.isEmpty { lines += ["axes:"] + axes.map { "  \($0)" } }
    lines.append("report: {accounts: true}\n")
    return lines.joined(separator: "\n")
  }
}
