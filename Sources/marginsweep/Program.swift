internal import ArgumentParser
internal import Platform

/// The life of the process: signals, the chosen command, the exit status.
enum Program {
  /// The version of the program; results name it.
  static let version = "0.1.0"
  /// Name and version, for the metadata of files that the program writes.
  static let tool = "marginsweep \(version)"

  /// Runs the command that the arguments name, and ends the process where it fails.
  static func run() {
    do {
      try FaultPlan.checkEnvironment()
      Interrupt.install()
      Memory.keepFreed()
      var command = try MarginSweep.parseAsRoot()
      try command.run()
    } catch {
      end(error)
    }
  }

  /// Says what is wrong and ends with the status of the error.
  private static func end(_ error: any Error) -> Never {
    guard let failure = error as? any Failure else {
      // Help, and wrong usage: the argument parser words them and ends with 0 or 64.
      MarginSweep.exit(withError: error)
    }
    if failure.exitStatus != .success {
      // A message about input begins with its place, so that editors can jump there.
      let isPlaced = [.invalidInput, .corruptData, .usage].contains(failure.exitStatus)
      Console.note(isPlaced ? failure.description : "marginsweep: \(failure.description)")
    }
    MarginSweep.exit(withError: ExitCode(failure.exitStatus.rawValue))
  }
}
