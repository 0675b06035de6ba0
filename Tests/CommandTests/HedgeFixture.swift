import Support
import Testing

/// Runs `hedge-2021-05.yaml`, and sums up what its accounts came to.
struct HedgeFixture {
  let sandbox: Sandbox

  /// On recorded candles and funding rates.
  static func recorded() throws -> HedgeFixture {
    let data = try #require(sharedData("data"))
    return try HedgeFixture(ticks: "import_candles '\(data)' .")
  }

  /// On the ticks of `scripts/hedge-2021-05 --generated`.
  static func generated() throws -> HedgeFixture { try HedgeFixture(ticks: "generate_crash .") }

  /// The ticks come from the functions that the scripts share.
  private init(ticks: String) throws {
    sandbox = try Sandbox()
    let scripts = "\(repositoryRoot)/scripts"
    try succeed(
      try sandbox.bash("set -e; source '\(scripts)/setup.sh'; source '\(scripts)/candles.sh'; \(ticks)"))
    try sandbox.write("study.yaml", try StudyFolder.text("hedge-2021-05.yaml"))
  }

  /// Sweeps into `run` with other settings.
  func sweep(_ settings: String...) throws {
    let options = settings.flatMap { ["--set", $0] }
    try succeed(
      try runBinary(
        ["sweep", "study.yaml", "--out", "run", "--force"] + options, directory: sandbox.path))
  }

  /// A file of the run.
  func table(_ name: String) throws -> Table { Table(try sandbox.text("run/\(name).csv")) }
}

/// Accounts of one cohort at one point.
struct HedgeGroup {
  /// How many have each status.
  var status: [String: Int] = [:]
  /// PnL of the positions, USD.
  var gain = 0.0
  /// Change of the spot wallets, USD.
  var spot = 0.0
  /// Fees, USD.
  var fees = 0.0

  /// The share of the loss in spot that the positions brought back.
  var recovered: Double { -gain / spot }
  /// Accounts that lost their positions.
  var fallen: Int { (status["liquidated"] ?? 0) + (status["bankrupt"] ?? 0) }

  /// All groups of a run, by `cohort leverage rule mode`.
  static func all(_ run: HedgeFixture) throws -> [String: HedgeGroup] {
    let axes = ["leverage", "venue.liquidation.rule", "mode"]
    var points: [String: String] = [:]
    for row in try run.table("points").rows {
      points[row["point"] ?? ""] = axes.map { row[$0] ?? "" }.joined(separator: " ")
    }
    var groups: [String: HedgeGroup] = [:]
    for row in try run.table("accounts").rows {
      let key = "\(row["cohort"] ?? "") \(points[row["point"] ?? ""] ?? "")"
      var group = groups[key] ?? HedgeGroup()
      group.status[row["status"] ?? "", default: 0] += 1
      if row["status"] != "rejected" {
        group.gain += number(row, "pnl")
        group.spot += number(row, "spot_change")
        group.fees += number(row, "fees")
      }
      groups[key] = group
    }
    return groups
  }
}
