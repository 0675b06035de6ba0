import Dispatch
import Foundation
import Synchronization

/// How the real program ended.
public struct BinaryResult: Sendable {
  /// Standard output, as UTF-8.
  public var stdout: String { String(decoding: stdoutBytes, as: UTF8.self) }
  /// Standard output as it came.
  public var stdoutBytes: [UInt8]
  /// Standard error.
  public var stderr: String
  /// The exit status; 128 + n where signal n ended it.
  public var status: Int32
}

/// What keeps the real program from being run.
public struct BinaryError: Error, CustomStringConvertible {
  /// What is wrong.
  public var description: String
}

/// The path of the `marginsweep` that was built beside the tests.
public func binaryPath() throws -> String {
  // The test bundle and the program lie in the same folder of the build.
  var places = CommandLine.arguments.prefix(1).map { URL(fileURLWithPath: $0) }
  places += Bundle.allBundles.map(\.bundleURL)
  if let image = Bundle.main.executableURL { places.append(image) }
  // A helper of the toolchain may run the bundle, which is then named in its arguments.
  places += CommandLine.arguments.filter { $0.hasSuffix(".xctest") }.map { URL(fileURLWithPath: $0) }
  for place in places {
    var folder = place
    for _ in 0..<4 {
      folder.deleteLastPathComponent()
      let path = folder.appendingPathComponent("marginsweep").path
      let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
      if kind == .typeRegular, FileManager.default.isExecutableFile(atPath: path) { return path }
    }
  }
  throw BinaryError(description: "no marginsweep beside the tests: looked around \(places.map(\.path))")
}

/// Runs the real `marginsweep` and waits for its end.
///
/// `environment` is added to the one of the tests; `directory` is where the program runs.
public func runBinary(
  _ arguments: [String], input: String = "", environment: [String: String] = [:], directory: String? = nil
) throws -> BinaryResult {
  try runProgram(
    try binaryPath(), arguments, input: Array(input.utf8), environment: environment, directory: directory)
}

/// Runs any program and waits for its end.
public func runProgram(
  _ path: String, _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:],
  directory: String? = nil
) throws -> BinaryResult {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: path)
  process.arguments = arguments
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
  let (output, errors) = (Pipe(), Pipe())
  process.standardOutput = output
  process.standardError = errors
  // Input comes from a file, because writing to a program that has ended would raise a signal.
  let scratch = try TemporaryDirectory()
  let name = try scratch.write("input", bytes: input)
  process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: name))
  try process.run()
  // Both pipes are drained at once, or a program that fills one would wait for ever.
  let stderrBytes = Mutex<[UInt8]>([])
  let drained = DispatchSemaphore(value: 0)
  let errorHandle = errors.fileHandleForReading
  Thread.detachNewThread {
    let bytes = Array(errorHandle.readDataToEndOfFile())
    stderrBytes.withLock { $0 = bytes }
    drained.signal()
  }
  let stdoutBytes = Array(output.fileHandleForReading.readDataToEndOfFile())
  drained.wait()
  process.waitUntilExit()
  let status = process.terminationStatus
  return BinaryResult(
    stdoutBytes: stdoutBytes,
    stderr: String(decoding: stderrBytes.withLock { $0 }, as: UTF8.self),
    status: process.terminationReason == .exit ? status : 128 + status)
}
