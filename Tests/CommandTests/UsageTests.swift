import Foundation
import Support
import Testing

/// What holds for every command.
struct UsageTests {
  static let commands: [[String]] = [
    [], ["sweep"], ["points"], ["check"], ["accounts"], ["study"], ["study", "init"], ["study", "check"],
    ["explain"], ["ticks"], ["ticks", "import"], ["ticks", "info"], ["ticks", "verify"],
    ["ticks", "merge"],
    ["ticks", "export"], ["ticks", "generate"], ["venue"], ["venue", "list"], ["venue", "show"],
  ]

  @Test(arguments: commands)
  func helpGoesToStandardOutput(_ command: [String]) throws {
    let result = try runBinary(command + ["--help"])
    #expect(result.status == 0)
    #expect(result.stdout.contains("USAGE: marginsweep"))
    #expect(result.stderr.isEmpty)
  }

  @Test(arguments: [
    ["frobnicate"], ["venue", "frobnicate"], ["venue", "show"], ["ticks", "import", "a.csv"],
    ["ticks", "export", "a", "--series", "BTCUSDT"], ["ticks", "export", "a", "--from", "yesterday"],
    ["ticks", "export", "a", "--from", "2021-05-20", "--to", "2021-05-19"],
    ["ticks", "verify", "a", "b", "--repair", "c"], ["sweep", "a.yaml"], ["sweep", "a.yaml", "--out", "-"],
    ["sweep", "a.yaml", "--out", "b", "--threads", "0"],
    ["sweep", "a.yaml", "--out", "b", "--engine", "fast"],
    ["sweep", "a.yaml", "--out", "b", "--memory", "2 GB"], ["accounts", "a.yaml"], ["explain", "a"],
    ["explain", "a", "--point", "x", "--account", "1"], ["--frobnicate"],
  ])
  func wrongUsageEndsWith64(_ arguments: [String]) throws {
    let result = try runBinary(arguments)
    #expect(result.status == 64, "\(arguments)")
    #expect(result.stdout.isEmpty)
    #expect(result.firstErrorLine.hasPrefix("Error: "))
  }

  @Test func theVersionIsPrinted() throws {
    let result = try runBinary(["--version"])
    #expect(result.status == 0)
    #expect(result.stdout.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }

  @Test func aFullDiskBehindStandardOutputIsAnError() throws {
    let result = try Sandbox().bash("\"$program\" venue list >/dev/full")
    #expect(result.status == 1)
    #expect(result.stderr == "marginsweep: writing standard output: No space left on device\n")
  }

  @Test func aMistypedFaultIsNotIgnored() throws {
    let result = try runBinary(["venue", "list"], environment: ["MARGINSWEEP_FAULTS": "write=NOSUCH@1"])
    #expect(result.status == 2)
    #expect(result.firstErrorLine.hasPrefix("MARGINSWEEP_FAULTS: unknown fault in \"write=NOSUCH@1\""))
  }
}
