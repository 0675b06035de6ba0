import Foundation
import Support
import Testing

/// `study`, `accounts` and `points` through the real program.
struct StudyTests {
  @Test func theTemplateIsSound() throws {
    let sandbox = try SweepFixture.crash()
    let result = try sandbox.run("study", "check", "study.yaml")
    #expect(result.status == 0, "\(result.stderr)")
    #expect(
      result.stdout.hasPrefix("study.yaml: my-study is sound: 16 points (leverage × haircut_scale), 16000 "))
  }

  @Test func theTemplateIsNotOverwritten() throws {
    let sandbox = try SweepFixture.crash()
    let result = try sandbox.run("study", "init", "--out", "study.yaml")
    #expect(result.status == 2)
    #expect(result.stderr == "study.yaml: exists, expected a new name, or --force to replace it\n")
    #expect(try sandbox.run("study", "init").stdout == sandbox.text("study.yaml"))
  }

  @Test(arguments: ["demo.yaml", "crash-2021-05.yaml", "crash-all-2021-05.yaml", "hedge-2021-05.yaml"])
  func theStudiesOfTheRepositoryAreSound(_ name: String) throws {
    let sandbox = try Sandbox()
    let study = try readText("\(repositoryRoot)/data/studies/\(name)")
    try sandbox.write("study.yaml", study)
    let ticks = ["crash.ticks.zst", "btc.ticks.zst", "eth.ticks.zst", "bnb.ticks.zst"]
    for (seed, file) in ticks.enumerated() {
      try sandbox.run(
        "ticks", "generate", "--from", "2021-05-19T12:00:00Z", "--duration", "1m", "--seed", "\(seed + 1)",
        "--out", file)
    }
    let result = try sandbox.run("study", "check", "study.yaml")
    #expect(result.status == 0, "\(result.stderr)")
    #expect(result.stdout.contains("(leverage × "))
  }

  /// A point's accounts, written as a book and read back, live the same lives.
  @Test func aBookLivesTheSameLife() throws {
    let sandbox = try SweepFixture.crash()
    let settings = [
      "--set", "population.accounts=40", "--set", "axes.leverage=[10]", "--set", "axes.haircut_scale=[1]",
    ]
    let cohorts = try runBinary(["sweep", "study.yaml", "--out", "a"] + settings, directory: sandbox.path)
    #expect(cohorts.status == 0, "\(cohorts.stderr)")
    let book = try runBinary(
      ["accounts", "study.yaml", "--point", "0", "--out", "book.jsonl"] + settings, directory: sandbox.path)
    #expect(book.status == 0)
    #expect(book.stderr == "40 accounts, 0 rejected, 0 never opened\n")
    #expect(try sandbox.text("book.jsonl").split(separator: "\n").count == 40)
    try sandbox.write(
      "book.yaml",
      """
      name: book
      ticks: [crash.ticks.zst]
      mark: mark
      venue: binance-usdm-multi-2021
      population: {book: book.jsonl}
      """)
    let again = try sandbox.run("sweep", "book.yaml", "--out", "b")
    #expect(again.status == 0, "\(again.stderr)")
    #expect(try sandbox.bytes("a/liquidations.csv") == sandbox.bytes("b/liquidations.csv"))
    #expect(Table(try sandbox.text("a/liquidations.csv")).rows.count > 5)
  }

  @Test func aPointThatIsNotThereIsNamed() throws {
    let sandbox = try SweepFixture.plain()
    let result = try sandbox.run("accounts", "study.yaml", "--point", "2", "--out", "book.jsonl")
    #expect(result.status == 2)
    #expect(result.firstErrorLine.hasPrefix("study.yaml: there is no point 2, expected a point, 0 to 1"))
    #expect(try !sandbox.names().contains("book.jsonl"))
  }

  @Test func pointsAreSortedAndPrinted() throws {
    let sandbox = try SweepFixture.plain()
    try sandbox.run("sweep", "study.yaml", "--out", "run")
    let table = try sandbox.run(
      "points", "run", "--columns", "end_equity", "--sort", "end_equity", "--map", "end_equity")
    #expect(table.status == 0)
    let lines = table.stdout.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(lines[0] == ["point", "leverage", "end_equity"])
    #expect(lines[1] == ["1", "5", "25"])
    #expect(lines[2] == ["0", "4", "1800"])
    let json = try sandbox.run("points", "run", "--json")
    let rows = try JSONSerialization.jsonObject(with: Data(json.stdoutBytes)) as? [[String: Any]] ?? []
    #expect(rows.count == 2)
    #expect(rows[1]["liquidated_accounts"] as? Int == 1)
    #expect(rows[0]["first_liquidation"] is NSNull)
    #expect(rows[1]["first_liquidation"] as? String == "2021-05-19T12:00:02.000000000Z")
  }

  @Test func anUnknownColumnIsNamedWithTheKnownOnes() throws {
    let sandbox = try SweepFixture.plain()
    try sandbox.run("sweep", "study.yaml", "--out", "run")
    let result = try sandbox.run("points", "run", "--sort", "equity")
    #expect(result.status == 2)
    #expect(
      result.firstErrorLine.hasPrefix(
        "points: there is no column equity here, expected one of point, leverage"))
  }
}
