import Support
import Testing

/// `scripts/fetch-binance` against a local server with the paths of the archive.
@Suite(.enabled(if: canFetch, "there is no curl or no python3"))
struct FetchTests {
  @Test func daysAreDownloadedVerifiedAndImported() throws {
    let fixture = try FetchFixture()
    let options = "--kind aggTrades,fundingRate --from 2024-10-18 --to 2024-10-19 --out t.ticks.zst"
    let result = try fixture.fetch(options)
    #expect(result.status == 0, "\(result.stderr)")
    let files = try fixture.downloaded()
    let expected = [FetchFixture.day18, FetchFixture.day19].map { $0.replacingPrefix("data", with: "files") }
    #expect(files.count == 6 && files.allSatisfy { $0.hasSuffix(".zip") || $0.hasSuffix(".zip.CHECKSUM") })
    for (path, original) in zip(expected, [FetchFixture.day18, FetchFixture.day19]) {
      #expect(try fixture.sandbox.bytes(path) == fixture.sandbox.bytes(original))
    }
    try fixture.sandbox.run("ticks", "export", "t.ticks.zst", "--out", "t.csv")
    let rows = try fixture.sandbox.text("t.csv").split(separator: "\n").dropFirst()
    #expect(rows.count == 6)
    #expect(rows.contains { $0.contains("67001.2") } && rows.contains { $0.contains("0.0001") })

    // What is there is not asked for again, and an existing tick file stays without --force.
    try fixture.sandbox.write("requests", "")
    #expect(try fixture.fetch(options).status == 2)
    #expect(try fixture.fetch(options + " -- --force").status == 0)
    #expect(try fixture.sandbox.text("requests").isEmpty)
  }

  @Test func anInterruptedDownloadGoesOn() throws {
    let fixture = try FetchFixture()
    try fixture.sandbox.write(FetchFixture.day18 + ".cut", "100")
    let options = "--kind aggTrades --from 2024-10-18"
    let broken = try fixture.fetch(options)
    #expect(broken.status == 1)
    #expect(broken.stderr.contains("goes on from there"))
    let part = FetchFixture.day18.replacingPrefix("data", with: "files") + ".part"
    #expect(try fixture.sandbox.bytes(part).count == 100)

    try fixture.sandbox.write("requests", "")
    let whole = try fixture.sandbox.bash("rm '\(FetchFixture.day18).cut'")
    #expect(whole.status == 0)
    #expect(try fixture.fetch(options).status == 0)
    let requests = try fixture.sandbox.text("requests")
    #expect(requests.contains("BTCUSDT-aggTrades-2024-10-18.zip bytes=100-\n"), "\(requests)")
    #expect(
      try fixture.sandbox.bytes(FetchFixture.day18.replacingPrefix("data", with: "files"))
        == fixture.sandbox.bytes(FetchFixture.day18))
    #expect(try fixture.downloaded().allSatisfy { !$0.hasSuffix(".part") })
  }

  @Test func aPartOfAnotherVersionIsTakenAnew() throws {
    let fixture = try FetchFixture()
    let path = FetchFixture.day18.replacingPrefix("data", with: "files")
    try fixture.sandbox.write(path + ".part", "of another version")
    #expect(try fixture.fetch("--kind aggTrades --from 2024-10-18").status == 0)
    #expect(try fixture.sandbox.bytes(path) == fixture.sandbox.bytes(FetchFixture.day18))

    // A longer one cannot be continued.
    let longer = FetchFixture.day19.replacingPrefix("data", with: "files")
    try fixture.sandbox.write(longer + ".part", bytes: [UInt8](repeating: 7, count: 100_000))
    #expect(try fixture.fetch("--kind aggTrades --from 2024-10-19").status == 0)
    #expect(try fixture.sandbox.bytes(longer) == fixture.sandbox.bytes(FetchFixture.day19))
  }

  @Test func aServerWithoutRangesSendsAnew() throws {
    let fixture = try FetchFixture()
    try fixture.sandbox.write("whole", "")
    let path = FetchFixture.day18.replacingPrefix("data", with: "files")
    try fixture.sandbox.write(
      path + ".part", bytes: Array(fixture.sandbox.bytes(FetchFixture.day18).prefix(50)))
    let result = try fixture.fetch("--kind aggTrades --from 2024-10-18")
    #expect(result.status == 0, "\(result.stderr)")
    #expect(try fixture.sandbox.bytes(path) == fixture.sandbox.bytes(FetchFixture.day18))
  }

  @Test func aWrongChecksumIsRefusedAndNothingIsLeft() throws {
    let fixture = try FetchFixture()
    let name = "BTCUSDT-aggTrades-2024-10-18.zip"
    let zeros = String(repeating: "0", count: 64)
    try fixture.sandbox.write(FetchFixture.day18 + ".CHECKSUM", "\(zeros)  \(name)\n")
    let options = "--kind aggTrades --from 2024-10-18 --out t.ticks.zst"
    let result = try fixture.fetch(options)
    #expect(result.status == 3)
    #expect(result.stderr.contains("\(name): does not match its checksum"))
    #expect(try fixture.downloaded().isEmpty)
    #expect(try !fixture.sandbox.names().contains("t.ticks.zst"))

    try fixture.sandbox.write(FetchFixture.day18 + ".CHECKSUM", "no checksum\n")
    #expect(try fixture.fetch(options).status == 3)
    #expect(try fixture.downloaded().isEmpty)
  }

  @Test func aDayThatIsNotThereIsNamed() throws {
    let fixture = try FetchFixture()
    let options = "--kind aggTrades --from 2024-10-18 --to 2024-10-20 --out t.ticks.zst"
    let result = try fixture.fetch(options)
    #expect(result.status == 2)
    #expect(result.stderr.contains("lacks 1 of 3 files:\n  futures/um/daily/aggTrades/BTCUSDT/"))
    #expect(result.stderr.contains("BTCUSDT-aggTrades-2024-10-20.zip\n"))
    #expect(try !fixture.sandbox.names().contains("t.ticks.zst"))
    let rest = try fixture.fetch("--skip-missing " + options)
    #expect(rest.status == 0, "\(rest.stderr)")
    #expect(try fixture.sandbox.names().contains("t.ticks.zst"))
    #expect(try fixture.downloaded().count == 4)
  }

  @Test func candlesAndMonthsHaveTheirOwnPaths() throws {
    let fixture = try FetchFixture()
    for (options, path) in [
      ("--market spot --kind klines --from 2024-02", "spot/monthly/klines/BTCUSDT/1m/BTCUSDT-1m-2024-02.zip"),
      (
        "--market cm --kind markPriceKlines --interval 1h --from 2024-02-29",
        "futures/cm/daily/markPriceKlines/BTCUSDT/1h/BTCUSDT-1h-2024-02-29.zip"
      ),
    ] {
      let result = try fixture.fetch(options)
      #expect(result.status == 2)
      #expect(result.stderr.contains("  \(path)\n"), "\(result.stderr)")
    }
    // Over the end of a leap February and of a year.
    let days = try fixture.fetch("--kind trades --from 2024-02-28 --to 2024-03-01").stderr
    for day in ["2024-02-28", "2024-02-29", "2024-03-01"] { #expect(days.contains("-trades-\(day).zip\n")) }
    #expect(days.contains("lacks 3 of 3 files"))
    #expect(
      try fixture.fetch("--kind trades --from 2023-11 --to 2024-02").stderr.contains("lacks 4 of 4 files"))
  }

  @Test(arguments: [
    ("--kind trades", "--symbol, --kind and --from are needed"),
    ("--kind depth --from 2024-10-18", "--kind: 'depth', expected one of trades aggTrades klines"),
    ("--market spot --kind fundingRate --from 2024-10", "--kind: 'fundingRate', expected one of"),
    ("--kind trades --from 2024-02-30", "'2024-02-30' is no day"),
    ("--kind trades --from 2024-13", "'2024-13' is no day (2024-10-18) and no month (2024-10)"),
    ("--kind trades --from 2024-10-18 --to 2024-10", "--from and --to: two days or two months"),
    ("--kind trades --from 2024-10-18 --to 2024-10-17", "--to: 2024-10-17 lies before 2024-10-18"),
    ("--kind trades --from 2024-10-18 --symbol ../x", "--symbol: '../x'"),
    ("--kind trades --from 2024-10-18 --colour red", "unknown argument '--colour'"),
    ("--kind trades --from 2024-10-18 --url file:///etc", "--url: 'file:///etc'"),
  ])
  func wrongOptionsAreNamed(options: String, problem: String) throws {
    let fixture = try FetchFixture()
    let result = try fixture.fetch(options)
    #expect(result.status == 64)
    #expect(result.stderr.hasPrefix(problem), "\(result.stderr)")
    #expect(result.stderr.contains("usage: scripts/fetch-binance "))
  }
}

extension String {
  /// The text with another beginning.
  fileprivate func replacingPrefix(_ prefix: String, with other: String) -> String {
    hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
  }
}
