import Foundation
import Support
import Testing

/// What the scripts say and do where system packages are missing. The package manager is a stand-in.
struct SetupTests {
  /// Runs `require_packages` as a user with this number. `libmissing-dev` is missing until `apt-get` has run.
  private func setUp(user: Int, hasManager: Bool = true) throws -> (result: BinaryResult, calls: String) {
    let sandbox = try Sandbox()
    try sandbox.write("bin/id", "#!/bin/sh\necho \(user)\n")
    if hasManager {
      try sandbox.write("bin/apt-get", "#!/bin/sh\necho \"apt-get $*\" >>\"$CALLS\"\n")
    }
    try sandbox.write("calls", "")
    // A folder of links to the few tools that are needed, so that no real apt-get and no sudo is found.
    let result = try sandbox.bash(
      """
      chmod +x bin/*
      for tool in bash cat env sed head uname dirname; do ln -s "$(command -v $tool)" "bin/$tool"; done
      export PATH="$PWD/bin" CALLS="$PWD/calls"
      source '\(repositoryRoot)/scripts/setup.sh'
      missing_packages() { [ -s "$CALLS" ] || echo libmissing-dev; }
      require_packages </dev/null
      """)
    return (result, try sandbox.text("calls"))
  }

  @Test func rootInstallsAndSaysSo() throws {
    let (result, calls) = try setUp(user: 0)
    #expect(result.status == 0, "\(result.stderr)")
    #expect(
      result.stderr.hasPrefix(
        "MarginSweep needs these system packages, which are not installed: libmissing-dev\n"))
    #expect(calls == "apt-get update -q\napt-get install -y --no-install-recommends libmissing-dev\n")
  }

  @Test func withoutATerminalTheCommandIsPrinted() throws {
    let (result, calls) = try setUp(user: 1000)
    #expect(result.status == 1)
    #expect(calls.isEmpty)
    #expect(
      result.stderr.contains(
        "  sudo apt-get update && sudo apt-get install -y --no-install-recommends libmissing-dev\n"))
  }

  @Test func withoutAPackageManagerTheNamesArePrinted() throws {
    let (result, _) = try setUp(user: 0, hasManager: false)
    #expect(result.status == 1)
    #expect(result.stderr.contains("libmissing-dev"))
    #expect(result.stderr.contains("There is no apt-get here"))
  }

  @Test func aMissingSwiftIsExplained() throws {
    let sandbox = try Sandbox()
    let result = try sandbox.bash(
      """
      mkdir bin
      for tool in bash sed head dirname; do ln -s "$(command -v $tool)" "bin/$tool"; done
      export PATH="$PWD/bin" HOME="$PWD" SWIFTLY_BIN_DIR="$PWD"
      source '\(repositoryRoot)/scripts/setup.sh'
      swift_folders=("$PWD/none")
      require_swift
      """)
    #expect(result.status == 1)
    #expect(result.stderr.contains("https://www.swift.org/install/linux/"))
  }
}

/// The text of a file.
func readText(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
