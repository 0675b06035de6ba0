import Foundation
import Support
import Testing

/// A process that is killed, or loses its power, in the middle of writing.
struct KillTests {
  /// Starts the task, which writes byte by byte, and kills it once some bytes are there; the hidden file.
  private func kill(
    _ task: TickTask, in sandbox: Sandbox, more: [String] = [], after bytes: Int = 20_000
  ) throws -> String {
    let before = try sandbox.names()
    let running = try RunningBinary(
      task.arguments(400_000) + more, directory: sandbox.path,
      environment: ["MARGINSWEEP_FAULTS": "write=SHORT@1"])
    var hidden = ""
    let isMidway = try running.wait {
      guard let name = try sandbox.names().first(where: { !before.contains($0) }) else { return false }
      hidden = name
      return try sandbox.bytes(name).count > bytes
    }
    #expect(isMidway, "\(task.rawValue) ended before it could be killed")
    running.kill()
    #expect(running.end().status == 128 + SIGKILL)
    return hidden
  }

  /// The name that was asked for is not there; what was written has a hidden one, which later runs leave
  /// alone and which nobody takes for a result. What stood there before is untouched.
  @Test(arguments: TickTask.allCases) func nothingHalfHasTheName(_ task: TickTask) throws {
    let sandbox = try task.sandbox(ticks: 400_000)
    let before = try sandbox.contents()
    let hidden = try kill(task, in: sandbox)
    #expect(hidden.hasPrefix(".\(task.output).tmp-"))
    var after = try sandbox.contents()
    let half = try #require(after[hidden])
    after[hidden] = nil
    #expect(after == before)

    try sandbox.write(task.output, "an older result")
    let second = try kill(task, in: sandbox, more: ["--force"])
    #expect(second != hidden)
    #expect(try sandbox.text(task.output) == "an older result")

    let again = try task.run(in: sandbox, ticks: 400_000, more: ["--force"])
    #expect(again.status == 0, "\(again.stderr)")
    let whole = try sandbox.bytes(task.output)
    #expect(half.count < whole.count && whole.starts(with: half))
    #expect(try sandbox.bytes(hidden) == half)
  }

  /// The whole blocks of the hidden file can be saved.
  @Test func theWholeBlocksAreSaved() throws {
    let task = TickTask.merging
    let sandbox = try task.sandbox(ticks: 400_000)
    // A block of 65,536 ticks takes less than 300 kB.
    let hidden = try kill(task, in: sandbox, after: 400_000)
    #expect(try sandbox.run("ticks", "verify", hidden).status == 3)
    let saved = try sandbox.run("ticks", "verify", hidden, "--repair", "saved.ticks.zst")
    #expect(saved.status == 0, "\(saved.stderr)")
    #expect(saved.stdout.hasPrefix("saved.ticks.zst: saved "), "\(saved.stdout)")
    #expect(try sandbox.run("ticks", "verify", "saved.ticks.zst").status == 0)
  }
}
