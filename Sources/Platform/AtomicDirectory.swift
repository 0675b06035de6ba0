internal import Glibc

/// A directory that appears whole or not at all, for example that of a run. One thread at a time.
///
/// Files are made under ``workingPath``; ``commit()`` gives the directory its name.
public final class AtomicDirectory {
  /// What becomes of an unfinished directory.
  public enum Unfinished: Hashable, Sendable {
    /// It has a hidden name of its own and is removed.
    case removed
    /// It is called `PATH.partial` and stays, so that a later run can resume it. With `resume` an existing
    /// one is taken up; without, it is in the way unless `force` is given.
    case kept(resume: Bool)
  }

  /// The directory as it will be called.
  public let path: String
  /// Where its files are made until then.
  public let workingPath: String
  /// True where an unfinished directory was taken up.
  public let isResumed: Bool
  private let force: Bool
  private let unfinished: Unfinished
  private var isDone = false

  /// Starts a directory, or takes up an unfinished one.
  ///
  /// - Throws: ``InputError`` where `path` exists and `force` is false, or is no directory.
  public init(path: String, force: Bool, unfinished: Unfinished = .removed) throws {
    let path = Path.trimmed(path)
    self.path = path
    self.force = force
    self.unfinished = unfinished
    try Self.check(path, force: force)
    switch unfinished {
    case .removed:
      workingPath = TemporaryFiles.name(beside: path, kind: "tmp")
      isResumed = false
      TemporaryFiles.register(workingPath)
    case .kept(let resume):
      workingPath = path + ".partial"
      let exists = try SystemCalls.status(workingPath) != nil
      isResumed = exists && resume
      if exists, !resume {
        guard force else {
          throw InputError(
            SourceLocation(path: workingPath), "an unfinished run exists",
            expected: "--resume to finish it, or --force to start again")
        }
        try Files.removeTree(workingPath)
      }
    }
    do {
      if !isResumed { try Files.createDirectory(workingPath) }
    } catch {
      isDone = true
      TemporaryFiles.forget(workingPath)
      throw error
    }
  }

  deinit {
    if unfinished == .removed { discard() }
  }

  /// The path of a file in the unfinished directory.
  public func file(_ name: String) -> String { Path.join(workingPath, name) }

  /// Gives the directory its name. With `force` the old one is moved aside first and removed last, so that at
  /// every moment one of the two stands whole.
  public func commit() throws {
    precondition(!isDone, "a directory is committed once")
    try Self.check(path, force: force)
    try Files.syncDirectory(workingPath)
    var aside: String?
    if try SystemCalls.status(path) != nil {
      let name = TemporaryFiles.name(beside: path, kind: "old")
      try SystemCalls.rename(path, to: name)
      aside = name
    }
    do {
      try SystemCalls.rename(workingPath, to: path)
    } catch {
      if let aside { try? SystemCalls.rename(aside, to: path) }
      throw error
    }
    isDone = true
    TemporaryFiles.forget(workingPath)
    try Files.syncDirectory(Path.directory(path))
    if let aside { try Files.removeTree(aside) }
  }

  /// Removes what was made. Does nothing after a commit.
  public func discard() {
    guard !isDone else { return }
    isDone = true
    try? Files.removeTree(workingPath)
    TemporaryFiles.forget(workingPath)
  }

  private static func check(_ path: String, force: Bool) throws {
    // What stands under such a name cannot be moved aside, which would only be found out at the end.
    guard !["", ".", "..", "/"].contains(Path.name(path)) else {
      throw InputError(
        SourceLocation(path: path.isEmpty ? "''" : path), "is no name of its own",
        expected: "a name for a directory")
    }
    guard let status = try SystemCalls.status(path) else {
      guard try !SystemCalls.isLink(path) else {
        throw InputError(
          SourceLocation(path: path), "is a link that leads nowhere", expected: "a name for a directory")
      }
      return
    }
    guard status.kind == .directory else {
      throw InputError(SourceLocation(path: path), "is no directory", expected: "a name for a directory")
    }
    guard force else { throw AtomicFile.exists(path) }
  }
}
