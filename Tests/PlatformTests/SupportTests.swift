import Support
import Testing

/// The helpers of all tests, because a helper that hides failures would hide them everywhere.
@Suite("Test helpers")
struct SupportTests {
  @Test("a temporary directory is gone with its object")
  func temporaryDirectory() throws {
    var directory: TemporaryDirectory? = try TemporaryDirectory()
    let path = try #require(directory?.path)
    try directory?.write("deep/file", "text")
    #expect(try directory?.text("deep/file") == "text" && directory?.names() == ["deep"])
    directory = nil
    #expect(throws: (any Error).self) { try runProgram("/usr/bin/env", ["ls"], directory: path) }
  }

  @Test("a program gets its input, arguments and environment, and its output and status come back")
  func program() throws {
    let script = "cat; echo \"$1 $SETTING\" >&2; exit 7"
    // More than a pipe holds, on both sides.
    let input = [UInt8](repeating: 65, count: 300_000)
    let result = try runProgram(
      "/bin/sh", ["-c", script, "sh", "word"], input: input, environment: ["SETTING": "value"])
    #expect(result.stdoutBytes == input && result.stderr == "word value\n" && result.status == 7)
    #expect(try runProgram("/bin/sh", ["-c", "kill -9 $$"]).status == 137)
  }

  @Test("the real program lies beside the tests")
  func binary() throws { #expect(try runBinary(["--help"]).stdout.contains("marginsweep")) }

  @Test("an error names the whole combination of nested loops")
  func every() throws {
    struct Wrong: Error {}
    var visited = 0
    let error = #expect(throws: EveryError.self) {
      try withEvery("x", in: [1, 2]) { x in
        try withEvery("y", in: ["a", "b"]) { y in
          visited += 1
          if x == 2, y == "b" { throw Wrong() }
        }
      }
    }
    #expect(visited == 4 && error?.combination == "x = 2, y = b" && Every.combination.isEmpty)
  }
}
