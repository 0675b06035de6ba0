import Support
import Testing

/// Runs `crash-all-2021-05.yaml` small: sixty people over the hours around the fall.
struct CrashAllFixture {
  let sandbox: Sandbox

  /// On recorded candles and funding rates.
  static func recorded() throws -> CrashAllFixture {
    let data = try #require(sharedData("data"))
    return try CrashAllFixture(ticks: "import_candles '\(data)' .")
  }

  /// On the ticks of a synthetic crash, with funding.
  static func generated() throws -> CrashAllFixture { try CrashAllFixture(ticks: "generate_crash .") }

  /// The ticks come from the functions that the scripts share.
  private init(ticks: String) throws {
    sandbox = try Sandbox()
    let scripts = "\(repositoryRoot)/scripts"
    try succeed(
      try sandbox.bash("set -e; source '\(scripts)/setup.sh'; source '\(scripts)/candles.sh'; \(ticks)"))
    try sandbox.write("study.yaml", try StudyFolder.text("crash-all-2021-05.yaml"))
  }

  /// Sweeps two points into a folder, with further options.
  func sweep(_ folder: String, _ options: String...) throws {
    let settings = [
      "population.accounts=60", "population.cohorts.coin-borrower.open=start",
      "axes={leverage: [5, 10], venue.liquidation.rule: [fixed_fraction]}",
      "window={from: 2021-05-19T07:55:00Z, to: 2021-05-19T16:15:00Z}",
    ]
    try succeed(
      try runBinary(
        ["sweep", "study.yaml", "--out", folder] + settings.flatMap { ["--set", $0] } + options,
        directory: sandbox.path))
  }

  /// A table of a run.
  func table(_ folder: String, _ name: String) throws -> Table {
    Table(try sandbox.text("\(folder)/\(name).csv"))
  }

  /// The manifest of a run.
  func manifest(_ folder: String) throws -> [String: Any] {
    try sandbox.bash("cat '\(folder)/manifest.json'").json()
  }

  /// How often each kind of thing happened in a run: sales, liquidations and so on, with cause and mode.
  func happenings(_ folder: String) throws -> [String: Int] {
    var (count, modes) = ([String: Int](), [String: String]())
    func key(_ row: [String: String]) -> String { "\(row["point"] ?? "") \(row["account"] ?? "")" }
    for row in try table(folder, "accounts").rows {
      let mode = row["mode"] ?? ""
      modes[key(row)] = mode
      if number(row, "top_ups") > 0 { count["top-up \(mode)", default: 0] += 1 }
      if number(row, "fund_payment") > 0 { count["fund payment", default: 0] += 1 }
      if number(row, "funding") != 0, row["status"] != "rejected" {
        count["funding \(mode)", default: 0] += 1
      }
      if number(row, "interest") > 0 { count["interest", default: 0] += 1 }
      if row["status"] == "rejected" { count["rejection", default: 0] += 1 }
    }
    for row in try table(folder, "liquidations").rows {
      count["\(row["cause"] ?? "") \(modes[key(row)] ?? "")", default: 0] += 1
    }
    for row in try table(folder, "conversions").rows { count["\(row["cause"] ?? "") sale", default: 0] += 1 }
    for row in try table(folder, "points").rows {
      count["margin call", default: 0] += Int(number(row, "margin_calls"))
    }
    return count
  }
}
