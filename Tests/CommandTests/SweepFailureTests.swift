import Support
import Testing

/// Studies that are wrong, and tick files that are damaged.
struct SweepFailureTests {
  /// What is replaced in the plain study, and how the error begins.
  static let wrong: [(text: String, replacement: String, error: String)] = [
    ("population:", "popluation:", "study.yaml:4:1: unknown key popluation"),
    ("leverage: 5", "leverge: 5", "study.yaml:11:7: unknown key leverge"),
    ("{USDT: 1}", "{DOGE: 1}", "study.yaml:10:20: plain has no asset DOGE, expected one of: USDT"),
    ("{BTCUSDT: 1}", "{ETHUSDT: 1}", "study.yaml:12:19: plain has no instrument ETHUSDT"),
    ("{BTCUSDT: 1}", "{BTCUSDT: 0}", "study.yaml:12:28: "),
    ("leverage: 5", "leverage: 0", "study.yaml:11:17: "),
    ("leverage: [4, 5]", "leverage: [4, x]", "study.yaml:14:17: "),
    ("leverage: [4, 5]", "venue.assets.BTX.bid_buffer: [0.1]", "study.yaml:14:"),
    ("t.ticks.zst", "no.ticks.zst", "study.yaml:2:9: the tick file "),
    ("./venue.yaml", "nyse", "study.yaml:3:8: there is no venue nyse"),
    ("accounts: 1", "accounts: -1", "study.yaml:5:13: "),
    ("mode: cross", "mode: crosss", "study.yaml:8:13: "),
    ("name: plain", "name: [plain", "study.yaml:"),
    ("timeline: 1s", "timeline: 1x", "study.yaml:15:20: "),
    ("timeline: 1s", "timeline: 1ns", "study.yaml:15:20: report.timeline is 1ns, expected a longer one"),
  ]

  @Test(arguments: wrong.indices)
  func whatIsWrongIsNamedWithItsPlace(_ index: Int) throws {
    let (text, replacement, error) = Self.wrong[index]
    let study = SweepFixture.study.replacing(text, with: replacement, maxReplacements: 1)
    try #require(study != SweepFixture.study)
    let sandbox = try SweepFixture.plain()
    try sandbox.write("study.yaml", study)
    let before = try sandbox.names()
    for arguments in [["study", "check", "study.yaml"], ["sweep", "study.yaml", "--out", "run"]] {
      let result = try runBinary(arguments, directory: sandbox.path)
      #expect(result.status == 2, "\(replacement)")
      #expect(result.stdout.isEmpty)
      #expect(result.firstErrorLine.hasPrefix(error), "\(result.firstErrorLine)")
      #expect(result.firstErrorLine.contains(", expected "), "\(result.firstErrorLine)")
    }
    #expect(try sandbox.names() == before)
  }

  @Test func aMissingSeriesIsNamed() throws {
    let sandbox = try SweepFixture.crash()
    try sandbox.run(
      "ticks", "generate", "--instrument", "BTC", "--instrument", "BNB", "--from", "2021-05-19T12:40:00Z",
      "--duration", "1m",
      "--out",
      "crash.ticks.zst", "--force")
    let result = try sandbox.run("study", "check", "study.yaml")
    #expect(result.status == 2)
    #expect(result.firstErrorLine.hasPrefix("study.yaml:"))
    #expect(result.firstErrorLine.contains("ETHUSDT") || result.firstErrorLine.contains("ETH"))
    #expect(result.firstErrorLine.contains(", expected "))
  }

  @Test func aMarkThatTheTicksDoNotHaveIsNamed() throws {
    let sandbox = try SweepFixture.plain()
    let result = try sandbox.run("sweep", "study.yaml", "--out", "run", "--set", "mark=mark")
    #expect(result.status == 2)
    #expect(result.firstErrorLine.contains("BTCUSDT"))
    #expect(result.firstErrorLine.contains(", expected "))
  }

  @Test func aWindowWithoutTicksIsNamed() throws {
    let sandbox = try SweepFixture.plain()
    let result = try sandbox.run(
      "sweep", "study.yaml", "--out", "run", "--set", "window={from: 2022-01-01T00:00:00Z}")
    #expect(result.status == 2)
    #expect(result.firstErrorLine.contains("holds no ticks"))
  }

  @Test func aWrongSettingIsNamed() throws {
    let sandbox = try SweepFixture.plain()
    for setting in ["population.acounts=3", "venue.assets.USDT.bid_bufer=0", "nothing", "=3"] {
      let result = try sandbox.run("sweep", "study.yaml", "--out", "run", "--set", setting)
      #expect(result.status == 2, "\(setting)")
      #expect(result.firstErrorLine.hasPrefix("--set "), "\(result.firstErrorLine)")
    }
  }

  @Test func aQuantityOfZeroInABookIsNamedWithItsLine() throws {
    let sandbox = try SweepFixture.plain()
    let lines = ["1", "0"].map { quantity in
      """
      {"mode": "cross", "balances": {"USDT": 1000}, \
      "positions": [{"instrument": "BTCUSDT", "quantity": \(quantity), "entry": 90}]}
      """
    }
    try sandbox.write("book.jsonl", lines.joined(separator: "\n") + "\n")
    let study = """
      name: book
      ticks: [t.ticks.zst]
      venue: ./venue.yaml
      population: {book: book.jsonl}
      """
    try sandbox.write("study.yaml", study)
    let result = try sandbox.run("sweep", "study.yaml", "--out", "run")
    #expect(result.status == 2)
    #expect(
      result.firstErrorLine.hasPrefix("./book.jsonl:2:") || result.firstErrorLine.hasPrefix("book.jsonl:2:"))
    #expect(result.firstErrorLine.contains("quantity"))
  }

  @Test func aTruncatedTickFileIsCorrupt() throws {
    let sandbox = try SweepFixture.plain()
    let whole = try sandbox.bytes("t.ticks.zst")
    try sandbox.write("t.ticks.zst", bytes: Array(whole.prefix(whole.count / 2)))
    let result = try sandbox.run("sweep", "study.yaml", "--out", "run")
    #expect(result.status == 3)
    #expect(result.firstErrorLine.contains("t.ticks.zst: "))
    #expect(try !sandbox.names().contains("run"))
  }

  @Test func aFlippedByteInABlockIsCorruptOrHarmless() throws {
    let sandbox = try SweepFixture.crash()
    let settings = ["--set", "population.accounts=5", "--set", "axes.leverage=[5]", "--set", "mark=trade"]
    let first = try runBinary(["sweep", "study.yaml", "--out", "run"] + settings, directory: sandbox.path)
    #expect(first.status == 0, "\(first.stderr)")
    let whole = try sandbox.bytes("crash.ticks.zst")
    var refused = 0
    for place in stride(from: 0, to: whole.count, by: whole.count / 40) {
      var damaged = whole
      damaged[place] ^= 0x04
      try sandbox.write("crash.ticks.zst", bytes: damaged)
      let result = try runBinary(["sweep", "study.yaml", "--out", "new"] + settings, directory: sandbox.path)
      if result.status == 3 {
        refused += 1
        #expect(result.firstErrorLine.contains("crash.ticks.zst: "))
        continue
      }
      // A column that the sweep does not read, such as sizes, may be damaged without harm to the numbers.
      #expect(result.status == 0, "byte \(place): \(result.stderr)")
      #expect(try sandbox.bytes("new/points.csv") == sandbox.bytes("run/points.csv"), "byte \(place)")
      #expect(try sandbox.bytes("new/liquidations.csv") == sandbox.bytes("run/liquidations.csv"))
      try #require(try sandbox.bash("rm -r new").status == 0)
    }
    #expect(refused >= 20)
  }
}
