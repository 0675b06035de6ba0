import Foundation
import Support
import Testing

/// Tick files and inputs that are wrong, and disks that are full.
struct TicksFailureTests {
  @Test func ticksOutOfOrderAreRefusedWithTheLine() throws {
    let sandbox = try Sandbox()
    try sandbox.write(
      "bad.csv",
      """
      time,symbol,kind,price,size
      2021-05-19T00:00:00Z,BTCUSDT,trade,100.5,1
      2021-05-19T00:00:20Z,BTCUSDT,trade,101,
      2021-05-19T00:00:01Z,BTCUSDT,trade,102,

      """)
    let result = try sandbox.run("ticks", "import", "bad.csv", "--out", "bad.ticks.zst")
    #expect(result.status == 2)
    #expect(
      result.firstErrorLine.hasPrefix(
        "bad.csv:4:1: the time is 19s before that of a record above it, expected records late by at most "))
    #expect(try sandbox.names() == ["bad.csv"])
  }

  @Test func aWrongPriceIsNamedWithLineAndColumn() throws {
    let sandbox = try Sandbox()
    try sandbox.write("bad.csv", "time,symbol,kind,price\n2021-05-19T00:00:00Z,BTCUSDT,trade,10x\n")
    let result = try sandbox.run("ticks", "import", "bad.csv", "--out", "bad.ticks.zst")
    #expect(result.status == 2)
    #expect(result.firstErrorLine.hasPrefix("bad.csv:2:36: "))
    #expect(try sandbox.names() == ["bad.csv"])
  }

  @Test func aMissingFileIsNamed() throws {
    let result = try Sandbox().run("ticks", "info", "nowhere.ticks.zst")
    #expect(result.status == 2)
    #expect(result.stderr == "nowhere.ticks.zst: no such file, expected an existing file\n")
  }

  @Test func aTextIsNoTickFile() throws {
    let sandbox = try Sandbox()
    try sandbox.write("t.ticks.zst", String(repeating: "no tick file\n", count: 100))
    let result = try sandbox.run("ticks", "info", "t.ticks.zst")
    #expect(result.status == 3)
    #expect(result.firstErrorLine.hasPrefix("t.ticks.zst: "))
  }

  @Test(arguments: ["info", "verify", "export"])
  func aTruncatedFileIsCorrupt(_ command: String) throws {
    let sandbox = try TicksTests.sandboxWithTicks()
    let whole = try sandbox.bytes("btc.ticks.zst")
    for length in [0, 1, 40, whole.count / 2, whole.count - 1] {
      try sandbox.write("cut.ticks.zst", bytes: Array(whole.prefix(length)))
      let result = try sandbox.run("ticks", command, "cut.ticks.zst")
      #expect(result.status == 3, "cut to \(length) of \(whole.count)")
      #expect(result.firstErrorLine.hasPrefix("cut.ticks.zst: "), "cut to \(length)")
      #expect(result.stdout.isEmpty)
    }
  }

  @Test func aFlippedByteIsFoundWithItsBlock() throws {
    let sandbox = try TicksTests.sandboxWithTicks()
    let whole = try sandbox.bytes("btc.ticks.zst")
    // A step that is coprime to the sizes of frames meets every kind of frame.
    for place in stride(from: 0, to: whole.count, by: 37) {
      var damaged = whole
      damaged[place] ^= 0x10
      try sandbox.write("damaged.ticks.zst", bytes: damaged)
      let result = try sandbox.run("ticks", "verify", "damaged.ticks.zst")
      #expect(result.status == 3, "byte \(place) of \(whole.count): \(result.stdout)\(result.stderr)")
      #expect(result.firstErrorLine.hasPrefix("damaged.ticks.zst: "), "byte \(place)")
    }
  }

  @Test func repairSavesTheWholeBlocks() throws {
    let sandbox = try TicksTests.sandboxWithTicks()
    let whole = try sandbox.bytes("btc.ticks.zst")
    // Without its last byte the file has no index, but its only block is whole.
    try sandbox.write("cut.ticks.zst", bytes: Array(whole.dropLast()))
    let result = try sandbox.run("ticks", "verify", "cut.ticks.zst", "--repair", "new.ticks.zst")
    #expect(result.status == 0, "\(result.stderr)")
    #expect(result.stdout.hasPrefix("new.ticks.zst: saved 8 ticks of 1 whole blocks"))
    #expect(try sandbox.run("ticks", "export", "new.ticks.zst").stdout == TicksTests.candleTicks)
    #expect(try sandbox.bytes("cut.ticks.zst") == Array(whole.dropLast()))
  }

  /// `--force` is about an older result, not about the candles themselves.
  @Test func anInputIsNeverTheOutput() throws {
    let sandbox = try TicksTests.sandboxWithTicks()
    let candles = "BTCUSDT-1m-2021-05.csv"
    let before = try sandbox.bytes(candles)
    let refused = try sandbox.run("ticks", "import", candles, "--out", "./" + candles, "--force")
    #expect(refused.status == 2)
    #expect(refused.stderr.hasPrefix("./\(candles): is an input as well, expected "), "\(refused.stderr)")
    #expect(try sandbox.bytes(candles) == before)
  }

  @Test func anEmptyNameIsRefused() throws {
    let sandbox = try TicksTests.sandboxWithTicks()
    let refused = try sandbox.run("ticks", "merge", "btc.ticks.zst", "--out", "")
    #expect(refused.status == 2)
    #expect(refused.stderr == "'': is no name, expected a name for a file\n")
  }

  @Test func whatExistsIsNotOverwritten() throws {
    let sandbox = try TicksTests.sandboxWithTicks()
    let before = try sandbox.bytes("btc.ticks.zst")
    let refused = try sandbox.run(
      "ticks", "import", "BTCUSDT-1m-2021-05.csv", "--candle-path", "high-first", "--out", "btc.ticks.zst")
    #expect(refused.status == 2)
    #expect(refused.stderr == "btc.ticks.zst: exists, expected a new name, or --force to replace it\n")
    #expect(try sandbox.bytes("btc.ticks.zst") == before)
    let forced = try sandbox.run(
      "ticks", "import", "BTCUSDT-1m-2021-05.csv", "--candle-path", "high-first", "--out", "btc.ticks.zst",
      "--force")
    #expect(forced.status == 0)
    #expect(try sandbox.bytes("btc.ticks.zst") != before)
  }

  @Test(arguments: ["write=ENOSPC@1!", "fsync=EIO@1", "rename=EACCES@1"])
  func aFailingDiskLeavesNothingBehind(_ fault: String) throws {
    let sandbox = try Sandbox()
    try sandbox.write("BTCUSDT-1m-2021-05.csv", TicksTests.candles)
    let result = try sandbox.run(
      "ticks", "import", "BTCUSDT-1m-2021-05.csv", "--out", "t.ticks.zst",
      environment: ["MARGINSWEEP_FAULTS": fault])
    #expect(result.status == 1)
    #expect(result.firstErrorLine.hasPrefix("marginsweep: "))
    #expect(result.firstErrorLine.contains("t.ticks.zst: "))
    #expect(try sandbox.names() == ["BTCUSDT-1m-2021-05.csv"])
  }

  /// Whether a test may mount a disk of its own here.
  static let canMount =
    (try? Sandbox().bash("mkdir d && unshare --mount mount -t tmpfs tmpfs d"))?.status == 0

  /// A real disk of 64 KiB, in a private mount that goes away with the shell.
  @Test(.enabled(if: canMount, "this machine does not let a test mount a disk"))
  func aFullDiskLeavesNothingBehind() throws {
    let sandbox = try Sandbox()
    var rows = "time,symbol,kind,price,size\n"
    var state: UInt64 = 1
    for second in 0..<40_000 {
      // Prices without a pattern, so that they do not compress away.
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      rows += "\(1_621_382_400 + second),BTCUSDT,trade,\(state >> 34),\(state >> 40)\n"
    }
    try sandbox.write("many.csv", rows)
    let result = try sandbox.bash(
      """
      mkdir disk; exec unshare --mount bash -c '
        mount -t tmpfs -o size=64k tmpfs disk || exit 77
        "$program" ticks import many.csv --out disk/t.ticks.zst; status=$?
        ls -A disk; exit $status'
      """)
    #expect(result.status == 1)
    #expect(result.stderr == "marginsweep: writing disk/t.ticks.zst: No space left on device\n")
    #expect(result.stdout.isEmpty, "left behind: \(result.stdout)")
  }
}
