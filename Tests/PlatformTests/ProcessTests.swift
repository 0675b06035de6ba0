import Dispatch
import Glibc
import Support
import Synchronization
import Testing

@testable import Platform

@Suite("Signals, locks, pipes")
struct ProcessTests {
  /// Waits up to ten seconds; a machine under load may be slow to deliver a signal.
  static func wait(until condition: () -> Bool) -> Bool {
    for _ in 0..<10_000 {
      if condition() { return true }
      usleep(1_000)
    }
    return false
  }

  @Test("the first signal only asks, the second removes temporary files and ends with 130")
  func signals() async throws {
    let directory = try TemporaryDirectory()
    await #expect(processExitsWith: .exitCode(130)) { [path = directory.file("out") as String] in
      Interrupt.install()
      let file = try AtomicFile(path: path, force: false)
      try file.sink.write("half")
      kill(getpid(), SIGINT)
      guard ProcessTests.wait(until: { Interrupt.isRequested }) else { exit(98) }
      let error = #expect(throws: RunError.self) { try Interrupt.check() }
      guard error?.exitStatus == .interrupted, TemporaryFiles.live.count == 1 else { exit(97) }
      try AtomicFile.write("", to: path + ".asked", force: false)
      kill(getpid(), SIGTERM)
      sleep(20)
      try file.commit()
    }
    #expect(try directory.names() == ["out.asked"])
  }

  @Test("a signal arrives while every thread is busy")
  func busy() async {
    await #expect(processExitsWith: .exitCode(0)) {
      Interrupt.install()
      let seen = Atomic<Int>(0)
      DispatchQueue.concurrentPerform(iterations: 32) { index in
        if index == 0 { kill(getpid(), SIGTERM) }
        let deadline = Clocks.monotonicNanoseconds() + 10_000_000_000
        while !Interrupt.isRequested, Clocks.monotonicNanoseconds() < deadline {}
        if Interrupt.isRequested { seen.add(1, ordering: .relaxed) }
      }
      exit(seen.load(ordering: .relaxed) == 32 ? 0 : 98)
    }
  }

  @Test("a closed pipe ends quietly with success")
  func closedPipe() async {
    await #expect(processExitsWith: .exitCode(0)) {
      Interrupt.install()
      var ends: [Int32] = [0, 0]
      guard unsafe pipe(&ends) == 0, dup2(ends[1], STDOUT_FILENO) >= 0 else { exit(99) }
      close(ends[0])
      close(ends[1])
      let sink = ByteSink.standardOutput()
      do {
        try sink.write("text\n")
        try sink.flush()
      } catch let error as any Failure {
        exit(error is ClosedPipeError ? error.exitStatus.rawValue : 97)
      }
      exit(98)
    }
  }

  @Test("a lock keeps others out while it is held")
  func lock() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("lock")
    do {
      let held = try FileLock(path: path)
      let error = #expect(throws: RunError.self) { try FileLock(path: path) }
      #expect(error?.problem.hasPrefix(path) == true)
      #expect(held.path == path)
    }
    _ = try FileLock(path: path)
  }
}
