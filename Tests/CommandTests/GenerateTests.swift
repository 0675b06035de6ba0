import Support
import Testing

/// `ticks generate` through the real program.
struct GenerateTests {
  @Test func generatedTicksSurviveExportAndImport() throws {
    let sandbox = try Sandbox()
    let made = try sandbox.run(
      "ticks", "generate", "--scenario", "crash-2021-05-19", "--from", "2021-05-19T12:00:00Z", "--duration",
      "5m",
      "--out", "a.ticks.zst")
    #expect(made.status == 0, "\(made.stderr)")
    #expect(made.stdout.contains("BTCUSDT mark: 300,"))
    #expect(try sandbox.run("ticks", "verify", "a.ticks.zst").status == 0)
    try sandbox.run("ticks", "export", "a.ticks.zst", "--out", "a.csv")
    let again = try sandbox.run("ticks", "import", "a.csv", "--out", "b.ticks.zst")
    #expect(again.status == 0, "\(again.stderr)")
    try sandbox.run("ticks", "export", "b.ticks.zst", "--out", "b.csv")
    #expect(try sandbox.bytes("a.csv") == sandbox.bytes("b.csv"))
    #expect(try sandbox.text("a.csv").split(separator: "\n").count > 1_000)
  }

  @Test func theSeedDecidesTheBytes() throws {
    let sandbox = try Sandbox()
    for (name, seed) in [("a", "7"), ("b", "7"), ("c", "8")] {
      let made = try sandbox.run(
        "ticks", "generate", "--ticks", "2000", "--seed", seed, "--out", "\(name).zst")
      #expect(made.status == 0)
    }
    #expect(try sandbox.bytes("a.zst") == sandbox.bytes("b.zst"))
    #expect(try sandbox.bytes("a.zst") != sandbox.bytes("c.zst"))
  }

  @Test func aWrongInstrumentIsNamed() throws {
    let result = try Sandbox().run("ticks", "generate", "--instrument", "NOSUCH", "--out", "t.ticks.zst")
    #expect(result.status == 2)
    #expect(result.firstErrorLine.hasPrefix("--instrument: 'NOSUCH' is not built in"))
  }
}
