import Foundation
import Glibc
import Support

/// A folder of its own in which the real program runs; it is removed afterwards.
struct Sandbox {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  var path: String { folder.path }

  /// Runs the program in the folder.
  @discardableResult
  func run(
    _ arguments: String..., input: String = "", environment: [String: String] = [:]
  ) throws -> BinaryResult {
    try runBinary(arguments, input: input, environment: environment, directory: path)
  }

  /// Runs a line of bash in the folder, with the program as `$program`.
  func bash(_ line: String) throws -> BinaryResult {
    try runProgram(
      "/usr/bin/env", ["bash", "-c", line], environment: ["program": try binaryPath()], directory: path)
  }

  func write(_ name: String, _ text: String) throws { try folder.write(name, text) }
  func write(_ name: String, bytes: [UInt8]) throws { try folder.write(name, bytes: bytes) }
  func text(_ name: String) throws -> String { try folder.text(name) }
  func bytes(_ name: String) throws -> [UInt8] { try folder.bytes(name) }
  func file(_ name: String) -> String { folder.file(name) }

  /// The names in the folder, hidden ones too, sorted.
  func names() throws -> [String] { try folder.names() }
}

extension BinaryResult {
  /// The first line of standard error.
  var firstErrorLine: String { String(stderr.split(separator: "\n").first ?? "") }

  /// Standard output as a JSON object.
  func json() throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(stdoutBytes))
    return value as? [String: Any] ?? [:]
  }
}

/// A program that runs beside the test, so that signals can be sent to it.
final class RunningBinary {
  private let process = Process()
  private let errors = Pipe()

  init(_ arguments: [String], directory: String, environment: [String: String] = [:]) throws {
    process.executableURL = URL(fileURLWithPath: try binaryPath())
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
  }

  /// Asks it to end, as Ctrl-C does.
  func interrupt() { process.interrupt() }

  /// Ends it at once, as a loss of power does.
  func kill() { Glibc.kill(process.processIdentifier, SIGKILL) }

  /// Waits until `condition` holds or the program has ended; false where it ended first.
  func wait(until condition: () throws -> Bool) throws -> Bool {
    while process.isRunning {
      if try condition() { return true }
      Thread.sleep(forTimeInterval: 0.01)
    }
    return false
  }

  /// Waits for the end: the exit status, 128 + n where signal n ended it, and standard error.
  func end() -> (status: Int32, stderr: String) {
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let status = process.terminationStatus
    return (process.terminationReason == .exit ? status : 128 + status, text)
  }
}
