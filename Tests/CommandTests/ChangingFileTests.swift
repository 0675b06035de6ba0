import Foundation
import Support
import Testing

/// Files that somebody else writes while they are read.
struct ChangingFileTests {
  /// Starts the task, which reads byte by byte, and changes its first input once it has begun.
  private func change(
    _ task: TickTask, in sandbox: Sandbox, _ body: (FileHandle) throws -> Void
  ) throws -> (status: Int32, stderr: String) {
    let before = try sandbox.names()
    let running = try RunningBinary(
      task.arguments(0), directory: sandbox.path, environment: ["MARGINSWEEP_FAULTS": "read=SHORT@1"])
    // The hidden file is made before the records are read.
    let hasBegun = try running.wait { try sandbox.names() != before }
    #expect(hasBegun, "\(task.rawValue) ended before its input could change")
    let handle = try #require(FileHandle(forUpdatingAtPath: sandbox.file(task.inputs[0])))
    try body(handle)
    try handle.close()
    return running.end()
  }

  /// The last line of a table that grows may be half a line, so the table is refused.
  @Test(arguments: [TickTask.importing, .importingPacked]) func aTableThatGrowsIsRefused(_ task: TickTask)
    throws
  {
    let sandbox = try task.sandbox(ticks: 20_000)
    let before = try sandbox.names()
    let end = try change(task, in: sandbox) { handle in
      try handle.seekToEnd()
      // A whole frame for the packed one: an empty raw block, so that only the growth can be wrong.
      try handle.write(
        contentsOf: task == .importing
          ? Array("2021-05-19T12:".utf8) : [0x28, 0xB5, 0x2F, 0xFD, 0x20, 0, 1, 0, 0])
    }
    #expect(end.status == 2)
    #expect(end.stderr.hasPrefix("\(task.inputs[0]): the file changed while it was read: "), "\(end.stderr)")
    #expect(try sandbox.names() == before)
  }

  @Test func aTableThatIsCutIsRefused() throws {
    let task = TickTask.importing
    let sandbox = try task.sandbox(ticks: 20_000)
    // At the end of a line, so that only the size is wrong.
    let lines = try sandbox.text(task.inputs[0]).split(separator: "\n", omittingEmptySubsequences: false)
    let size = lines.dropLast(1_000).reduce(0) { $0 + $1.utf8.count + 1 }
    let end = try change(task, in: sandbox) { try $0.truncate(atOffset: UInt64(size)) }
    #expect(end.status == 2)
    #expect(end.stderr.contains("changed while it was read"), "\(end.stderr)")
    #expect(try sandbox.names() == task.inputs)
  }

  /// A tick file is what it was when it was opened: its index stands at its end.
  @Test(arguments: [TickTask.merging, .exporting]) func aTickFileThatGrowsIsReadAsItWas(_ task: TickTask)
    throws
  {
    let sandbox = try task.sandbox(ticks: 400_000)
    #expect(try task.run(in: sandbox, ticks: 0).status == 0)
    let whole = try sandbox.bytes(task.output)
    try FileManager.default.removeItem(atPath: sandbox.file(task.output))
    let end = try change(task, in: sandbox) { handle in
      try handle.seekToEnd()
      try handle.write(contentsOf: [UInt8](repeating: 7, count: 1_000))
    }
    #expect(end.status == 0, "\(end.stderr)")
    #expect(try sandbox.bytes(task.output) == whole)
    let later = try sandbox.run("ticks", "verify", task.inputs[0])
    #expect(later.status == 3)
  }

  @Test(arguments: [TickTask.merging, .exporting]) func aTickFileThatIsCutIsCorrupt(_ task: TickTask) throws {
    let sandbox = try task.sandbox(ticks: 400_000)
    let before = try sandbox.names()
    let end = try change(task, in: sandbox) { try $0.truncate(atOffset: 2_000) }
    #expect(end.status == 3)
    #expect(end.stderr.hasPrefix("\(task.inputs[0]): "), "\(end.stderr)")
    #expect(try sandbox.names() == before)
  }
}
