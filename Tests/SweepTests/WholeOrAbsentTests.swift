import Platform
import Support
import Sweep
import Testing

/// A run directory appears whole or not at all, whatever fails on the way.
@Suite struct WholeOrAbsentTests {
  private func world() throws -> TinyWorld {
    let world = try TinyWorld()
    try world.ticks("a.ticks.zst", [(0, btc, "100"), (3, btc, "90.5")])
    return world
  }

  @Test(arguments: ["write=ENOSPC", "fsync=EIO", "rename=EIO", "mkdir=EACCES", "open=EMFILE"])
  func nothingStaysOfAFailedRun(fault: String) throws {
    let world = try world()
    let plan = try world.plan(SweepByHandTests.study)
    let before = try world.folder.names()
    var (failures, wholes) = (0, 0)
    for first in 1...100 {
      let faults = try FaultPlan("\(fault)@\(first)!")
      do {
        try faults.run { _ = try world.run(plan, "out") }
        break
      } catch is any Failure {
        failures += 1
        let names = try world.folder.names()
        // Only the last flush, that of the folder's names, comes after the run has its own.
        let isWhole = names.contains("out") && fault.hasPrefix("fsync")
        if isWhole { try Files.removeTree(world.folder.file("out")) }
        #expect(isWhole || names == before, "\(fault)@\(first)")
        if isWhole { wholes += 1 }
      }
    }
    #expect(wholes <= 1)
    #expect(failures > 0)
    #expect(failures < 100)
    #expect(try world.folder.names() == (before + ["out"]).sorted())
    let inside = ["accounts.csv", "conversions.csv", "liquidations.csv", "manifest.json", "points.csv"]
    #expect(try Files.list(world.folder.file("out")) == inside + ["timeline.csv"])
  }

  @Test func existingRunsAreKeptWithoutForce() throws {
    let world = try world()
    let plan = try world.plan(SweepByHandTests.study)
    try world.folder.write("out/notes.txt", "mine")
    #expect(throws: InputError.self) { try world.run(plan, "out") }
    #expect(try Files.list(world.folder.file("out")) == ["notes.txt"])
    // What holds no run is not even replaced by force.
    #expect(throws: InputError.self) { try world.run(plan, "out", SweepOptions(force: true)) }
    #expect(try Files.list(world.folder.file("out")) == ["notes.txt"])
    for name in ["manifest.json", "points.csv"] { try world.folder.write("run/\(name)", "old") }
    #expect(throws: InputError.self) { try world.run(plan, "run") }
    #expect(try world.folder.text("run/points.csv") == "old")
    try world.run(plan, "run", SweepOptions(force: true))
    #expect(try world.folder.text("run/points.csv").hasPrefix("point,"))
  }
}
