import Foundation
import Support
import Testing

/// `explain` through the real program.
@Suite struct ExplainTests {
  private func explain(_ sandbox: Sandbox, _ point: Int, _ account: String, _ more: String...) throws
    -> BinaryResult
  {
    try runBinary(
      ["explain", "out", "--point", String(point), "--account", account] + more, directory: sandbox.path)
  }

  @Test func aLifeIsTheOneOnPaper() throws {
    let sandbox = try ExplainFixture.sandbox()
    let result = try explain(sandbox, 0, "1")
    #expect(result.status == 0)
    #expect(result.stderr.isEmpty)
    #expect(result.stdout == ExplainFixture.life)
  }

  @Test func jsonHoldsTheSameNumbers() throws {
    let sandbox = try ExplainFixture.sandbox()
    let result = try explain(sandbox, 0, "1", "--json")
    #expect(result.status == 0 && result.stdout.filter { $0 == "\n" }.count == 1)
    let life = try result.json()
    let events = try #require(life["events"] as? [[String: Any]])
    #expect(
      events.compactMap { $0["event"] as? String } == [
        "opening", "funding", "trigger", "top_up", "trigger", "liquidation", "conversion", "fund_payment",
        "end",
      ])
    #expect(events.map { $0["change_usd"] as? Double } == [nil, -5, nil, 100, nil, 0, -100, 5, nil])
    #expect(events[2]["ratio_before"] as? Double == 41.75 / 70)
    #expect(events[4]["ratio_before"] is NSNull && events[4]["equity"] as? Double == -5)
    #expect((events[4]["marks"] as? [String: Double]) == ["BTCUSDT": 80])
    #expect(events[4]["time"] as? String == "2021-05-19T12:00:03.500000000Z")
    let sum = try #require(life["reconciliation"] as? [String: Double])
    #expect(sum["start_equity"] == 1000 && sum["pnl"] == -1000 && sum["residual"] == 0)
    #expect(
      (life["files"] as? [String: Int]) == [
        "liquidations.csv": 1, "conversions.csv": 1, "accounts.csv": 1, "bands.csv": 1,
      ])
    #expect(
      (life["bands"] as? [String: Double]) == [
        "green_s": 3.5, "yellow_s": 0, "red_s": 0, "longest_red_s": 0,
      ])
  }

  @Test func aRejectedAccountShowsWhy() throws {
    // A hundredfold exposure: 100,000 need an initial margin of 2,000 against an equity of 900.
    let result = try explain(try ExplainFixture.sandbox(), 1, "0")
    #expect(result.status == 0)
    #expect(result.stdout.contains("takes no part: below its initial margin"))
    #expect(
      result.stdout.contains("pool account: equity 900, initial margin 2000, maintenance margin 1000 USD"))
    #expect(result.stdout.contains("accounts.csv: 1 row"))
    #expect(!result.stdout.contains("reconciliation"))
  }

  @Test func unknownPointAndAccountAreWrongInput() throws {
    let sandbox = try ExplainFixture.sandbox()
    let point = try explain(sandbox, 2, "0")
    #expect(point.status == 2 && point.stdout.isEmpty)
    #expect(point.stderr == "--point 2: the run has no such point, expected a point, 0 to 1\n")
    for name in ["2", "nobody", "-1"] {
      let result = try runBinary(
        ["explain", "out", "--point", "0", "--account=\(name)"], directory: sandbox.path)
      #expect(result.status == 2)
      #expect(
        result.stderr
          == "--account \(name): the point has no such account, expected a number, 0 to 1, or the "
          + "name of an account of the study's book\n")
    }
  }

  @Test func otherDirectoriesAreNoRuns() throws {
    let sandbox = try Sandbox()
    for name in [".", "missing"] {
      let result = try sandbox.run("explain", name, "--point", "0", "--account", "0")
      #expect(result.status == 2)
      #expect(result.firstErrorLine.hasPrefix("\(name): is no finished run, it has no manifest.json"))
    }
    try sandbox.write("manifest.json", "{\"format\": 1, \"strange\": 2}")
    let result = try sandbox.run("explain", ".", "--point", "0", "--account", "0")
    #expect(result.status == 2)
    #expect(result.firstErrorLine.hasPrefix("./manifest.json:1:15: unknown key strange"))
  }

  @Test func aChangedTickFileIsRefused() throws {
    let sandbox = try ExplainFixture.sandbox()
    let changed = ExplainFixture.ticks.replacingOccurrences(of: "83.5", with: "83.6")
    try sandbox.write("ticks.csv", changed)
    try succeed(try sandbox.run("ticks", "import", "ticks.csv", "--out", "t.ticks.zst", "--force"))
    let result = try explain(sandbox, 0, "1")
    #expect(result.status == 2 && result.stdout.isEmpty)
    #expect(result.firstErrorLine.hasPrefix("out/manifest.json:"))
    #expect(result.firstErrorLine.contains("t.ticks.zst is not the one of the run: its digest is "))
  }

  @Test func aMissingTickFileNamesTheOption() throws {
    let sandbox = try ExplainFixture.sandbox()
    _ = try sandbox.bash("mkdir elsewhere && mv t.ticks.zst elsewhere/")
    let result = try explain(sandbox, 0, "1")
    #expect(result.status == 2)
    #expect(
      result.firstErrorLine.contains("t.ticks.zst: no such file, expected the file of the run; --folder"))
    #expect(try explain(sandbox, 0, "1", "--folder", "elsewhere").stdout == ExplainFixture.life)
  }

  @Test func aCutTickFileIsCorrupt() throws {
    let sandbox = try ExplainFixture.sandbox()
    try sandbox.write("t.ticks.zst", bytes: Array(try sandbox.bytes("t.ticks.zst").dropLast(9)))
    #expect(try explain(sandbox, 0, "1").status == 3)
  }

  @Test func theVenueIsThatOfTheRun() throws {
    let sandbox = try ExplainFixture.sandbox()
    try sandbox.write("venue.yaml", "name: other")
    try sandbox.write("study.yaml", "name: other")
    #expect(try explain(sandbox, 0, "1").stdout == ExplainFixture.life)
  }

  @Test(arguments: [
    ("liquidations.csv", ",80,4000,", ",81,4000,", ":3: "), ("conversions.csv", ",100\n", ",101\n", ":3: "),
    ("accounts.csv", "0,1,pooled,", "0,7,pooled,", ": "), ("bands.csv", ",3.5,", ",3.25,", ":3: "),
  ])
  func rowsThatDifferAreAFailure(file: String, old: String, new: String, place: String) throws {
    let sandbox = try ExplainFixture.sandbox()
    // The last row of the file that has the text is that of account 1.
    let text = try sandbox.text("out/\(file)")
    let range = try #require(text.range(of: old, options: .backwards))
    try sandbox.write("out/\(file)", text.replacingCharacters(in: range, with: new))
    let result = try explain(sandbox, 0, "1")
    #expect(result.status == 1 && result.stdout.isEmpty)
    #expect(
      result.firstErrorLine.hasPrefix(
        "marginsweep: out/\(file)\(place)the replay of account 1 at point 0 is not what the run has"))
    #expect(try explain(sandbox, 0, "0").status == 0, "the other account is untouched")
  }

  @Test func missingFilesAreSaid() throws {
    let sandbox = try ExplainFixture.sandbox()
    _ = try sandbox.bash("rm out/accounts.csv")
    let result = try explain(sandbox, 0, "1")
    #expect(result.status == 0 && result.stdout.contains("\naccounts.csv: the run has no such file\n"))
  }

  @Test func anotherVersionIsNoted() throws {
    let sandbox = try ExplainFixture.sandbox()
    let text = try sandbox.text("out/manifest.json").replacing(
      /"version": "[0-9.]+"/, with: "\"version\": \"0.0.7\"")
    try sandbox.write("out/manifest.json", text)
    let result = try explain(sandbox, 0, "1")
    #expect(result.status == 0 && result.stdout.contains("note: the run was made by version 0.0.7, this is"))
  }

  @Test func accountsOfABookGoByName() throws {
    let sandbox = try ExplainFixture.sandbox()
    try sandbox.write(
      "book.jsonl",
      """
      {"account": "ann", "mode": "isolated", "balances": {"USDT": 100}, "positions": [{"instrument": \
      "BTCUSDT", "quantity": 5, "entry": 100, "margin": 100}], "actions": [{"at": \
      "2021-05-19T12:00:00.5Z", "do": "add_margin", "instrument": "BTCUSDT", "amount": 20}]}
      {"account": "bob", "mode": "cross", "balances": {"USDT": 900}, "positions": [{"instrument": "BTCUSDT", \
      "quantity": 5, "entry": 100}], "behaviour": {"stop_loss": 0.05}, "actions": [{"at": \
      "2021-05-19T12:00:00.5Z", "do": "transfer", "asset": "USDT", "amount": 100}]}
      {"account": "cat", "mode": "isolated", "balances": {"USDT": 0}, "positions": [{"instrument": \
      "BTCUSDT", "quantity": 5, "entry": 100, "margin": 103}]}
      {"account": "dan", "mode": "cross", "balances": {"USDT": 10}, "open": "2021-05-19T13:00:00Z"}

      """)
    let head = ExplainFixture.study.split(separator: "population:")[0]
    try sandbox.write("book.yaml", head + "population: {book: book.jsonl}\n")
    try succeed(try sandbox.run("sweep", "book.yaml", "--out", "out", "--force"))
    // 20 move into the margin of 100, funding takes 0.5; at 83.5 the loss of 82.5 leaves 37 above 4.175,
    // at 80 the loss of 100 leaves 19.5 above 4.
    let ann = try explain(sandbox, 0, "ann")
    #expect(ann.stdout.contains("20 USDT into the margin of BTCUSDT"))
    #expect(ann.stdout.contains("long 5 BTCUSDT from 100, mark 120, margin 119.5 USDT"))
    #expect(try explain(sandbox, 0, "0").stdout == ann.stdout)
    // 900 + 100 paid in; at 83.5 the equity is 999.5 − 82.5 = 917 <= 950.
    let bob = try explain(sandbox, 0, "bob")
    #expect(bob.stdout.contains("transfer of 100 USDT into the balance"))
    #expect(bob.stdout.contains("stop-loss: gross equity 917 <= 950 USD"))
    #expect(bob.stdout.contains("+  actions            100\n=  expected           917\n"))
    // Funding takes 0.5; at 80 the equity is 102.5 − 100 = 2.5 <= 4, and the fee 400 / 256 = 1.5625.
    let cat = try explain(sandbox, 0, "cat")
    #expect(cat.stdout.contains("pool BTCUSDT long: equity 2.5 <= maintenance margin 4 USDT"))
    #expect(cat.stdout.contains("realised -100, fee 1.5625, pool BTCUSDT equity after 0.9375 USDT"))
    #expect(cat.stdout.contains("0.9375 USDT left of the margin of BTCUSDT goes to the balance"))
    let dan = try explain(sandbox, 0, "dan")
    #expect(dan.status == 0 && dan.stdout.contains("the account never opened: "))
  }

  @Test func everyAccountOfACrashIsTheOneOfTheRun() throws {
    let sandbox = try SweepFixture.crash()
    try succeed(
      try sandbox.run(
        "sweep", "study.yaml", "--out", "out", "--set", "population.accounts=24", "--set",
        "report={accounts: true, worst_ratio: true, bands: true}"))
    let rows = Table(try sandbox.text("out/accounts.csv")).rows
    let bands = Table(try sandbox.text("out/bands.csv")).rows
    #expect(bands.map { $0["account"] } == rows.map { $0["account"] })
    let last = try #require(rows.last?["point"].flatMap { Int($0) })
    for row in rows where row["point"] == String(last) {
      let result = try explain(sandbox, last, try #require(row["account"]), "--json")
      #expect(result.status == 0, "\(result.stderr)")
      // Numbers as text: the test's own parser rounds the last digit.
      guard row["status"] != "rejected" else { continue }
      for name in ["start_equity", "end_equity", "pnl", "fees", "funding", "conversion_cost", "fund_payment"]
      {
        #expect(result.stdout.contains("\"\(name)\": \(try #require(row[name]))"), "\(name)")
      }
    }
  }
}
