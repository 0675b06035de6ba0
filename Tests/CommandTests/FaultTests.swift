import Foundation
import Support
import Testing

/// Disks that fail, at every call that each task makes: what it writes is there whole or not at all, and
/// nothing else changes.
struct FaultTests {
  private static let ticks = 3_000

  /// Lets the calls of one kind fail, each alone, until the task makes no more of them; how many failures
  /// ended it. A few at the start concern the machine alone and are no reason to end.
  private func failEach(_ call: String, with error: String, of task: TickTask) throws -> Int {
    let sandbox = try task.sandbox(ticks: Self.ticks)
    let before = try sandbox.contents()
    let sound = try task.run(in: sandbox, ticks: Self.ticks)
    #expect(sound.status == 0, "\(sound.stderr)")
    let whole = try sandbox.bytes(task.output)
    var failures = 0
    for number in 1...200 {
      try? FileManager.default.removeItem(atPath: sandbox.file(task.output))
      let result = try task.run(in: sandbox, ticks: Self.ticks, faults: "\(call)=\(error)@\(number)!")
      var after = try sandbox.contents()
      let written = after.removeValue(forKey: task.output)
      #expect(after == before, "\(task.rawValue), \(call) \(number): left \(after.keys.sorted())")
      #expect(written == nil || written == whole, "\(task.rawValue), \(call) \(number)")
      if result.status == 0 {
        #expect(written == whole, "\(task.rawValue), \(call) \(number)")
        if failures > 0 || number > 10 { return failures }
        continue
      }
      failures += 1
      #expect(result.status == 1, "\(task.rawValue), \(call) \(number): \(result.stderr)")
    }
    return failures
  }

  @Test(arguments: TickTask.allCases) func aFailingWriteLeavesNothing(_ task: TickTask) throws {
    #expect(try failEach("write", with: "ENOSPC", of: task) > 0)
    #expect(try failEach("write", with: "EIO", of: task) > 0)
  }

  @Test(arguments: TickTask.allCases) func aFailingEndLeavesNothing(_ task: TickTask) throws {
    // The first flush is of the file, the second of its folder: then the file has its name already.
    #expect(try failEach("fsync", with: "EIO", of: task) == 2)
    #expect(try failEach("rename", with: "EACCES", of: task) == 1)
  }

  @Test(arguments: TickTask.allCases.filter { $0 != .generating })
  func aFailingReadLeavesNothing(_ task: TickTask) throws {
    #expect(try failEach("read", with: "EIO", of: task) > 0)
    #expect(try failEach("open", with: "EACCES", of: task) > 1)
  }

  /// One byte at a time, and interrupted besides, everything is as it is at once.
  @Test(arguments: TickTask.allCases) func shortTransfersLoseNothing(_ task: TickTask) throws {
    let sandbox = try task.sandbox(ticks: Self.ticks)
    #expect(try task.run(in: sandbox, ticks: Self.ticks).status == 0)
    let whole = try sandbox.contents()
    let short = try task.run(
      in: sandbox, ticks: Self.ticks, more: ["--force"],
      faults: "read=EINTR@2,write=EINTR@2,read=SHORT@1,write=SHORT@1")
    #expect(short.status == 0, "\(short.stderr)")
    #expect(try sandbox.contents() == whole)
  }
}
