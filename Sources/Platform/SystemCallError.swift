import Glibc

/// The operating system refused a call: which one, on which file, and why.
public struct SystemCallError: Failure, Hashable {
  /// The call that failed.
  public var call: SystemCall
  /// The file it was about, `standard output` and the like for the standard streams.
  public var path: String
  /// The error number, for example `ENOSPC`.
  public var code: Int32

  /// Makes an error from the error number of a call.
  public init(call: SystemCall, path: String, code: Int32) {
    self.call = call
    self.path = path
    self.code = code
  }

  /// Always ``ExitStatus/failed``.
  public var exitStatus: ExitStatus { .failed }

  /// True where the disk or the quota is full.
  public var isDiskFull: Bool { code == ENOSPC || code == EDQUOT }

  /// `writing /x/y: No space left on device`.
  public var description: String { "\(call.doing) \(path): \(SystemCalls.errorText(code))" }
}

/// The reader of standard output went away. This is no error: the program ends quietly with success.
public struct ClosedPipeError: Failure, Hashable {
  /// Makes the error.
  public init() {}
  /// Always ``ExitStatus/success``.
  public var exitStatus: ExitStatus { .success }
  /// Not meant to be printed.
  public var description: String { "the reader of standard output went away" }
}
