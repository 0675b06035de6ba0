import Glibc
import Support
import Testing

@testable import Platform

/// A plan of one rule, written as in the environment.
func plan(_ text: String) throws -> FaultPlan { try FaultPlan(text) }

@Suite("Fault plans")
struct FaultPlanTests {
  @Test("text becomes rules")
  func reads() throws {
    let rules = try plan("write=ENOSPC@3,fsync=EIO,read=SHORT@2,rename=EIO@2!").rules
    #expect(
      rules == [
        FaultPlan.Rule(call: .write, effect: .failure(ENOSPC), first: 3),
        FaultPlan.Rule(call: .fsync, effect: .failure(EIO), first: 1),
        FaultPlan.Rule(call: .read, effect: .short, first: 2),
        FaultPlan.Rule(call: .rename, effect: .failure(EIO), first: 2, isOnce: true),
      ])
  }

  @Test(
    "text that is no plan is refused by name",
    arguments: [
      ("write", "is no fault"), ("scribble=EIO@1", "unknown call \"scribble\""),
      ("write=EWRONG@1", "unknown fault"), ("write=EIO@0", "wrong count"), ("write=EIO@x", "wrong count"),
    ])
  func refuses(text: String, problem: String) throws {
    let error = try #require(throws: InputError.self) { try FaultPlan(text) }
    #expect(error.problem.contains(problem))
    #expect(error.exitStatus == .invalidInput)
  }

  @Test("the third write and all after it fail, and the message names call, path and reason")
  func failsFromThird() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("x")
    try plan("write=ENOSPC@3").run {
      let file = try OutputFile(path: path, mode: .create)
      try unsafe file.write([1].span.bytes)
      try unsafe file.write([2].span.bytes)
      for _ in 0..<2 {
        let error = #expect(throws: SystemCallError.self) { try unsafe file.write([3].span.bytes) }
        #expect(error?.description == "writing \(path): No space left on device")
        #expect(error?.isDiskFull == true)
        #expect(error?.exitStatus == .failed)
      }
    }
    #expect(try directory.bytes("x").count == 2 * MemoryLayout<Int>.size)
  }

  @Test("short and interrupted calls are made good")
  func loops() throws {
    let directory = try TemporaryDirectory()
    let text = "one two three four"
    for fault in ["write=SHORT@1", "write=EINTR@1", "read=SHORT@1", "read=EINTR@2", "read=SHORT@2"] {
      let faults = try plan(fault)
      let read = try faults.run {
        try AtomicFile.write(text, to: directory.file("x"), force: true)
        return try Files.readText(directory.file("x"), limit: 100)
      }
      #expect(read == text, "\(fault)")
      #expect(
        faults.count(of: .write)
          == (fault.hasPrefix("write=SHORT") ? text.count : fault == "write=EINTR@1" ? 2 : 1))
    }
  }

  @Test("a plan reaches only the task that bound it")
  func isLocal() throws {
    let directory = try TemporaryDirectory()
    _ = try plan("open=EMFILE@1").run {
      #expect(throws: SystemCallError.self) { try OutputFile(path: directory.file("a"), mode: .create) }
    }
    _ = try OutputFile(path: directory.file("a"), mode: .create)
  }

  @Test("the environment's plan reaches a process of its own")
  func environment() async {
    await #expect(processExitsWith: .exitCode(ExitStatus.failed.rawValue)) {
      unsafe setenv(FaultPlan.variable, "write=ENOSPC@2", 1)
      let directory = try TemporaryDirectory()
      let file = try OutputFile(path: directory.file("x"), mode: .create)
      try unsafe file.write([UInt8(1)].span.bytes)
      do {
        try unsafe file.write([UInt8(2)].span.bytes)
      } catch let error as SystemCallError where error.isDiskFull {
        exit(error.exitStatus.rawValue)
      }
      exit(99)
    }
  }
}
