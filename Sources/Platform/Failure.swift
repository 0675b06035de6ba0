/// How the program ends. The numbers are part of the command line's contract.
public enum ExitStatus: Int32, Sendable {
  case success = 0
  /// The run failed: a full disk, a breach of conservation, a missing permission.
  case failed = 1
  /// A study, an account, a venue or an input file is wrong.
  case invalidInput = 2
  /// A file of ours is corrupt or truncated.
  case corruptData = 3
  /// The command line is wrong.
  case usage = 64
  /// Interrupted by the user.
  case interrupted = 130
}

/// An error that a command can end with: it knows its exit status and says what is wrong in one line.
public protocol Failure: Error, CustomStringConvertible, Sendable {
  /// The exit status that the command ends with.
  var exitStatus: ExitStatus { get }
}

/// A place in a text file; line and column count from 1.
public struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
  /// The file as the user named it, `-` for standard input.
  public var path: String
  /// The line, counted from 1; nil where the whole file is meant.
  public var line: Int?
  /// The column, counted from 1; nil where the whole line is meant.
  public var column: Int?

  /// Makes a location.
  public init(path: String, line: Int? = nil, column: Int? = nil) {
    self.path = path
    self.line = line
    self.column = column
  }

  /// `path:line:column`, as far as known.
  public var description: String {
    guard let line else { return path }
    guard let column else { return "\(path):\(line)" }
    return "\(path):\(line):\(column)"
  }
}

/// Something that a user gave is wrong: where, what, and what was expected instead.
public struct InputError: Failure, Hashable {
  /// Where the wrong thing stands.
  public var location: SourceLocation
  /// What is wrong, naming the offending text.
  public var problem: String
  /// What would have been accepted.
  public var expected: String

  /// Makes an error about `location`.
  public init(_ location: SourceLocation, _ problem: String, expected: String) {
    self.location = location
    self.problem = problem
    self.expected = expected
  }

  /// Always ``ExitStatus/invalidInput``.
  public var exitStatus: ExitStatus { .invalidInput }
  /// `path:line:column: problem, expected …`.
  public var description: String { "\(location): \(problem), expected \(expected)" }
}

/// The program was called in a wrong way, by what stands around the command line rather than on it.
public struct UsageError: Failure, Hashable {
  /// Whose value is wrong: the name of an environment variable.
  public var source: String
  /// What is wrong, naming the offending text.
  public var problem: String
  /// What would have been accepted.
  public var expected: String

  /// Makes an error about `source`.
  public init(_ source: String, _ problem: String, expected: String) {
    self.source = source
    self.problem = problem
    self.expected = expected
  }

  /// Always ``ExitStatus/usage``.
  public var exitStatus: ExitStatus { .usage }
  /// `source: problem, expected …`.
  public var description: String { "\(source): \(problem), expected \(expected)" }
}

/// A file of our own making is corrupt or truncated.
public struct CorruptDataError: Failure, Hashable {
  /// The file.
  public var path: String
  /// The block at fault, counted from 0; nil for header, footer or the file as a whole.
  public var block: Int?
  /// What is wrong.
  public var problem: String

  /// Makes an error about a block of `path`, or about the file as a whole.
  public init(path: String, block: Int? = nil, problem: String) {
    self.path = path
    self.block = block
    self.problem = problem
  }

  /// Always ``ExitStatus/corruptData``.
  public var exitStatus: ExitStatus { .corruptData }
  /// `path: block n: problem`.
  public var description: String {
    block.map { "\(path): block \($0): \(problem)" } ?? "\(path): \(problem)"
  }
}

/// The run cannot go on, through no fault of the input.
public struct RunError: Failure, Hashable {
  /// What happened, while doing what.
  public var problem: String
  /// The exit status, ``ExitStatus/failed`` unless the run was interrupted.
  public var exitStatus: ExitStatus

  /// Makes an error.
  public init(_ problem: String, exitStatus: ExitStatus = .failed) {
    self.problem = problem
    self.exitStatus = exitStatus
  }

  /// The problem as it stands.
  public var description: String { problem }
}
