import Foundation
import Support
import Testing

/// Files that are no plain files, or that do not keep still.
struct StrangeFileTests {
  private func run(_ task: TickTask, _ line: String, in sandbox: Sandbox) throws -> BinaryResult {
    try sandbox.bash(
      line.replacing("TASK", with: "\"$program\" " + task.arguments(3_000).joined(separator: " ")))
  }

  /// Inputs behind links are read; an output that is a link stays one, and the file behind it is replaced.
  @Test(arguments: TickTask.allCases) func linksAreFollowed(_ task: TickTask) throws {
    let sandbox = try task.sandbox(ticks: 3_000)
    #expect(try task.run(in: sandbox, ticks: 3_000).status == 0)
    let whole = try sandbox.bytes(task.output)
    let move = task.inputs.map { "mv \($0) far/ && ln -s far/\($0) \($0) && " }.joined()
    let result = try run(
      task,
      "mkdir far && rm \(task.output) && \(move) echo old > far/o && ln -s far/o \(task.output)"
        + " && TASK --force",
      in: sandbox)
    #expect(result.status == 0, "\(result.stderr)")
    #expect(try sandbox.bytes("far/o") == whole)
    #expect(try sandbox.bash("test -L \(task.output)").status == 0)
  }

  /// An input is never the output, also where a link hides that.
  @Test(arguments: TickTask.allCases.filter { $0 != .generating })
  func aLinkToAnInputIsNoOutput(_ task: TickTask) throws {
    let sandbox = try task.sandbox(ticks: 3_000)
    let before = try sandbox.contents()
    let result = try run(task, "ln -s \(task.inputs[0]) \(task.output) && TASK --force", in: sandbox)
    #expect(result.status == 2)
    #expect(result.stderr.hasPrefix("\(task.output): "), "\(result.stderr)")
    #expect(try sandbox.bytes(task.inputs[0]) == before[task.inputs[0]])
  }

  @Test(arguments: TickTask.allCases.filter { $0 != .generating })
  func aRingOfLinksIsAnError(_ task: TickTask) throws {
    let sandbox = try task.sandbox(ticks: 3_000)
    let input = task.inputs[0]
    let result = try run(
      task, "rm \(input) && ln -s ring \(input) && ln -s \(input) ring && TASK", in: sandbox)
    #expect(result.status == 1)
    #expect(result.stderr.contains("\(input): Too many levels of symbolic links"), "\(result.stderr)")
    #expect(try !sandbox.names().contains(task.output))
  }

  /// A table is read from a pipe; a tick file, which is read from its end on, is not, and says so.
  @Test(arguments: TickTask.allCases.filter { $0 != .generating }) func pipesAsInputs(_ task: TickTask) throws
  {
    let sandbox = try task.sandbox(ticks: 3_000)
    #expect(try task.run(in: sandbox, ticks: 3_000).status == 0)
    let whole = try sandbox.bytes(task.output)
    let line = task.arguments(3_000).map { $0 == task.inputs[0] ? "<(cat \($0))" : $0 }.joined(separator: " ")
    let result = try sandbox.bash("rm \(task.output); \"$program\" \(line)")
    switch task {
    case .importing, .importingPacked:
      #expect(result.status == 0, "\(result.stderr)")
      // The name of the input stands in the metadata, so the bytes differ.
      try sandbox.write("straight.ticks.zst", bytes: whole)
      let exports = try [task.output, "straight.ticks.zst"].map {
        try sandbox.run("ticks", "export", $0).stdoutBytes
      }
      #expect(exports[0] == exports[1] && exports[0].count > 50_000)
    default:
      #expect(result.status == 2)
      #expect(result.stderr.contains(": is a pipe or a device, expected a regular file"), "\(result.stderr)")
      #expect(try !sandbox.names().contains(task.output))
    }
  }

  /// A tick file goes into a pipe as into a file; a reader that goes away ends it quietly.
  @Test(arguments: TickTask.allCases) func pipesAsOutputs(_ task: TickTask) throws {
    let sandbox = try task.sandbox(ticks: 3_000)
    #expect(try task.run(in: sandbox, ticks: 3_000).status == 0)
    let whole = try sandbox.bytes(task.output)
    // What goes to standard output is not compressed: its name does not ask for it.
    if task != .exportingPacked {
      let line = task.arguments(3_000).map { $0 == task.output ? "-" : $0 }.joined(separator: " ")
      let result = try sandbox.bash("\"$program\" \(line) | cat > piped; exit ${PIPESTATUS[0]}")
      #expect(result.status == 0, "\(result.stderr)")
      #expect(try sandbox.bytes("piped") == whole)
      let left = try sandbox.bash("\"$program\" \(line) | head -c 10 > piped; exit ${PIPESTATUS[0]}")
      #expect(left.status == 0, "\(left.stderr)")
      #expect(!left.stderr.contains("ipe"), "\(left.stderr)")
    }
    let full = try run(task, "rm \(task.output); ln -s /dev/full \(task.output); TASK --force", in: sandbox)
    #expect(full.status == 1)
    #expect(full.stderr.contains("No space left on device"), "\(full.stderr)")
  }
}
