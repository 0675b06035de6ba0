internal import Glibc

/// A file that appears whole or not at all. One thread at a time.
///
/// The bytes go to a temporary name in the same directory; ``commit()`` brings them to the disk and gives
/// them their name. Without a commit nothing remains. `-` is standard output, and a device or a pipe is
/// written as it stands: both have no name to give.
///
/// ```swift
/// let file = try AtomicFile(path: "points.csv", force: false)
/// try file.sink.write("point,leverage\n")
/// try file.commit()
/// ```
public final class AtomicFile {
  /// The file as the caller named it, `-` for standard output.
  public let path: String
  /// Takes the bytes.
  public let sink: ByteSink
  private let target: String
  private let force: Bool
  /// nil where the bytes go straight to their place, or the file is done.
  private var temporary: String?

  /// Starts a file.
  ///
  /// - Throws: ``InputError`` where `path` exists and `force` is false, or is a directory, or its directory
  ///   does not exist; ``SystemCallError`` otherwise.
  public init(path: String, force: Bool) throws {
    self.path = path
    self.force = force
    guard !path.isEmpty else {
      throw InputError(SourceLocation(path: "''"), "is no name", expected: "a name for a file")
    }
    let status = path == "-" ? nil : try SystemCalls.status(path)
    if path == "-" || status?.kind == .other {
      target = path
      let file = path == "-" ? OutputFile.standardOutput() : try OutputFile(path: path, mode: .append)
      sink = ByteSink(file)
      return
    }
    if status != nil {
      guard status?.kind != .directory else {
        throw InputError(SourceLocation(path: path), "is a directory", expected: "a name for a file")
      }
      guard force else { throw Self.exists(path) }
      // A link stays, and the file behind it is replaced.
      target = try SystemCalls.realpath(path)
    } else {
      target = path
    }
    let name = TemporaryFiles.name(beside: target, kind: "tmp")
    TemporaryFiles.register(name)
    do {
      sink = ByteSink(try OutputFile(path: name, mode: .create, name: path))
    } catch let error as SystemCallError {
      TemporaryFiles.forget(name)
      if error.code == ENOENT || error.code == ENOTDIR {
        throw InputError(
          SourceLocation(path: path), "no directory \(Path.directory(target))", expected: "an existing one")
      }
      throw error
    }
    temporary = name
  }

  deinit { discard() }

  /// Gives the file its name, after its bytes have reached the disk; its directory follows.
  ///
  /// - Throws: ``SystemCallError`` of the step that failed; nothing remains then, unless only the last
  ///   flush of the directory failed.
  public func commit() throws {
    guard let temporary else { return try sink.close() }
    do {
      try sink.sync()
      try sink.file.close()
      if !force, try SystemCalls.status(target) != nil { throw Self.exists(path) }
      try SystemCalls.rename(temporary, to: target)
    } catch {
      discard()
      // The user knows the file by the name that was asked for.
      guard let failure = error as? SystemCallError else { throw error }
      throw SystemCallError(call: failure.call, path: path, code: failure.code)
    }
    TemporaryFiles.forget(temporary)
    self.temporary = nil
    try Files.syncDirectory(Path.directory(target))
  }

  /// Removes what was written. Does nothing after a commit.
  public func discard() {
    guard let temporary else { return }
    self.temporary = nil
    try? sink.file.close()
    try? SystemCalls.unlink(temporary)
    TemporaryFiles.forget(temporary)
  }

  /// Writes a whole small file at once.
  public static func write(_ text: String, to path: String, force: Bool) throws {
    let file = try AtomicFile(path: path, force: force)
    try file.sink.write(text)
    try file.commit()
  }

  static func exists(_ path: String) -> InputError {
    InputError(SourceLocation(path: path), "exists", expected: "a new name, or --force to replace it")
  }
}
